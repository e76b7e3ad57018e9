// Nobody drowns the others: while attackers of every kind are at work, each press is answered and reaches everybody, each
// request is answered, memory stays bounded, and when they have left it is as if they had never been.
//
// HOSTILE=long (script/hostile): a hundred of each kind beside ten thousand idle connections, each kind by itself too, and
// what it did to the time from a press to its arrival. Server, crowd and attackers are processes of their own, each with
// descriptors of its own; where they may have fewer than 14 000, fewer are idle.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { arena, emptied, memory, online } from './helpers/arena.mjs';
import { kinds } from './helpers/kinds.mjs';
import { helper, hurry, look, PATIENCE } from './helpers/process.mjs';

const LONG = process.env.HOSTILE === 'long';
const DESCRIPTORS = Number(readFileSync('/proc/self/limits', 'utf8').match(/Max open files\s+(\d+)/)[1]);
const SCALE = LONG ? { idle: Math.min(10_000, DESCRIPTORS - 4000), each: 100, pressers: 10, watchers: 90, ms: 10_000, rounds: 3, timeout: 3000 }
	: { idle: 500, each: 6, pressers: 4, watchers: 16, ms: 4_000, rounds: 1, timeout: 10_000 };

// Whoever has gone without a word is noticed soon, but in the short form not who is just slow on a busy machine. What is
// kept of the broadcasts has grown to its size soon.
const OPTIONS = ['--ping-interval', '3000', '--ping-timeout', `${SCALE.timeout}`, '--header-timeout', '5000', '--send-window', '1048576'];

const SANITIZED = Boolean(process.env.SANITIZED); // then what was freed is kept for a while
const HOSTILE_MOST = 2; // MiB: a message that comes in, and what is queued
const IDLE_MOST = 0.01; // MiB
const STAYS = 12; // MiB at most, when all have left

const CROWD = new URL('crowd.mjs', import.meta.url).pathname;
const ATTACKERS = new URL('attackers.mjs', import.meta.url).pathname;

const ALL = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, kind === 'idle' ? SCALE.idle : SCALE.each]));
const hostiles = (numbers) => Object.values(numbers).reduce((a, b) => a + b);

function assertServed(seen, when) {
	const { missing, unanswered, refused, lost, failed } = seen;
	assert.deepEqual({ missing, unanswered, refused, lost, failed },
		{ missing: 0, unanswered: 0, refused: 0, lost: 0, failed: 0 }, when);
	assert.ok(seen.clicks > 0 && seen.requests > 0, `somebody pressed and asked ${when}`);
}

async function allCame(attackers, numbers) {
	for (const end = Date.now() + PATIENCE; ; await sleep(100)) {
		const did = await attackers.ask('seen');
		const late = Object.keys(numbers).filter((kind) => did[kind].opened < numbers[kind]);
		if (late.length === 0)
			return;
		assert.ok(Date.now() < end, `not all came: ${JSON.stringify(did)}`);
	}
}

// One attack while the crowd presses; what the crowd saw before, during and after it.
async function attack(t, server, crowd, numbers) {
	const { pid } = server.child;
	const measure = async (when) => {
		const before = look(pid).cpu;
		const seen = await crowd.ask('measure', SCALE.ms, 100);
		assertServed(seen, when);
		return { ...seen, cpu: look(pid).cpu - before };
	};
	const before = await measure('before');
	const { fds } = look(pid);
	const attackers = helper(t, ATTACKERS, { nice: 10 });
	await attackers.ask('begin', server.port, numbers);
	await allCame(attackers, numbers);
	const during = await measure('during the attack');
	const fdsDuring = look(pid).fds;
	const did = await attackers.ask('end');
	await emptied(server, fds);
	const after = await measure('after it');
	return { before, during, after, did, fds: fdsDuring - fds };
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];

function report(t, name, rounds) {
	const show = (key, digits = 1) => ['before', 'during', 'after']
		.map((when) => median(rounds.map((round) => round[when][key])).toFixed(digits)).join(' / ');
	const ratio = median(rounds.map(({ before, during }) => during.p99 / before.p99));
	t.diagnostic(`${name}: p99 ${show('p99')} ms (${ratio.toFixed(2)} times), p50 ${show('p50')} ms, `
		+ `requests' p99 ${show('httpP99')} ms, CPU ${show('cpu', 2)} s, connections ${rounds[0].fds}, `
		+ `${(hostiles(Object.fromEntries(Object.entries(rounds[0].did).map(([k, { sent }]) => [k, sent]))) / 1e6).toFixed(0)} MB sent`);
}

// Memory was bounded all the time, and is given back within seconds.
async function givenBack(t, server, start) {
	const { peak } = look(server.child.pid);
	const most = start + IDLE_MOST * SCALE.idle + HOSTILE_MOST * SCALE.each * Object.keys(kinds).length;
	const end = Date.now() + PATIENCE;
	while (!SANITIZED && memory(server) > start + STAYS) {
		assert.ok(Date.now() < end, `memory is ${memory(server)} MiB and was ${start}`);
		await sleep(200);
	}
	t.diagnostic(`memory ${start.toFixed(0)} MiB, at most ${(peak / 1024).toFixed(0)}, in the end ${memory(server).toFixed(0)}`);
	assert.ok(SANITIZED || peak / 1024 < most, `memory was ${peak / 1024} MiB, ${most} would be bounded`);
}

async function site(t) {
	const server = await arena(t, OPTIONS);
	const crowd = helper(t, CROWD);
	if (LONG)
		[server, crowd].forEach(({ child }) => hurry(child.pid));
	const empty = look(server.child.pid).fds;
	await crowd.ask('open', server.port, SCALE.pressers, SCALE.watchers);
	await crowd.ask('measure', 1000, 100);
	return { server, crowd, empty };
}

test('attackers of all kinds at once', async (t) => {
	const { server, crowd, empty } = await site(t);
	const start = memory(server), rounds = [];
	for (let i = 0; i < SCALE.rounds; i++)
		rounds.push(await attack(t, server, crowd, ALL));
	report(t, 'all kinds at once', rounds);
	await givenBack(t, server, start);
	await online(t, server, SCALE.pressers + SCALE.watchers);
	await crowd.ask('leave');
	await online(t, server, 0);
	await emptied(server, empty);
});

if (LONG)
	test('each kind by itself', async (t) => {
		const { server, crowd } = await site(t);
		const start = memory(server);
		for (const [kind, n] of Object.entries(ALL)) {
			report(t, kind, [await attack(t, server, crowd, { [kind]: n })]);
			await givenBack(t, server, start);
		}
	});
