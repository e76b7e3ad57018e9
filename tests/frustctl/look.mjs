// What shows what is there: every command that reads, in every format.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { ctl, database, json, NOW, ok, refused, scratch, seconds, site } from './helpers/ctl.mjs';

const now = ['--now', `@${NOW}`]; // 2026-11-22T18:20:34Z

test('stats tell the counters as the server shows them', async (t) => {
	const db = ['--db', await site(t), ...now];
	assert.equal(await ok(['stats', ...db]), `\
        total  today  this hour
clicks      6      3          1
events      5      2          1
`);
	assert.deepEqual(await json(['stats', ...db]), {
		click_count_total: 6, click_count_today: 3, click_count_hour: 1,
		event_count_total: 5, event_count_today: 2, event_count_hour: 1,
	});
	assert.equal(await ok(['stats', ...db, '-f', 'csv']), 'what,total,today,hour\nclicks,6,3,1\nevents,5,2,1\n');
	assert.equal(await ok(['stats', ...db, '-f', 'csv', '-c', 'what,hour']), 'what,hour\nclicks,1\nevents,1\n');
	for (const span of [[], ['--since', 'today']])
		await refused(['stats', ...db, ...span, '-f', 'json', '-c', 'what'], 2, 'stats is one object in JSON, without columns');
	assert.equal(await ok(['stats', ...db, '-f', 'ndjson']), await ok(['stats', ...db, '-f', 'json']));
});

test('stats count a span of time, a user, and the days of a zone', async (t) => {
	const db = ['--db', await site(t), ...now];
	const count = async (...args) => Object.values(await json(['stats', ...db, ...args]));
	assert.deepEqual(await count('--since', 'today'), [3, 2]);
	assert.deepEqual(await count('--since', 'yesterday', '--until', 'today'), [1, 2]);
	assert.deepEqual(await count('--since', '-1h'), [1, 1]);
	assert.deepEqual(await count('--since', '2026-11-22T00:00:01', '--until', '2026-11-22T18:20:25'), [1, 1]);
	assert.deepEqual(await count('--since', '2026-11-22', '--until', '2026-11-22'), [0, 0]);
	assert.deepEqual(await count('--user', 'Anna'), [4, 1, 1, 4, 2, 1]);
	assert.deepEqual(await count('--user', 'nobody'), [0, 0, 0, 0, 0, 0]);
	// 23:00Z is the next day in Berlin
	assert.deepEqual(await count('--tz', 'Europe/Berlin'), [6, 4, 1, 5, 4, 1]);
	// a day that begins in the middle of an hour
	assert.deepEqual(await count('--tz', 'Asia/Kolkata', '--since', '2026-11-22'), [4, 4]);
	assert.equal(await ok(['stats', ...db, '--since', 'today']), '        count\nclicks      3\nevents      2\n');
});

test('users are sorted, matched, cut and counted in a span of time', async (t) => {
	const db = ['--db', await site(t), ...now];
	const names = async (...args) => (await json(['users', ...db, ...args])).map(({ name }) => name);
	const long = 'a name that is far too long for us';
	assert.equal(await ok(['users', ...db]), `\
name                                clicks  events
Anna                                     4       4
Jürgen Müller                            1       1
${long}       1       0
`);
	assert.deepEqual(await names('--sort', 'name'), ['Anna', 'Jürgen Müller', long]);
	assert.deepEqual(await names('--sort', 'clicks', '--reverse'), [long, 'Jürgen Müller', 'Anna']);
	assert.deepEqual(await names('--top', '1'), ['Anna']);
	assert.deepEqual(await names('--limit', '2'), ['Anna', 'Jürgen Müller']);
	assert.deepEqual(await names('--match', 'J*r'), ['Jürgen Müller']);
	assert.deepEqual(await names('--match', '[!A]*'), ['Jürgen Müller', long]);
	assert.deepEqual(await json(['users', ...db, '--since', 'today', '--sort', 'events']), [
		{ name: 'Anna', click_count: 1, event_count: 2 },
		{ name: 'Jürgen Müller', click_count: 1, event_count: 0 },
		{ name: long, click_count: 1, event_count: 0 },
	]);
	assert.deepEqual(await names('--until', '2026-11-16'), ['Anna']);
	assert.deepEqual(await names('--limit', '0'), []);
});

test('clicks and events come newest first, chosen by user, text and time', async (t) => {
	const db = ['--db', await site(t), ...now];
	const ids = async (...args) => (await json([...args, ...db])).map(({ id }) => id);
	assert.deepEqual(await ids('clicks'), [6, 5, 4, 3, 2, 1]);
	assert.deepEqual(await ids('clicks', '--reverse', '--limit', '2'), [1, 2]);
	assert.deepEqual(await ids('clicks', '--user', 'Anna', '--limit', '2'), [6, 3]);
	assert.deepEqual(await ids('clicks', '--comment', '*night'), [3]);
	assert.deepEqual(await ids('clicks', '--since', 'yesterday', '--until', 'today'), [3]);
	assert.deepEqual(await ids('events', '--name', 'lemma*'), [4]);
	assert.deepEqual(await ids('events', '--since=-1h'), [5]);
	assert.deepEqual(await json(['clicks', ...db, '--limit=1']), [
		{ id: 6, timestamp: NOW - 9, user: 'Anna', comment: '<b>"😀', style: 'big' }]);
	assert.equal(await ok(['events', ...db, '--limit=2', '--tz', 'Europe/Berlin']), `\
id  time                       user  name
 5  2026-11-22T19:20:26+01:00  Anna  fu
 4  2026-11-22T01:00:07+01:00  Anna  lemma 6.7
`);
});

test('hours are times for people and seconds in JSON', async (t) => {
	const db = ['--db', await site(t), ...now];
	assert.equal(await ok(['hours', ...db, '--since', 'today']), `\
hour                  clicks  events  clicks total  events total  events today
2026-11-22T00:00:00Z       2       1             5             4             1
2026-11-22T18:00:00Z       1       1             6             5             2
`);
	assert.deepEqual(await json(['hours', ...db, '--reverse', '--limit', '1']), [{
		timestamp: seconds('2026-11-22T18:00:00Z'), click_count: 1, event_count: 1,
		click_count_total: 6, event_count_total: 5, event_count_today: 2,
	}]);
	const anna = await json(['hours', ...db, '--user', 'Anna', '--since', 'today']);
	assert.deepEqual(anna.map((hour) => Object.values(hour).slice(1)), [[0, 1, 3, 3, 1], [1, 1, 4, 4, 2]]);
	const far = await database(t, 'INSERT INTO hours VALUES (9223372036854775800, 0, 0, 347, 56)');
	assert.match(await ok(['hours', '--db', far]), /^9223372036854775800 /m);
});

test('a user is shown at close', async (t) => {
	const db = ['--db', await site(t), ...now];
	const anna = await json(['user', 'Anna', ...db]);
	assert.deepEqual(anna.user, [{
		name: 'Anna', click_count: 4, click_rank: 1, event_count: 4, event_rank: 1, user_count: 3,
		first_seen: seconds('2026-11-15T23:00:05Z'), last_seen: NOW - 8,
	}]);
	assert.deepEqual(anna.days.map((day) => Object.values(day)), [
		[seconds('2026-11-15'), 1, 0], [seconds('2026-11-16'), 1, 1], [seconds('2026-11-21'), 1, 1],
		[seconds('2026-11-22'), 1, 2]]);
	assert.deepEqual(anna.comments.map(({ comment }) => comment), ['<b>"😀', 'last night', 'old']);
	assert.equal(await ok(['user', 'Jürgen Müller', ...db]), `\
user
name           clicks  rank  events  events' rank  of users  first seen            last seen
Jürgen Müller       1     2       1             2         3  2026-11-21T23:59:59Z  2026-11-22T00:00:00Z

days
day         clicks  events
2026-11-21       0       1
2026-11-22       1       0

comments
comment      count
first today      1
`);
	const lines = (await ok(['user', 'Anna', ...db, '-f', 'ndjson'])).trim().split('\n').map((line) => JSON.parse(line));
	assert.deepEqual(lines.map(({ section }) => section), ['user', ...Array(4).fill('days'), ...Array(3).fill('comments')]);
	await refused(['user', 'anna', ...db], 3, 'there is no user of that name');
});

test('every format says the same', async (t) => {
	const db = await database(t, `INSERT INTO users VALUES ('a,"b"', 1, 0), ('x|y*', 2, 0), ('=1+1', 3, 0),
		('two' || char(10) || 'lines', 4, 0)`);
	const users = ['users', '--db', db];
	assert.deepEqual((await json(users)).map(({ name }) => name), ['a,"b"', 'x|y*', '=1+1', 'two\nlines']);
	assert.equal(await ok([...users, '-f', 'ndjson']), `\
{"name":"a,\\"b\\"","click_count":1,"event_count":0}
{"name":"x|y*","click_count":2,"event_count":0}
{"name":"=1+1","click_count":3,"event_count":0}
{"name":"two\\nlines","click_count":4,"event_count":0}
`);
	assert.equal(await ok([...users, '-f', 'csv']), `\
name,click_count,event_count
"a,""b""",1,0
x|y*,2,0
=1+1,3,0
"two\nlines",4,0
`);
	assert.equal(await ok([...users, '-f', 'csv', '--csv-safe', '--no-header', '--columns', 'name', '--match', '=*']), '\'=1+1\n');
	assert.match(await ok(['user', '=1+1', ...users.slice(1), '-f', 'csv', '--csv-safe', '--no-header']), /^'=1\+1,/);
	assert.equal(await ok([...users, '-f', 'markdown']), `\
| name             | clicks | events |
| ---------------- | -----: | -----: |
| a,"b"            |      1 |      0 |
| x\\|y\\*           |      2 |      0 |
| =1+1             |      3 |      0 |
| two\\\\u\\{a\\}lines |      4 |      0 |
`);
	const none = ['users', '--db', await database(t)];
	assert.equal(await ok(none), 'name  clicks  events\n');
	assert.equal(await ok([...none, '-f', 'json']), '[]\n');
	assert.equal(await ok([...none, '-f', 'ndjson']), '');
	assert.equal(await ok([...none, '-f', 'csv']), 'name,click_count,event_count\n');
});

test('every command that shows rows has every format', async (t) => {
	const db = ['--db', await site(t), ...now];
	for (const args of [['stats'], ['stats', '--since', '7d'], ['users'], ['user', 'Anna'], ['clicks'], ['events'], ['hours'],
		['ban', 'list'], ['check']]) {
		const show = (format) => ok([...args, ...(args[0] === 'ban' ? db.slice(0, 2) : db), '-f', format]);
		const value = JSON.parse(await show('json'));
		const lines = (await show('ndjson')).split('\n').slice(0, -1).map((line) => JSON.parse(line));
		const all = Array.isArray(value) ? value : Object.values(value).some(Array.isArray) ? Object.values(value).flat() : [value];
		assert.deepEqual(lines.map(({ section, ...row }) => row), all, `${args}`);
		for (const row of (await show('markdown')).split('\n').filter((line) => /^\|/.test(line)))
			assert.match(row, /^\| .* \|$/);
		assert.match(await show('csv'), /^[a-z_]+(,[a-z_]+)*\n/);
		assert.match(await show('table'), /\w/);
	}
});

test('columns are chosen by their names of either kind', async (t) => {
	const db = ['--db', await site(t)];
	assert.equal(await ok(['users', ...db, '-c', 'clicks,name', '--limit', '1']), 'clicks  name\n     4  Anna\n');
	assert.equal(await ok(['hours', ...db, '-c', 'clicks_total', '--no-header', '--limit', '1']), '1\n');
	assert.equal(await ok(['users', ...db, '-c', 'event_count', '-f', 'ndjson', '-l', '1']), '{"event_count":4}\n');
	await refused(['users', ...db, '-c', 'name,fly'], 2, 'there is no column fly; there are name, click_count, event_count');
});

test('no name can play with the terminal, and any bytes are shown', async (t) => {
	const db = await database(t, `INSERT INTO users VALUES (char(27) || '[31m', 1, 0), (char(155), 1, 0),
		(char(127), 1, 0), (char(8238), 1, 0), (CAST(x'61ff62' AS TEXT), 1, 0), (CAST(x'610062' AS TEXT), 1, 0),
		('漢字', 1, 0), ('é', 1, 0), ('😀!', 1, 0)`);
	assert.equal(await ok(['users', '--db', db]), `\
name        clicks  events
\\u{1b}[31m       1       0
\\u{9b}           1       0
\\u{7f}           1       0
\\u{202e}         1       0
a\\xffb           1       0
a\\u{0}b          1       0
漢字             1       0
é                1       0
😀!              1       0
`);
	const text = await ok(['users', '--db', db, '-f', 'json']);
	assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
	assert.deepEqual(JSON.parse(text).map(({ name }) => name),
		['\u001b[31m', '\u009b', '\u007f', '\u202e', 'a\ufffdb', 'a\u0000b', '漢字', 'é', '😀!']);
});

test('rows beyond the first thousand keep the columns of those', async (t) => {
	const db = await database(t, `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
		INSERT INTO users SELECT CASE i WHEN 2000 THEN 'a long one' ELSE 'u' || i END, i, 0 FROM n`);
	const lines = (await ok(['users', '--db', db])).split('\n');
	assert.equal(lines.length, 2502);
	assert.equal(lines[1000], 'u1000    1000       0');
	assert.equal(lines[2000], 'a long one    2000       0');
	assert.equal(lines[2500], 'u2500    2500       0');
	assert.equal((await json(['users', '--db', db])).length, 2500);
});

test('charts are plain where there is no terminal', async (t) => {
	const db = ['--db', await site(t), ...now];
	assert.equal(await ok(['chart', 'hours', ...db, '--since=-3h']), `\
2026-11-22 15:00  0
2026-11-22 16:00  0
2026-11-22 17:00  0
2026-11-22 18:00  ${'#'.repeat(60)} 1
`);
	assert.equal(await ok(['chart', 'users', ...db, '--limit', '2']), `\
Anna           ${'#'.repeat(63)} 4
Jürgen Müller  ${'#'.repeat(16)} 1
`);
	const week = (await ok(['chart', 'week', ...db])).split('\n');
	assert.equal(week[0], `${' '.repeat(12)}00    03    06    09    12    15    18    21      clicks`);
	assert.equal(week.length, 10);
	assert.equal(week[1], `Mon 16 Nov   *${' .'.repeat(23)}  1`);
	assert.equal(week[7], `Sun 22 Nov   #${' .'.repeat(17)} *${' .'.repeat(5)}  3`);
	assert.match((await ok(['chart', 'week', ...db, '--tz', 'Europe/Berlin'])).split('\n')[7], /^Sun 22 Nov {3}\*/);
	await refused(['chart', 'week', ...db, '--since', '@0'], 2, /more than 400/);
	await refused(['chart', 'hours', ...db, '--since', '@0'], 2, /more than 10000 hours/);
});

test('a map of days has all that they count, and nothing else', async (t) => {
	const db = ['--db', await database(t)];
	// the first and the last second of Sunday, 25 October 2026 in Berlin, where it has 25 hours, in India, and those around
	const rows = [1792866600 - 1, 1792866600, 1792879200 - 1, 1792879200, 1792953000 - 1, 1792953000, 1792969200 - 1, 1792969200]
		.map((timestamp) => `${JSON.stringify({ type: 'click', user: 'A', timestamp })}\n`).join('');
	await ctl(['import', '-', '--yes', ...db], { input: rows });
	for (const zone of ['Europe/Berlin', 'Asia/Kolkata']) {
		const map = ['chart', 'week', ...db, '--tz', zone];
		const [{ click_count: n }] = (await json(['user', 'A', ...db, '--tz', zone])).days.filter(({ timestamp }) => [1792879200, 1792866600].includes(timestamp));
		assert.equal(n, 4, zone);
		for (const which of [['--now', '2026-10-25T12:00'], ['--since', '2026-10-25', '--until', '2026-10-26']])
			assert.match(await ok([...map, ...which]), new RegExp(`^Sun 25 Oct .*  ${n}$`, 'm'), `${zone} ${which}`);
	}
});

test('counters at the end of their range stay there', async (t) => {
	const most = '9223372036854775807';
	const hours = ['2026-11-22T16:00:00Z', '2026-11-22T17:00:00Z', '2026-11-22T17:00:01Z'].map((time, i) =>
		`(${seconds(time)}, ${i ? most : `${most} - 1`}, ${most}, ${most}, ${most})`);
	const db = ['--db', await database(t, `INSERT INTO hours VALUES ${hours}; INSERT INTO users VALUES ('A', ${most}, -${most} - 1)`), ...now];
	for (const words of ['stats', 'stats --since today', 'hours', 'hours --since 1d', 'chart hours', 'chart week', 'chart users', 'users'])
		assert.match(await ok([...words.split(' '), ...db]), new RegExp(` ${most}\\b`), words);
	assert.match(await ok(['chart', 'week', ...db]), /Sun 22 Nov {2}( \.){16} # #( \.){6} {2}9223372036854775807$/m);
});

test('the ends of time are moments too', async (t) => {
	const db = ['--db', await site(t), ...now];
	const first = '@-9223372036854775808', last = '@9223372036854775807';
	for (const words of ['stats', 'hours', 'chart hours', 'chart week'])
		for (const moment of [first, last])
			for (const option of ['--since', '--until', '--now']) {
				const { code, stderr } = await ctl([...words.split(' '), ...db, `${option}=${moment}`]);
				assert.ok(code === 0 ? !stderr : code === 2 && /^frustctl: [^\n]*\n$/.test(stderr), `${words} ${option} ${moment}: ${stderr}`);
			}
});

test('moments are read in many forms', async (t) => {
	const db = ['--db', await site(t), ...now];
	const since = async (when, ...more) => (await json(['clicks', ...db, '--since', when, ...more])).length;
	for (const when of ['2026-11-22', '2026-11-22T00:00', '2026-11-22 00:00:00', '2026-11-22T01:00+01:00',
		'2026-11-21T22:30:00-0130', '@1795305600', 'today', '66034s', '-66034s'])
		assert.equal(await since(when), 3, when);
	assert.equal(await since('now'), 0);
	assert.equal(await since('6d'), 4);
	assert.equal(await since('-1w', '--tz', 'America/New_York'), 6);
	for (const when of ['', 'soon', '2026-13-01', '2026-02-29', '2026-11-22T24:00', '2026-11-22T', '5', '7y', '@', '@x', '--1d', '-d',
		'2026-11-22T00:00+25:00', '99999999999999999999d'])
		await refused(['clicks', ...db, `--since=${when}`], 2, `--since is no moment: ${when}; try frustctl help clicks`);
	await refused(['clicks', ...db, '--tz', 'Mars/Olympus'], 2, /Mars\/Olympus/);
});

test('the database is named by option or environment', async (t) => {
	const cwd = scratch(t), db = await site(t);
	await refused(['stats'], 4, './db.sqlite: No such file or directory', { cwd });
	await refused(['stats'], 4, 'none.sqlite: No such file or directory', { cwd, env: { FRUST_DB: 'none.sqlite' } });
	assert.ok(await ok(['stats', '--db', db], { env: { FRUST_DB: 'none.sqlite' } }));
	assert.ok(await ok(['stats'], { env: { FRUST_DB: db } }));
	assert.ok(await ok([`--db=${db}`, 'stats']));
});

test('a wrong command line is one line and code 2', async (t) => {
	const db = ['--db', await site(t)];
	for (const [args, why] of [
		[[], 'a command is missing; try frustctl --help'],
		[['fly'], 'there is no command fly; try frustctl --help'],
		[['help', 'fly'], 'there is no command fly; try frustctl --help'],
		[['chart', 'fly'], 'there is no command chart fly; there are chart hours, chart week, chart users'],
		[['ban'], 'there is no command ban; there are ban add, ban list, ban remove'],
		[['users', 'Anna'], 'one word too many: Anna; try frustctl help users'],
		[['user'], 'user needs NAME; try frustctl help user'],
		[['users', '--fly'], 'there is no option --fly; try frustctl --help'],
		[['users', '-x'], 'there is no option -x; try frustctl --help'],
		[['users', '--reverse=1'], '--reverse takes no value; try frustctl help users'],
		[['users', '--sort'], '--sort takes a value; try frustctl help users'],
		[['users', '-f', 'xml'], '--format is one of table|json|ndjson|csv|markdown, not xml; try frustctl help users'],
		[['users', '--limit', '-1'], '--limit takes a number of rows, not -1; try frustctl help users'],
		[['users', '--limit', '1x'], '--limit takes a number of rows, not 1x; try frustctl help users'],
		[['stats', '--limit', '1'], 'stats does not take --limit; try frustctl help stats'],
		[['users', '--merge'], 'users does not take --merge; try frustctl help users'],
	])
		await refused([...args, ...(args.length && args[0] !== 'help' && args.at(-1) !== '--sort' ? db : [])], 2, why);
});

test('what is no database ends in one line and code 4', async (t) => {
	const dir = scratch(t);
	await refused(['stats', '--db', dir], 4, `${dir} is not a regular file`);
	await refused(['stats', '--db', '/bin/sh'], 4, '/bin/sh is not a database');
	const empty = join(dir, 'empty');
	openSync(empty, 'w');
	await refused(['users', '--db', empty], 4, `${empty} holds no tables`);
	const newer = await database(t, 'UPDATE frust_meta SET value = 99 WHERE name = \'schema_version\'');
	await refused(['clicks', '--db', newer], 4, /was made by a newer frust/);
});

test('output that cannot be written is told, never cut short in silence', async (t) => {
	const db = await site(t);
	for (const args of [['users'], ['stats'], ['clicks', '-f', 'json'], ['hours', '-f', 'csv'], ['chart', 'week']]) {
		const line = `"$0" ${args.join(' ')} --db "$1" >/dev/full`;
		const { code, stderr } = await sh(line, db);
		assert.equal(stderr, 'frustctl: the output cannot be written: No space left on device\n');
		assert.equal(code, 5);
	}
	const many = await database(t, `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
		INSERT INTO clicks SELECT i, 'Anna', NULL, NULL, i FROM n`);
	const { code, stderr } = await sh('{ "$0" clicks --db "$1"; echo $? >&3; } 3>&2 | head -n 1 >/dev/null', many);
	assert.equal(stderr, 'frustctl: the output cannot be written: Broken pipe\n5\n');
	assert.equal(code, 0);
});

async function sh(line, db) {
	return new Promise((resolve) => execFile('bash', ['-c', line, process.env.FRUSTCTL, db], (error, stdout, stderr) =>
		resolve({ code: error?.code ?? 0, stdout, stderr })));
}

test('help names every command and code, and each command has its own', async () => {
	const help = await ok(['--help']);
	assert.equal(await ok(['help']), help);
	for (let code = 0; code <= 8; code++)
		assert.match(help, new RegExp(`^  ${code}  \\w`, 'm'));
	const commands = [...help.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}\S/gm)].map((match) => match[1]);
	assert.ok(commands.length > 20, `${commands}`);
	for (const command of commands) {
		const text = await ok(['help', ...command.split(' ')]);
		assert.ok(text.startsWith(`Usage: frustctl ${command}`), text);
		assert.match(text, /^ {2}-h, --help/m);
		assert.equal(await ok([...command.split(' '), '--help']), text);
		for (const line of text.split('\n'))
			assert.ok(line.length <= 100, line);
	}
	assert.match(await ok(['help', 'users']), /--sort KEY/);
	assert.doesNotMatch(await ok(['help', 'stats']), /--sort/);
	assert.match((await ctl(['--version'])).stdout, /^frustctl \d+\.\d+\.\d+\n$/);
});
