// Changes by hand: users, rows, bans, announcements. After each the counters equal the rows.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';

import { change, changeAfterTrial, ctl, json, ok, pythonSite, refused, site, sqlite } from './helpers/ctl.mjs';

const sound = async (db) => assert.equal((await json(['check', '--db', db])).verdict[0].problems, 0);
const users = async (db) => Object.fromEntries((await json(['users', '--db', db]))
	.map(({ name, click_count, event_count }) => [name, [click_count, event_count]]));
const long = 'a name that is far too long for us';

test('a user gets another name, once', async (t) => {
	const db = await site(t);
	assert.deepEqual(await changeAfterTrial(['user', 'rename', 'Anna', 'Berta'], db),
		{ change: 'rename user', dry_run: false, clicks: 4, events: 4 });
	assert.deepEqual(await users(db), { Berta: [4, 4], 'Jürgen Müller': [1, 1], [long]: [1, 0] });
	await sound(db);
	await refused(['user', 'rename', 'Anna', 'Berta', '--yes', '--db', db], 3, /no user|Anna/);
	await refused(['user', 'rename', 'Berta', 'Jürgen Müller', '--yes', '--db', db], 7, /^frustctl: /);
	await refused(['user', 'rename', 'Berta', ' ', '--yes', '--db', db], 2, /^frustctl: /);
	await refused(['user', 'rename', 'Berta', 'x'.repeat(16), '--yes', '--db', db], 2, /^frustctl: /);
	await refused(['user', 'rename', 'Berta', '--yes', '--db', db], 2, 'user rename needs OLD NEW; try frustctl help user rename');
});

test('users become one', async (t) => {
	const db = await site(t);
	assert.deepEqual(await changeAfterTrial(['user', 'merge', long, 'Jürgen Müller', 'Anna'], db),
		{ change: 'merge users into', dry_run: false, clicks: 2, events: 1, users: 2 });
	assert.deepEqual(await users(db), { Anna: [6, 5] });
	await sound(db);
	await refused(['user', 'merge', 'nobody', 'Anna', '--yes', '--db', db], 3, /^frustctl: /);
	await refused(['user', 'merge', 'Anna', 'Anna', '--yes', '--db', db], 2, /^frustctl: /);
});

test('a user is erased, by name or with all rows, and the site counts on', async (t) => {
	const db = await site(t), totals = await json(['stats', '--db', db, '--now', '@1795371634']);
	assert.deepEqual(await changeAfterTrial(['user', 'erase', 'Anna'], db),
		{ change: 'erase user', dry_run: false, clicks: 4, events: 4, users: 1 });
	assert.deepEqual(await users(db), { '[erased]': [4, 4], 'Jürgen Müller': [1, 1], [long]: [1, 0] });
	assert.equal(sqlite(db, 'SELECT count(comment) FROM clicks WHERE user = \'[erased]\''), '0\n');
	await sound(db);
	assert.deepEqual(await changeAfterTrial(['user', 'erase', 'Jürgen Müller', '--delete'], db),
		{ change: 'erase user', dry_run: false, clicks: 1, events: 1, users: 1 });
	assert.equal((await json(['clicks', '--db', db])).length, 5);
	assert.deepEqual(await json(['stats', '--db', db, '--now', '@1795371634']), totals);
	await sound(db);
	assert.doesNotMatch(sqlite(db, '.dump'), /Anna|Jürgen/);
	await refused(['user', 'erase', 'Anna', '--yes', '--db', db], 3, /^frustctl: /);
});

test('clicks and events are deleted as if they had never been', async (t) => {
	const db = await site(t);
	const trial = await ctl(['clicks', 'delete', '--comment', '*night', '--dry-run', '--db', db]);
	assert.equal(trial.stderr, 'frustctl: would delete clicks\n');
	assert.match(trial.stdout, /^ +count\nclicks +1\nusers +0\nhours +1\n$/);
	assert.deepEqual(await changeAfterTrial(['clicks', 'delete', '--comment', '*night'], db),
		{ change: 'delete clicks', dry_run: false, clicks: 1, users: 0, hours: 1 });
	await sound(db);
	assert.deepEqual(await changeAfterTrial(['clicks', 'delete', '--user', 'Anna', '--since', '2026-11-16', '--until', '2026-11-17'], db),
		{ change: 'delete clicks', dry_run: false, clicks: 1, users: 0, hours: 1 });
	await changeAfterTrial(['clicks', 'delete', '--user', long], db);
	assert.deepEqual(Object.keys(await users(db)), ['Anna', 'Jürgen Müller']);
	await changeAfterTrial(['events', 'delete', '--name', 'fu'], db);
	await sound(db);
	assert.deepEqual((await json(['events', '--db', db])).map(({ name }) => name), ['lemma 6.7', 'satan']);
	await refused(['clicks', 'delete', '--user', 'nobody', '--yes', '--db', db], 3, 'there are no such clicks');
	await refused(['clicks', 'delete', '--yes', '--db', db], 2, 'say which: --user, --since, --until or --comment');
	// the ids of what is gone are not given again
	await changeAfterTrial(['clicks', 'delete', '--since', '@0'], db);
	assert.equal(sqlite(db, 'SELECT value FROM frust_meta WHERE name = \'clicks_high\''), '6\n');
});

test('names are banned, listed and taken again', async (t) => {
	const db = await site(t);
	assert.deepEqual(await changeAfterTrial(['ban', 'add', 'Anna'], db),
		{ change: 'ban', dry_run: false, bans: 1 });
	await changeAfterTrial(['ban', 'add', '*casino*', '--glob'], db);
	const bans = await json(['ban', 'list', '--db', db]);
	assert.deepEqual(bans.map(({ name, type }) => [name, type]), [['*casino*', 'glob'], ['Anna', 'exact']]);
	assert.match(await ok(['ban', 'list', '--db', db]), /^name {6}type {3}since\n/);
	await refused(['ban', 'add', 'Anna', '--yes', '--db', db], 7, /^frustctl: /);
	await refused(['ban', 'remove', 'Anna', '--glob', '--yes', '--db', db], 3, /^frustctl: /);
	await changeAfterTrial(['ban', 'remove', 'Anna'], db);
	await changeAfterTrial(['ban', 'remove', '*casino*', '--glob'], db);
	assert.deepEqual(await json(['ban', 'list', '--db', db]), []);
	await refused(['ban', 'add', '', '--yes', '--db', db], 2, /^frustctl: /);
});

test('an announcement waits for the server', async (t) => {
	const db = await site(t);
	const { code, stdout, stderr } = await ctl(['announce', 'Pause um drei', '--popup', '--style', 'big', '--yes', '--db', db]);
	assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: 'frustctl: announced Pause um drei\n' });
	await ok(['announce', 'noch eins', '--dry-run', '--quiet', '--db', db]);
	assert.equal(sqlite(db, 'SELECT text, style, popup FROM frust_announcements'), 'Pause um drei|big|1\n');
	await refused(['announce', '', '--yes', '--db', db], 2, /^frustctl: /);
});

test('a dry run leaves even a database of the Python server as it is', async (t) => {
	const db = await pythonSite(t), before = sqlite(db, '.dump');
	await refused(['user', 'erase', 'Anna', '--dry-run', '--db', db], 4, /: run frustctl migrate first$/m);
	assert.equal(sqlite(db, '.dump'), before);
	await change(['user', 'erase', 'Anna', '--db', db]);
	assert.deepEqual(Object.keys(await users(db)).sort(), ['Jürgen Müller', '[erased]', long].sort());
});

test('a database that stays locked is told after a while, and nothing has changed', async (t) => {
	const db = await site(t);
	const child = spawn('sqlite3', [db], { stdio: ['pipe', 'pipe', 'inherit'] });
	t.after(() => child.kill());
	child.stdin.write('BEGIN IMMEDIATE;\n.print locked\n');
	await new Promise((resolve) => child.stdout.once('data', resolve));
	await refused(['ban', 'add', 'Anna', '--yes', '--db', db], 4, /^frustctl: .*locked\n$/);
	assert.ok(await ok(['stats', '--db', db]), 'reading goes on');
	child.stdin.end('ROLLBACK;\n');
	await once(child, 'close');
	await change(['ban', 'add', 'Anna', '--db', db]);
});
