// Restarts under load: who is acknowledged is stored, once; who recovers sees every click, once; and who connects while
// the server is away waits.

import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';
import test from 'node:test';

import { assertCountersEqualRows } from './helpers/check.mjs';
import { PATH } from './helpers/eio.mjs';
import { GENERATIONS, TRANSPORTS } from './helpers/clients.mjs';
import { rows, start } from './helpers/frustd.mjs';
import { bytes, Wire } from './helpers/http.mjs';
import { defer, Inbox, within } from './helpers/wait.mjs';

const RESTARTS = 5, PRESSERS = 4, PRESSES_BETWEEN = 150;
const NEWEST = GENERATIONS.at(-1);

async function comeback(t, port, generation, options) {
	const module = await import(`sio-${generation}`);
	const io = module.io ?? module.default;
	const socket = io(`http://127.0.0.1:${port}`, {
		path: PATH, forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 100, ...options,
	});
	defer(t, () => socket.close());
	return socket;
}

// Presses one after the other until it is told to stop; each with a comment of its own. Notes what became of them.
async function press(t, port, name, generation, notes) {
	const socket = await comeback(t, port, generation, { transports: ['websocket'] });
	let stopped = false;
	const connected = () => (socket.connected ? null : new Promise((resolve) => socket.once('connect', resolve)));
	const answer = (comment) => new Promise((resolve) => {
		const gone = () => resolve(null);
		socket.once('disconnect', gone);
		socket.emit('click', { user: name, comment }, (ack) => {
			socket.off('disconnect', gone);
			resolve(ack);
		});
	});
	const over = (async () => {
		for (let n = 0; !stopped; n++) {
			await within(connected(), `${name} to come back`);
			const comment = `${name}/${n}`;
			const ack = await within(answer(comment), `${name}'s answer or end`);
			if (!ack)
				notes.unknown.push(comment);
			else if (ack.error)
				notes.refused.push(comment);
			else
				notes.acked.push([ack.id, comment]);
			notes.inbox.put(comment);
		}
	})();
	return () => {
		stopped = true;
		return over;
	};
}

// Hears every click from its connect on, over restarts.
async function watch(t, port, transports) {
	const socket = await comeback(t, port, NEWEST, { transports, query: { recovery: '1' } });
	const heard = new Inbox(), connects = new Inbox();
	socket.on('click', ({ comment }) => heard.put(comment));
	socket.on('connect', () => connects.put(socket.recovered));
	await within(new Promise((resolve) => socket.once('stats', resolve)), 'the first stats');
	return { heard, connects };
}

// Asks over new connections, one after the other; notes when none was to be had.
async function visit(t, port, notes) {
	let stopped = false;
	const over = (async () => {
		while (!stopped) {
			const socket = net.connect({ port, host: '127.0.0.1' });
			try {
				await within(once(socket, 'connect'), 'a connection');
			} catch (error) {
				notes.refusedConnections.push(error.code ?? error.message);
				continue;
			}
			const wire = new Wire(socket);
			wire.send(bytes('GET', '/api/current_stats', { Connection: 'close' }));
			const response = await wire.response().catch(() => null); // it came in the last moment: ask again
			notes.visits[response?.status ?? 'closed'] = (notes.visits[response?.status ?? 'closed'] ?? 0) + 1;
			socket.destroy();
		}
	})();
	return () => {
		stopped = true;
		return over;
	};
}

test(`${RESTARTS} restarts while people press`, async (t) => {
	const server = await start(t, { args: ['--click-rate', '0', '--packet-rate', '0'] });
	const { port } = server;
	const notes = { acked: [], refused: [], unknown: [], refusedConnections: [], visits: {}, inbox: new Inbox() };
	const watchers = await Promise.all(Object.values(TRANSPORTS).map((transports) => watch(t, port, transports)));
	const stops = [await visit(t, port, notes)];
	for (let i = 0; i < PRESSERS; i++)
		stops.push(await press(t, port, `p${i}`, GENERATIONS[i % GENERATIONS.length], notes));
	for (let i = 1; i <= RESTARTS; i++) {
		const before = notes.inbox.items.length;
		await notes.inbox.until((items) => items.length >= before + PRESSES_BETWEEN, 'presses');
		for (const { connects } of watchers) // a press takes less time than to come back
			await connects.until((items) => items.length >= i, 'the watchers');
		server.child.kill('SIGUSR2');
		assert.deepEqual(await server.ports(i + 1), Array(i + 1).fill(port));
	}
	const before = notes.inbox.items.length;
	await notes.inbox.until((items) => items.length >= before + PRESSES_BETWEEN, 'presses after the last restart');
	await Promise.all(stops.map((stop) => stop()));

	const stored = await rows(server.db, 'SELECT id, comment FROM clicks ORDER BY id');
	const comments = stored.map(({ comment }) => comment);
	t.diagnostic(`${comments.length} stored, ${notes.acked.length} acked, ${notes.refused.length} refused, ` +
		`${notes.unknown.length} without an answer; visits ${JSON.stringify(notes.visits)}`);
	assert.equal(new Set(comments).size, comments.length, 'nothing is stored twice');
	const byId = new Map(stored.map(({ id, comment }) => [id, comment]));
	for (const [id, comment] of notes.acked)
		assert.equal(byId.get(id), comment, 'what was acknowledged is stored');
	const known = new Set([...notes.acked.map(([, comment]) => comment), ...notes.unknown]);
	assert.deepEqual(comments.filter((comment) => !known.has(comment)), [], 'what was refused is not');
	for (const { heard, connects } of watchers) {
		await heard.until(() => heard.items.length >= comments.length, 'every click');
		assert.deepEqual(heard.items, comments, 'each watcher has seen each click once, in order');
		assert.deepEqual(connects.items, [false, ...Array(RESTARTS).fill(true)]);
	}
	assert.deepEqual(notes.refusedConnections, [], 'nobody found the door closed');
	await server.stop();
	await assertCountersEqualRows(server.db);
});
