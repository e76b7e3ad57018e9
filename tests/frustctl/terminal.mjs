// On a terminal: its width, its colours, Unicode, and the questions before a change.

import assert from 'node:assert/strict';
import test from 'node:test';

import { ctl, database, json, NOW, refused, site, sqlite, terminal } from './helpers/ctl.mjs';

const now = ['--now', `@${NOW}`];

test('a table fits the width of the terminal', async (t) => {
	const db = await database(t, `INSERT INTO clicks VALUES
		(1, 'Anna', '${'漢字'.repeat(20)}', '${'x'.repeat(40)}', 1795371634), (2, 'Bob', 'short', NULL, 1795371635)`);
	const args = ['clicks', '--db', db];
	const table = async (columns) => (await terminal(args, { columns, env: { NO_COLOR: '1' } })).output;
	assert.equal(await table(70), `\
id  time                  user  comment             style
 2  2026-11-22T18:20:35Z  Bob   short               
 1  2026-11-22T18:20:34Z  Anna  ${'漢字'.repeat(4)}…   ${'x'.repeat(17)}…
`);
	const wide = await table(200);
	assert.match(wide, new RegExp(`${'漢字'.repeat(20)}  ${'x'.repeat(40)}\n`));
	assert.match((await ctl(args)).stdout, new RegExp(`${'漢字'.repeat(20)}  ${'x'.repeat(40)}\n`), 'a pipe has no width');
	for (const columns of [1, 5, 20])
		assert.match(await table(columns), /Anna/);
});

test('colours are for terminals that may have them', async (t) => {
	const args = ['users', '--db', await site(t)];
	assert.match((await terminal(args)).output, /^\x1b\[1mname .*events\x1b\[0m\n/);
	for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }])
		assert.doesNotMatch((await terminal(args, { env })).output, /\x1b/);
	assert.doesNotMatch((await ctl(args)).stdout, /\x1b/);
});

test('charts are drawn in Unicode, as wide as the terminal', async (t) => {
	const db = ['--db', await site(t), ...now];
	const users = (await terminal(['chart', 'users', ...db, '--limit', '2'], { columns: 50 })).output;
	assert.equal(users, `Anna           ${'█'.repeat(33)} 4\nJürgen Müller  ${'█'.repeat(8)}▎ 1\n`);
	const week = (await terminal(['chart', 'week', ...db])).output.split('\n');
	assert.equal(week[7], `Sun 22 Nov  ██${' ·'.repeat(17)}▓▓${' ·'.repeat(5)}  3`);
	assert.equal((await terminal(['chart', 'users', ...db, '--limit', '1'], { env: { TERM: 'dumb' } })).output[15], '#');
});

test('a name cannot play with the terminal, whatever the format', async (t) => {
	const db = await database(t, 'INSERT INTO users VALUES (char(27) || \'[2J\', 1, 0)');
	for (const format of ['table', 'json', 'ndjson', 'csv', 'markdown']) {
		const { output, code } = await terminal(['users', '--db', db, '-f', format], { env: { NO_COLOR: '1' } });
		assert.equal(code, 0);
		assert.doesNotMatch(output, /\x1b/, format);
	}
});

test('a change is asked about, and made after a yes alone', async (t) => {
	const db = await site(t);
	const args = ['user', 'rename', 'Anna', 'Berta', '--db', db];
	for (const keys of ['n\n', '\n', 'yess\n', `${'y'.repeat(100)}\n`, '\x04']) {
		const { code, output } = await terminal(args, { keys });
		assert.match(output, /This would change: clicks 4, events 4\nrename user Anna\? \[y\/N\]/);
		assert.match(output, /frustctl: nothing has changed\n$/);
		assert.equal(code, 8);
	}
	assert.equal((await json(['users', '--db', db]))[0].name, 'Anna');
	for (const [keys, from, to] of [['y\n', 'Anna', 'Berta'], ['yes\n', 'Berta', 'Anna']]) {
		const { code, output } = await terminal(['user', 'rename', from, to, '--db', db], { keys });
		assert.match(output, new RegExp(`renamed user ${from}\n(.*\n)?clicks +4\nevents +4\n$`));
		assert.equal(code, 0);
		assert.equal((await json(['users', '--db', db]))[0].name, to);
	}
	assert.equal((await terminal([...args, '--yes'])).code, 0);
});

test('where nobody can be asked, nothing is changed without --yes', async (t) => {
	const db = await site(t);
	const before = sqlite(db, '.dump');
	for (const args of [['user', 'rename', 'Anna', 'Berta'], ['user', 'merge', 'Anna', 'Jürgen Müller'], ['user', 'erase', 'Anna'],
		['clicks', 'delete', '--user', 'Anna'], ['events', 'delete', '--user', 'Anna'], ['ban', 'add', 'Anna'],
		['ban', 'remove', 'Anna'], ['announce', 'hello'], ['repair'], ['migrate'], ['vacuum'], ['restore', 'x'],
		['import', 'x']])
		await refused([...args, '--db', db], 2, /: this changes data and nobody can be asked: give --yes, or --dry-run/);
	// what a first reading takes is not there for a second one
	for (const file of ['-', '/dev/stdin'])
		await refused(['import', file, '--db', db], 2, `${file} can be read only once: give --yes or --dry-run`);
	assert.equal(sqlite(db, '.dump'), before);
});

test('progress is drawn on a terminal and gone at the end, unless --quiet', async (t) => {
	const db = await database(t, `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
		INSERT INTO clicks SELECT i, 'Anna', 'a comment', 'fire', 1795371634 FROM n`);
	const args = ['export', '-', '--db', db];
	const loud = await terminal(args, { before: 'exec >/dev/null;' });
	assert.equal(loud.code, 0);
	// a machine may be too fast to draw anything
	assert.match(loud.output, /^(\r\x1b\[Kexported \d+( of \d+ \(\d+ %\))?)*(\r\x1b\[K)?$/);
	assert.equal((await terminal([...args, '--quiet'], { before: 'exec >/dev/null;' })).output, '');
	assert.equal((await ctl(args)).stderr, '');
});
