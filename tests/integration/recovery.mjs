// Recovery after a drop ("connection state recovery") with the official client that knows it, and
// that nothing changes for the others.

import assert from 'node:assert/strict';
import test from 'node:test';
import { join } from 'node:path';

import { client, GENERATIONS, TRANSPORTS } from './helpers/clients.mjs';
import { PATH } from './helpers/eio.mjs';
import { scratch, start } from './helpers/frustd.mjs';
import { defer, Inbox, within } from './helpers/wait.mjs';

const NEWEST = GENERATIONS.at(-1);

// A client of the newest generation that comes back by itself, with every argument of what it hears.
async function comeback(t, port, { query = { recovery: '1' }, transports = ['websocket'] } = {}) {
	const { io } = await import(`sio-${NEWEST}`);
	const socket = io(`http://127.0.0.1:${port}`, {
		path: PATH, transports, query, forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 100,
	});
	defer(t, () => socket.close());
	const inbox = new Inbox();
	socket.onAny((...event) => inbox.put(event));
	socket.on('connect', () => inbox.put(['(connect)', socket.recovered]));
	socket.on('disconnect', () => inbox.put(['(drop)']));
	await inbox.until((items) => items.some(([name]) => name === 'stats'), 'stats');
	return {
		socket,
		inbox,
		drop: () => socket.io.engine.close(),
		stories: () => inbox.items.filter(([name]) => ['click', 'event', 'message', '(connect)', '(drop)'].includes(name))
			.map(([name, argument]) => `${name} ${argument?.comment ?? argument?.name ?? argument?.text ?? argument}`),
		since: (n) => inbox.items.slice(n),
		seen: (comment) => inbox.until((items) => items.some(([, argument]) => argument?.comment === comment), comment),
		back: (times) => inbox.until((items) => items.filter(([name]) => name === '(connect)').length > times, 'the return'),
	};
}

// Clicks while the other is away: its reconnect is held back until they are stored.
async function missWhileAway(anna, presser, presses) {
	anna.socket.io.reconnection(false);
	anna.drop();
	await anna.inbox.until((items) => items.some(([name]) => name === '(drop)'), 'the drop');
	for (const { ok } of await Promise.all(presses.map((press) => presser.ask(...press))))
		assert.equal(ok, true);
	const before = anna.inbox.items.length;
	anna.socket.io.reconnection(true);
	anna.socket.connect();
	await anna.inbox.until((items) => items.slice(before).some(([name]) => name === 'stats'), 'stats after the return');
	return anna.inbox.items.slice(before);
}

for (const [how, transports] of Object.entries(TRANSPORTS)) {
	test(`what was missed is told, once and in order, ${how}`, async (t) => {
		const { port } = await start(t);
		const presser = await client(t, port, NEWEST, ['websocket']);
		const anna = await comeback(t, port, { transports });
		await presser.ask('click', { user: 'P', comment: 'before' });
		await anna.seen('before');
		const missed = await missWhileAway(anna, presser, [
			['click', { user: 'P', comment: 'one' }],
			['event', { user: 'P', name: 'fu' }],
			['event', { user: 'P', name: 'rickroll' }],
			['click', { user: 'Q', comment: 'two' }],
		]);
		assert.deepEqual(missed.map(([name]) => name).slice(0, 5), ['(connect)', 'click', 'event', 'click', 'stats'],
			'no messages, no status, no unsaved events');
		assert.equal(missed[0][1], true, 'the client knows that it recovered');
		assert.deepEqual(missed.slice(1, 4).map(([, { comment, name }]) => comment ?? name), ['one', 'fu', 'two']);
		assert.equal(missed[4][1].click_count_total, 3);
		assert.equal(missed[4][1].event_count_total, 2);

		await presser.ask('click', { user: 'Q', comment: 'after' });
		await anna.seen('after');
		const comments = anna.inbox.items.filter(([name]) => name === 'click').map(([, { comment }]) => comment);
		assert.deepEqual(comments, ['before', 'one', 'two', 'after']);
	});
}

test('a restart of the server in between loses nothing', async (t) => {
	const db = join(scratch(t), 'db.sqlite');
	const first = await start(t, { db });
	const anna = await comeback(t, first.port);
	const presser = await client(t, first.port, NEWEST, ['websocket']);
	await presser.ask('click', { user: 'P', comment: 'before' });
	await anna.seen('before');
	anna.socket.io.reconnection(false);
	anna.drop();
	await anna.inbox.until((items) => items.some(([name]) => name === '(drop)'), 'the drop');
	await presser.ask('click', { user: 'P', comment: 'missed' });
	await first.stop();
	const second = await start(t, { db });
	anna.socket.io.uri = `http://127.0.0.1:${second.port}`; // as if it were at the same place
	const before = anna.inbox.items.length;
	anna.socket.io.reconnection(true);
	anna.socket.connect();
	await anna.seen('missed');
	const told = anna.inbox.items.slice(before);
	assert.deepEqual(told[0], ['(connect)', true]);
	assert.deepEqual(told.filter(([name]) => name === 'click').map(([, { comment }]) => comment), ['missed']);
});

test('after a goodbye nothing is told', async (t) => {
	const { port } = await start(t);
	const presser = await client(t, port, NEWEST, ['websocket']);
	const anna = await comeback(t, port);
	await presser.ask('click', { user: 'P', comment: 'before' });
	await anna.seen('before');
	await presser.until('status', ({ user_count }) => user_count === 2);
	anna.socket.disconnect();
	await presser.inbox.until(() => presser.all('status').at(-1).user_count === 1, 'the goodbye to arrive');
	await presser.ask('click', { user: 'P', comment: 'missed' });
	const before = anna.inbox.items.length;
	anna.socket.connect();
	await anna.inbox.until((items) => items.slice(before).some(([name]) => name === 'stats'), 'stats');
	await presser.ask('click', { user: 'P', comment: 'after' });
	await anna.seen('after');
	const told = anna.inbox.items.slice(before);
	assert.deepEqual(told[0], ['(connect)', false]);
	assert.deepEqual(told.filter(([name]) => name === 'click').map(([, { comment }]) => comment), ['after']);
});

test('beyond the window it is an ordinary connect', async (t) => {
	const { port } = await start(t, { args: ['--recovery-seconds', '1', '--click-rate', '0', '--packet-rate', '0'] });
	const presser = await client(t, port, NEWEST, ['websocket']);
	const anna = await comeback(t, port);
	await presser.ask('click', { user: 'P', comment: 'before' });
	await anna.seen('before');
	anna.socket.io.reconnection(false);
	anna.drop();
	const { timestamp } = await presser.ask('click', { user: 'P', comment: 'missed' });
	// The window is by the server's clock: press until it says that more than two seconds are over.
	while ((await presser.ask('click', { user: 'P', comment: 'later' })).timestamp <= timestamp + 2)
		;
	const before = anna.inbox.items.length;
	anna.socket.io.reconnection(true);
	anna.socket.connect();
	await anna.inbox.until((items) => items.slice(before).some(([name]) => name === 'stats'), 'stats');
	assert.deepEqual(anna.inbox.items[before], ['(connect)', false]);
	assert.deepEqual(anna.inbox.items.slice(before).filter(([, argument]) => argument?.comment === 'missed'), []);
});

test('who missed more than its queue takes begins anew', async (t) => {
	const { port } = await start(t, { args: ['--queue-max', '65536', '--click-rate', '0', '--packet-rate', '0'] });
	const presser = await client(t, port, NEWEST, ['websocket']);
	const anna = await comeback(t, port);
	await presser.ask('click', { user: 'P', comment: 'before' });
	await anna.seen('before');
	const missed = Array.from({ length: 600 }, () => ['click', { user: 'P', comment: 'x'.repeat(75) }]);
	const told = await missWhileAway(anna, presser, missed);
	assert.deepEqual(told[0], ['(connect)', false]);
	assert.equal(told.find(([name]) => name === 'stats')[1].click_count_total, 601);
	await presser.ask('click', { user: 'P', comment: 'after' });
	await anna.seen('after');
	assert.deepEqual(anna.stories().slice(-1), ['click after']);
	assert.equal(anna.inbox.items.filter(([name]) => name === '(drop)').length, 1, 'it stays');
});

test('a name and counts begin anew, and the drop was a leave', async (t) => {
	const { port } = await start(t);
	const watcher = await client(t, port, NEWEST, ['websocket']);
	const anna = await comeback(t, port);
	await within(anna.socket.emitWithAck('auth', 'Anna'), 'the ack');
	await watcher.message('Anna ist beigetreten.');
	await missWhileAway(anna, watcher, []);
	await watcher.message('Anna hat verlassen.');
	await within(anna.socket.emitWithAck('auth', 'Anna'), 'the ack');
	await watcher.inbox.until((items) => items.filter(([, m]) => m.text === 'Anna ist beigetreten.').length === 2, 'a second join');
});

for (const [what, args, query, offsets] of [
	['who does not ask gets no offsets', [], {}, false],
	['all: everyone gets them', ['--recovery', 'all'], {}, true],
	['off: nobody does', ['--recovery', 'off'], { recovery: '1' }, false],
]) {
	test(what, async (t) => {
		const { port } = await start(t, { args });
		const anna = await comeback(t, port, { query });
		const presser = await client(t, port, '2.3.0', ['websocket']);
		await presser.ask('click', { user: 'P', comment: 'x' });
		await anna.seen('x');
		const click = anna.inbox.items.find(([name]) => name === 'click');
		assert.equal(click.length, offsets ? 3 : 2);
		assert.equal(presser.inbox.items.find(([name]) => name === 'click').length, 2, 'the old clients see nothing of it');
	});
}
