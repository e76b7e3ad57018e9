// A server whose n-th allocation fails, for every n, in its own code, SQLite's and libuv's: at its start it serves or ends with
// a word; later it stays, tells or drops whom it cannot serve, and serves the next one.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { polling, presser } from '../integration/helpers/eio.mjs';
import { frustd, scratch } from '../integration/helpers/frustd.mjs';
import { request } from '../integration/helpers/http.mjs';
import { LONG, Shim } from './helpers/shim.mjs';
import { assertNothingLost, EAGER, mayBeDropped, mustPress, ready, Scope, serve, takenPort } from './helpers/site.mjs';

// What people do, each in a connection of its own. Every step may be cut short.
const visits = {
	async asks(scope, port) {
		for (const path of ['/api', '/api/latest_clicks', '/api/users?top=3', '/api/latest_hours', '/api/online_users', '/',
			'/nowhere', '/metrics'])
			await request(scope, port, 'GET', path, { 'Accept-Encoding': 'gzip' }).catch(mayBeDropped);
	},
	async pressesOverWebSocket(scope, port, name, acked) {
		const anna = await presser(scope, port);
		for (const event of [['auth', name], ['click', { user: name, comment: `${name} c`, style: 'big' }],
			['event', { user: name, name: `${name} e` }], ['event', { user: name, name: 'rickroll' }], ['nothing', 1]])
			if ((await anna.press(...event)).id)
				acked.push(event[1].comment ?? event[1].name);
		anna.ws.send(`42["click",{"user":"${'x'.repeat(3000)}"}]`).close();
		await anna.ws.inbox.until((items) => items.at(-1).type === 'end', 'the end');
	},
	async pressesOverPolling(scope, port, name, acked) {
		const session = await polling(scope, port, 3);
		await session.send(`4213["click",${JSON.stringify({ user: name, comment: `${name} p` })}]`);
		const packets = await session.until(/^4313|^1$/);
		if (packets.some((packet) => /^4313\[\{"ok"/.test(packet)))
			acked.push(`${name} p`);
		const ws = await session.probe();
		ws.send('2probe');
		await ws.text('3probe');
		ws.send('5').send('421["event",{"user":"Bob","name":"fu"}]');
		await ws.text(/^431/);
		ws.send('1').close();
		await ws.inbox.until((items) => items.at(-1).type === 'end', 'the end');
	},
};

test('while it runs: it stays, and serves the next one', async (t) => {
	const shim = new Shim(t).lazy();
	const server = await serve(t, { env: shim.env, args: ['--deflate', '--recovery', 'all'] });
	const acked = [];
	for (const [what, visit] of Object.entries(visits)) {
		let n = 0, tries = 0;
		const step = LONG ? 1 : 11;
		for (let failed = 1; failed; n += step)
			for (const times of LONG ? [1, 2, 20] : [1 + 9 * (n & 1)]) {
				shim.arm('malloc', { before: n, times, error: 'ENOMEM' });
				await Scope.of((scope) => visit(scope, server.port, `${what.slice(8, 11)} ${n}`, acked).catch(mayBeDropped));
				({ failed } = shim);
				shim.disarm();
				assert.ok(!server.exit, `${what}, allocation ${n}: frustd ended:\n${server.log()}`);
				if (tries++ % 16 === 0) {
					await ready(server);
					acked.push(await mustPress(server.port, `after ${what} ${n} ${times}`));
				}
			}
		t.diagnostic(`${what}: ${n - step} allocations, ${tries} tries`);
		assert.ok(n > 2 * step);
	}
	await ready(server);
	acked.push(await mustPress(server.port, 'the last'));
	await server.stop();
	await assertNothingLost(server.db, acked);
});

test('at its start: it serves, or ends with a line and its code', async (t) => {
	const shim = new Shim(t).lazy();
	const listen = `127.0.0.1:${await takenPort(t)}`;
	let n = 0, served = 0, ended = 0;
	for (let failed = 1; failed; n += LONG ? 1 + (n >> 10) : 101 + (n >> 3)) {
		const db = join(scratch(t), 'db.sqlite');
		shim.arm('malloc', { before: n, times: 1, error: 'ENOMEM' });
		// the port is taken already: with memory enough it ends by itself
		const { code, stderr } = await frustd([...EAGER, '--db', db, '--listen', listen], { env: shim.env });
		({ failed } = shim);
		const lines = stderr.trimEnd().split('\n');
		assert.ok([1, 2, 3, 4].includes(code), `allocation ${n}: ${code}\n${stderr}`);
		assert.match(lines.at(-1), /^frustd: /, `allocation ${n}`);
		if (code === 3)
			served++;
		else
			ended++, assert.equal(lines.length, 1, stderr);
	}
	t.diagnostic(`${n} allocations: came to listening ${served} times, ended before ${ended} times`);
	assert.ok(served && ended);
});
