// The log as objects, and its trace.

import assert from 'node:assert/strict';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { client } from './helpers/clients.mjs';
import { polling, target } from './helpers/eio.mjs';
import { frustd, scratch, start } from './helpers/frustd.mjs';
import { request } from './helpers/http.mjs';
import { open } from './helpers/ws.mjs';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/;

function object(line) {
	const object = JSON.parse(line);
	assert.match(object.time, TIME);
	assert.ok(Math.abs(Date.parse(object.time) - Date.now()) < 300_000);
	assert.equal(typeof object.level, 'string');
	assert.equal(typeof object.text, 'string');
	return object;
}

test('objects with level, time, client and session', async (t) => {
	const server = await start(t, { args: ['--log-format', 'json', '--log-level', 'trace', '--clock-shift', '0'] });
	const headers = { 'X-Forwarded-For': '203.0.113.5', Origin: 'https://evil "quoted"\u00e4.example' };
	assert.equal((await request(t, server.port, 'GET', target(4, 'polling'), headers)).status, 403);
	const session = await polling(t, server.port, 4);
	await session.send('1');
	await server.stop();

	const log = server.stderr.items.slice(0, -1); // behind it the test's own mark
	const lines = log.map(object);
	assert.ok(lines.some(({ level, text }) => level === 'info' && text.startsWith('listening on http://')));
	const refused = lines.find(({ text }) => text.startsWith('origin refused'));
	assert.deepEqual([refused.level, refused.client], ['warn', '203.0.113.5']);
	assert.equal(refused.session, undefined);
	const moves = lines.filter((line) => line.session === session.sid.slice(0, 8)).map(({ level, text }) => `${level} ${text}`);
	assert.deepEqual(moves.slice(0, 2), ['trace session begins as polling', 'trace session from polling to ending']);
	assert.ok(log.every((line) => !line.includes(session.sid)), 'the whole id is nobody else\'s business');
	assert.ok(lines.some(({ level, client, text }) => level === 'trace' && /^127\.0\.0\.1:\d+$/.test(client) && text === 'connection from head to asked'));
});

test('a line for each move of a session and its client', async (t) => {
	const server = await start(t, { args: ['--log-level', 'trace'] });
	const anna = await client(t, server.port, '4.8.4', ['polling', 'websocket']);
	await anna.upgraded();
	const { id } = anna.socket.io.engine, session = id.slice(0, 8);
	anna.socket.disconnect();
	const told = () => server.stderr.items.map((line) => line.match(`^frustd: trace: 127\\.0\\.0\\.1:\\d+ ${session}: (.*)$`)?.[1]).filter(Boolean);
	const expected = ['session begins as polling', 'client from pending to connected', 'session from polling to probed',
		'session from probed to websocket', 'client from connected to leaving', 'session from websocket to ending', 'client from leaving to gone'];
	// its goodbye and the WebSocket's close are two things, in either order
	await server.stderr.until(() => told().length === expected.length, 'its end');
	assert.deepEqual(told().sort(), expected.sort());
	assert.ok(server.stderr.items.every((line) => !line.includes(id)));
});

test('lines of text in a file begin with the time', async (t) => {
	const dir = scratch(t);
	const { code, stderr } = await frustd(['--log-file', join(dir, 'log'), '--db', join(dir, 'no/such/db'), '--port', '0']);
	assert.deepEqual([code, stderr], [4, '']);
	assert.match(readFileSync(join(dir, 'log'), 'utf8'), new RegExp(`${TIME.source} frustd: error: .*\n$`));
});

test('without the trace there is none of it', async (t) => {
	const server = await start(t, { args: ['--log-level', 'debug'] });
	const ws = await open(t, server.port, target(4, 'websocket'));
	await ws.text(/^0\{/);
	await server.stop();
	assert.ok(!server.log().includes('session'));
});

test('what whoever starts it has closed stays nobody else\'s', async (t) => {
	const { child } = await start(t, { by: ['sh', '-c', 'exec "$@" <&- >&-', 'sh'] });
	for (const fd of [0, 1])
		assert.equal(readlinkSync(`/proc/${child.pid}/fd/${fd}`), '/dev/null');
});
