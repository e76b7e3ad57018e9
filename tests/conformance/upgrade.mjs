// From polling to WebSocket, without a message lost, doubled or out of order.

import assert from 'node:assert/strict';
import test from 'node:test';

import { within } from '../integration/helpers/wait.mjs';
import { start } from './helpers/echo.mjs';
import { EIO, hears, poll, REVISIONS, SIO } from './helpers/line.mjs';
import { decode } from './helpers/payload.mjs';

// A WebSocket that asks, and has its answer.
async function probe(line) {
	const ws = await line.probe();
	ws.send('2probe');
	assert.equal((await ws.next()).text, '3probe');
	return ws;
}

async function isNoop(line, waiting) {
	const response = await waiting;
	assert.equal(response.status, 200);
	assert.equal(response.text, line.revision === 4 ? '6' : '1:6', 'as text, whatever comes else');
}

const closed = (ws, what) =>
	ws.inbox.until((items) => items.find(({ type }) => type === 'close' || type === 'end'), `the close, ${what}`);

for (const revision of REVISIONS) {
	test(`revision ${revision}: from the probe on, every GET is let go at once`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const waiting = line.get();
		const ws = await probe(line);
		await isNoop(line, waiting);
		for (let i = 0; i < 3; i++)
			await isNoop(line, line.get());
		await line.say('4buffered');
		await isNoop(line, line.get());
		ws.send('5');
		assert.equal((await ws.next()).text, '4buffered', 'and no noop comes here');
	});

	test(`revision ${revision}: what was said before, meanwhile and after comes in order`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const data = Buffer.from([0, 1, 254, 255]);
		await line.say('4before', data);
		const ws = await probe(line);
		await line.say('4meanwhile', data);
		ws.send('5').send('4after');
		const heard = [];
		for (let i = 0; i < 5; i++) {
			const frame = await ws.next();
			heard.push(frame.text ?? (revision === 3 ? frame.data.subarray(1) : frame.data));
		}
		assert.deepEqual(heard, ['4before', data, '4meanwhile', data, '4after']);
	});

	test(`revision ${revision}: after it, polls are refused and do no harm`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const ws = await probe(line);
		ws.send('5').send('4a');
		await ws.text('4a');
		for (const answer of [await line.get(), await line.post(revision === 4 ? '4x' : '2:4x')])
			assert.deepEqual([answer.status, JSON.parse(answer.text).code], [400, 3]);
		ws.send('4b');
		await ws.text('4b');
	});

	test(`revision ${revision}: another WebSocket for it is closed at once`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const ws = await probe(line);
		await closed(await line.probe(), 'during the probe');
		ws.send('5').send('4a');
		await ws.text('4a');
		await closed(await line.probe(), 'after the upgrade');
		ws.send('4b');
		await ws.text('4b');
	});

	test(`revision ${revision}: a failed probe ends that WebSocket alone`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		for (const packet of ['5', '2', '2x', '3probe', '4a', 'abc', '', Buffer.from([4, 1])]) {
			const ws = await line.probe();
			ws.send(packet);
			await closed(ws, JSON.stringify(packet));
			await line.say('4polling goes on');
			await hears(line, '4polling goes on');
		}
		for (const leave of [(ws) => ws.wire.socket.destroy(), (ws) => ws.close()]) {
			const ws = await probe(line);
			await line.say('4kept');
			leave(ws);
			let packet = '6'; // until the server has seen it
			while (packet === '6')
				packet = await line.hear();
			assert.equal(packet, '4kept');
		}
		const ws = await probe(line);
		ws.send('4too early');
		await closed(ws, 'a message before the upgrade');
		await line.say('4still');
		await hears(line, '4still');
	});

	test(`revision ${revision}: a probe that does not go on is given up`, async (t) => {
		const port = await start(t, { 'upgrade-timeout': 150 });
		for (const first of [[], ['2probe']]) {
			const line = await poll(t, port, EIO, revision);
			const ws = await line.probe();
			first.forEach((packet) => ws.send(packet));
			await closed(ws, 'in time');
			await line.say('4polling goes on');
			await hears(line, '4polling goes on');
		}
	});

	test(`revision ${revision}: a session that is over takes its probe along`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const ws = await probe(line);
		assert.equal((await line.post(revision === 4 ? '1' : '1:1')).status, 200);
		await closed(ws, 'with the session');
		await line.gone();
	});

	// Official clients poll no more once they have the answer to their probe.
	for (const [how, rest] of [
		['an upgrade', async (line, ws) => {
			ws.send('5');
			const texts = () => ws.inbox.items.filter(({ text }) => text && text !== '3probe').map(({ text }) => text);
			return ws.inbox.until(() => texts().includes('1') && texts(), 'the close');
		}],
		['GETs', async (line) => [...decode(revision, await line.get()), ...decode(revision, await line.get())]],
	])
		test(`revision ${revision}: what the server's own close leaves waits for ${how}`, async (t) => {
			const port = await start(t);
			const line = await poll(t, port, SIO, revision);
			await line.say('40/more,');
			const greeting = []; // revision 3 is greeted a moment after its connect
			while (!greeting.some((packet) => packet.startsWith('40/more,')) || (revision === 3 && !greeting.includes('42["auth",{}]')))
				greeting.push(await line.hear());
			const ws = await probe(line);
			await line.say('42/more,["close"]');
			assert.deepEqual(await rest(line, ws), ['41/more,', '1']);
			await closed(ws, 'at the end');
			await line.gone();
		});
}

test('revision 4: a ping that is due meanwhile waits for the WebSocket', async (t) => {
	const port = await start(t, { 'ping-interval': 200 });
	const line = await poll(t, port, EIO, 4);
	const ws = await probe(line);
	const stop = performance.now() + 300;
	while (performance.now() < stop)
		await isNoop(line, line.get());
	ws.send('5');
	assert.equal((await ws.next()).text, '2');
	ws.send('3');
	assert.equal((await ws.next()).text, '2', 'and the heartbeat goes on');
});

test('revision 4: its deadline runs from when it was due', async (t) => {
	const port = await start(t, { 'ping-interval': 200, 'ping-timeout': 5000 });
	const line = await poll(t, port, EIO, 4);
	await closed(await probe(line), 'without a pong, before any upgrade');
	await line.gone();
});

test('revision 3: pings are answered all the time', async (t) => {
	const port = await start(t);
	const line = await poll(t, port, EIO, 3);
	const ws = await probe(line);
	await line.say('2');
	ws.send('5').send('2x');
	assert.equal((await within(ws.next(), 'the pong')).text, '3');
	assert.equal((await ws.next()).text, '3x');
});
