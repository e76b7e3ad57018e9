// The database locked by another process: presses are refused, nothing is shown that is not stored,
// and when the lock is gone all goes on.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test from 'node:test';

import { assertCountersEqualRows } from './helpers/check.mjs';
import { presser } from './helpers/eio.mjs';
import { rows, start } from './helpers/frustd.mjs';
import { getJson, request } from './helpers/http.mjs';
import { parse } from './helpers/prom.mjs';
import { defer, Inbox, within } from './helpers/wait.mjs';

const PATIENT = 2000; // ms that a commit waits for a lock

// Another process that holds the write lock until release().
async function lock(t, db) {
	const child = spawn('sqlite3', ['-cmd', '.timeout 10000', db], { stdio: ['pipe', 'pipe', 'inherit'] });
	const output = new Inbox();
	child.stdout.setEncoding('utf8').on('data', (text) => output.put(text));
	defer(t, () => child.kill());
	child.stdin.write('BEGIN IMMEDIATE;\n.print locked\n');
	await output.until((items) => items.join('').includes('locked'), 'the lock');
	return () => new Promise((resolve) => {
		child.on('close', resolve);
		child.stdin.end('ROLLBACK;\n');
	});
}

const queued = async (t, port) => parse((await request(t, port, 'GET', '/metrics')).text).frust_writer_queue_records.samples[0].value;

test('a lock that stays: presses are refused, then all goes on', async (t) => {
	const server = await start(t);
	const { port, db } = server;
	const [anna, watcher] = [await presser(t, port), await presser(t, port)];
	await anna.press('click', { user: 'Anna', comment: 'before' });

	const release = await lock(t, db);
	const refused = await anna.press('click', { user: 'Berta', comment: 'during' });
	assert.equal(typeof refused.error, 'string');
	assert.equal((await request(t, port, 'GET', '/readyz')).status, 503);
	assert.equal((await getJson(t, port, '/api/current_stats')).click_count_total, 1, 'routes answer all the while');
	assert.equal((await getJson(t, port, '/api/online_users'))[0].name, 'Anna', 'a click that is not stored changes no name');
	const before = anna.events.length;
	anna.ws.send('42["click",{"user":"Anna","comment":"without an ack"}]');
	const [, notice] = await anna.until((events) => events.slice(before).find(([name]) => name === 'message'), 'a toast');
	assert.equal(notice.type, 'toast');
	await release();

	// The store comes back by itself; until it has, a press is refused like those before.
	let after;
	do {
		after = await anna.press('click', { user: 'Anna', comment: 'after' });
	} while (after.error);
	assert.equal(after.id, 2);
	await watcher.until((events) => events.some(([, { comment }]) => comment === 'after'), 'the click after');
	const told = watcher.events.filter(([name]) => name === 'click' || name === 'message');
	assert.deepEqual(told.map(([, { comment, text }]) => comment ?? text), ['Anna ist beigetreten.', 'before', 'after']);
	assert.equal((await getJson(t, port, '/api/current_stats')).click_count_total, 2);

	await server.stop();
	assert.deepEqual(await rows(db, 'SELECT user, comment FROM clicks ORDER BY id'),
		[{ user: 'Anna', comment: 'before' }, { user: 'Anna', comment: 'after' }]);
	await assertCountersEqualRows(db);
});

test('a lock that is soon gone is only waited for', async (t) => {
	const server = await start(t);
	const anna = await presser(t, server.port);
	for (let soon = 0; soon < 5;) {
		const release = await lock(t, server.db);
		const begun = performance.now();
		const asked = anna.send('click', { user: 'Anna' });
		assert.ok((await getJson(t, server.port, '/api')).version);
		await release();
		const held = performance.now() - begun;
		const { ok, error } = await anna.ack(asked);
		if (held >= PATIENT)
			continue; // the machine was too busy to let go of it soon
		assert.equal(ok, true, error);
		soon++;
	}
	await server.stop();
	await assertCountersEqualRows(server.db);
});

test('SIGTERM while it is locked: what is queued is refused, and the end is near', async (t) => {
	const server = await start(t, { args: ['--click-rate', '0', '--packet-rate', '0'] });
	const anna = await presser(t, server.port);
	await anna.press('click', { user: 'Anna', comment: 'before' });
	const release = await lock(t, server.db);
	const ids = Array.from({ length: 5000 }, (_, i) => anna.send('click', { user: 'Anna', comment: `${i}` }));
	await within((async () => {
		while (!await queued(t, server.port))
			;
	})(), 'clicks in the queue');
	const before = performance.now();
	server.child.kill('SIGTERM');
	const { code } = await within(server.over, 'the end');
	t.diagnostic(`ended ${Math.round(performance.now() - before)} ms after SIGTERM`);
	assert.equal(code, 0, server.log());
	await anna.ws.inbox.until((items) => items.at(-1).type === 'end', 'the end of the stream');
	const acks = anna.ws.inbox.items.filter(({ text }) => /^43\d+\[\{"error"/.test(text));
	const answered = anna.ws.inbox.items.filter(({ text }) => /^43\d+\[/.test(text)).length - 1;
	assert.equal(acks.length, answered, 'nobody is told that it was stored');
	assert.ok(acks.length > 0 && acks.length <= ids.length);
	await release();
	assert.equal((await rows(server.db, 'SELECT count(*) AS n FROM clicks'))[0].n, 1);
});
