// Turns the page's sources and what it takes from npm into what frustd embeds.
//
//   node build.mjs OUT      OUT/site/ (the page as files), OUT/assets.c, OUT/assets.d (what was read)
//
// esbuild joins and minifies scripts and styles, the chart apart, which is asked for when somebody
// comes near it: as single modules a visit took 40 requests and 69 kB, this way a handful and 60 kB,
// of which the first look takes 37. All but the pages is named by its content. Without node_modules it
// says so and writes an assets.c without a page.

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cSource } from './build/c.mjs';
import { clientAssets } from './build/client.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const NEEDED = ['esbuild', 'socket.io-client', 'uplot'];

// The page's, and the client script's.
async function assetsOf(read) {
	const modules = join(HERE, 'node_modules');
	const missing = NEEDED.filter((name) => !existsSync(join(modules, name)));
	if (missing.length) {
		console.log('The page and the client script are left out: run "npm ci" in frustd/web (or script/server) for what it needs from npm.');
		read.add(join(modules, '.look-again')); // never there: each build asks anew
		return { page: [], client: [] };
	}
	const { Site } = await import('./build/site.mjs');
	const site = new Site(HERE, read);
	await site.bundle();
	site.page('index.html', '/');
	site.page('wall.html', '/wall');
	site.licenses();
	return { page: site.assets, client: clientAssets(modules, read) };
}

async function build(out) {
	const read = new Set(['build.mjs', 'build/c.mjs', 'build/client.mjs', 'build/hash.mjs', 'build/parts.mjs', 'build/site.mjs'].map((name) => join(HERE, name)));
	const { page, client } = await assetsOf(read);
	rmSync(join(out, 'site'), { recursive: true, force: true });
	mkdirSync(join(out, 'site/assets'), { recursive: true });
	for (const { file, bytes } of page)
		writeFileSync(join(out, 'site', file), bytes);
	writeFileSync(join(out, 'assets.c'), cSource({ page_assets: page, client_assets: client }));
	const files = [...read].map((file) => file.replace(/ /g, '\\ '));
	writeFileSync(join(out, 'assets.d'), `${join(out, 'assets.c')}: ${files.join(' ')}\n`);
}

await build(process.argv[2]);
