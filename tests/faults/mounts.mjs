// Disks that are full or read-only: small ones of memory, mounted in a mount namespace that this test runs in alone
// (CMakeLists.txt starts it so), so that nothing is seen of it outside.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { client } from '../integration/helpers/clients.mjs';
import { presser } from '../integration/helpers/eio.mjs';
import { frustd, scratch } from '../integration/helpers/frustd.mjs';
import { defer } from '../integration/helpers/wait.mjs';
import { chance } from './helpers/random.mjs';
import { LONG } from './helpers/shim.mjs';
import { assertNothingLost, isReady, mustPress, ready, says, serve } from './helpers/site.mjs';

// A disk of so many KiB: its folder.
function disk(t, size) {
	const folder = join(scratch(t), 'disk');
	mkdirSync(folder);
	execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k`, 'frust-test', folder]);
	defer(t, () => execFileSync('umount', [folder]));
	return folder;
}

const AGAIN = /the database takes writes again$/;

// Fills what is free but so many KiB; what it returns empties it again.
function fill(folder, left = 0) {
	const { bavail, bsize } = statfsSync(folder);
	const path = join(folder, 'filler');
	writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - left * 1024)));
	return () => rmSync(path);
}

test('a disk that fills up: refused, told, not ready; and on as soon as there is room', async (t) => {
	const random = chance(t);
	const folder = disk(t, 16384);
	const server = await serve(t, { db: join(folder, 'db.sqlite') });
	const { port } = server;
	const watcher = await client(t, port, '4.8.4', ['websocket']);
	const anna = await presser(t, port);
	const acked = [await mustPress(port, 'the first')];
	let refused = 0;
	for (let round = 0; round < (LONG ? 60 : 6); round++) {
		const empty = fill(folder, random.int(0, 100));
		const since = server.stderr.items.length;
		for (let i = 0, full = false; !full; i++) {
			const comment = `${round}/${i}/${'x'.repeat(60)}`;
			const { ok, error } = await anna.press('click', { user: `Anna ${i}`, comment });
			if (ok)
				acked.push(comment);
			else
				full = true, refused++, assert.equal(error, 'it could not be stored, try again');
		}
		const isAgain = await isReady(port);
		await says(server, /no space left on the device; clicks are refused until it works again$/, since);
		if (isAgain) // what the server tries each second may be small enough for what is left
			await says(server, AGAIN, since);
		empty();
		await ready(server);
		await says(server, AGAIN, since);
		acked.push(await mustPress(port, `after ${round}`));
	}
	const comments = () => watcher.all('click').map(({ comment }) => comment);
	await watcher.inbox.until(() => comments().length >= acked.length, 'every click');
	assert.deepEqual(comments(), acked);
	await server.stop();
	const stored = await assertNothingLost(server.db, acked);
	assert.equal(stored.size, acked.length, 'what was refused is not stored');
	t.diagnostic(`${acked.length} acked, ${refused} refused`);
});

test('killed on a full disk: what was acked is there, and it starts again there or says why not', async (t) => {
	const folder = disk(t, 8192);
	const db = join(folder, 'db.sqlite');
	const server = await serve(t, { db });
	const acked = [await mustPress(server.port, 'the first')];
	const anna = await presser(t, server.port);
	const empty = fill(folder, 60);
	for (let i = 0; ; i++) {
		const { ok } = await anna.press('click', { user: 'Anna', comment: `${i}` });
		if (!ok)
			break;
		acked.push(`${i}`);
	}
	server.child.kill('SIGKILL');
	await server.over;
	const { code, stderr } = await frustd(['--db', db, '--listen', '127.0.0.1:0'], { timeout: 3000, killSignal: 'SIGTERM' })
		.catch(({ code: none, stderr: said }) => ({ code: none, stderr: said }));
	assert.ok(code === 4 || code === null || code === undefined || code === 0, stderr);
	empty();
	await assertNothingLost(db, acked);
	t.diagnostic(`${acked.length} acked`);
});

test('a full disk at its start: a line and its code', async (t) => {
	const folder = disk(t, 1024);
	for (let left = 0; left < 76; left += LONG ? 4 : 24) {
		const empty = fill(folder, left);
		const { code, stderr } = await frustd(['--db', join(folder, 'db.sqlite'), '--listen', '127.0.0.1:0']);
		assert.equal(code, 4, `${left} KiB left: ${stderr}`);
		assert.match(stderr, /^frustd: error: [^\n]*no space left on the device\n$/);
		empty();
		for (const name of readdirSync(folder))
			rmSync(join(folder, name));
	}
});

test('a disk that is read-only: a line and its code, and no byte is touched', async (t) => {
	const folder = disk(t, 4096);
	const db = join(folder, 'db.sqlite');
	const remount = (how) => execFileSync('mount', ['-o', `remount,${how}`, folder]);
	remount('ro');
	const ends = async () => {
		const { code, stderr } = await frustd(['--db', db, '--listen', '127.0.0.1:0']);
		assert.equal(code, 4, stderr);
		assert.match(stderr, /^frustd: error: [^\n]*(read-?only|unable to open)[^\n]*\n$/i);
	};
	await ends(); // there is none yet
	remount('rw');
	const server = await serve(t, { db });
	const acked = [await mustPress(server.port, 'before')];
	server.child.kill('SIGKILL'); // its -wal file stays
	await server.over;
	remount('ro');
	await ends();
	remount('rw');
	await assertNothingLost(db, acked);
});
