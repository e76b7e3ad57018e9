// A frustd that faults are tried on, and what must hold of it whatever happens.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { assertCountersEqualRows } from '../../integration/helpers/check.mjs';
import { presser } from '../../integration/helpers/eio.mjs';
import { frustctl, rows, start } from '../../integration/helpers/frustd.mjs';
import { request } from '../../integration/helpers/http.mjs';
import { defer, PATIENCE } from '../../integration/helpers/wait.mjs';

// No limit of rates comes in a test's way.
export const EAGER = ['--click-rate', '0', '--packet-rate', '0', '--address-click-rate', '0', '--feed-rate', '0'];

export const serve = (t, { args = [], ...options } = {}) => start(t, { args: [...EAGER, ...args], ...options });

// Waits for a line that matches, from the since-th of its log on.
export const says = (server, line, since = 0) =>
	server.stderr.until((lines) => lines.slice(since).some((text) => line.test(text)), `${line}`);

// Ends what was begun with it, as a test of its own would.
export class Scope {
	after(end) {
		this.end = end;
	}

	static async of(fn) {
		const scope = new Scope();
		try {
			return await fn(scope);
		} finally {
			await scope.end?.();
		}
	}
}

// A port that somebody has: a server that comes as far as listening there ends by itself, with exit code 3.
export async function takenPort(t) {
	const holder = net.createServer().listen(0, '127.0.0.1');
	defer(t, () => holder.close());
	await once(holder, 'listening');
	return holder.address().port;
}

// Whoever is dropped knows; whoever waits in vain does not.
export function mayBeDropped(error) {
	if (/^waited/.test(error.message))
		throw error;
}

export async function isReady(port) {
	const { status } = await Scope.of((scope) => request(scope, port, 'GET', '/readyz'));
	assert.ok([200, 503].includes(status));
	return status === 200;
}

// Waits until the server takes clicks again, by itself.
export async function ready(server) {
	for (const end = Date.now() + PATIENCE; !await isReady(server.port); await sleep(50))
		assert.ok(!server.exit && Date.now() < end, `ready again:\n${server.log()}`);
}

// One click of a newcomer's; it must be taken. Its comment.
export async function mustPress(port, comment) {
	const answer = await Scope.of(async (scope) => (await presser(scope, port)).press('click', { user: 'Zoe', comment }));
	assert.equal(answer.ok, true, `${comment}: ${answer.error}`);
	return comment;
}

// All that was acked is stored, counters equal rows, and frustctl finds nothing. What is stored: texts to ids. env: frustctl's.
export async function assertNothingLost(db, acked, env = process.env) {
	const { code, stdout, stderr } = await frustctl(['check', '--db', db], { env });
	assert.equal(code, 0, `frustctl check:\n${stdout}${stderr}`);
	await assertCountersEqualRows(db);
	const stored = new Map((await rows(db, 'SELECT id, comment AS text FROM clicks UNION ALL SELECT id, name FROM events'))
		.map(({ id, text }) => [text, id]));
	for (const text of acked)
		assert.ok(stored.has(text), `acked and lost: ${text}`);
	return stored;
}
