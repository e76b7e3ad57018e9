// The command line: what is wrong with it ends in one line on stderr and the exit code that --help names.

import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';

import { FRUSTD, frustctl, frustd, rows, scratch, start } from './helpers/frustd.mjs';
import { getJson } from './helpers/http.mjs';
import { database, SMALL_SITE, smallSite, sqlite } from './helpers/site.mjs';
import { defer } from './helpers/wait.mjs';

const USAGE = 2, LISTEN = 3, DATABASE = 4, WEB_ROOT = 5;

async function fails(t, code, args, options) {
	const ended = await frustd(args, { cwd: scratch(t), ...options });
	const what = `frustd ${args.join(' ')}: ${JSON.stringify(ended)}`;
	assert.equal(ended.code, code, what);
	assert.match(ended.stderr, code === LISTEN ? /^frustd: error: .+\n/m : /^frustd: error: .+\n$/, what);
	assert.equal(ended.stdout, '', what);
	return ended.stderr;
}

test('--help and --version', async () => {
	const help = await frustd(['--help']);
	assert.deepEqual([help.code, help.stderr], [0, '']);
	for (const option of ['db', 'listen', 'port', 'dev', 'frontend', 'web-root', 'no-web', 'lang', 'log-level', 'ping-interval',
		'ping-timeout', 'clock-shift', 'help', 'version'])
		assert.match(help.stdout, new RegExp(`--${option}\\b`));
	assert.match(help.stdout, /exit code/i);
	const version = await frustd(['--version']);
	assert.deepEqual([version.code, version.stderr], [0, '']);
	assert.match(version.stdout, /^frustd \d+\.\d+\.\d+\n$/);
});

test('bad options', async (t) => {
	for (const args of [['--nonsense'], ['-x'], ['extra'], ['--db'], ['--db', ''], ['--listen', 'localhost'],
		['--listen', '127.0.0.1'], ['--listen', '127.0.0.1:99999'], ['--listen', '[::1'], ['--listen', ':8080'], ['--port', 'http'],
		['--port', '65536'], ['--port', '-1'], ['--port', '80x'], ['--port', ''], ['--lang', 'fr'], ['--log-level', 'loud'],
		['--ping-interval', 'soon'], ['--ping-timeout', '-5'], ['--clock-shift', 'x'], ['--clock-shift', '99999999999999999999'],
		['--dev=maybe'], ['--help=x'], ['--no-web', '--dev'], ['--web-root', '.', '--no-web']])
		await fails(t, USAGE, args);
});

test('a database that cannot be used', async (t) => {
	const dir = scratch(t);
	mkdirSync(join(dir, 'folder'));
	writeFileSync(join(dir, 'text'), 'This is not a database.\n'.repeat(100));
	sqlite(join(dir, 'other'), 'CREATE TABLE clicks (a, b); INSERT INTO clicks VALUES (1, 2);');
	const whole = readFileSync(database(t, SMALL_SITE));
	writeFileSync(join(dir, 'torn'), whole.subarray(0, 5000));
	for (const name of ['folder', 'text', 'other', 'torn', 'no/such/folder/db.sqlite', 'text/db.sqlite'])
		await fails(t, DATABASE, ['--db', join(dir, name), '--port', '0']);
	assert.equal(readFileSync(join(dir, 'text'), 'utf8'), 'This is not a database.\n'.repeat(100), 'left as it was');
	assert.deepEqual(await rows(join(dir, 'other'), 'SELECT * FROM clicks'), [{ a: 1, b: 2 }]);
});

test('a database that may not be written', async (t) => {
	const db = database(t, SMALL_SITE);
	const dir = join(db, '..');
	const options = {};
	if (process.getuid() === 0) {
		// root may write anywhere, and nobody may not look into every folder
		const place = scratch(t);
		options.program = join(place, 'frustd');
		copyFileSync(FRUSTD, options.program);
		chmodSync(place, 0o755);
		Object.assign(options, { uid: 65534, gid: 65534, cwd: '/' });
	}
	chmodSync(db, 0o444);
	chmodSync(dir, 0o555);
	defer(t, () => chmodSync(dir, 0o755));
	await fails(t, DATABASE, ['--db', db, '--port', '0'], options);
});

test('an address that cannot be listened on', async (t) => {
	const taken = net.createServer().listen(0, '127.0.0.1');
	defer(t, () => taken.close());
	await once(taken, 'listening');
	const said = await fails(t, LISTEN, ['--listen', `127.0.0.1:${taken.address().port}`]);
	assert.match(said, new RegExp(`${taken.address().port}`));
	await fails(t, LISTEN, ['--listen', '192.0.2.1:0']);
});

test('a web root that is not there', async (t) => {
	await fails(t, WEB_ROOT, ['--dev', '--port', '0']);
	await fails(t, WEB_ROOT, ['--web-root', '/no/such/folder', '--port', '0']);
});

test('several listeners', async (t) => {
	const server = await start(t, { args: ['--listen', '127.0.0.1:0', '--listen', '[::1]:0'] });
	const ports = await server.ports(3);
	assert.equal(new Set(ports).size, 3);
	for (const port of ports.slice(0, 2))
		assert.ok((await getJson(t, port, '/api')).version);
	assert.match(server.log(), /listening on http:\/\/\[::1\]:\d+/);
});

test('the default database is ./db.sqlite', async (t) => {
	const dir = scratch(t);
	const server = await start(t, { db: './db.sqlite', cwd: dir });
	await server.stop();
	assert.deepEqual((await rows(join(dir, 'db.sqlite'), 'SELECT count(*) AS n FROM clicks')), [{ n: 0 }]);
	assert.match((await frustd(['--help'])).stdout, /db\.sqlite/);
});

test('the database stays one that the Python server can open', async (t) => {
	const server = await smallSite(t);
	await server.stop();
	const schema = await rows(server.db, 'SELECT name, sql FROM sqlite_master WHERE type = \'table\' AND name NOT LIKE \'frust_%\'');
	assert.deepEqual(schema.map(({ name }) => name).sort(), ['clicks', 'events', 'hours', 'users']);
	for (const { sql } of schema)
		assert.doesNotMatch(sql, /frust/);
	assert.deepEqual(await rows(server.db, 'SELECT * FROM clicks WHERE id = 5'), [
		{ id: 5, user: 'a name that is far too long for us', comment: '', style: '', timestamp: 1795305601 }]);
});

test('frustctl reads beside a running frustd', async (t) => {
	const server = await smallSite(t);
	const { code, stdout } = await frustctl(['--db', server.db, 'users', '--format', 'json']);
	assert.equal(code, 0);
	assert.deepEqual(JSON.parse(stdout), await getJson(t, server.port, '/api/users'));
});
