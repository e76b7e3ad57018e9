// How sessions end, by either side, and what is left of them.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bytes, connect } from '../integration/helpers/http.mjs';
import { frame } from '../integration/helpers/ws.mjs';
import { launch, start } from './helpers/echo.mjs';
import { EIO, hears, LINES, open, poll, REVISIONS, SIO, target, websocket } from './helpers/line.mjs';
import { decode, encode, TEXT } from './helpers/payload.mjs';

for (const revision of REVISIONS) {
	test(`revision ${revision}: a close over polling lets the waiting GET go`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const waiting = line.get();
		await line.say('6'); // asked after it: when this is answered, it waits
		await line.say('1');
		const answer = await waiting;
		assert.deepEqual([answer.status, decode(revision, answer)], [200, ['6']]);
		await line.gone();
		assert.equal((await line.post(encode(revision, ['4a']))).status, 400);
	});

	test(`revision ${revision}: a close over WebSocket is answered by closing`, async (t) => {
		const port = await start(t);
		for (const leave of [(ws) => ws.send('1'), (ws) => ws.close(1000), (ws) => ws.close(4321),
			(ws) => ws.wire.send(frame(8, ''))]) {
			const line = await websocket(t, port, EIO, revision);
			leave(line.ws);
			assert.equal((await line.ended()).type, 'close');
			await line.ws.wire.closed();
		}
	});

	test(`revision ${revision}: a second GET at once ends the session`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const answers = await Promise.all([line.get(), line.get()]);
		answers.sort((a, b) => a.status - b.status);
		assert.deepEqual(answers.map(({ status }) => status), [200, 400]);
		assert.deepEqual(decode(revision, answers[0]), ['1']);
		await line.gone();
	});

	test(`revision ${revision}: a second POST at once ends the session`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const wire = await connect(t, port);
		const post = bytes('POST', target(EIO, revision, 'polling', `&sid=${line.sid}`), TEXT, encode(revision, ['4a']));
		await new Promise((resolve) => wire.socket.write(post.subarray(0, -1), resolve));
		let status = 200; // until the server has seen that one begin
		while (status === 200)
			({ status } = await line.post(encode(revision, ['4b'])));
		assert.equal(status, 400);
		await line.gone();
		wire.send(post.subarray(-1));
		const { status: late, text } = await wire.response();
		assert.deepEqual([late, JSON.parse(text).code], [400, 1], 'the first comes too late');
	});

	test(`revision ${revision}: an aborted GET ends the session`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const wire = await connect(t, port);
		await new Promise((resolve) =>
			wire.socket.write(bytes('GET', target(EIO, revision, 'polling', `&sid=${line.sid}`)), resolve));
		wire.socket.destroy();
		let status = 200; // until the server has seen both; a POST does not touch the GET
		while (status === 200)
			({ status } = await line.post(encode(revision, ['6'])));
		await line.gone();
	});

	test(`revision ${revision}: what comes after a close in one body does not count`, async (t) => {
		const port = await start(t);
		const watcher = await websocket(t, port, SIO, 4);
		await watcher.say('40/more,');
		await watcher.hear();
		const line = await poll(t, port, SIO, revision);
		await line.say('40/more,', '42/more,["all",1]', '1', '42/more,["all",2]');
		await line.gone();
		await hears(watcher, '42/more,["all",1]');
		await watcher.say('42/more,["all",3]');
		await hears(watcher, '42/more,["all",3]');
	});

	test(`revision ${revision}: a malformed packet in a body spares what came before it`, async (t) => {
		const port = await start(t);
		const watcher = await websocket(t, port, SIO, 4);
		await watcher.say('40/more,');
		await watcher.hear();
		const line = await poll(t, port, SIO, revision);
		await line.offend('40/more,', '42/more,["all",1]', '4abc', '42/more,["all",2]');
		await hears(watcher, '42/more,["all",1]');
		await watcher.say('42/more,["all",3]');
		await hears(watcher, '42/more,["all",3]');
	});
}

for (const kind of LINES) {
	const [revision, transport] = kind;
	test(`revision ${revision}, ${transport}: the server's own close is told`, async (t) => {
		const port = await start(t);
		const line = await open(t, port, SIO, kind);
		if (revision === 3)
			await hears(line, '40', '42["auth",{}]');
		await line.say('40/more,');
		assert.match(await line.hear(), revision === 4 ? /^40\/more,\{"sid"/ : /^40\/more,$/);
		await line.say('42/more,["close"]');
		await hears(line, '41/more,');
		await line.ended();
	});

	if (transport === 'polling')
		test(`revision ${revision}: a GET in the moment of the server's own close is told`, async (t) => {
			const port = await start(t);
			const line = await open(t, port, SIO, kind);
			await line.say('40/more,');
			while (!(await line.hear()).startsWith('40/more,'))
				;
			const sid = target(SIO, revision, 'polling', `&sid=${line.sid}`);
			const wire = await connect(t, port);
			wire.send(Buffer.concat([bytes('POST', sid, TEXT, encode(revision, ['42/more,["close"]'])), bytes('GET', sid)]));
			assert.equal((await wire.response()).status, 200);
			const answer = await wire.response();
			assert.equal(answer.status, 200, answer.text);
			assert.ok(decode(revision, answer).includes('41/more,'));
			await line.ended();
		});

	test(`revision ${revision}, ${transport}: a shutdown is told`, async (t) => {
		const server = await launch(t, { 'ping-interval': 25000, 'ping-timeout': 20000 });
		const line = await open(t, server.port, EIO, kind);
		const polling = transport === 'polling' || transport === 'base64';
		const waiting = polling && line.get();
		for (let i = 0; i < 3; i++) // by then it waits
			await line.say('6');
		const over = server.stop();
		if (polling) {
			const answer = await waiting;
			assert.deepEqual([answer.status, decode(revision, answer)], [200, ['1']]);
		} else {
			const { type, code } = await line.ended();
			assert.deepEqual([type, code], ['close', 1001]);
		}
		await over;
	});
}
