// Who is still there: the server asks (revision 4), or the client does (revision 3).

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { start } from './helpers/echo.mjs';
import { EIO, hears, LINES, open, poll, REVISIONS, websocket } from './helpers/line.mjs';

// Short, but long enough for a handshake and an upgrade on a busy machine.
const HASTY = { 'ping-interval': 300, 'ping-timeout': 1200 };

const lines = (wanted) => LINES.filter(([revision]) => revision === wanted);

for (const line of lines(4)) {
	test(`revision 4, ${line[1]}: the server pings, again and again`, async (t) => {
		const port = await start(t, { 'ping-interval': 100, 'ping-timeout': 10000 });
		const session = await open(t, port, EIO, line);
		for (let i = 0, pong = 0; i < 4; i++) {
			await hears(session, '2');
			const since = Date.now() - pong;
			assert.ok(since >= 99, `${since} ms after the pong`);
			pong = Date.now();
			await session.say('3');
		}
	});

	test(`revision 4, ${line[1]}: no pong in time ends the session`, async (t) => {
		const port = await start(t, HASTY);
		const session = await open(t, port, EIO, line);
		await session.ended();
	});

	test(`revision 4, ${line[1]}: messages are no pong`, async (t) => {
		const port = await start(t, HASTY);
		const session = await open(t, port, EIO, line);
		await hears(session, '2');
		await session.say('4a');
		await session.ended();
	});

	test(`revision 4, ${line[1]}: a ping is not the client's to send`, async (t) => {
		const port = await start(t);
		const session = await open(t, port, EIO, line);
		await session.offend('2');
	});
}

for (const line of lines(3)) {
	test(`revision 3, ${line[1]}: the server answers with what the ping brought`, async (t) => {
		const port = await start(t);
		const session = await open(t, port, EIO, line);
		for (const data of ['', 'probe', 'ä😀', 'x'.repeat(1000)]) {
			await session.say(`2${data}`);
			await hears(session, `3${data}`);
		}
	});

	test(`revision 3, ${line[1]}: each ping gives it interval and time-out`, async (t) => {
		const port = await start(t, HASTY);
		const session = await open(t, port, EIO, line);
		let last;
		for (const stop = Date.now() + 2000; Date.now() < stop; await sleep(30)) {
			last = Date.now();
			await session.say('2');
			await hears(session, '3');
		}
		await session.ended();
		const since = Date.now() - last;
		assert.ok(since >= 1499, `${since} ms after the last ping`);
	});

	test(`revision 3, ${line[1]}: messages are no ping`, async (t) => {
		const port = await start(t, HASTY);
		const session = await open(t, port, EIO, line);
		await session.say('4a');
		await session.ended();
	});

	test(`revision 3, ${line[1]}: a pong is not the client's to send`, async (t) => {
		const port = await start(t);
		const session = await open(t, port, EIO, line);
		await session.offend('3');
	});
}

for (const revision of REVISIONS) {
	test(`revision ${revision}: a session that nobody polls is over in time`, async (t) => {
		const port = await start(t, HASTY);
		const line = await poll(t, port, EIO, revision);
		await sleep(2500);
		await line.gone();
	});
}

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
	for (let i = 0; i < 15_000; i++)
		await ws.say(ping);
	socket.resume();
	await ws.ended();
});
