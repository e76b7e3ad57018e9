// SIGTERM and SIGINT: what is queued is stored and delivered, everybody is told, and the end is near.

import assert from 'node:assert/strict';
import test from 'node:test';

import { assertCountersEqualRows } from './helpers/check.mjs';
import { client, GENERATIONS } from './helpers/clients.mjs';
import { decode, polling, presser } from './helpers/eio.mjs';
import { rows, start } from './helpers/frustd.mjs';
import { bytes, connect, everyLoop } from './helpers/http.mjs';
import { within } from './helpers/wait.mjs';

// The promise is a second; a sanitizer build on a busy machine may take longer, a hang takes for ever.
async function end(t, server, signal) {
	const before = performance.now();
	server.child.kill(signal);
	const { code } = await within(server.over, `the end after ${signal}`);
	t.diagnostic(`ended ${Math.round(performance.now() - before)} ms after ${signal}`);
	assert.equal(code, 0, server.log());
}

// Polls until the session was told of so many users and has nothing more to hear.
async function quiet(session, users) {
	const last = [];
	while (!last.includes(`42["status",{"user_count":${users}}]`) || !last.at(-1).startsWith('42["stats"'))
		last.push(...await session.poll());
}

for (const signal of ['SIGTERM', 'SIGINT'])
	test(`${signal} with clients of every kind connected`, async (t) => {
		const server = await start(t);
		const { port } = server;
		const clients = await Promise.all(GENERATIONS.flatMap((generation) =>
			[['polling'], ['websocket']].map((transports) => client(t, port, generation, transports))));
		const raw = await presser(t, port);
		const sessions = await Promise.all([3, 4].map((revision) => polling(t, port, revision)));
		await sessions[1].send('40');
		await Promise.all(sessions.map((session) => quiet(session, clients.length + 3)));
		const waiting = [];
		for (const session of sessions) {
			const wire = await connect(t, port);
			waiting.push(wire.send(bytes('GET', session.target())).response());
		}
		await everyLoop(t, port); // asked after the polls: when they are answered, those have been read,
		await everyLoop(t, port); // and have found their sessions
		const idle = await connect(t, port);
		idle.send(bytes('GET', '/api'));
		await idle.response();
		const half = await connect(t, port);
		half.send('GET /api HTTP/1.1\r\nHost');

		await end(t, server, signal);

		const close = await raw.ws.inbox.until((items) => items.find(({ type }) => type === 'close'), 'a close frame');
		assert.equal(close.code, 1001);
		for (const [i, { text }] of (await Promise.all(waiting)).entries())
			assert.deepEqual(decode(sessions[i].revision, text), ['1']);
		await Promise.all(clients.map((c) => within(c.disconnected, 'the disconnect')));
		await Promise.all([idle.closed(), half.closed()]);
		for (const c of clients)
			assert.deepEqual(c.all('message'), [], 'a shutdown sends no leave messages');
	});

test('what was sent before the end is stored, and what is stored was told', async (t) => {
	const server = await start(t, { args: ['--click-rate', '0', '--packet-rate', '0'] });
	const [a, b] = [await presser(t, server.port), await presser(t, server.port)];
	await a.press('click', { user: 'a', comment: 'first' });
	const ids = Array.from({ length: 500 }, (_, i) => a.send('click', { user: 'a', comment: `${i}` }));
	await a.ack(ids[20]); // some are under way now

	await end(t, server, 'SIGTERM');

	for (const c of [a, b])
		await c.ws.inbox.until((items) => items.at(-1).type === 'end', 'the end');
	const stored = (await rows(server.db, 'SELECT comment FROM clicks ORDER BY id')).map(({ comment }) => comment);
	const acks = a.ws.inbox.items.filter(({ text }) => /^43\d+\[\{"ok":true/.test(text)).length;
	for (const c of [a, b])
		assert.deepEqual(c.events.filter(([name]) => name === 'click').map(([, { comment }]) => comment), stored);
	assert.equal(acks, stored.length);
	assert.deepEqual(stored, ['first', ...Array.from({ length: stored.length - 1 }, (_, i) => `${i}`)]);
	assert.ok(stored.length > 21);
	await assertCountersEqualRows(server.db);
});

test('a client that reads nothing does not hold up the end', async (t) => {
	const server = await start(t, { args: ['--click-rate', '0', '--packet-rate', '0'] });
	const [deaf, loud] = [await presser(t, server.port), await presser(t, server.port)];
	deaf.ws.wire.socket.pause();
	const comment = '😀'.repeat(75);
	for (let i = 0; i < 50; i++) {
		const ids = Array.from({ length: 100 }, () => loud.send('click', { user: 'loud', comment }));
		await loud.ack(ids.at(-1));
	}
	await end(t, server, 'SIGTERM');
});

test('a database outlives clean ends: the next start goes on where it was', async (t) => {
	const first = await start(t);
	const a = await presser(t, first.port);
	assert.equal((await a.press('click', { user: 'a' })).id, 1);
	assert.equal((await a.press('event', { user: 'a', name: 'rickroll' })).id, null);
	await first.stop();
	const second = await start(t, { db: first.db });
	const b = await presser(t, second.port);
	assert.equal((await b.press('click', { user: 'b' })).id, 2);
	const [stats] = b.events.filter(([name]) => name === 'stats').map(([, argument]) => argument);
	assert.deepEqual([stats.click_count_total, stats.event_count_total, stats.event_count_hour], [1, 1, 1]);
	await second.stop();
	await assertCountersEqualRows(first.db);
});
