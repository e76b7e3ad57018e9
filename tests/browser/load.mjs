// What the first visit costs, what the answers' headers promise, and what is there without a page.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { scratch } from '../integration/helpers/frustd.mjs';
import { getJson, request } from '../integration/helpers/http.mjs';
import { presser } from '../integration/helpers/eio.mjs';
import { Inbox } from '../integration/helpers/wait.mjs';
import { complete, newPage, open, reads, start } from './helpers/browser.mjs';

const BUDGET = 60_000; // bytes, compressed, headers included

test('the first load fits the budget and the second asks for almost nothing', async (t) => {
	const server = await start(t);
	const page = await newPage(t, server.port);
	const network = await page.context().newCDPSession(page);
	await network.send('Network.enable');
	const asked = new Map(); // request → URL
	let got = new Inbox(); // [URL, bytes]
	network.on('Network.requestWillBeSent', ({ requestId, request: { url } }) => asked.set(requestId, url));
	network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => got.put([asked.get(requestId), encodedDataLength]));
	// What it takes to load each once; some is asked for again while the page is open.
	const visit = async () => {
		got = new Inbox();
		await page.goto(page.origin, { waitUntil: 'networkidle' });
		await complete(page);
		const { items } = got;
		await got.until(() => items.some(([url]) => /chart\..*\.js$/.test(url)), 'the chart');
		return [...new Map(items.slice().reverse()).values()].reduce((a, b) => a + b);
	};
	const first = await visit(), second = await visit();
	assert.ok(first > 50_000 && first < BUDGET, `the first load takes ${first} bytes, with the chart`);
	assert.ok(second < 10_000, `the second load takes ${second} bytes`);
});

test('assets are immutable under their names, pages are revalidated and guarded', async (t) => {
	const { port } = await start(t);
	for (const path of ['/', '/wall']) {
		const page = await request(t, port, 'GET', path);
		assert.equal(page.status, 200);
		assert.match(page.headers['content-type'], /^text\/html; charset=utf-8$/);
		assert.equal(page.headers['cache-control'], 'no-cache');
		const policy = page.headers['content-security-policy'];
		assert.match(policy, /default-src 'none'/);
		assert.match(policy, /frame-ancestors 'none'/);
		assert.doesNotMatch(policy, /unsafe|\*|http/);
		assert.equal((await request(t, port, 'GET', path, { 'If-None-Match': page.headers.etag })).status, 304);
		assert.equal((await request(t, port, 'POST', path, {}, 'x')).status, 405);
		assert.doesNotMatch(page.text, /<script>|<style|style=|\son\w+=/);

		const assets = [...page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1]);
		assert.ok(assets.length > 2);
		for (const asset of assets) {
			const plain = await request(t, port, 'GET', asset), gzip = await request(t, port, 'GET', asset, { 'Accept-Encoding': 'gzip' });
			assert.equal(plain.status, 200, asset);
			assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
			assert.equal(plain.headers['x-content-type-options'], 'nosniff');
			if (gzip.headers['content-encoding'] === 'gzip') {
				assert.deepEqual(gunzipSync(gzip.body), plain.body, asset);
				assert.notEqual(gzip.headers.etag, plain.headers.etag);
				assert.match(gzip.headers.vary, /accept-encoding/i);
			}
			assert.equal((await request(t, port, 'GET', asset, { 'If-None-Match': `"x", ${plain.headers.etag}` })).status, 304);
			const head = await request(t, port, 'HEAD', asset);
			assert.deepEqual([head.status, head.headers['content-length'], head.text], [200, String(plain.body.length), '']);
		}
	}
	const licenses = (await request(t, port, 'GET', '/licenses.txt')).text;
	for (const name of ['socket.io-client', 'engine.io-client', 'uplot'])
		assert.match(licenses, new RegExp(`^${name}$`, 'm'));
	assert.equal((await request(t, port, 'GET', '/assets/main.AAAAAAAA.js')).status, 404);
	assert.equal((await request(t, port, 'GET', '/assets/')).status, 404);
});

test('the page can be installed', async (t) => {
	const { port } = await start(t);
	const page = await open(t, port);
	const network = await page.context().newCDPSession(page);
	const { errors, url } = await network.send('Page.getAppManifest');
	assert.deepEqual(errors, []);
	assert.match(url, /\/assets\/frust\.[^/]+\.webmanifest$/);
	const { installabilityErrors } = await network.send('Page.getInstallabilityErrors');
	assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
	assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0, 'nothing that shows stale code');
});

test('--no-web serves no page, --web-root another', async (t) => {
	const none = await start(t, { args: ['--no-web'] });
	for (const path of ['/', '/wall', '/badge.svg', '/licenses.txt'])
		assert.equal((await request(t, none.port, 'GET', path)).status, 404, path);
	assert.equal((await request(t, none.port, 'GET', '/api')).status, 200);
	const other = await start(t, { args: ['--web-root', scratch(t)] });
	for (const path of ['/', '/wall', '/badge.svg'])
		assert.equal((await request(t, other.port, 'GET', path)).status, 404, path);
});

test('a view asks for no more than it shows', async (t) => {
	const server = await start(t, { args: ['--click-rate', '0', '--packet-rate', '0'] });
	const client = await presser(t, server.port);
	for (let i = 0; i < 300; i++)
		client.send('click', { user: `user ${i % 120}`, comment: `${i}` });
	await client.press('click', { user: 'last' });
	const page = await newPage(t, server.port);
	const answers = new Inbox(); // [path, rows]
	page.on('response', async (response) => answers.put([new URL(response.url()).pathname, await response.json().catch(() => undefined)]));
	await page.goto(page.origin, { waitUntil: 'networkidle' });
	await reads(page, '#count-total', '301');
	for (const [path, most] of [['/api/latest_clicks', 40], ['/api/latest_events', 40], ['/api/users', 10], ['/api/online_users', 48], ['/api/latest_hours', 169]]) {
		const [, { length }] = await answers.until((all) => all.find(([from]) => from === path), path);
		assert.ok(length <= most, `${path}: ${length} rows`);
	}
	assert.equal((await getJson(t, server.port, '/api/latest_clicks')).length, 301, 'the whole day is there for who asks');
	assert.deepEqual((await getJson(t, server.port, '/api/latest_clicks?x=1&limit=2')).map(({ user }) => user), ['last', 'user 59']);
	assert.equal((await getJson(t, server.port, '/api/latest_clicks?limit=many')).length, 301);
	assert.deepEqual(await getJson(t, server.port, '/api/users?top=1'), [{ name: 'user 0', click_count: 3, event_count: 0 }]);
});

test('the badge tells today\'s presses, in the site\'s language', async (t) => {
	const server = await start(t, { args: ['--lang', 'en', '--click-rate', '0', '--packet-rate', '0'] });
	const client = await presser(t, server.port);
	for (let i = 0; i < 1234; i++)
		client.send('click', { user: 'u' });
	await client.press('click', { user: 'u' });
	const badge = await request(t, server.port, 'GET', '/badge.svg');
	assert.equal(badge.headers['content-type'], 'image/svg+xml');
	assert.equal(badge.headers['cross-origin-resource-policy'], 'cross-origin');
	assert.match(badge.text, /despaired today: 1235/);
	assert.match(badge.text, />1\u202f235</);
	assert.equal((await request(t, server.port, 'GET', '/badge.svg', { 'If-None-Match': badge.headers.etag })).status, 304);
	const page = await newPage(t, server.port);
	await page.goto(`${page.origin}/badge.svg`);
	assert.ok(await page.evaluate(() => document.querySelector('svg').getBBox().width <= document.querySelector('svg').width.baseVal.value));
	await client.press('click', { user: 'u' });
	assert.equal((await request(t, server.port, 'GET', '/badge.svg', { 'If-None-Match': badge.headers.etag })).status, 200);
});

const WEB = fileURLToPath(new URL('../../frustd/web', import.meta.url));

// What the build step says and makes of the page's folder.
function build(web, out) {
	mkdirSync(out);
	const said = execFileSync(process.execPath, [join(web, 'build.mjs'), out], { encoding: 'utf8' });
	return { said, made: readFileSync(join(out, 'assets.c'), 'utf8') };
}

test('two builds are equal', (t) => {
	const dir = scratch(t);
	const first = build(WEB, join(dir, 'a')), second = build(WEB, join(dir, 'b'));
	assert.equal(first.said, '');
	assert.ok(first.made.length > 100_000 && first.made === second.made);
});

test('without what npm brings the build leaves the page out and says so', (t) => {
	const dir = scratch(t), web = join(dir, 'web');
	cpSync(WEB, web, { recursive: true, filter: (name) => !name.includes('node_modules') });
	const { said, made } = build(web, join(dir, 'out'));
	assert.match(said, /left out.*npm ci/);
	assert.match(made, /page_assets\[\] = \{\s*\{NULL/);
});
