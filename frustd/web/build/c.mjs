// Assets as C, for frustd/app/assets.h: each as it is and, where it is worth it, gzipped.

import { gzipSync } from 'node:zlib';

const GZIP_WORTH = 0.9; // of the plain size

function zip(bytes) {
	// How much zlib gathers in a block changes what it finds: what comes out smallest is taken.
	const [gzip] = [6, 7, 8, 9].map((memLevel) => gzipSync(bytes, { level: 9, memLevel })).sort((a, b) => a.length - b.length);
	gzip[9] = 255; // the system it was made on: unknown, so that two builds are equal
	return gzip.length < bytes.length * GZIP_WORTH ? gzip : null;
}

function array(name, bytes) {
	const lines = [];
	for (let at = 0; at < bytes.length; at += 24)
		lines.push(`\t${bytes.subarray(at, at + 24).join(',')},`);
	return `static const unsigned char ${name}[] = {\n${lines.join('\n')}\n};\n`;
}

// One list: its files' bytes, then the table that names them.
function table(name, assets) {
	const arrays = [], rows = [];
	assets.forEach(({ path, type, bytes, etag, page, shared }, i) => {
		const plain = `${name}_plain${i}`, gzip = `${name}_gzip${i}`;
		const zipped = zip(bytes);
		arrays.push(array(plain, bytes));
		if (zipped)
			arrays.push(array(gzip, zipped));
		const fields = [JSON.stringify(path), JSON.stringify(type), JSON.stringify(etag), plain,
			`sizeof(${plain})`, zipped ? gzip : 'NULL', zipped ? `sizeof(${gzip})` : '0',
			String(path.startsWith('/assets/')), String(Boolean(page)), String(Boolean(shared))];
		rows.push(`\t{${fields.join(', ')}},`);
	});
	rows.push('\t{NULL, NULL, NULL, NULL, 0, NULL, 0, false, false, false},');
	return [...arrays, `const struct asset ${name}[] = {\n${rows.join('\n')}\n};\n`];
}

export function cSource(lists) {
	return [
		'/* Made by frustd/web/build.mjs. */',
		'#include "app/assets.h"\n',
		...Object.entries(lists).flatMap(([name, assets]) => table(name, assets)),
	].join('\n');
}
