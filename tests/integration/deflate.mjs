// permessage-deflate with those who really use it: the official clients, which offer it in Node, and
// the `ws` package with every window.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import test from 'node:test';

import { client, GENERATIONS, TRANSPORTS } from './helpers/clients.mjs';
import { target } from './helpers/eio.mjs';
import { start } from './helpers/frustd.mjs';
import { defer, Inbox, within } from './helpers/wait.mjs';

const require = createRequire(import.meta.url);
const WebSocket = createRequire(require.resolve('sio-4.8.4'))('ws');

const ON = ['--deflate', '--comment-max', '100000'];
const long = (text, n = 4000) => text.repeat(Math.ceil(n / text.length)).slice(0, n);
const socketOf = ({ socket }) => socket.io.engine.transport.ws._socket;

// How many bytes the action makes the client read and write.
async function traffic(client, action) {
	const socket = socketOf(client);
	const before = [socket.bytesRead, socket.bytesWritten];
	await action();
	return [socket.bytesRead - before[0], socket.bytesWritten - before[1]];
}

for (const generation of GENERATIONS) {
	test(`socket.io-client ${generation} presses and sees compressed clicks`, async (t) => {
		const { port } = await start(t, { args: ON });
		const [presser, watcher, poller] = await Promise.all(['websocket only', 'default upgrade', 'polling only']
			.map((name) => client(t, port, generation, TRANSPORTS[name])));
		await watcher.upgraded();
		for (const c of [presser, watcher])
			assert.match(c.socket.io.engine.transport.ws.extensions, /^permessage-deflate/);

		const comments = ['short', long('all_the_same_'), 'in between', long('Größe_'), long('x', 100000), 'the end'];
		let read, written;
		[, written] = await traffic(presser, async () => {
			[read] = await traffic(watcher, async () => {
				for (const comment of comments)
					assert.equal((await presser.ask('click', { user: 'Anna', comment })).ok, true);
				await watcher.count('click', comments.length);
			});
		});
		await Promise.all([presser, poller].map((c) => c.count('click', comments.length)));
		for (const c of [presser, watcher, poller])
			assert.deepEqual(c.all('click').map(({ comment }) => comment), comments);
		const plain = Buffer.byteLength(comments.join(''));
		assert.ok(read < plain / 10, `the watcher read ${read} bytes for ${plain}`);
		assert.ok(written < plain / 10, `the presser wrote ${written} bytes for ${plain}`);
	});
}

test('nothing is compressed unless asked for', async (t) => {
	const { port } = await start(t, { args: ['--comment-max', '100000'] });
	const c = await client(t, port, '4.8.4', ['websocket']);
	assert.equal(c.socket.io.engine.transport.ws.extensions, '');
	const comment = long('all_the_same_');
	const [read, written] = await traffic(c, async () => {
		await c.ask('click', { user: 'Anna', comment });
		await c.count('click', 1);
	});
	assert.ok(read > comment.length && written > comment.length);
});

// A Socket.IO client on a `ws` of the test's own; everything it sends is compressed.
async function wsClient(t, port, perMessageDeflate) {
	const ws = new WebSocket(`ws://127.0.0.1:${port}${target(4, 'websocket')}`, {
		perMessageDeflate: { threshold: 0, ...perMessageDeflate },
	});
	const inbox = new Inbox();
	defer(t, () => ws.terminate());
	ws.on('message', (data) => inbox.put(data.toString()));
	ws.on('close', (code) => inbox.put(`(closed ${code})`));
	ws.on('pong', (data) => inbox.put(`(pong ${data})`));
	await within(once(ws, 'open'), 'a WebSocket');
	assert.match(ws.extensions, /^permessage-deflate/);
	return { ws, inbox, text: (start) => inbox.until((items) => items.find((item) => item.startsWith(start)), start) };
}

async function connected(t, port, perMessageDeflate) {
	const c = await wsClient(t, port, perMessageDeflate);
	c.ws.send('40');
	await c.text('40{');
	await c.text('42["stats"');
	return c;
}

test('every window, both ways', async (t) => {
	const { port } = await start(t, { args: ON });
	const offers = [{}, { clientMaxWindowBits: true }, { serverNoContextTakeover: true, clientNoContextTakeover: true }];
	for (let bits = 9; bits <= 15; bits++)
		offers.push({ serverMaxWindowBits: bits, clientMaxWindowBits: bits });
	const all = await Promise.all(offers.map((offer) => connected(t, port, offer)));

	// 3000 letters whose repetition lies beyond the small windows and within the large ones.
	const letters = Array.from({ length: 3000 }, (_, i) => String.fromCharCode(97 + (i * i * 7 + (i >> 3)) % 26)).join('');
	for (const [i, { ws }] of all.entries())
		ws.send(`42["click",${JSON.stringify({ user: `user ${i}`, comment: `${i} ${letters}${letters}` })}]`);
	for (const { inbox } of all) {
		const clicks = await inbox.until((items) => {
			const found = items.filter((item) => item.startsWith('42["click"'));
			return found.length >= all.length && found;
		}, 'the clicks');
		const comments = clicks.map((click) => JSON.parse(click.slice(2))[1].comment);
		assert.deepEqual(comments.sort(), offers.map((_, i) => `${i} ${letters}${letters}`).sort());
	}
});

test('a window of 8 is declined', async (t) => {
	const { port } = await start(t, { args: ON });
	const ws = new WebSocket(`ws://127.0.0.1:${port}${target(4, 'websocket')}`, { perMessageDeflate: { serverMaxWindowBits: 8 } });
	defer(t, () => ws.terminate());
	await within(once(ws, 'open'), 'a WebSocket');
	assert.equal(ws.extensions, '');
});

test('compressed fragments with pings between them', async (t) => {
	const { port } = await start(t, { args: ON });
	const { ws, text } = await connected(t, port);
	const message = `42["click",${JSON.stringify({ user: 'Anna', comment: long('in_pieces_', 20000) })}]`;
	for (let at = 0; at < message.length; at += 3000) {
		ws.send(message.slice(at, at + 3000), { fin: at + 3000 >= message.length, compress: true });
		ws.ping(`after ${at}`);
	}
	const click = JSON.parse((await text('42["click"')).slice(2))[1];
	assert.ok(click.comment === long('in_pieces_', 20000));
	await text('(pong after 18000'); // of several that came together the last alone is answered
});

test('bombs end with 1009, garbage with 1007, and nobody else notices', async (t) => {
	const { port } = await start(t, { args: ON });
	const watcher = await connected(t, port);
	const bomb = await connected(t, port);
	bomb.ws.send(Buffer.alloc(200_000_000, '4').toString('latin1'));
	assert.equal(await bomb.text('(closed'), '(closed 1009)');

	const liar = await connected(t, port);
	liar.ws._socket.write(Buffer.from('c18200000000ffff', 'hex'));
	assert.equal(await liar.text('(closed'), '(closed 1007)');

	watcher.ws.send('420["click",{"user":"Anna","comment":"still here"}]');
	await watcher.text('430[{"ok":true');
});
