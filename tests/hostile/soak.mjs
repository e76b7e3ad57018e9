// Visitors come and go, and nothing of them stays: no memory, no session, no descriptor, and who is there is told right.
//
// HOSTILE=long (script/hostile): for --minutes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { assertCountersEqualRows } from '../integration/helpers/check.mjs';
import { Inbox } from '../integration/helpers/wait.mjs';
import { arena, emptied, memory, online } from './helpers/arena.mjs';
import { client } from './helpers/peer.mjs';
import { helper, look } from './helpers/process.mjs';

const LONG = process.env.HOSTILE === 'long';
const SANITIZED = Boolean(process.env.SANITIZED); // then what was freed is kept for a while
const SHORT = SANITIZED ? 30 : 90;
const SECONDS = LONG ? 60 * Number(process.env.HOSTILE_MINUTES) : SHORT;
const WARM = LONG ? 60 : 5; // seconds until memory is what it stays at
const VISITORS = 40;
const STAYING = 3;
const GROWTH = 4; // MiB between the two halves that are no more than noise

const VISITORS_SCRIPT = new URL('visitors.mjs', import.meta.url).pathname;

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

// MiB an hour, by least squares over what was seen once a second.
function slope(seen) {
	const middle = (seen.length - 1) / 2, mean = seen.reduce((a, b) => a + b) / seen.length;
	let above = 0, below = 0;
	seen.forEach((value, i) => {
		above += (i - middle) * (value - mean);
		below += (i - middle) ** 2;
	});
	return 3600 * above / below;
}

test('visitors come and go', async (t) => {
	// Whoever has gone without a word is noticed soon, but not who is just slow on a busy machine. What is kept of the
	// broadcasts has grown to its size soon.
	const server = await arena(t, ['--ping-interval', '1000', '--ping-timeout', '10000', '--send-window', '262144']);
	const { fds } = look(server.child.pid);
	const status = new Inbox(), staying = [];
	for (let i = 0; i < STAYING; i++)
		staying.push(await client(server.port, {
			onEvent: (name, argument) => i === 0 && name === 'status' && status.put(argument.user_count),
		}));

	const visitors = helper(t, VISITORS_SCRIPT, { nice: 5 });
	await visitors.ask('begin', server.port, VISITORS);
	await sleep(WARM * 1000);
	const seen = [];
	for (let i = 0; i < SECONDS; i++) {
		await sleep(1000);
		seen.push(memory(server));
	}
	const { visits, errors } = await visitors.ask('end');
	const half = seen.length >> 1;
	const [first, second] = [median(seen.slice(0, half)), median(seen.slice(half))];
	t.diagnostic(`${Object.values(visits).reduce((a, b) => a + b)} visits in ${WARM + SECONDS} s, memory ${first.toFixed(1)} MiB, `
		+ `then ${second.toFixed(1)}, ${slope(seen).toFixed(2)} MiB an hour; `
		+ `CPU ${look(server.child.pid).cpu.toFixed(1)} s`);
	assert.deepEqual(errors, []);
	for (const [kind, n] of Object.entries(visits))
		assert.ok(n > 0, `nobody came ${kind}`);

	await online(t, server, STAYING);
	await status.until((counts) => counts.at(-1) === STAYING, 'the status that tells so');
	assert.equal(staying.filter(({ socket }) => socket.destroyed).length, 0, 'who stayed is here');
	staying.forEach(({ socket }) => socket.destroy());
	await online(t, server, 0);
	await emptied(server, fds);

	if (!SANITIZED)
		assert.ok(second - first < GROWTH, `memory grew from ${first} to ${second} MiB`);
	await server.stop();
	await assertCountersEqualRows(server.db);
});
