// What is in the packages, as SPDX 2.3: frust, the libraries of this system that it was built with,
// and what its page took from npm.
//
//   node sbom.mjs VERSION [PACKAGE…]  → JSON; the packages of Debian by their names

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { PARTS } from '../frustd/web/build/parts.mjs';

const WEB = new URL('../frustd/web/', import.meta.url);
const [version, ...libraries] = process.argv.slice(2);
const made = new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000 || Date.now());

const idOf = (name) => `SPDXRef-${name.replace(/[^a-zA-Z0-9.]+/g, '-')}`;

function packageOf(name, versionInfo, more) {
	return { SPDXID: idOf(name), name, versionInfo, downloadLocation: 'NOASSERTION', filesAnalyzed: false, copyrightText: 'NOASSERTION', ...more };
}

function purl(locator) {
	return { externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: locator }] };
}

function ofDebian(name) {
	const [found, architecture] = execFileSync('dpkg-query', ['-W', '-f', '${Version} ${Architecture}', name]).toString().split(' ');
	return packageOf(name, found, { licenseDeclared: 'NOASSERTION', ...purl(`pkg:deb/debian/${name}@${encodeURIComponent(found)}?arch=${architecture}`) });
}

const lock = JSON.parse(readFileSync(new URL('package-lock.json', WEB))).packages;

function ofNpm({ name }) {
	const { version: found, license, integrity } = lock[`node_modules/${name}`];
	const [, base64] = /^sha512-(.*)$/.exec(integrity);
	return packageOf(name, found, {
		licenseDeclared: license,
		checksums: [{ algorithm: 'SHA512', checksumValue: Buffer.from(base64, 'base64').toString('hex') }],
		...purl(`pkg:npm/${name.replace('@', '%40')}@${found}`),
	});
}

const frust = packageOf('frust', version, { licenseDeclared: 'MIT' });
const linked = libraries.map(ofDebian), bundled = PARTS.map(ofNpm);
const relations = (parts, relationshipType) => parts.map(({ SPDXID }) => ({ spdxElementId: frust.SPDXID, relationshipType, relatedSpdxElement: SPDXID }));

console.log(JSON.stringify({
	spdxVersion: 'SPDX-2.3',
	dataLicense: 'CC0-1.0',
	SPDXID: 'SPDXRef-DOCUMENT',
	name: `frust-${version}`,
	documentNamespace: `urn:frust:sbom:${version}:${made.getTime() / 1000}`,
	creationInfo: { created: made.toISOString().replace(/\.\d+/, ''), creators: ['Tool: frust-sbom'] },
	packages: [frust, ...linked, ...bundled],
	relationships: [
		{ spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: frust.SPDXID },
		...relations(linked, 'DEPENDS_ON'),
		...relations(bundled, 'CONTAINS'),
	],
}, null, '\t'));
