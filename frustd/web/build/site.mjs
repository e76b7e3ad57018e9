// The page as assets: { file (below the site's folder), path, type, bytes, etag, page }.

import { readFileSync } from 'node:fs';
import { basename, extname, join, posix, relative } from 'node:path';

import { build } from 'esbuild';

import { hash } from './hash.mjs';
import { PARTS } from './parts.mjs';

// Each page by itself: what they share is small, and one request less counts. What a page imports
// late comes before it.
const BUNDLES = [['js/chart.js'], ['js/main.js', 'css/index.css'], ['js/wall.js', 'css/wall.css']];

const TYPES = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.webmanifest': 'application/manifest+json',
	'.txt': 'text/plain; charset=utf-8',
};

export class Site {
	assets = [];
	#here; #read; #paths = new Map(); // by source name

	// read: gets the name of every file that goes in.
	constructor(here, read) {
		this.#here = here;
		this.#read = read;
	}

	#source(...name) {
		const file = join(this.#here, ...name);
		this.#read.add(file);
		return readFileSync(file);
	}

	#add(file, bytes, more) {
		const asset = { file, path: `/${file}`, type: TYPES[extname(file)], bytes, etag: hash(bytes), ...more };
		this.assets.push(asset);
		return asset.path;
	}

	// Scripts and styles, named by their content by esbuild.
	async bundle() {
		for (const entries of BUNDLES)
			await this.#bundle(entries);
	}

	async #bundle(entries) {
		const { outputFiles, metafile } = await build({
			absWorkingDir: this.#here, entryPoints: entries.map((name) => `src/${name}`), outdir: 'assets', entryNames: '[name].[hash]',
			bundle: true, format: 'esm', minify: true, target: 'es2022', charset: 'utf8', legalComments: 'none',
			metafile: true, write: false, plugins: [{ name: 'late', setup: (esbuild) => this.#leaveLate(esbuild) }],
		});
		Object.keys(metafile.inputs).forEach((name) => this.#read.add(join(this.#here, name)));
		for (const { path, contents } of outputFiles) {
			const name = relative(this.#here, path).replaceAll('\\', '/');
			this.#paths.set(metafile.outputs[name].entryPoint.replace('src/', ''), this.#add(name, Buffer.from(contents)));
		}
	}

	// import() names a script of its own.
	#leaveLate({ onResolve }) {
		onResolve({ filter: /^\.\// }, ({ path, kind }) =>
			(kind === 'dynamic-import' ? { path: this.#paths.get(posix.join('js', path)), external: true } : undefined));
	}

	// The path of a file that the sources name; it is added when it is named first.
	#path(name) {
		if (!this.#paths.has(name)) {
			let bytes = this.#source('src', name);
			if (name.endsWith('.webmanifest'))
				bytes = Buffer.from(bytes.toString().replace(/"src": "([^"]+)"/g, (_, icon) => `"src": "${this.#path(icon)}"`));
			const extension = extname(name);
			this.#paths.set(name, this.#add(`assets/${basename(name, extension)}.${hash(bytes)}${extension}`, bytes));
		}
		return this.#paths.get(name);
	}

	page(name, path) {
		const text = this.#source('src', name).toString()
			.replace(/(src|href)="([^":#?/][^":#?]*)"/g, (_, attribute, target) => `${attribute}="${this.#path(target)}"`)
			.replace(/^\s+/gm, '');
		this.#add(path === '/' ? 'index.html' : `${posix.basename(path)}.html`, Buffer.from(text), { path, page: true });
	}

	licenses() {
		const parts = [['frust', ['../../LICENSE']], ...PARTS.map(({ name, license }) => [name, ['node_modules', name, license]])];
		const text = parts.map(([name, file]) => `${name}\n${'='.repeat(name.length)}\n\n${this.#source(...file).toString().trim()}\n`);
		this.#add('licenses.txt', Buffer.from(text.join('\n\n')));
	}
}
