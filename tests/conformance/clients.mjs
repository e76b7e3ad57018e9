// The official clients, four generations, over each of their transports.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';

import { defer, Inbox, within } from '../integration/helpers/wait.mjs';
import { start } from './helpers/echo.mjs';

const fromIntegration = createRequire(new URL('../integration/', import.meta.url));
const GENERATIONS = ['2.3.0', '2.5.0', '3.1.3', '4.8.4'];
const TRANSPORTS = {
	'polling only': ['polling'],
	'websocket only': ['websocket'],
	'the default upgrade': ['polling', 'websocket'],
};

const modern = (generation) => Number(generation[0]) >= 3;

function socket(t, port, generation, transports, nsp = '/', more = {}) {
	const io = fromIntegration(`sio-${generation}`);
	const made = io(`http://localhost:${port}${nsp}`, { transports, forceNew: true, reconnection: false, ...more });
	defer(t, () => made.close());
	return made;
}

const next = (emitter, name) => within(new Promise((resolve) => emitter.once(name, (...args) => resolve(args))), name);

async function connected(made) {
	await within(new Promise((resolve, reject) => {
		made.once('connect', resolve);
		made.once('connect_error', reject);
	}), 'the connect');
	return made;
}

async function upgraded({ io: { engine } }, transports) {
	if (transports.length === 2 && engine.transport.name !== 'websocket')
		await within(new Promise((resolve) => engine.once('upgrade', resolve)), 'the upgrade');
	assert.equal(engine.transport.name, transports.at(-1));
}

const ask = (made, ...event) => within(new Promise((resolve) => made.emit(...event, (...args) => resolve(args))), `an ack of ${event[0]}`);

const ARGS = [
	[],
	[1, '2', { 3: [true, null] }],
	['ä😀\u2028', { deep: { deeper: [Buffer.from([1, 2, 3])] } }, Buffer.alloc(0)],
	[Buffer.alloc(100000, 7), 'and', Buffer.from('text')],
];

for (const generation of GENERATIONS)
	for (const [name, transports] of Object.entries(TRANSPORTS)) {
		const each = (what, body) => test(`${generation}, ${name}: ${what}`, async (t) => {
			const port = await start(t);
			await body(t, (nsp, more) => socket(t, port, generation, transports, nsp, more));
		});

		each('messages and acks, with data of every kind', async (t, open) => {
			const made = await connected(open());
			for (const moved of [false, true]) {
				if (moved)
					await upgraded(made, transports);
				for (const args of ARGS) {
					const back = next(made, 'message-back');
					made.emit('message', ...args);
					assert.deepEqual(await back, args);
					assert.deepEqual(await ask(made, 'message-with-ack', ...args), args);
				}
			}
		});

		each('many at once, while it upgrades', async (t, open) => {
			const made = open();
			const inbox = new Inbox();
			made.on('message-back', (...args) => inbox.put(args));
			const sent = Array.from({ length: 300 }, (_, i) => i % 5 ? [i, 'ä😀'] : [i, Buffer.from([i & 255, 30])]);
			for (const args of sent.slice(0, 100))
				made.emit('message', ...args);
			await connected(made);
			for (const args of sent.slice(100))
				made.emit('message', ...args);
			await inbox.until((items) => items.length >= sent.length, 'all of them');
			assert.deepEqual(inbox.items, sent);
			await upgraded(made, transports);
		});

		each('the server asks', async (t, open) => {
			const made = await connected(open('/more'));
			made.on('question', (...args) => args.pop()('because', ...args));
			for (const args of [[], ['why?', { not: 1 }], [Buffer.from([1, 2])]]) {
				const answered = next(made, 'answered');
				made.emit('ask', 20000, ...args);
				assert.deepEqual(await answered, ['because', ...args]);
			}
			made.off('question');
			const late = next(made, 'late');
			made.emit('ask', 20, 'anyone?');
			await late;
		});

		each('namespaces, what they are told, and a refusal', async (t, open) => {
			const greeted = async (made) => { // both may come at once
				const greeting = next(made, 'auth');
				await connected(made);
				return greeting;
			};
			const main = open();
			assert.deepEqual(await greeted(main), [{}]);
			assert.deepEqual(await greeted(open('/custom', { auth: { token: 'ä', n: 1 } })), [modern(generation) ? { token: 'ä', n: 1 } : {}]);
			const [unknown] = await next(open('/unknown'), modern(generation) ? 'connect_error' : 'error');
			assert.equal(unknown.message ?? unknown, 'Invalid namespace');
			if (modern(generation)) {
				const [refused] = await next(open('/more', { auth: { refuse: { code: 7 } } }), 'connect_error');
				assert.equal(refused.message, 'refused');
				assert.deepEqual(refused.data, { code: 7 });
			}
			assert.deepEqual(await ask(main, 'message-with-ack', 1), [1]);
		});

		each('everybody gets what goes to all', async (t, open) => {
			const all = await Promise.all([1, 2, 3].map(() => connected(open('/more'))));
			const heard = all.map((made) => next(made, 'all'));
			all[0].emit('all', 1, { data: Buffer.from([4, 5, 6]) });
			for (const args of await Promise.all(heard))
				assert.deepEqual(args, [1, { data: Buffer.from([4, 5, 6]) }]);
		});

		each('leaving, and being sent away', async (t, open) => {
			const reason = async (made, leave) => {
				const left = next(made, 'disconnect');
				leave();
				return (await left)[0];
			};
			const left = await connected(open('/more'));
			assert.equal(await reason(left, () => left.disconnect()), 'io client disconnect');
			const sent = await connected(open('/more'));
			assert.equal(await reason(sent, () => sent.emit('leave')), 'io server disconnect');
			const closed = await connected(open('/more'));
			const why = await reason(closed, () => closed.emit('close'));
			// clients may look at the end of the session before they have decoded the packet ahead of it
			assert.ok(['io server disconnect', 'transport close'].includes(why), why);
		});
	}

for (const generation of GENERATIONS)
	test(`${generation}: it stays through many heartbeats`, async (t) => {
		const port = await start(t, { 'ping-interval': 60, 'ping-timeout': 10000 });
		for (const transports of Object.values(TRANSPORTS)) {
			const made = await connected(socket(t, port, generation, transports));
			const over = next(made, 'disconnect').then(([reason]) => reason);
			const quiet = new Promise((resolve) => setTimeout(resolve, 600, 'still here'));
			assert.equal(await Promise.race([over, quiet]), 'still here');
			assert.deepEqual(await ask(made, 'message-with-ack', 1), [1]);
			over.catch(() => {}); // it is closed after the test
		}
	});

// A client that can send no binary data sends it as text, over each transport that it moves to.
for (const generation of ['2.3.0', '4.8.4'])
	for (const [name, transports] of Object.entries(TRANSPORTS))
		test(`${generation}, ${name}: binary data as base64`, async (t) => {
			const port = await start(t);
			const made = await connected(socket(t, port, generation, transports, '/', { forceBase64: true }));
			for (const moved of [false, true]) {
				if (moved)
					await upgraded(made, transports);
				for (const data of [Buffer.alloc(0), Buffer.from([0, 1, 254, 255]), Buffer.alloc(5000, 7)])
					assert.deepEqual(await ask(made, 'message-with-ack', data, 'text', data), [data, 'text', data]);
			}
			assert.equal(made.connected, true);
		});
