// What SECURITY.md promises of answers and of the process: security headers on everything, no privilege needed.

import assert from 'node:assert/strict';
import { chmodSync, chownSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { encode, polling, presser, target } from './helpers/eio.mjs';
import { FRUSTD, rows, scratch, start } from './helpers/frustd.mjs';
import { bytes, connect, request } from './helpers/http.mjs';
import { UPGRADE } from './helpers/ws.mjs';

const NOBODY = 65534;
const LONG = 'x'.repeat(20_000);

// method, target, headers, body, status
const ANSWERS = [
	['GET', '/api', {}, '', 200],
	['GET', '/api/latest_clicks', { 'If-None-Match': '*' }, '', 304],
	['HEAD', '/api/users', {}, '', 200],
	['GET', '/', {}, '', 200],
	['GET', '/nothing', {}, '', 404],
	['DELETE', '/api', {}, '', 405],
	['GET', '/api', { Host: 'a b' }, '', 400],
	['GET', `/${LONG}`, {}, '', 414],
	['GET', '/', { 'X-Long': LONG }, '', 431],
	['POST', target(4, 'polling', '&sid=x'), { 'Content-Length': 2_000_000 }, '', 413],
	['GET', '/', { Expect: 'a miracle', 'Content-Length': 1 }, '', 417],
	['GET', target(4, 'polling'), {}, '', 200],
	['GET', target(3, 'polling', '&j=0'), {}, '', 200],
	['GET', target(2, 'polling'), {}, '', 400],
	['GET', target(4, 'websocket'), {}, '', 400],
	['GET', target(4, 'websocket'), { ...UPGRADE, 'Sec-WebSocket-Version': 12 }, '', 426],
	['GET', target(4, 'polling'), { Origin: 'http://elsewhere.example' }, '', 403],
	['GET', '/api/socket.io/socket.io.js', {}, '', 200],
];

function assertSafe({ status, headers }, what) {
	assert.equal(headers['x-content-type-options'], 'nosniff', `${what}: ${status}`);
	assert.equal(headers['referrer-policy'], 'same-origin', `${what}: ${status}`);
}

test('every answer has the headers that keep browsers from guessing and telling', async (t) => {
	const { port } = await start(t);
	for (const [method, path, headers, body, status] of ANSWERS) {
		const answer = await request(t, port, method, path, headers, body);
		assert.equal(answer.status, status, `${method} ${path.slice(0, 60)}`);
		assertSafe(answer, `${method} ${path.slice(0, 60)}`);
	}
	const session = await polling(t, port, 4);
	assertSafe(await session.post(encode(4, ['40'])), 'a POST of a session');
	assertSafe(await session.get(), 'a poll');

	const wire = await connect(t, port);
	wire.send('not HTTP at all\r\n\r\n');
	assertSafe(await wire.response(), 'garbage');
});

test('our own page may run nothing but what we serve, and data has no policy', async (t) => {
	const { port } = await start(t);
	for (const page of ['/', '/wall']) {
		const policy = (await request(t, port, 'GET', page)).headers['content-security-policy'];
		for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
			assert.ok(policy.includes(rule), `${page}: ${rule} in ${policy}`);
		assert.ok(!policy.includes('unsafe'), policy);
	}
	for (const path of ['/api', '/api/latest_clicks', target(4, 'polling'), '/nothing'])
		assert.equal((await request(t, port, 'GET', path)).headers['content-security-policy'], undefined, path);
});

// As a user who owns the database's folder and nothing else, without any capability.
test('it runs as nobody', { skip: process.getuid() !== 0 && 'only root can become nobody' }, async (t) => {
	const dir = scratch(t), program = join(dir, 'frustd'), db = join(dir, 'db.sqlite');
	copyFileSync(FRUSTD, program); // where it was built may be root's alone
	chmodSync(program, 0o755);
	chownSync(dir, NOBODY, NOBODY);
	const by = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs',
		'--bounding-set=-all', '--inh-caps=-all', 'sh', '-c', 'shift; exec "$0" "$@"', program];
	const server = await start(t, { db, by, cwd: dir });
	const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
	assert.match(status, new RegExp(`^Uid:\\t${NOBODY}\\t${NOBODY}`, 'm'));
	assert.match(status, /^CapEff:\t0+$/m);
	const anna = await presser(t, server.port);
	assert.equal((await anna.press('click', { user: 'Anna' })).ok, true);
	await server.stop();
	assert.deepEqual(await rows(db, 'SELECT user FROM clicks'), [{ user: 'Anna' }]);
});
