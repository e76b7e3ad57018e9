// No room for more: --connections-max is reached, or the system has no more file descriptors. Who is there stays unharmed, and
// who comes later gets in as soon as somebody leaves.

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { presser } from '../integration/helpers/eio.mjs';
import { bytes } from '../integration/helpers/http.mjs';
import { within } from '../integration/helpers/wait.mjs';
import { arena, emptied, online } from './helpers/arena.mjs';
import { client, connect } from './helpers/peer.mjs';
import { look, PATIENCE } from './helpers/process.mjs';

// Presses until it is stored and shown.
async function press(anna, comment) {
	assert.equal((await anna.press('click', { user: 'Anna', comment })).ok, true);
	await anna.until((events) => events.some(([, argument]) => argument.comment === comment), comment);
}

// Seconds that a second of presses takes, and the server's CPU time in them.
async function presses(pid, anna, comment) {
	const begun = performance.now(), { cpu } = look(pid);
	for (let i = 0; i < 20; i++) {
		await press(anna, `${comment} ${i}`);
		await sleep(50);
	}
	return { used: look(pid).cpu - cpu, took: (performance.now() - begun) / 1000 };
}

test('beyond --connections-max nobody gets in, and later they do', async (t) => {
	const most = 20;
	const server = await arena(t, ['--connections-max', `${most}`]);
	const { fds } = look(server.child.pid);
	const anna = await presser(t, server.port);
	const others = await Promise.all(Array.from({ length: most - 1 }, () => client(server.port)));
	for (let i = 0; i < 3 * most; i++)
		await assert.rejects(client(server.port), /closed before/);
	await press(anna, 'in a full house');
	assert.equal(others.filter(({ socket }) => socket.destroyed).length, 0);

	others[0].socket.destroy();
	let late;
	for (const end = Date.now() + PATIENCE; !late; await sleep(20)) {
		late = await client(server.port).catch(() => undefined);
		assert.ok(late || Date.now() < end, 'there is room for one');
	}
	[late, ...others].forEach(({ socket }) => socket.destroy());
	await online(t, server, 1);
	await emptied(server, fds + 1);
});

test('out of file descriptors, accepting waits and goes on', async (t) => {
	// Whoever waits says nothing meanwhile, however long that takes.
	const server = await arena(t, ['--header-timeout', '600000', '--threads', '2'], { by: ['prlimit', '--nofile=60:60'] });
	const { pid } = server.child;
	const { fds } = look(pid);
	const anna = await presser(t, server.port);
	const calm = await presses(pid, anna, 'with descriptors');
	// All connect: the system keeps them in a queue until the server takes them.
	const sockets = await Promise.all(Array.from({ length: 100 }, () => connect(server.port)));
	for (const end = Date.now() + PATIENCE; look(pid).fds < 60; await sleep(20))
		assert.ok(Date.now() < end, 'all descriptors are in use');
	const full = await presses(pid, anna, 'without descriptors');
	t.diagnostic(JSON.stringify({ calm, full }));
	assert.ok(full.used < 2 * calm.used + 0.5 * full.took, `accepting does not spin: ${full.used} s of CPU time in ${full.took}, ${calm.used} before`);

	// Those who waited are served when others leave.
	const waiting = [...sockets.splice(0, 20), ...sockets.splice(-20)].map((socket) => {
		const answer = new Promise((resolve, reject) => {
			socket.once('data', resolve).once('close', () => reject(new Error('closed')));
		});
		socket.write(bytes('GET', '/api/current_stats', { Connection: 'close' }));
		return within(answer, 'an answer');
	});
	sockets.forEach((socket) => socket.destroy());
	for (const answer of await Promise.all(waiting))
		assert.match(answer.toString(), /^HTTP\/1.1 200 /);
	await press(anna, 'afterwards');
	await emptied(server, fds + 1);
});
