// --dev and --web-root: a folder as the site, for the existing frontend to run on unchanged.

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { client } from './helpers/clients.mjs';
import { scratch, start } from './helpers/frustd.mjs';
import { connect, request } from './helpers/http.mjs';

const PAGE = '<!doctype html><title>Seite äöü</title>\n';
const TYPES = { // file, type
	'scripts/script.js': /^text\/javascript(; charset=utf-8)?$/,
	'scripts/module.mjs': /^text\/javascript(; charset=utf-8)?$/,
	'styles/style.css': /^text\/css(; charset=utf-8)?$/,
	'images/a.png': /^image\/png$/,
	'images/a.gif': /^image\/gif$/,
	'images/a.svg': /^image\/svg\+xml(; charset=utf-8)?$/,
	'favicon.ico': /^image\/(x-icon|vnd\.microsoft\.icon)$/,
	'manifest.webmanifest': /^application\/manifest\+json(; charset=utf-8)?$/,
	'data.json': /^application\/json(; charset=utf-8)?$/,
	'script.js.map': /^application\/(json|octet-stream)(; charset=utf-8)?$/,
	'stats.html': /^text\/html(; charset=utf-8)?$/,
	'readme.txt': /^text\/plain(; charset=utf-8)?$/,
	'a b.html': /^text\/html(; charset=utf-8)?$/,
	'unknown.xyz': /^application\/octet-stream$/,
	'empty.js': /^text\/javascript(; charset=utf-8)?$/,
};

function site(t) {
	const dir = scratch(t);
	const root = join(dir, 'frontend');
	for (const folder of ['scripts', 'styles', 'images', '.git'])
		mkdirSync(join(root, folder), { recursive: true });
	writeFileSync(join(root, 'index.html'), PAGE);
	for (const name of Object.keys(TYPES))
		writeFileSync(join(root, name), name === 'empty.js' ? '' : `${name}\n`.repeat(100));
	writeFileSync(join(root, '.git/config'), 'hidden');
	writeFileSync(join(root, '.env'), 'hidden');
	writeFileSync(join(dir, 'secret.txt'), 'outside');
	symlinkSync('../secret.txt', join(root, 'link.txt'));
	return { dir, root };
}

for (const args of [['--dev', '--frontend'], ['--web-root']])
	test(`${args.join(' ')} DIR serves the folder`, async (t) => {
		const { port } = await start(t, { args: [...args, site(t).root] });
		for (const path of ['/', '/index.html', '/?cache-bust=1', '/index.html?x#y']) {
			const { status, headers, text } = await request(t, port, 'GET', path);
			assert.deepEqual([status, text], [200, PAGE], path);
			assert.match(headers['content-type'], /^text\/html(; charset=utf-8)?$/);
			assert.equal(headers['content-security-policy'], undefined, 'the old page has inline scripts');
			assert.equal(headers['x-content-type-options'], 'nosniff');
		}
		for (const [name, type] of Object.entries(TYPES)) {
			const path = `/${encodeURI(name)}`;
			const get = await request(t, port, 'GET', path);
			assert.equal(get.status, 200, path);
			assert.match(get.headers['content-type'], type, path);
			assert.equal(get.text, name === 'empty.js' ? '' : `${name}\n`.repeat(100));
			const head = await request(t, port, 'HEAD', path);
			assert.deepEqual([head.status, head.headers['content-length']], [200, get.headers['content-length']]);
			assert.equal((await request(t, port, 'POST', path, {}, 'x')).status, 405);
		}
		assert.equal((await request(t, port, 'GET', '/api')).status, 200);
		assert.equal((await request(t, port, 'GET', '/api/unknown')).status, 404);
	});

test('nothing outside the folder, no folders, no hidden files', async (t) => {
	const { dir, root } = site(t);
	const { port } = await start(t, { args: ['--dev', '--frontend', root] });
	for (const path of ['/../secret.txt', '/scripts/../../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/scripts/..%2f..%2fsecret.txt',
		'//etc/passwd', `/${join(dir, 'secret.txt')}`, '/link.txt', '/.git/config', '/.env', '/%2egit/config', '/scripts', '/scripts/', '/images',
		'/missing.html', '/index.html/', '/index.html/x', '/index.html%00.js', '/%00', '/..', '/.', `/${'a'.repeat(4000)}`, '/a%ff', '/..\\secret.txt']) {
		const wire = await connect(t, port);
		wire.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
		const { status, text } = await wire.response();
		assert.ok(status === 404 || status === 400, `${path}: ${status}`);
		assert.doesNotMatch(text, /outside|hidden|root:/);
	}
});

test('conditions and ranges', async (t) => {
	const { port } = await start(t, { args: ['--dev', '--frontend', site(t).root] });
	const get = (headers, method = 'GET') => request(t, port, method, '/scripts/script.js', headers);
	const whole = await get();
	const { etag, 'last-modified': modified } = whole.headers;
	assert.ok(etag && modified);
	assert.equal(whole.headers['accept-ranges'], 'bytes');

	assert.equal((await get({ 'If-None-Match': etag })).status, 304);
	assert.equal((await get({ 'If-None-Match': '"x"' })).status, 200);
	assert.equal((await get({ 'If-Modified-Since': modified })).status, 304);
	assert.equal((await get({ 'If-Modified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' })).status, 200);
	assert.equal((await get({ 'If-None-Match': '"x"', 'If-Modified-Since': modified })).status, 200, 'ETag goes first');

	const size = whole.body.length;
	for (const [range, from, to] of [['bytes=0-9', 0, 9], ['bytes=10-', 10, size - 1], ['bytes=-5', size - 5, size - 1],
		[`bytes=0-${size + 100}`, 0, size - 1], [`bytes=-${size + 5}`, 0, size - 1]]) {
		const part = await get({ Range: range });
		assert.equal(part.status, 206, range);
		assert.equal(part.headers['content-range'], `bytes ${from}-${to}/${size}`);
		assert.deepEqual(part.body, whole.body.subarray(from, to + 1));
	}
	const none = await get({ Range: `bytes=${size}-` });
	assert.deepEqual([none.status, none.headers['content-range']], [416, `bytes */${size}`]);
	for (const range of ['lines=1-2', 'bytes=a-b', 'bytes=5-1', 'bytes=0-1,3-4', 'bytes='])
		assert.equal((await get({ Range: range })).status, 200, range);
	assert.equal((await get({ Range: 'bytes=0-9', 'If-Range': '"x"' })).status, 200);
	assert.equal((await get({ Range: 'bytes=0-9', 'If-Range': etag })).status, 206);
});

test('a file that changes is served anew', async (t) => {
	const { root } = site(t);
	const { port } = await start(t, { args: ['--dev', '--frontend', root] });
	const { headers: { etag } } = await request(t, port, 'GET', '/');
	writeFileSync(join(root, 'index.html'), 'another page');
	const changed = await request(t, port, 'GET', '/', { 'If-None-Match': etag });
	assert.deepEqual([changed.status, changed.text], [200, 'another page']);
});

test('/version and /version.json belong to --dev alone', async (t) => {
	const { root } = site(t);
	const { port } = await start(t, { args: ['--dev', '--frontend', root] });
	for (const path of ['/version', '/version.json']) {
		const { commit_sha, timestamp } = JSON.parse((await request(t, port, 'GET', path)).text);
		assert.deepEqual([typeof commit_sha, typeof timestamp], ['string', 'string']);
	}
	const plain = await start(t, { args: ['--web-root', root] });
	assert.equal((await request(t, plain.port, 'GET', '/version')).status, 404);
});

test('the default folder is ./frontend, and the page\'s client connects beside it', async (t) => {
	const { dir } = site(t);
	const { port } = await start(t, { args: ['--dev'], cwd: dir });
	assert.equal((await request(t, port, 'GET', '/')).text, PAGE);
	const page = await client(t, port, '2.3.0', ['polling', 'websocket']);
	assert.deepEqual(await page.ask('auth', 'Gast'), { ok: true });
});
