// export, import, backup, restore: everything comes back as it was, or nothing happens.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';

import { change, changeAfterTrial, ctl, database, json, ok, pythonSite, refused, scratch, site, sqlite } from './helpers/ctl.mjs';

const TABLES = ['clicks', 'events', 'users', 'hours', 'frust_unsaved', 'frust_bans'];
const rows = (db) => TABLES.map((table) => sqlite(db, `SELECT * FROM ${table} ORDER BY 1, 2`)).join('--\n');

// All that makes a round trip hard: bytes, quotes, formulas, unsaved events, bans, gaps in ids.
const HARD = `INSERT INTO clicks VALUES (10, '=cmd()', 'a,"b"' || char(10) || 'c', '', 1795371634),
	(12, '@x', NULL, '+1', 1795371634), (13, 'tab' || char(9), '-1', NULL, 1795371635);
	INSERT INTO users VALUES ('=cmd()', 1, 0), ('@x', 1, 0), ('tab' || char(9), 1, 0);
	INSERT INTO frust_unsaved VALUES (1795370400, 'rickroll', 3);
	INSERT INTO frust_bans VALUES ('bad*', 1, 1795371634);`;

async function hardSite(t) {
	const db = await site(t);
	sqlite(db, HARD);
	await ctl(['repair', '--yes', '--db', db]);
	return db;
}

for (const [format, ...more] of [['ndjson'], ['csv'], ['csv', '--csv-safe']]) {
	test(`everything makes the round trip as ${[format, ...more]}`, async (t) => {
		const db = await hardSite(t), file = join(scratch(t), `all.${format}`);
		const out = await ctl(['export', file, ...more, '--db', db]);
		assert.deepEqual(out, { code: 0, stdout: '', stderr: `frustctl: exported 9 clicks and 5 events to ${file}\n` });
		assert.equal(await ok(['export', '-', '--format', format, ...more, '--db', db]), readFileSync(file, 'utf8'));
		const copy = await database(t);
		const receipt = await changeAfterTrial(['import', file], copy);
		assert.deepEqual([receipt.clicks, receipt.events, receipt.clicks_known], [9, 5, 0]);
		if (format === 'ndjson')
			assert.equal(rows(copy), rows(db));
		assert.equal(await ok(['export', '-', '--db', copy, '--format', 'csv']), await ok(['export', '-', '--db', db, '--format', 'csv']));
		assert.equal((await ctl(['check', '--db', copy])).code, 0);

		await refused(['import', file, '--yes', '--db', copy], 7, /^frustctl: /);
		const again = await change(['import', file, '--merge', '--db', copy]);
		assert.deepEqual([again.clicks, again.events, again.clicks_known, again.events_known], [0, 0, 9, 5]);
		assert.equal((await ctl(['check', '--db', copy])).code, 0);
	});
}

test('a file is whole or not there, and never replaced unasked', async (t) => {
	const db = await site(t), dir = scratch(t), file = join(dir, 'all.ndjson');
	await ctl(['export', file, '--quiet', '--db', db]);
	await refused(['export', file, '--db', db], 7, `${file} is there already; give --replace`);
	assert.equal((await ctl(['export', file, '--replace', '--quiet', '--db', db])).code, 0);
	assert.deepEqual(readdirSync(dir), ['all.ndjson']);
	await refused(['export', '/nowhere/all', '--db', db], 5, '/nowhere/all: No such file or directory');
	await refused(['export', '/dev/full', '--db', db], 5, '/dev/full: No space left on device');
});

test('an export never takes the place of the database itself', async (t) => {
	const db = await site(t), dir = scratch(t), link = join(dir, 'link');
	symlinkSync(db, link);
	const before = sqlite(db, '.dump');
	for (const [file, from] of [[db, db], [link, db], [db, link]])
		for (const more of [[], ['--replace'], ['--replace', '--format', 'csv']])
			await refused(['export', file, ...more, '--db', from], 2, `${file} is the database itself`);
	assert.equal(sqlite(db, '.dump'), before);
});

test('a bad line is named, and nothing is imported', async (t) => {
	const db = await site(t), dir = scratch(t);
	const text = await ok(['export', '-', '--db', db]);
	const lines = text.split('\n');
	const copy = await database(t), before = sqlite(copy, '.dump');
	const bad = async (name, content, why) => {
		const file = join(dir, name);
		writeFileSync(file, content);
		for (const more of [['--yes'], ['--dry-run']])
			await refused(['import', file, ...more, '--db', copy], 6, why);
		assert.equal(sqlite(copy, '.dump'), before);
	};
	await bad('a.ndjson', [...lines.slice(0, 3), '{"no":', ...lines.slice(4)].join('\n'), /line 4\b/);
	await bad('b.ndjson', lines.slice(0, 5).join('\n'), /^frustctl: /);
	await bad('c.csv', `${(await ok(['export', '-', '--format', 'csv', '--db', db])).split('\n').slice(0, 3).join('\n')}\n"open`, /^frustctl: /);
	await refused(['import', join(dir, 'none'), '--yes', '--db', copy], 6, `${join(dir, 'none')}: No such file or directory`);
	await refused(['import', dir, '--yes', '--db', copy], 6, `${dir}: Is a directory`);
	await refused(['import', '-', '--yes', '--db', copy], 6, /line 1\b/, { input: 'hello\n' });
});

test('rows come through standard input, and merge with those that are there', async (t) => {
	const one = await site(t), two = await database(t, `INSERT INTO clicks VALUES (1, 'Zoe', NULL, NULL, 1795300000);
		INSERT INTO users VALUES ('Zoe', 1, 0); INSERT INTO hours VALUES (1795298400, 1, 0, 1, 0)`);
	const text = await ok(['export', '-', '--db', one]);
	assert.equal((await ctl(['import', '-', '--merge', '--yes', '--db', two], { input: text })).code, 0);
	assert.equal((await json(['clicks', '--db', two])).length, 7);
	assert.equal((await ctl(['check', '--db', two])).code, 0);
	assert.equal((await json(['users', '--db', two, '--match', 'Zoe']))[0].click_count, 1);
});

test('a backup is the database as of one moment, and comes back', async (t) => {
	const db = await hardSite(t), dir = scratch(t), copy = join(dir, 'copy.sqlite');
	const trial = await ctl(['backup', copy, '--dry-run', '--db', db]);
	assert.equal(trial.code, 0, trial.stderr);
	assert.deepEqual(readdirSync(dir), []);
	const { code, stdout } = await ctl(['backup', copy, '--db', db, '-f', 'json']);
	assert.equal(code, 0);
	assert.equal(JSON.parse(stdout).clicks, 9);
	assert.equal(rows(copy), rows(db));
	await refused(['backup', copy, '--db', db], 7, /^frustctl: /);
	assert.equal((await ctl(['backup', copy, '--replace', '--quiet', '--db', db])).code, 0);
	assert.deepEqual(readdirSync(dir), ['copy.sqlite']);

	const before = rows(db);
	await change(['clicks', 'delete', '--since', '@0', '--db', db]);
	assert.notEqual(rows(db), before);
	await changeAfterTrial(['restore', copy], db);
	assert.equal(rows(db), before);

	const anew = join(dir, 'anew.sqlite');
	await change(['restore', copy, '--db', anew]);
	assert.equal(rows(anew), before);
});

test('what is no backup is refused, and the database stays', async (t) => {
	const db = await site(t), before = sqlite(db, '.dump'), dir = dirname(db);
	const broken = join(dir, 'broken');
	await ctl(['backup', broken, '--quiet', '--db', db]);
	const bytes = readFileSync(broken);
	bytes.fill(0xff, 4096, 8192);
	writeFileSync(broken, bytes);
	writeFileSync(join(dir, 'text'), 'no database\n'.repeat(100));
	await refused(['restore', broken, '--yes', '--db', db], 4, /^frustctl: /);
	await refused(['restore', join(dir, 'text'), '--yes', '--db', db], 4, /^frustctl: /);
	await refused(['restore', join(dir, 'none'), '--yes', '--db', db], 4, /^frustctl: .*No such file/);
	await refused(['restore', broken, '--yes', '--db', join(dir, 'anew')], 4, /^frustctl: /);
	assert.ok(!existsSync(join(dir, 'anew')));
	assert.equal(sqlite(db, '.dump'), before);
});

test('a database of the Python server is exported and backed up as it is', async (t) => {
	const db = await pythonSite(t), before = readFileSync(db), dir = scratch(t);
	const copy = await database(t);
	const text = await ok(['export', '-', '--db', db]);
	assert.equal((await ctl(['import', '-', '--yes', '--quiet', '--db', copy], { input: text })).code, 0);
	for (const table of TABLES.slice(0, 4))
		assert.equal(sqlite(copy, `SELECT * FROM ${table}`), sqlite(db, `SELECT * FROM ${table}`), table);
	assert.equal((await ctl(['backup', join(dir, 'copy'), '--quiet', '--db', db])).code, 0);
	assert.deepEqual(readFileSync(db), before);
});

// Starts it, waits until it is at work, and asks it to end.
async function interrupted(args, dir, isAtWork) {
	const child = spawn(process.env.FRUSTCTL, args, { stdio: 'ignore' });
	const over = new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)));
	let at;
	do {
		at = isAtWork(readdirSync(dir));
		await new Promise((resolve) => setImmediate(resolve));
	} while (!at && child.exitCode === null);
	child.kill('SIGINT');
	return over;
}

test('who is interrupted leaves nothing half written', async (t) => {
	const db = await database(t, `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
		INSERT INTO clicks SELECT i, 'Anna', 'a comment', 'fire', 1795371634 FROM n`);
	for (const args of [['export', 'all'], ['backup', 'copy']]) {
		const dir = scratch(t);
		args[1] = join(dir, args[1]);
		const end = await interrupted([...args, '--db', db], dir, (names) => names.length > 0);
		// it may have been done before the signal came
		assert.ok(end === 'SIGINT' || end === 0, `${end}`);
		assert.ok(readdirSync(dir).length === 0 || readdirSync(dir)[0] === args[1].slice(dir.length + 1), `${readdirSync(dir)}`);
	}
});

// A file system of 1 MiB of its own, where the kernel lets us have one.
const small = (line) => ['-rm', 'sh', '-c', `mount -t tmpfs -o size=1m none "$1" && cd "$1" && ${line}`, 'sh'];
const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

test('a full disk is told, and leaves nothing half written', canMount ? {} : { skip: 'no file system of our own here' }, async (t) => {
	const db = await database(t, `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
		INSERT INTO clicks SELECT i, 'Anna', 'a comment', 'fire', 1795371634 FROM n`);
	const dir = scratch(t);
	const run = (line) => spawnSync('unshare', [...small(line), dir], { encoding: 'utf8',
		env: { ...process.env, FRUST_DB: db, CTL: process.env.FRUSTCTL } });
	const exported = run('"$CTL" export all; code=$?; ls; exit $code');
	assert.deepEqual([exported.status, exported.stdout], [5, '']);
	assert.equal(exported.stderr, 'frustctl: all: No space left on device\n');
	const copied = run('"$CTL" backup copy; code=$?; ls; exit $code');
	assert.deepEqual([copied.status, copied.stdout], [4, '']);
	assert.match(copied.stderr, /^frustctl: .*(full|space).*\n$/);
	const all = join(scratch(t), 'all');
	await ctl(['export', all, '--quiet', '--db', db]);
	const imported = run(`"$CTL" init --quiet --db new && "$CTL" import '${all}' --yes --db new; code=$?; "$CTL" clicks --db new -f csv; exit $code`);
	assert.equal(imported.status, 4, imported.stderr);
	assert.match(imported.stderr, /^frustctl: .*(full|space).*\n$/);
	assert.equal(imported.stdout, 'id,timestamp,user,comment,style\n');
});
