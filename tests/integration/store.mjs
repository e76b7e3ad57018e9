// The store fails while people press: they are told, nothing is shown that is not stored, and when
// the fault is gone all goes on by itself.

import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import test from 'node:test';

import { assertCountersEqualRows } from './helpers/check.mjs';
import { presser } from './helpers/eio.mjs';
import { rows, start } from './helpers/frustd.mjs';
import { getJson, request } from './helpers/http.mjs';
import { parse } from './helpers/prom.mjs';
import { within } from './helpers/wait.mjs';

const FILES = ['', '-wal', '-shm'];

// The database goes first and comes back last: without it frustd does not touch the others.
const takeAway = async (db) => {
	for (const suffix of FILES)
		await rename(db + suffix, `${db}.away${suffix}`);
};
const putBack = async (db) => {
	for (const suffix of [...FILES].reverse())
		await rename(`${db}.away${suffix}`, db + suffix);
};

const toasts = (presser) => presser.events.filter(([name, { type }]) => name === 'message' && type === 'toast')
	.map(([, { text }]) => text);

for (const [lang, words] of [['de', 'Das konnte nicht gespeichert werden, bitte gleich noch einmal.'], ['en', 'it could not be stored, try again']]) {
	test(`the database's file is away for a while (${lang})`, async (t) => {
		const server = await start(t, { args: ['--lang', lang] });
		const { port, db } = server;
		const [anna, watcher] = [await presser(t, port), await presser(t, port)];
		assert.equal((await anna.press('click', { user: 'Anna', comment: 'before' })).ok, true);

		await takeAway(db);
		assert.deepEqual(await anna.press('click', { user: 'Berta', comment: 'during' }), { error: 'it could not be stored, try again' });
		const before = anna.events.length;
		anna.ws.send('42["click",{"user":"Anna","comment":"without an ack"}]');
		anna.ws.send('42["event",{"user":"Anna","name":"without an ack"}]');
		await anna.until((events) => events.slice(before).some(([name]) => name === 'message'), 'a toast');
		assert.equal(toasts(anna).at(-1), words);

		const readyz = await request(t, port, 'GET', '/readyz');
		assert.equal(readyz.status, 503);
		assert.match(readyz.text, /db\.sqlite/, 'this machine is told why');
		const outside = await request(t, port, 'GET', '/readyz', { 'X-Forwarded-For': '203.0.113.5' });
		assert.deepEqual([outside.status, outside.text], [503, 'not ready\n']);
		assert.equal((await request(t, port, 'GET', '/healthz')).status, 200);
		assert.equal((await getJson(t, port, '/api')).ready, false);
		assert.equal((await getJson(t, port, '/api/current_stats')).click_count_total, 1, 'routes answer all the while');
		let metrics;
		const refused = () => metrics.frust_refusals_total.samples.find(({ labels }) => labels === 'reason="store"').value;
		await within((async () => {
			do
				metrics = parse((await request(t, port, 'GET', '/metrics')).text);
			while (refused() < 3);
		})(), 'all three presses to be refused');
		assert.equal(metrics.frust_ready.samples[0].value, 0);
		assert.ok(metrics.frust_commit_failures_total.samples[0].value > 0);

		await putBack(db);
		// Nobody presses: it finds out by itself.
		await server.stderr.until((lines) => lines.some((line) => line.includes('takes writes again')), 'the store');
		assert.equal((await request(t, port, 'GET', '/readyz')).status, 200);
		const { ok, id } = await anna.press('click', { user: 'Anna', comment: 'after' });
		assert.deepEqual([ok, id], [true, 2]);
		await watcher.until((events) => events.some(([, { comment }]) => comment === 'after'), 'the click after');
		const told = watcher.events.filter(([name]) => name === 'click' || name === 'event').map(([, { comment }]) => comment);
		assert.deepEqual(told, ['before', 'after']);
		assert.equal(toasts(watcher).length, 1, 'the others were told of Anna alone');
		assert.equal(server.stderr.items.filter((line) => line.includes('error')).length, 1, 'one line in the log');
		await server.stop();
		assert.deepEqual(await rows(db, 'SELECT comment FROM clicks ORDER BY id'), [{ comment: 'before' }, { comment: 'after' }]);
		await assertCountersEqualRows(db);
	});
}
