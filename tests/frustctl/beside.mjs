// Beside a running frustd: both write, nothing is lost, and the server notices within a second.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { assertCountersEqualRows } from '../integration/helpers/check.mjs';
import { presser } from '../integration/helpers/eio.mjs';
import { start } from '../integration/helpers/frustd.mjs';
import { getJson } from '../integration/helpers/http.mjs';
import { Inbox, within } from '../integration/helpers/wait.mjs';
import { change, ctl, database, json, ok, scratch, site } from './helpers/ctl.mjs';

const NOTICED = 10_000; // ms: a second, and what a busy machine adds
const EAGER = ['--click-rate', '0', '--packet-rate', '0']; // no limit of rates comes in a test's way

const stats = (t, port) => getJson(t, port, '/api/current_stats');

// Presses until it is told to stop: stop() resolves with the ids that were acked, again() when a row
// of a press that was made after the call is there. Rests in between, so that of two who press the
// lock is free for a third of the time however slow the disk is.
function pressing(client, press) {
	let stop = false;
	const acked = new Inbox();
	const over = (async () => {
		while (!stop) {
			const since = Date.now();
			const answer = await client.press(...press(acked.items.length));
			if (answer.ok)
				acked.put(answer.id);
			await sleep(2 * (Date.now() - since));
		}
		return acked.items;
	})();
	return {
		again() {
			const wanted = acked.items.length + 3; // one may be on its way, another leaves no row
			return acked.until((ids) => ids.length >= wanted, 'another press');
		},
		stop() {
			stop = true;
			return within(over, 'the last press');
		},
	};
}

test('every command that reads works beside a server, and sees what was acked', async (t) => {
	const server = await start(t);
	const anna = await presser(t, server.port);
	const db = ['--db', server.db];
	for (let i = 1; i <= 5; i++) {
		await anna.press('click', { user: 'Anna', comment: `number ${i}` });
		assert.equal((await json(['stats', ...db])).click_count_total, i);
		assert.equal((await json(['clicks', ...db, '--limit', '1']))[0].comment, `number ${i}`);
	}
	for (const args of [['users'], ['events'], ['hours'], ['user', 'Anna'], ['chart', 'week'], ['check'], ['export', '-'], ['ban', 'list']])
		assert.ok(await ok([...args, ...db]));
	await server.stop();
});

test('a change is noticed within a second, and stats go out', async (t) => {
	const server = await start(t, { db: await site(t), args: ['--clock-shift', '0'] }); // long after the site's days
	const { port } = server;
	const anna = await presser(t, port);
	await anna.press('click', { user: 'Neu', comment: 'spam' });
	assert.equal((await stats(t, port)).click_count_total, 7);
	const seen = anna.events.length;
	await change(['clicks', 'delete', '--comment', 'spam', '--db', server.db]);
	const changed = Date.now();
	const [, told] = await anna.until((events) => events.slice(seen).find(([name, { click_count_total } = {}]) =>
		name === 'stats' && click_count_total === 6), 'stats with the click gone');
	assert.ok(Date.now() - changed < NOTICED, `${Date.now() - changed} ms`);
	assert.equal(told.click_count_today, (await stats(t, port)).click_count_today);
	assert.deepEqual(await getJson(t, port, '/api/latest_clicks'), []);
	assert.ok(!(await getJson(t, port, '/api/users')).some(({ name }) => name === 'Neu'));

	await change(['user', 'rename', 'Anna', 'Berta', '--db', server.db]);
	const renamed = Date.now();
	let names;
	do {
		assert.ok(Date.now() - renamed < NOTICED, `${names}`);
		names = (await getJson(t, port, '/api/users')).map(({ name }) => name);
	} while (!names.includes('Berta'));
	const { id } = await anna.press('click', { user: 'Neu' });
	assert.equal(id, 8, 'the id of what is gone is not given again');
	await server.stop();
	await assertCountersEqualRows(server.db);
});

test('while both write, nothing is lost on either side', async (t) => {
	const server = await start(t, { args: EAGER });
	const { port, db } = server;
	const clients = [await presser(t, port), await presser(t, port)];
	const pressers = clients.map((client, k) => pressing(client, (i) => (i % 5 === 4
		? ['event', { user: `user ${k}`, name: i % 2 ? 'fu' : 'rickroll' }]
		: ['click', { user: `user ${k}`, comment: i % 3 ? 'keep' : 'spam' }])));
	const other = await site(t), file = join(scratch(t), 'other.ndjson');
	await ctl(['export', file, '--quiet', '--db', other]);
	const copies = [];
	for (let round = 0; round < 3; round++) {
		await ctl(['import', file, '--merge', '--yes', '--quiet', '--db', db]);
		await ctl(['clicks', 'delete', '--comment', 'spam', '--yes', '--quiet', '--db', db]);
		copies.push(join(scratch(t), 'copy.sqlite'));
		assert.equal((await ctl(['backup', copies.at(-1), '--quiet', '--db', db])).code, 0);
		await Promise.all(pressers.map(({ again }) => again())); // a user goes with his last click
		await change(['user', 'merge', 'user 0', 'user 1', '--db', db]);
		assert.equal((await ctl(['check', '--db', db])).code, 0, 'sound in the middle of it');
	}
	const acked = (await Promise.all(pressers.map(({ stop }) => stop()))).flat().filter((id) => id !== null);
	await server.stop();
	const { clicks } = await assertCountersEqualRows(db);
	const kept = (await json(['clicks', '--db', db, '--comment', 'keep'])).length;
	const spam = (await json(['clicks', '--db', db, '--comment', 'spam'])).length;
	assert.equal(clicks, kept + spam + 6);
	assert.ok(acked.length > 0);
	for (const copy of copies)
		assert.equal((await ctl(['check', '--db', copy])).code, 0);
});

test('a ban holds within a second, and lifting it too', async (t) => {
	const server = await start(t, { args: EAGER }); // a refusal is back at once, and asked for again
	const anna = await presser(t, server.port);
	assert.equal((await anna.press('click', { user: 'casino 24' })).ok, true);
	const until = async (wanted) => {
		const since = Date.now();
		for (;;) {
			const answer = await anna.press('click', { user: 'casino 24' });
			if (Boolean(answer.ok) === wanted)
				return;
			assert.ok(Date.now() - since < NOTICED, JSON.stringify(answer));
		}
	};
	await change(['ban', 'add', '*casino*', '--glob', '--db', server.db]);
	await until(false);
	assert.equal((await anna.press('click', { user: 'Anna' })).ok, true);
	await change(['ban', 'remove', '*casino*', '--glob', '--db', server.db]);
	await until(true);
	await server.stop();
	await assertCountersEqualRows(server.db);
});

test('an announcement reaches everyone within a second, exactly once', async (t) => {
	const server = await start(t);
	const clients = [await presser(t, server.port), await presser(t, server.port)];
	const texts = ['erstens', 'zweitens', 'drittens'];
	for (const text of texts) {
		await change(['announce', text, '--popup', '--style', 'big', '--db', server.db]);
		const since = Date.now();
		for (const client of clients) {
			const [, message] = await client.until((events) =>
				events.find(([name, message]) => name === 'message' && message.text === text), text);
			assert.deepEqual(message, { text, style: 'big', type: 'popup' });
		}
		assert.ok(Date.now() - since < NOTICED);
	}
	await clients[0].press('click', { user: 'Anna' });
	await clients[1].until((events) => events.some(([name]) => name === 'click'), 'the click after');
	for (const client of clients)
		assert.deepEqual(client.events.filter(([name, { type } = {}]) => name === 'message' && type === 'popup')
			.map(([, { text }]) => text), texts);
	await server.stop();
});

test('an announcement made while no server runs waits for somebody to hear it', async (t) => {
	const db = await database(t);
	await change(['announce', 'guten Morgen', '--db', db]);
	const heard = async (enough) => {
		const server = await start(t, { db });
		const anna = await presser(t, server.port);
		await anna.until((events) => events.some(([name, { text } = {}]) => name === 'message' && enough(text)), 'a message');
		await anna.press('click', { user: 'Anna' });
		await server.stop();
		return anna.events.filter(([, { text } = {}]) => text === 'guten Morgen').length;
	};
	assert.equal(await heard((text) => text === 'guten Morgen'), 1);
	await change(['announce', 'gute Nacht', '--db', db]);
	assert.equal(await heard((text) => text === 'gute Nacht'), 0, 'said once');
});
