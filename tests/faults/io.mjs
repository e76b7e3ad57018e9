// A server whose n-th write, fsync, open, truncate … of the database fails, once or until it is mended: presses are refused
// and say so, nothing is shown that is not stored, readiness goes and comes back by itself.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { client } from '../integration/helpers/clients.mjs';
import { presser } from '../integration/helpers/eio.mjs';
import { frustd, scratch } from '../integration/helpers/frustd.mjs';
import { getJson } from '../integration/helpers/http.mjs';
import { within } from '../integration/helpers/wait.mjs';
import { chance } from './helpers/random.mjs';
import { LONG, Shim } from './helpers/shim.mjs';
import { assertNothingLost, EAGER, isReady, mustPress, ready, says, serve, takenPort } from './helpers/site.mjs';

const FAULTS = {
	'write: EIO': ['write', { error: 'EIO' }],
	'write: ENOSPC': ['write', { error: 'ENOSPC' }],
	'write: EROFS': ['write', { error: 'EROFS' }],
	'write: half, then ENOSPC': ['write', { error: 'ENOSPC', how: 'short' }],
	'fsync: EIO': ['sync', { error: 'EIO' }],
	'fsync: ENOSPC': ['sync', { error: 'ENOSPC' }],
	'truncate: EIO': ['truncate', { error: 'EIO' }],
	'read: EIO': ['read', { error: 'EIO' }],
	'stat: EIO': ['stat', { error: 'EIO' }],
	'open: EMFILE': ['open', { error: 'EMFILE' }],
	'map: ENOMEM': ['map', { error: 'ENOMEM' }],
	'lock: ENOLCK': ['lock', { error: 'ENOLCK' }],
};
const LASTING = ['write: EIO', 'write: ENOSPC', 'write: EROFS', 'write: half, then ENOSPC', 'fsync: EIO', 'stat: EIO'];

async function site(t) {
	const folder = scratch(t);
	const shim = new Shim(t).lazy().under(folder);
	const server = await serve(t, { db: join(folder, 'db.sqlite'), env: shim.env });
	const anna = await presser(t, server.port);
	const watcher = await client(t, server.port, '4.8.4', ['websocket']);
	const acked = [await mustPress(server.port, 'the first')];
	return { shim, server, anna, watcher, acked };
}

// What was shown is what was acked, each once and in the order of the acks.
async function assertShown(watcher, acked) {
	const comments = () => watcher.all('click').map(({ comment }) => comment);
	await watcher.inbox.until(() => comments().length >= acked.length, 'every click');
	assert.deepEqual(comments(), acked);
}

test('once, at any call: the press is stored, or refused and not shown', async (t) => {
	const { shim, server, anna, watcher, acked } = await site(t);
	for (const [what, [kind, how]] of Object.entries(FAULTS)) {
		let n = 0, refused = 0;
		for (let failed = 1; failed; n++) {
			shim.arm(kind, { ...how, before: n, times: how.how ? 2 : 1 });
			const comment = `${what} ${n}`;
			const answer = await anna.press('click', { user: 'Anna', comment });
			({ failed } = shim);
			shim.disarm();
			if (answer.ok)
				acked.push(comment);
			else
				refused++, assert.equal(typeof answer.error, 'string');
			acked.push(await mustPress(server.port, `after ${what} ${n}`));
		}
		t.diagnostic(`${what}: ${n - 1} calls, ${refused} presses refused`);
	}
	await assertShown(watcher, acked);
	await server.stop();
	const stored = await assertNothingLost(server.db, acked);
	assert.equal(stored.size, acked.length, 'what was refused is not stored');
});

test('until it is mended: refused, told, not ready; then all goes on by itself', async (t) => {
	const { shim, server, anna, watcher, acked } = await site(t);
	for (const what of LASTING) {
		const [kind, how] = FAULTS[what];
		const lines = server.stderr.items.length;
		const berta = await presser(t, server.port); // who is told once a second at most
		assert.ok(await isReady(server.port));
		shim.arm(kind, how);
		const answer = await anna.press('click', { user: 'Anna', comment: `${what}, refused` });
		assert.equal(typeof answer.error, 'string', what);
		assert.equal(await isReady(server.port), false, what);
		assert.equal((await getJson(t, server.port, '/api')).ready, false);
		berta.ws.send('42["click",{"user":"Berta","comment":"refused without an ack"}]');
		await berta.until((events) => events.some(([name, { text, type }]) => name === 'message' && type === 'toast' &&
			text.startsWith('Das konnte nicht gespeichert werden')), 'a toast');
		berta.ws.close();
		const newcomer = await client(t, server.port, '2.3.0', ['polling']);
		await newcomer.until('stats', ({ click_count_total: n }) => n === acked.length, 'the stats as they are');
		newcomer.socket.close();
		assert.equal((await getJson(t, server.port, '/api/latest_clicks')).length, acked.length);

		shim.disarm();
		await ready(server);
		acked.push(await mustPress(server.port, `after ${what}`));
		await says(server, /the database takes writes again$/, lines);
		const log = server.stderr.items.slice(lines);
		assert.equal(log.length, 2, log.join('\n'));
		assert.match(log[0], /error: .*; clicks are refused until it works again$/);
		assert.match(log[1], /the database takes writes again$/);
	}
	await assertShown(watcher, acked);
	await server.stop();
	const stored = await assertNothingLost(server.db, acked);
	assert.equal(stored.size, acked.length, 'what was refused is not stored');
});

test('again and again under load: what was acked is what was shown and what is stored', async (t) => {
	const random = chance(t);
	const { shim, server, anna, watcher, acked } = await site(t);
	let refused = 0;
	for (let round = 0; round < (LONG ? 300 : 15); round++) {
		// in the first round the first write of them all: what comes in one batch makes few calls
		const [kind, how] = FAULTS[round ? random.of(LASTING) : 'write: EIO'];
		shim.arm(kind, { ...how, before: round && random.int(0, 60), times: random.int(1, 40) });
		// enough for checkpoints too
		const asked = Array.from({ length: 400 }, (_, i) => `${round}/${i}`)
			.map((comment) => [comment, anna.send('click', { user: `Anna ${round}`, comment })]);
		for (const [comment, id] of asked)
			if ((await anna.ack(id)).ok)
				acked.push(comment);
			else
				refused++;
		shim.disarm();
		acked.push(await mustPress(server.port, `after ${round}`));
		anna.ws.inbox.items.length = 0;
	}
	t.diagnostic(`${acked.length} acked, ${refused} refused`);
	assert.ok(refused);
	await assertShown(watcher, acked);
	await server.stop();
	const stored = await assertNothingLost(server.db, acked);
	assert.equal(stored.size, acked.length, 'what was refused is not stored');
});

test('its end waits for the commit that the disk is slow to take, and tells of it', async (t) => {
	const { shim, server, anna, acked } = await site(t);
	shim.arm('sync', { times: 1, how: 'slow' });
	const asked = anna.send('click', { user: 'Anna', comment: 'slow' });
	await within((async () => {
		while (!shim.failed)
			await pause(10);
	})(), 'the commit to begin');
	server.child.kill('SIGTERM');
	assert.equal((await anna.ack(asked)).ok, true);
	assert.deepEqual(anna.events.filter(([name]) => name === 'click').slice(1).map(([, { comment }]) => comment), ['slow']);
	const close = await anna.ws.inbox.until((items) => items.find(({ type }) => type === 'close'), 'the goodbye');
	assert.equal(close.code, 1001);
	await server.stop();
	assert.equal((await assertNothingLost(server.db, [...acked, 'slow'])).size, acked.length + 1);
});

test('at its start: it serves, or ends with a line and its code', async (t) => {
	const folder = scratch(t);
	const shim = new Shim(t).lazy().under(folder);
	const listen = `127.0.0.1:${await takenPort(t)}`;
	let made = 0;
	for (const [what, [kind, how]] of Object.entries(FAULTS)) {
		const codes = { 3: 0, 4: 0 };
		let n = 0;
		for (let failed = 1; failed; n += LONG ? 1 : 1 + (n >> 1)) {
			shim.arm(kind, { ...how, before: n, times: kind === 'lock' ? 1 : undefined });
			const { code, stderr } = await frustd([...EAGER, '--db', join(folder, `${made++}.sqlite`),
				'--listen', listen], { env: shim.env });
			({ failed } = shim);
			assert.ok(code in codes, `${what} ${n}: ${code}\n${stderr}`);
			codes[code]++;
			if (code === 4)
				assert.match(stderr, /^frustd: error: .+\n$/);
		}
		t.diagnostic(`${what}: came to listening ${codes[3]} times, ended before ${codes[4]} times`);
		assert.ok(codes[3]);
	}
});
