// Many clients at once, as bench/load drives them when it measures: small forms of the same loads.
// It fails unless every client gets every click exactly once, all in one order.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { promisify } from 'node:util';

import { rows, start } from './helpers/frustd.mjs';

const { LOAD } = process.env;
const NO_LIMITS = ['--click-rate', '0', '--packet-rate', '0', '--address-click-rate', '0', '--feed-rate', '0'];

const loads = [
	['one click after the other', { clients: 50, clicks: 100 }],
	['many clicks at once', { clients: 50, window: 256, pressers: 4, clicks: 2000 }],
	['clicks at a rate', { clients: 50, rate: 300, pressers: 50, clicks: 300 }],
	['one client alone', { clients: 1, window: 64, clicks: 3000 }],
	['either transport, either protocol', {
		clients: 50, transport: 'mixed', revision: 'mixed', pressers: 3, window: 24, clicks: 1000,
	}],
	['long polls', { clients: 51, transport: 'polling', window: 8, clicks: 200 }],
];

async function load(port, pid, options) {
	const args = Object.entries({ port, pid, ...options })
		.flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]));
	const { stdout } = await promisify(execFile)(LOAD, args);
	return JSON.parse(stdout);
}

for (const [name, options] of loads) {
	test(`every client gets every click once, all in one order: ${name}`, async (t) => {
		const { port, db, child } = await start(t, { args: NO_LIMITS });
		const figures = await load(port, child.pid, { warmup: 20, ...options });
		assert.equal(figures.deliveries, options.clicks * options.clients);
		const [{ n }] = await rows(db, 'SELECT count(*) AS n FROM clicks');
		assert.equal(n, options.clicks + 20);
	});
}

test('in a storm of joins everybody comes to know how many there are', async (t) => {
	const { port, child } = await start(t, { args: NO_LIMITS });
	const figures = await load(port, child.pid, { clients: 200, 'at-once': 200, join: true, transport: 'mixed' });
	assert.equal(figures.clients, 200);
});
