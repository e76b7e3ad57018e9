// check, repair, init, migrate, vacuum: the database itself.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { change, ctl, database, json, ok, pythonSite, refused, scratch, site, sqlite } from './helpers/ctl.mjs';

const LIFE = 'UPDATE users SET clicks = 9 WHERE name = \'Anna\'; UPDATE hours SET clicks_total = 50 WHERE clicks_total = 5';

test('a database is the same with "sqlite:" before its name', async (t) => {
	const db = await site(t), copy = join(scratch(t), 'copy');
	await refused(['init', '--db', `sqlite:${db}`], 7, `${db} is there already`);
	await refused(['export', db, '--replace', '--db', `sqlite:${db}`], 2, `${db} is the database itself`);
	assert.equal((await ctl(['backup', copy, '--quiet', '--db', `sqlite:${db}`])).code, 0);
	const restored = join(scratch(t), 'db.sqlite');
	await change(['restore', copy, '--db', `sqlite:${restored}`]);
	assert.ok(existsSync(restored));
});

test('a sound database is called so', async (t) => {
	const db = await site(t);
	assert.equal(await ok(['check', '--db', db]), '6 clicks, 5 events, 3 users, 5 hours: nothing is wrong\n');
	assert.deepEqual((await json(['check', '--db', db])), {
		findings: [], verdict: [{ problems: 0, notes: 0, clicks: 6, events: 5, users: 3, hours: 5 }] });
	assert.ok(await ok(['check', '--quick', '--db', db]));
});

test('what is wrong is told to people and programs, with code 1', async (t) => {
	const db = await site(t);
	sqlite(db, LIFE);
	const people = await ctl(['check', '--db', db]);
	assert.equal(people.code, 1);
	assert.equal(people.stderr, '');
	assert.match(people.stdout, /^problem .*Anna/m);
	const report = JSON.parse((await ctl(['check', '--db', db, '-f', 'json'])).stdout);
	assert.ok(report.verdict[0].problems >= 2);
	const anna = report.findings.find(({ kind }) => kind === 'user_clicks');
	assert.deepEqual([anna.severity, anna.name, anna.expected, anna.actual], ['problem', 'Anna', 4, 9]);
	assert.ok(report.findings.some(({ kind, hour }) => kind === 'clicks_total' && hour % 3600 === 0));
});

test('a database of the Python server is looked at as it is', async (t) => {
	const db = await pythonSite(t), before = readFileSync(db);
	const { code, stdout } = await ctl(['check', '--db', db, '-f', 'json']);
	assert.equal(code, 0, stdout);
	assert.equal(JSON.parse(stdout).verdict[0].problems, 0);
	assert.deepEqual(readFileSync(db), before);
});

test('repair makes counters what the rows say, and shows each difference', async (t) => {
	const db = await site(t), sound = sqlite(db, 'SELECT * FROM users ORDER BY 1; SELECT * FROM hours ORDER BY 1');
	sqlite(db, LIFE);
	const broken = sqlite(db, '.dump');
	const trial = await ctl(['repair', '--dry-run', '--db', db]);
	assert.equal(sqlite(db, '.dump'), broken);
	assert.match(trial.stderr, /^frustctl: would repair counters: users 1, hours \d\n$/);
	const done = await ctl(['repair', '--yes', '--db', db]);
	assert.equal(done.stdout, trial.stdout);
	assert.match(done.stdout, /Anna/);
	assert.match(done.stderr, /^frustctl: repaired counters: users 1, hours \d\n$/);
	assert.equal(sqlite(db, 'SELECT * FROM users ORDER BY 1; SELECT * FROM hours ORDER BY 1'), sound);
	assert.equal((await ctl(['check', '--db', db])).code, 0);
	assert.deepEqual((await ctl(['repair', '--yes', '--quiet', '-f', 'json', '--db', db])), { code: 0, stdout: '[]\n', stderr: '' });
});

test('init makes a database, never over another', async (t) => {
	const db = join(scratch(t), 'new.sqlite');
	assert.equal((await ctl(['init', '--dry-run', '--db', db])).stderr, `frustctl: would make ${db}\n`);
	assert.ok(!existsSync(db));
	assert.equal((await ctl(['init', '--db', db])).stderr, `frustctl: made ${db}\n`);
	assert.equal((await ctl(['check', '--db', db])).code, 0);
	await refused(['init', '--db', db], 7, `${db} is there already`);
	await refused(['init', '--db', '/nowhere/db'], 4, /nowhere/);
	const log = join(scratch(t), 'new-wal');
	writeFileSync(log, 'left by a crash');
	await refused(['init', '--db', log.slice(0, -4)], 7, `${log} is the log of another database: move it away with that one`);
	// a full disk, of several sizes: it is whole or not there
	for (const blocks of [0, 8, 40, 80]) {
		const dir = scratch(t), args = ['-c', `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" init --db "$1"`, process.env.FRUSTCTL, join(dir, 'db')];
		const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
		assert.equal(status, 4, stderr);
		assert.match(stderr, /^frustctl: .*\n$/);
		assert.deepEqual(readdirSync(dir), [], stderr);
	}
});

test('migrate brings the Python server\'s tables to this version', async (t) => {
	const db = await pythonSite(t), before = readFileSync(db);
	const trial = await ctl(['migrate', '--dry-run', '-f', 'json', '--db', db]);
	assert.equal(trial.code, 0, trial.stderr);
	assert.deepEqual(readFileSync(db), before);
	const receipt = await change(['migrate', '--db', db]);
	assert.equal(receipt.schema_before, 0);
	assert.ok(receipt.schema_after >= 100);
	assert.equal((await change(['migrate', '--db', db])).schema_before, receipt.schema_after);
	assert.match(sqlite(db, '.tables'), /frust_meta/);
	await refused(['migrate', '--yes', '--db', `${db}-none`], 4, /No such file/);
});

test('vacuum gives space back', async (t) => {
	const db = await database(t, `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		INSERT INTO clicks SELECT i, 'Anna', 'a comment', 'fire', 1795371634 FROM n; DELETE FROM clicks WHERE id > 10`);
	const receipt = await change(['vacuum', '--db', db]);
	assert.ok(receipt.bytes_after < receipt.bytes_before / 4, JSON.stringify(receipt));
	assert.ok(statSync(db).size <= receipt.bytes_after);
});

test('a damaged page is found, and ends what needs it in one line', async (t) => {
	const db = await database(t, `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
		INSERT INTO clicks SELECT i, 'Anna', 'a comment', 'fire', 1795371634 FROM n; PRAGMA wal_checkpoint(TRUNCATE)`);
	const page = Number(sqlite(db, 'SELECT max(pageno) FROM dbstat WHERE name = \'clicks\''));
	const file = openSync(db, 'r+');
	writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, (page - 1) * 4096);
	closeSync(file);
	const check = await ctl(['check', '--db', db]);
	assert.equal(check.code, 1, check.stderr);
	assert.match(check.stdout, /^problem /m);
	for (const args of [['clicks', '-f', 'csv', '--reverse'], ['export', '-']]) {
		const { code, stderr } = await ctl([...args, '--db', db]);
		assert.equal(code, 4);
		assert.match(stderr, /^frustctl: .*malformed\n$/);
	}
	const copy = join(scratch(t), 'copy');
	for (const args of [['export', copy], ['backup', copy]]) {
		await refused([...args, '--db', db], 4, /^frustctl: .*(malformed|damaged|corrupt)/);
		assert.ok(!existsSync(copy));
	}
	writeFileSync(copy, '');
	await refused(['check', '--db', copy], 4, `${copy} holds no tables`);
});
