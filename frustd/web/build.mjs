// Turns the page's sources and what it takes from npm into what frustd embeds.
//
//   node build.mjs OUT      OUT/site/ (the page as files), OUT/assets.c, OUT/assets.d (what was read)
//
// Every file but the pages themselves is named by its content, and its users are rewritten to that
// name: leaves first, so that a change below changes all names above it. Without node_modules it
// says so and writes an assets.c without a page.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cSource } from './build/c.mjs';
import { lean } from './build/lean.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const NPM = join(HERE, 'node_modules');

const PAGES = { 'index.html': '/', 'wall.html': '/wall' };

// What comes from npm, under the names by which the sources import it.
const VENDOR = {
	'js/vendor/socket.io.js': {
		file: 'socket.io-client/dist/socket.io.esm.min.js',
		edit: (text) => text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'),
	},
	'js/vendor/uplot.js': {
		file: 'uplot/dist/uPlot.iife.min.js', // the only minified one
		edit: (text) => `${text.trimEnd()}\nexport default uPlot;\n`,
	},
	'css/vendor/uplot.css': { file: 'uplot/dist/uPlot.min.css' },
};

// Whose code is among it.
const LICENSES = ['socket.io-client', 'engine.io-client', 'engine.io-parser', 'socket.io-parser',
	'@socket.io/component-emitter', 'uplot'];

const TYPES = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.webmanifest': 'application/manifest+json',
	'.txt': 'text/plain; charset=utf-8',
};

const hash = (bytes) => createHash('sha256').update(bytes).digest('base64url').slice(0, 12);

// What each kind of file says of others: the group `name` is the path, relative to the file.
const REFERENCES = {
	'.html': /(?:src|href)="(?<name>[^":#?/][^":#?]*)"/g,
	'.js': /(?:from|import|import\()\s*'(?<name>\.[^']+)'/g,
	'.css': /url\("?(?<name>[^"):]+)"?\)/g,
	'.webmanifest': /"src":\s*"(?<name>[^"]+)"/g,
};

class Site {
	read = new Set(); // every file that went in
	assets = new Map(); // by source name: { path, type, bytes, immutable, imports }
	#open = new Set();

	#source(name) {
		const vendor = VENDOR[name];
		const file = vendor ? join(NPM, vendor.file) : join(HERE, 'src', name);
		this.read.add(file);
		const bytes = readFileSync(file);
		if (!TYPES[posix.extname(name)])
			throw new Error(`${name}: what type is it?`);
		if (!(posix.extname(name) in REFERENCES))
			return bytes;
		const text = bytes.toString('utf8');
		return vendor ? (vendor.edit?.(text) ?? text) : lean(name, text);
	}

	// The asset of a source file, made when it is first asked for.
	asset(name) {
		if (this.assets.has(name))
			return this.assets.get(name);
		if (this.#open.has(name))
			throw new Error(`${name} needs itself: ${[...this.#open].join(' → ')}`);
		this.#open.add(name);
		const extension = posix.extname(name);
		let content = this.#source(name);
		const imports = [];
		if (extension in REFERENCES && !VENDOR[name])
			content = content.replace(REFERENCES[extension], (whole, ...rest) => {
				const said = rest.at(-1).name;
				const target = posix.join(posix.dirname(name), said);
				const asset = this.asset(target);
				if (!whole.startsWith('import('))
					imports.push(target);
				return whole.replace(said, asset.path);
			});
		if (extension === '.html')
			content = content.replace('<!-- preload -->', () => this.#preloads(name, imports));
		const bytes = Buffer.from(content);
		const page = PAGES[name];
		const base = posix.basename(name, extension);
		const asset = { type: TYPES[extension], bytes, imports, page: Boolean(page), etag: hash(bytes) };
		asset.path = page ?? `/assets/${base}.${asset.etag}${extension}`;
		this.#open.delete(name);
		this.assets.set(name, asset);
		return asset;
	}

	// A page's modules and theirs, so that the browser asks for all of them at once.
	#preloads(page, imports) {
		const seen = new Set();
		const walk = (name) => {
			if (!name.endsWith('.js') || seen.has(name))
				return;
			seen.add(name);
			this.assets.get(name).imports.forEach(walk);
		};
		imports.forEach(walk);
		return [...seen].map((name) => `<link rel="modulepreload" href="${this.assets.get(name).path}">`).join('\n');
	}

	licenses() {
		const parts = [['frust', join(HERE, '../../LICENSE')],
			...LICENSES.map((name) => [name, join(NPM, name, 'LICENSE')])];
		const bytes = Buffer.from(parts.map(([name, file]) => {
			this.read.add(file);
			return `${name}\n${'='.repeat(name.length)}\n\n${readFileSync(file, 'utf8').trim()}\n`;
		}).join('\n\n'));
		this.assets.set('licenses.txt', { path: '/licenses.txt', type: TYPES['.txt'], bytes, etag: hash(bytes) });
	}
}

function build(out) {
	const site = new Site();
	const missing = Object.values(VENDOR).filter(({ file }) => !existsSync(join(NPM, file)));
	if (missing.length) {
		console.log('The page is left out: run "npm ci" in frustd/web (or script/server) for what it needs from npm.');
		site.read.add(join(NPM, missing[0].file));
	} else {
		Object.keys(PAGES).forEach((name) => site.asset(name));
		site.licenses();
	}
	const assets = [...site.assets.values()];
	rmSync(join(out, 'site'), { recursive: true, force: true });
	mkdirSync(join(out, 'site/assets'), { recursive: true });
	for (const { path, page, bytes } of assets)
		writeFileSync(join(out, 'site', page ? (path === '/' ? 'index.html' : `${path}.html`) : path), bytes);
	writeFileSync(join(out, 'assets.c'), cSource(assets));
	const own = ['build.mjs', 'build/c.mjs', 'build/lean.mjs'].map((name) => join(HERE, name));
	const files = [...own, ...site.read].map((file) => file.replace(/ /g, '\\ '));
	writeFileSync(join(out, 'assets.d'), `${join(out, 'assets.c')}: ${files.join(' ')}\n`);
}

build(process.argv[2]);
