// The official client's script, served beside the endpoint as the official servers do.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';

import { GENERATIONS } from './helpers/clients.mjs';
import { start } from './helpers/frustd.mjs';
import { request } from './helpers/http.mjs';

const DIST = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, `node_modules/sio-${GENERATIONS.at(-1)}/dist`);
const FILES = ['socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js'].flatMap((name) => [name, `${name}.map`]);

test('the script, its forms and their maps are those of the package', async (t) => {
	const { port } = await start(t);
	for (const name of FILES) {
		const path = `/api/socket.io/${name}`;
		const plain = await request(t, port, 'GET', path);
		assert.equal(plain.status, 200, name);
		assert.ok(plain.body.equals(readFileSync(join(DIST, name))), name);
		assert.equal(plain.headers['content-type'], name.endsWith('.map') ? 'application/json; charset=utf-8' : 'text/javascript; charset=utf-8');
		assert.equal(plain.headers['cross-origin-resource-policy'], 'cross-origin');

		const zipped = await request(t, port, 'GET', path, { 'Accept-Encoding': 'gzip' });
		assert.equal(zipped.headers['content-encoding'], 'gzip');
		assert.ok(gunzipSync(zipped.body).equals(plain.body), name);

		const same = await request(t, port, 'GET', path, { 'If-None-Match': plain.headers.etag });
		assert.deepEqual([same.status, same.body.length], [304, 0]);
		assert.equal((await request(t, port, 'POST', path)).status, 405);
	}
	assert.equal((await request(t, port, 'GET', '/api/socket.io/socket.io.msgpack.min.js')).status, 404);
});

test('--no-client leaves it out', async (t) => {
	const { port } = await start(t, { args: ['--no-client'] });
	for (const name of FILES)
		assert.equal((await request(t, port, 'GET', `/api/socket.io/${name}`)).status, 404);
});
