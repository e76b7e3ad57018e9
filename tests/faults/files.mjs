// The database locked, replaced, deleted, damaged, of a newer version or in a folder that nobody may write to.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { client } from '../integration/helpers/clients.mjs';
import { presser } from '../integration/helpers/eio.mjs';
import { frustctl, frustd, FRUSTD, rows, scratch } from '../integration/helpers/frustd.mjs';
import { getJson } from '../integration/helpers/http.mjs';
import { sqlite } from '../integration/helpers/site.mjs';
import { defer, Inbox } from '../integration/helpers/wait.mjs';
import { chance } from './helpers/random.mjs';
import { LONG } from './helpers/shim.mjs';
import { assertNothingLost, isReady, mustPress, ready, says, Scope, serve, takenPort } from './helpers/site.mjs';

// A database with some rows, made by a server and closed: its path.
const filled = (t, presses = 5) => Scope.of(async (scope) => {
	const db = join(scratch(t), 'db.sqlite');
	const { port } = await serve(scope, { db });
	for (let i = 0; i < presses; i++)
		await mustPress(port, `before ${i}`);
	return db;
});

// Ends at once with one line and that code.
async function assertEnds(code, line, args, options) {
	const ended = await frustd(['--listen', '127.0.0.1:0', ...args], options);
	assert.equal(ended.code, code, ended.stderr);
	assert.match(ended.stderr, /^frustd: error: [^\n]+\n$/);
	assert.match(ended.stderr, line);
}

// Presses are refused while `fault` holds; what was shown is what was acked. mend ends it.
async function refusesUntil(t, { server, acked, what = 'it', line, fault, mend, refused = 1 }) {
	const watcher = await client(t, server.port, '2.3.0', ['websocket']);
	const anna = await presser(t, server.port);
	const before = acked.length, since = server.stderr.items.length;
	await fault();
	for (let i = 0; i < refused; i++) {
		const answer = await anna.press('click', { user: 'Anna', comment: `refused ${i}` });
		assert.equal(typeof answer.error, 'string', `taken: ${JSON.stringify(answer)}`);
	}
	assert.equal(await isReady(server.port), false);
	await says(server, line, since);
	assert.equal((await getJson(t, server.port, '/api/current_stats')).click_count_total, before);
	await mend();
	await ready(server);
	await says(server, /the database takes writes again$/, since);
	acked.push(await mustPress(server.port, `after ${what}`));
	await watcher.until('click', ({ comment }) => comment === acked.at(-1), 'the click after it');
	assert.deepEqual(watcher.all('click').map(({ comment }) => comment), acked.slice(before));
}

test('locked by another process for ten seconds', async (t) => {
	const server = await serve(t);
	const acked = [await mustPress(server.port, 'before')];
	const holder = spawn('sqlite3', [server.db], { stdio: ['pipe', 'pipe', 'inherit'] });
	defer(t, () => holder.kill());
	const said = new Inbox();
	holder.stdout.setEncoding('utf8').on('data', (text) => said.put(text));
	const fault = async () => {
		holder.stdin.write('.timeout 10000\nBEGIN IMMEDIATE;\n.print locked\n');
		await said.until((items) => items.join('').includes('locked'), 'the lock');
	};
	const began = Date.now();
	await refusesUntil(t, {
		server, acked, line: /database is locked; clicks are refused/, fault, refused: 3, // two seconds each
		mend: async () => {
			await new Promise((resolve) => setTimeout(resolve, Math.max(0, 10_000 - (Date.now() - began))));
			holder.stdin.end('ROLLBACK;\n');
		},
	});
	await server.stop();
	await assertNothingLost(server.db, acked);
});

test('moved away and put back, deleted and put back', async (t) => {
	const server = await serve(t);
	const acked = [await mustPress(server.port, 'before')];
	const away = `${server.db}.away`;
	const line = /was deleted or replaced while in use; clicks are refused/;
	await refusesUntil(t, {
		server, acked, what: 'moved', line, fault: () => renameSync(server.db, away), mend: () => renameSync(away, server.db),
	});
	await refusesUntil(t, {
		server, acked, what: 'replaced', line,
		fault: () => {
			renameSync(server.db, away);
			copyFileSync(away, server.db); // as a backup that somebody puts in its place
		},
		mend: () => renameSync(away, server.db),
	});
	await server.stop();
	const stored = await assertNothingLost(server.db, acked);
	assert.equal(stored.size, acked.length);
});

test('gone for good: refused to the end, which comes when it is asked for', async (t) => {
	const server = await serve(t);
	await mustPress(server.port, 'before');
	rmSync(server.db);
	const anna = await presser(t, server.port);
	assert.equal(typeof (await anna.press('click', { user: 'Anna' })).error, 'string');
	assert.equal(await isReady(server.port), false);
	await server.stop();
});

for (const which of ['-wal', '-shm'])
	test(`its ${which} file deleted: what was acked stays, what cannot be kept is refused`, async (t) => {
		const server = await serve(t);
		const acked = [];
		for (let i = 0; i < 3; i++)
			acked.push(await mustPress(server.port, `before ${i}`));
		rmSync(server.db + which);
		for (let i = 0; i < 3; i++) {
			const answer = await Scope.of(async (scope) =>
				(await presser(scope, server.port)).press('click', { user: 'Anna', comment: `then ${i}` }));
			if (answer.ok)
				acked.push(`then ${i}`);
		}
		server.child.kill('SIGKILL');
		await server.over;
		await assertNothingLost(server.db, acked);
		t.diagnostic(`${acked.length} of 6 acked`);
	});

test('pages overwritten while it runs: never a crash, and when they are back all goes on', async (t) => {
	const random = chance(t);
	const server = await serve(t, { db: await filled(t, 200) });
	for (let round = 0; round < (LONG ? 100 : 5); round++) {
		await frustctl(['vacuum', '--yes', '--db', server.db]); // a checkpoint: the file is all there is
		const whole = readFileSync(server.db);
		const page = random.int(0, whole.length / 4096);
		const file = openSync(server.db, 'r+');
		writeSync(file, Buffer.alloc(4096, random.of([0, 255, 90])), 0, 4096, page * 4096);
		await Scope.of(async (scope) => {
			const anna = await presser(scope, server.port);
			for (let i = 0; i < 3; i++)
				await anna.press('click', { user: `Anna ${i}`, comment: `${round}/${i}` });
			assert.equal((await anna.press('auth', 'Anna')).ok, true);
		});
		await getJson(t, server.port, '/api/latest_clicks');
		assert.ok(!server.exit, server.log());
		writeSync(file, whole, page * 4096, 4096, page * 4096);
		closeSync(file);
	}
	await ready(server);
});

test('pages overwritten before it starts: a line and its code, or it serves', async (t) => {
	const whole = readFileSync(await filled(t, 40));
	const db = join(scratch(t), 'db.sqlite');
	const codes = {};
	const taken = await takenPort(t);
	for (let page = 0; page < whole.length / 4096; page++)
		for (const byte of LONG ? [0, 255, 13, 10, 5, 2] : [page & 1 ? 0 : 255]) {
			writeFileSync(db, Buffer.from(whole).fill(byte, page * 4096, page * 4096 + 4096));
			const { code, stderr } = await frustd(['--db', db, '--listen', `127.0.0.1:${taken}`]);
			codes[code] = (codes[code] ?? 0) + 1;
			assert.ok([3, 4].includes(code), `page ${page} all ${byte}: ${code}\n${stderr}`);
			if (code === 4)
				assert.match(stderr, /^frustd: error: [^\n]+\n$/);
			rmSync(`${db}-wal`, { force: true });
		}
	t.diagnostic(`came to listening ${codes[3] ?? 0} times, ended before ${codes[4]} times`);
	assert.ok(codes[4]);
});

test('of a newer version: not opened, and not written to when it becomes one', async (t) => {
	const newer = "INSERT OR REPLACE INTO frust_meta VALUES ('schema_version', 99)";
	const server = await serve(t);
	const acked = [await mustPress(server.port, 'before')];
	await refusesUntil(t, {
		server, acked, line: /was made by a newer frust \(schema 99, this one knows 1\); clicks are refused/,
		fault: () => sqlite(server.db, newer),
		mend: () => sqlite(server.db, "UPDATE frust_meta SET value = 1 WHERE name = 'schema_version'"),
	});
	await server.stop();
	sqlite(server.db, newer);
	await assertEnds(4, /was made by a newer frust/, ['--db', server.db]);
});

// As somebody for whom permissions count.
const nobody = process.getuid() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];

test('an unwritable folder or file, as nobody', async (t) => {
	const folder = scratch(t);
	chmodSync(folder, 0o755);
	const program = join(folder, 'frustd'); // the build's folder may be closed to nobody
	copyFileSync(FRUSTD, program);
	chmodSync(program, 0o755);
	const run = (args) => [...nobody, program, ...args];
	const ends = async (line, db) => {
		const [by, ...args] = run(['--listen', '127.0.0.1:0', '--db', db]);
		const { code, stderr } = await frustd(args, { program: by, cwd: '/' });
		assert.equal(code, 4, stderr);
		assert.match(stderr, /^frustd: error: [^\n]+\n$/);
		assert.match(stderr, line);
	};
	const made = await filled(t);
	mkdirSync(join(folder, 'closed'));
	const db = join(folder, 'closed', 'db.sqlite');
	if (nobody.length === 0)
		chmodSync(join(folder, 'closed'), 0o555);
	await ends(/unable to open|cannot be (opened|written)|ermission/i, db);
	copyFileSync(made, db);
	chmodSync(db, 0o444);
	await ends(/cannot be written: Permission denied/, db);
	chmodSync(db, 0o666);
	await ends(/unable to open|read-?only|cannot be|ermission/i, db);
	assert.equal(statSync(db).size, statSync(made).size, 'untouched');
	assert.equal((await rows(made, 'SELECT count(*) AS n FROM clicks'))[0].n, 5);
});
