// Who is still there: the server asks (revision 4), or the client does (revision 3).

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { within } from '../integration/helpers/wait.mjs';
import { start } from './helpers/echo.mjs';
import { EIO, hears, LINES, open, poll, REVISIONS, websocket } from './helpers/line.mjs';
import { encode } from './helpers/payload.mjs';

// Short, but long enough for a handshake, an upgrade and a message on a busy machine.
const HASTY = { 'ping-interval': 300, 'ping-timeout': 4000 };
const TOGETHER = 4300;

const lines = (wanted) => LINES.filter(([revision]) => revision === wanted);
const cases = []; // what it is, and its test

for (const line of lines(4)) {
	cases.push([`revision 4, ${line[1]}: the server pings, again and again`, async (t) => {
		const port = await start(t, { 'ping-interval': 100 });
		const session = await open(t, port, EIO, line);
		for (let i = 0, pong = -Infinity; i < 4; i++) {
			await hears(session, '2');
			const since = performance.now() - pong;
			assert.ok(since >= 99, `${since} ms after the pong`);
			pong = performance.now();
			await session.say('3');
		}
	}]);

	cases.push([`revision 4, ${line[1]}: no pong in time ends the session`, async (t) => {
		const port = await start(t, HASTY);
		const session = await open(t, port, EIO, line);
		await session.ended();
	}]);

	cases.push([`revision 4, ${line[1]}: messages are no pong`, async (t) => {
		const port = await start(t, HASTY);
		const session = await open(t, port, EIO, line);
		await hears(session, '2');
		await session.say('4a');
		await session.ended();
	}]);

	cases.push([`revision 4, ${line[1]}: a ping is not the client's to send`, async (t) => {
		const port = await start(t);
		const session = await open(t, port, EIO, line);
		await session.offend('2');
	}]);
}

for (const line of lines(3)) {
	cases.push([`revision 3, ${line[1]}: the server answers with what the ping brought`, async (t) => {
		const port = await start(t);
		const session = await open(t, port, EIO, line);
		for (const data of ['', 'probe', 'ä😀', 'x'.repeat(1000)]) {
			await session.say(`2${data}`);
			await hears(session, `3${data}`);
		}
	}]);

	cases.push([`revision 3, ${line[1]}: each ping gives it interval and time-out`, async (t) => {
		const port = await start(t, HASTY);
		const session = await open(t, port, EIO, line);
		let last;
		for (const stop = performance.now() + TOGETHER + 500; performance.now() < stop; await sleep(100)) {
			last = performance.now();
			await session.say('2');
			await hears(session, '3');
		}
		await session.ended();
		const since = performance.now() - last;
		assert.ok(since >= TOGETHER - 1, `${since} ms after the last ping`);
	}]);

	cases.push([`revision 3, ${line[1]}: messages are no ping`, async (t) => {
		const port = await start(t, HASTY);
		const session = await open(t, port, EIO, line);
		await session.say('4a');
		await session.ended();
	}]);

	cases.push([`revision 3, ${line[1]}: a pong is not the client's to send`, async (t) => {
		const port = await start(t);
		const session = await open(t, port, EIO, line);
		await session.offend('3');
	}]);
}

for (const revision of REVISIONS)
	cases.push([`revision ${revision}: a session that nobody polls is over in time`, async (t) => {
		const port = await start(t, HASTY);
		const line = await poll(t, port, EIO, revision);
		await within((async () => {
			while ((await line.post(encode(revision, ['6']))).status === 200)
				await sleep(100);
		})(), 'its end');
		await line.gone();
	}]);

// They do little but wait.
test('heartbeats', { concurrency: 4 }, (t) => Promise.all(cases.map(([what, body]) => t.test(what, body))));

test('revision 3: pongs that nobody reads are bounded', async (t) => {
	const port = await start(t);
	const line = await poll(t, port, EIO, 3);
	const ping = `2${'x'.repeat(1000)}`;
	const body = `1001:${ping}`.repeat(900);
	let status = 200;
	for (let i = 0; i < 20 && status === 200; i++)
		({ status } = await line.post(body));
	assert.equal(status, 400);
	await line.ended();

	const ws = await websocket(t, port, EIO, 3);
	const { socket } = ws.ws.wire;
	socket.pause();
	await within((async () => {
		while (!socket.destroyed) {
			for (let i = 0; i < 1000; i++)
				await ws.say(ping);
			await new Promise((resolve) => socket.write('', resolve));
		}
	})(), 'the server to have enough');
	await ws.ended();
});
