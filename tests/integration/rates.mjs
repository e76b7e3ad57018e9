// How fast people may press, and what all see of it.

import assert from 'node:assert/strict';
import test from 'node:test';

import { assertCountersEqualRows } from './helpers/check.mjs';
import { client, GENERATIONS, TRANSPORTS } from './helpers/clients.mjs';
import { presser, target } from './helpers/eio.mjs';
import { start } from './helpers/frustd.mjs';
import { getJson } from './helpers/http.mjs';
import { open } from './helpers/ws.mjs';

const click = { user: 'Anna', comment: 'x' };

for (const [how, transports] of Object.entries(TRANSPORTS)) {
	for (const generation of [GENERATIONS[0], GENERATIONS.at(-1)]) {
		test(`a client that is too fast is told so, ${generation} ${how}`, async (t) => {
			const { port } = await start(t, { args: ['--click-rate', '1', '--lang', 'en'] });
			const fast = await client(t, port, generation, transports);
			const answers = await Promise.all(Array.from({ length: 60 }, () => fast.ask('click', click)));
			const stored = answers.filter(({ ok }) => ok).length;
			assert.ok(stored >= 10 && stored < 60, `${stored} of 60`);
			assert.ok(answers.every(({ ok, error }) => ok || error === 'too fast'));
			assert.equal((await getJson(t, port, '/api/current_stats')).click_count_total, stored);
			// Without an ack: by a message to the presser alone.
			const other = await client(t, port, generation, transports);
			const begun = performance.now();
			for (let i = 0; i < 60; i++)
				fast.emit('click', click);
			await fast.message('too fast');
			const told = fast.all('message').filter(({ text }) => text === 'too fast').length;
			assert.ok(told <= 2 + (performance.now() - begun) / 1000, `told ${told} times: once a second at most`);
			assert.equal((await other.ask('click', { user: 'Berta' })).ok, true, 'others press on');
			assert.ok(other.all('message').every(({ text }) => text !== 'too fast'));
		});
	}
}

// A presser behind a proxy that names its address: presses n times at once and resolves with the answers.
async function from(t, port, address) {
	const ws = await open(t, port, target(4, 'websocket'), { 'X-Forwarded-For': address });
	await ws.text(/^0\{/);
	ws.send('40');
	await ws.text(/^40\{/);
	return async (n) => {
		for (let i = 0; i < n; i++)
			ws.send(`42${i}["click",{"user":"Anna"}]`);
		const answers = [];
		while (answers.length < n)
			answers.push(JSON.parse((await ws.text(/^43\d/)).replace(/^43\d+/, ''))[0]);
		return answers;
	};
}

test('clients of one address share its rate, and proxies have none', async (t) => {
	const { port } = await start(t, { args: ['--click-rate', '0', '--packet-rate', '0', '--address-click-rate', '1'] });
	const press = async (address, n) => {
		const presses = await from(t, port, address);
		return (await presses(n)).filter(({ ok }) => ok).length;
	};
	assert.ok(await press('203.0.113.5', 10) === 10);
	assert.ok(await press('203.0.113.5', 30) < 30, 'the same address');
	assert.equal(await press('203.0.113.6', 10), 10, 'another');
	assert.equal(await press('2001:db8:1:2::1', 10), 10);
	assert.ok(await press('2001:db8:1:2:ffff::7', 30) < 30, 'the same /64');
	assert.equal(await press('2001:db8:1:3::1', 10), 10, 'another');
	assert.equal(await press('127.0.0.1', 60), 60, 'this machine');
});

test('of more clicks than --feed-rate people see a sample, and counters that are exact', async (t) => {
	const RATE = 20, N = 3000;
	const server = await start(t, { args: ['--click-rate', '0', '--packet-rate', '0', '--feed-rate', `${RATE}`] });
	const [anna, berta, watcher] = [await presser(t, server.port), await presser(t, server.port), await presser(t, server.port)];
	const asked = [];
	for (let i = 0; i < N; i++)
		asked.push([anna, anna.send('click', { user: 'Anna', comment: `${i}` })], [berta, berta.send('click', { user: 'Berta', comment: `${i}` })]);
	const event = anna.send('event', { user: 'Anna', name: 'fu' });
	for (const [presser, id] of asked)
		assert.equal((await presser.ack(id)).ok, true, 'an ack means stored');
	assert.equal((await anna.ack(event)).ok, true);
	const exact = ([name, stats]) => name === 'stats' && stats.click_count_total === 2 * N && stats.event_count_total === 1;
	await watcher.until((events) => events.some(exact), 'the counters');
	const seen = watcher.events.filter(([name]) => name === 'click').map(([, { user, comment }]) => `${user} ${comment}`);
	t.diagnostic(`${seen.length} of ${2 * N} shown`);
	assert.ok(seen.length >= RATE && seen.length < N);
	assert.equal(new Set(seen).size, seen.length);
	const milestones = watcher.events.filter(([name, { text }]) => name === 'message' && / Klicks!$/.test(text)).length;
	assert.equal(milestones, 2 * (N / 100 + 1), 'messages are all there');
	// What a page shows at each moment: the last stats, and the clicks since.
	let shown = 0;
	for (const [name, argument] of watcher.events) {
		if (name === 'click')
			shown++;
		if (name !== 'stats')
			continue;
		assert.ok(argument.click_count_total >= shown, 'never more than there are');
		shown = argument.click_count_total;
	}
	assert.equal(shown, 2 * N);
	await server.stop();
	assert.equal((await assertCountersEqualRows(server.db)).clicks, 2 * N);
});
