// What those who watch the server are told: /healthz, /readyz, /metrics.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';

import { polling, presser } from './helpers/eio.mjs';
import { start } from './helpers/frustd.mjs';
import { request } from './helpers/http.mjs';
import { parse } from './helpers/prom.mjs';
import { within } from './helpers/wait.mjs';

const root = new URL('../..', import.meta.url).pathname;
const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

async function scrape(t, port) {
	const { status, headers, text } = await request(t, port, 'GET', '/metrics');
	assert.equal(status, 200, text);
	assert.equal(headers['content-type'], TYPE);
	return { text, metrics: parse(text) };
}

function value(metrics, name, labels) {
	const { samples } = metrics[name] ?? assert.fail(`no ${name}`);
	return samples.find((sample) => sample.labels === labels)?.value ?? assert.fail(`no ${name}{${labels}}`);
}

const count = (metrics, name) => metrics[name].samples.at(-1).value;

// A polling client in the default namespace.
async function connected(t, port, revision) {
	const session = await polling(t, port, revision);
	if (revision === 4)
		await session.send('40');
	if (!session.packets.some((packet) => packet.startsWith('42["stats"')))
		await session.until(/^42\["stats"/);
	return session;
}

for (const threads of [1, 3]) test(`metrics tell what has happened, on ${threads} thread(s)`, async (t) => {
	const { port } = await start(t, { args: ['--click-rate', '1', '--no-web', '--threads', `${threads}`, '--clock-shift', '0'] });
	const before = (await scrape(t, port)).metrics;
	assert.equal(value(before, 'frust_clients'), 0);
	assert.equal(value(before, 'frust_ready'), 1);
	assert.equal(value(before, 'frust_presses_total', 'kind="click"'), 0);

	const anna = await presser(t, port);
	await connected(t, port, 4);
	await connected(t, port, 3);
	for (let i = 0; i < 9; i++)
		assert.equal((await anna.press('click', { user: 'Anna' })).ok, true);
	assert.equal((await anna.press('event', { user: 'Anna', name: 'fu' })).ok, true);
	assert.equal((await anna.press('click', { user: '' })).ok, undefined);
	let fast = 0;
	while (!fast) // ten at once, and one a second
		fast += (await anna.press('click', { user: 'Anna' })).error === 'too fast';

	// What a press brings to those on another thread may leave a moment later than its answer.
	const clicksOf = (metrics) => value(metrics, 'frust_presses_total', 'kind="click"');
	let text, metrics;
	await within((async () => {
		do
			({ text, metrics } = await scrape(t, port));
		while (count(metrics, 'frust_delivery_duration_seconds') <= clicksOf(metrics));
	})(), 'all to be delivered');
	const clicks = clicksOf(metrics);
	assert.ok(clicks >= 9);
	assert.equal(value(metrics, 'frust_presses_total', 'kind="event"'), 1);
	assert.equal(value(metrics, 'frust_refusals_total', 'reason="user_empty"'), 1);
	assert.equal(value(metrics, 'frust_refusals_total', 'reason="client_rate"'), 1);
	assert.equal(value(metrics, 'frust_clients'), 3);
	assert.equal(value(metrics, 'frust_sessions', 'transport="websocket",protocol="4"'), 1);
	assert.equal(value(metrics, 'frust_sessions', 'transport="polling",protocol="4"'), 1);
	assert.equal(value(metrics, 'frust_sessions', 'transport="polling",protocol="3"'), 1);
	assert.equal(value(metrics, 'frust_sessions', 'transport="websocket",protocol="3"'), 0);
	assert.equal(count(metrics, 'frust_delivery_duration_seconds'), clicks + 1);
	const [sum] = metrics.frust_commit_size_records.samples.slice(-2);
	assert.equal(sum.value, clicks + 1);
	assert.ok(count(metrics, 'frust_commit_duration_seconds') <= clicks + 1);
	assert.ok(count(metrics, 'frust_loop_turn_duration_seconds') > 0);
	assert.equal(value(metrics, 'frust_writer_queue_records'), 0);
	for (const name of ['frust_network_received_bytes_total', 'frust_network_sent_bytes_total', 'frust_database_size_bytes',
		'process_resident_memory_bytes', 'frust_uptime_seconds'])
		assert.ok(value(metrics, name) > 0, name);
	assert.ok(value(metrics, 'frust_network_sent_bytes_total') > value(before, 'frust_network_sent_bytes_total') + text.length);
	assert.ok(Math.abs(value(metrics, 'process_start_time_seconds') - Date.now() / 1000) < 300);
});

const promtool = [join(root, 'build/tools/promtool'), '/usr/bin/promtool'].find((path) => existsSync(path));

test('promtool finds nothing to say', async (t) => {
	if (!promtool) {
		t.skip('no promtool here');
		return;
	}
	const { port } = await start(t);
	const child = promisify(execFile)(promtool, ['check', 'metrics']);
	child.child.stdin.end((await scrape(t, port)).text);
	const { stdout, stderr } = await child;
	assert.deepEqual([stdout, stderr], ['', '']);
});

test('every metric is in the documentation', async (t) => {
	const { port } = await start(t);
	const text = readFileSync(join(root, 'docs/METRICS.md'), 'utf8');
	const told = [...text.matchAll(/^\| `([a-z_]+)/gm)].map(([, name]) => name);
	assert.deepEqual(told, Object.keys((await scrape(t, port)).metrics));
});

test('alerts and dashboard ask for metrics that there are', async (t) => {
	const { port } = await start(t);
	const { text } = await scrape(t, port);
	for (const file of ['frust.rules.yml', 'grafana.json']) {
		const asked = readFileSync(join(root, 'packaging/monitoring', file), 'utf8').match(/\b(?:frust|process)_[a-z_]+/g);
		assert.ok(asked.length > 5);
		assert.deepEqual(asked.filter((name) => !new RegExp(`^${name}[ {]`, 'm').test(text)), [], file);
	}
	if (promtool)
		await promisify(execFile)(promtool, ['check', 'rules', join(root, 'packaging/monitoring/frust.rules.yml')]);
});

test('who may see them', async (t) => {
	const { port } = await start(t, {
		args: ['--trusted-proxy', '10.0.0.0/8', '--metrics-allow', '192.0.2.0/24', '--metrics-allow', '2001:db8::/32'],
	});
	for (const [forwarded, expected] of [
		[null, 200],
		['192.0.2.7', 200],
		['2001:db8::1', 200],
		['10.1.2.3', 200], // a proxy that asks for itself
		['203.0.113.5', 403],
		['192.0.2.7, 203.0.113.5', 403], // what the client says of itself
		['127.0.0.1, 203.0.113.5', 403],
		['203.0.113.5, 10.1.2.3', 403],
		['192.0.2.7, 10.1.2.3', 200],
	]) {
		const { status, text } = await request(t, port, 'GET', '/metrics', { 'X-Forwarded-For': forwarded });
		assert.equal(status, expected, `${forwarded}`);
		assert.equal(text.includes('frust_'), expected === 200);
	}
	assert.equal((await request(t, port, 'POST', '/metrics')).status, 405);
	assert.equal((await request(t, port, 'HEAD', '/metrics')).headers['content-type'], TYPE);
});

test('alive and ready, for all who ask', async (t) => {
	const { port } = await start(t);
	for (const forwarded of [null, '203.0.113.5']) {
		const headers = { 'X-Forwarded-For': forwarded };
		const healthz = await request(t, port, 'GET', '/healthz', headers);
		assert.deepEqual([healthz.status, healthz.text], [200, 'alive\n']);
		const readyz = await request(t, port, 'GET', '/readyz', headers);
		assert.deepEqual([readyz.status, readyz.text], [200, 'ready\n']);
		assert.equal(readyz.headers['cache-control'], 'no-store');
	}
});
