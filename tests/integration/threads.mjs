// Several threads: whichever serves a client, all see one order, once, and the routes know what anybody was told. The
// first character of a sid names its thread: A, B or C.

import assert from 'node:assert/strict';
import test from 'node:test';

import { client, GENERATIONS, TRANSPORTS } from './helpers/clients.mjs';
import { polling, presser, target } from './helpers/eio.mjs';
import { rows, start } from './helpers/frustd.mjs';
import { getJson, request } from './helpers/http.mjs';
import { within } from './helpers/wait.mjs';
import { open } from './helpers/ws.mjs';

const THREADS = 3;
const NEWEST = GENERATIONS.at(-1);
const ARGS = ['--threads', `${THREADS}`, '--click-rate', '0'];

// Makes with make(), whose sid it tells, until there is one on each thread: connections are dealt out in turn.
async function onEachThread(make) {
	const all = new Map();
	for (let tries = 0; all.size < THREADS; tries++) {
		assert.ok(tries < 10 * THREADS, `after ${tries} there are ${[...all.keys()]}`);
		const [sid, made] = await make();
		if (!all.has(sid[0]))
			all.set(sid[0], made);
	}
	assert.deepEqual([...all.keys()].sort(), ['A', 'B', 'C']);
	return [...all.keys()].sort().map((name) => all.get(name));
}

const pressers = (t, port) => onEachThread(async () => {
	const made = await presser(t, port);
	return [JSON.parse(made.ws.inbox.items.find(({ text }) => text?.startsWith('0{')).text.slice(1)).sid, made];
});

test('the official clients see every click once and in one order, wherever they are', async (t) => {
	const server = await start(t, { args: ARGS });
	const { port } = server;
	const people = await pressers(t, port);
	const clients = await Promise.all(GENERATIONS.flatMap((generation) =>
		Object.values(TRANSPORTS).map((transports) => client(t, port, generation, transports))));
	const everybody = clients.length + people.length;
	for (const c of clients)
		await c.until('status', ({ user_count }) => user_count === everybody);
	const EACH = 60;
	const acks = [...people.flatMap((p, i) => Array.from({ length: EACH }, (_, n) =>
		p.press('click', { user: `p${i}`, comment: `p${i}/${n}` }))),
	...clients.flatMap((c, i) => Array.from({ length: 3 }, (_, n) =>
		c.ask('click', { user: `c${i}`, comment: `c${i}/${n}` })))];
	for (const ack of await Promise.all(acks))
		assert.equal(ack.ok, true);

	const stored = (await rows(server.db, 'SELECT comment FROM clicks ORDER BY id')).map(({ comment }) => comment);
	assert.equal(stored.length, acks.length);
	for (const c of clients)
		assert.deepEqual((await c.count('click', acks.length)).map(({ comment }) => comment), stored);
	for (const p of people) {
		await p.until((events) => events.filter(([name]) => name === 'click').length >= acks.length, 'every click');
		const seen = p.events.filter(([name]) => name === 'click').map(([, { comment }]) => comment);
		assert.deepEqual(seen, stored);
	}
	for (const [i] of people.entries()) {
		const own = stored.filter((comment) => comment.startsWith(`p${i}/`));
		assert.deepEqual(own, Array.from({ length: EACH }, (_, n) => `p${i}/${n}`));
	}
	// A stats counts what came before it in its stream, on every thread.
	for (const c of clients) {
		let clicks = null;
		for (const [name, argument] of c.inbox.items) {
			if (name === 'stats')
				assert.equal(argument.click_count_total, clicks ??= argument.click_count_total);
			else if (name === 'click')
				clicks++;
		}
	}
	// Who stays learns how many do.
	const before = clients[0].inbox.items.length;
	for (const c of clients.slice(1))
		c.socket.close();
	await clients[0].inbox.until((items) => items.slice(before).some(([name, argument]) =>
		name === 'status' && argument.user_count === 1 + people.length), 'the last status');
	assert.equal((await getJson(t, port, '/api/online_users')).length, 1 + people.length);
});

test('a polling session is served whichever thread its connections come to', async (t) => {
	const { port } = await start(t, { args: ARGS });
	for (const revision of [3, 4]) {
		const sessions = await onEachThread(async () => {
			const session = await polling(t, port, revision);
			return [session.sid, session];
		});
		for (const session of sessions) {
			if (revision === 4)
				await session.send('40');
			for (let i = 0; i < 2 * THREADS; i++) { // each request on a connection of its own
				await session.send(`42${i}["click",{"user":"A","comment":"${i}"}]`);
				await session.until(new RegExp(`^43${i}\\[\\{"ok":true`));
			}
			const { status, text } = await session.post('x'.repeat(2_000_000));
			assert.deepEqual([status, text.includes('error')], [413, true]);
			// The upgrade's connection finds its way too.
			const ws = await session.probe();
			ws.send('2probe');
			await ws.text(/^3probe$/);
			ws.send('5');
			ws.send('429["auth","B"]');
			await ws.text(/^439\[\{"ok":true\}\]$/);
		}
	}
	for (const sid of ['A', 'B', 'C', 'Z'].map((name) => name.padEnd(20, 'x'))) {
		const { status, text } = await request(t, port, 'GET', target(4, 'polling', `&sid=${sid}`));
		assert.deepEqual([status, JSON.parse(text).code], [400, 1]);
	}
});

test('the routes of every thread know what was acknowledged or seen on any', async (t) => {
	const { port } = await start(t, { args: ARGS });
	const people = await pressers(t, port);
	const everywhere = (path) => Promise.all(Array.from({ length: THREADS }, () => getJson(t, port, path)));
	for (let n = 1; n <= 10; n++) {
		const p = people[n % THREADS], other = people[(n + 1) % THREADS];
		if (n % 2)
			await p.press('click', { user: 'A', comment: `${n}` });
		else
			p.send('click', { user: 'A', comment: `${n}` });
		await other.until((events) => events.some(([, argument]) => argument.comment === `${n}`), 'the click');
		for (const { click_count_total: total } of await everywhere('/api/current_stats'))
			assert.equal(total, n);
		for (const [newest] of await everywhere('/api/latest_clicks?limit=1'))
			assert.equal(newest.comment, `${n}`);
	}
	const answers = await Promise.all(Array.from({ length: THREADS }, () => request(t, port, 'GET', '/api/latest_clicks')));
	const [{ headers: { etag } }] = answers;
	for (const { headers, text } of answers)
		assert.deepEqual([headers.etag, text], [etag, answers[0].text], 'one version, one tag');
	for (let i = 0; i < THREADS; i++)
		assert.equal((await request(t, port, 'GET', '/api/latest_clicks', { 'If-None-Match': etag })).status, 304);
	for (const path of ['/api', '/badge.svg', '/healthz', '/readyz', '/api/users', '/api/latest_hours', '/'])
		for (let i = 0; i < THREADS; i++)
			assert.equal((await request(t, port, 'GET', path)).status, 200, path);
	for (let i = 0; i < THREADS; i++) {
		const { text } = await request(t, port, 'GET', '/metrics');
		assert.match(text, /^frust_sessions\{transport="websocket",protocol="4"\} 3$/m);
		assert.match(text, /^frust_clients 3$/m);
	}
});

test('a request that waits for another thread may be given up, and others go on', async (t) => {
	const { port } = await start(t, { args: ARGS });
	const [p] = await pressers(t, port);
	for (let n = 0; n < 30; n++) {
		p.send('click', { user: 'A' });
		const ws = await open(t, port, target(4, 'websocket'));
		ws.wire.socket.destroy();
		request(t, port, 'GET', '/api/latest_clicks').catch(() => {});
		await request(t, port, 'GET', '/api/users', { Connection: 'close' });
	}
});

test('refusals find their way back', async (t) => {
	const { port } = await start(t, { args: ARGS });
	for (const p of await pressers(t, port)) {
		const errors = [];
		for (const event of [['click', { user: '' }], ['click', { user: 'x'.repeat(16) }], ['click', 1], ['auth', 7], ['what', {}]])
			errors.push((await p.press(...event)).error);
		assert.ok(errors.every((error) => typeof error === 'string'), JSON.stringify(errors));
		p.ws.send('42["click",{"user":""}]');
		await p.until((events) => events.some(([name, argument]) => name === 'message' && argument.type === 'toast'), 'a toast');
	}
});

// A WebSocket session that can resume; `events` are its events' names with the offset, and what they tell.
async function recoverable(t, port, auth = '') {
	const ws = await open(t, port, target(4, 'websocket', '&recovery=1'));
	const [, sid] = (await ws.text(/^0\{/)).match(/"sid":"([^"]+)/);
	ws.send(`40${auth}`);
	const { pid } = JSON.parse((await ws.text(/^40\{/)).slice(2));
	return { ws, sid, pid };
}

test('who drops resumes on another thread, and a ghost there ends', async (t) => {
	const { port } = await start(t, { args: ARGS });
	const [p] = await pressers(t, port);
	let last = null, times = 0;
	for (let n = 0; n < 4 * THREADS; n++) {
		const { ok, id } = await p.press('click', { user: 'P', comment: `${n}` });
		assert.ok(ok);
		const back = await recoverable(t, port, last ? JSON.stringify({ pid: last.pid, offset: `${id - 1}-0` }) : '');
		if (last) {
			assert.equal(back.pid, last.pid, 'the same client');
			const missed = await back.ws.text(/^42\["click"/);
			assert.match(missed, new RegExp(`"comment":"${n}"`));
			await last.ws.inbox.until((items) => items.some(({ type }) => type === 'close' || type === 'end'), 'its end');
			times += back.sid[0] !== last.sid[0];
		}
		await back.ws.text(/^42\["stats"/);
		last = back;
	}
	assert.ok(times > 0, 'it came back to another thread');
	assert.equal((await getJson(t, port, '/api/online_users')).length, THREADS + 1);
});

test('sessions of all threads count towards --connections-max', async (t) => {
	const { port } = await start(t, { args: [...ARGS, '--connections-max', '6'] });
	const sessions = [];
	for (let i = 0; i < 6; i++)
		sessions.push(await polling(t, port, 4));
	const { status } = await request(t, port, 'GET', target(4, 'polling'));
	assert.equal(status, 503);
	await sessions[2].send('1');
	await polling(t, port, 4);
});

test('the end is told on all threads, behind all that was stored', async (t) => {
	const server = await start(t, { args: ARGS });
	const people = await pressers(t, server.port);
	const hearers = await Promise.all(Array.from({ length: THREADS }, () =>
		client(t, server.port, NEWEST, ['websocket'])));
	const acks = people.map((p, i) => Array.from({ length: 100 }, (_, n) =>
		p.send('click', { user: `p${i}`, comment: `p${i}/${n}` })));
	await Promise.all(people.map((p, i) => p.ack(acks[i][20])));
	await server.stop();
	const stored = (await rows(server.db, 'SELECT comment FROM clicks ORDER BY id')).map(({ comment }) => comment);
	for (const p of people) {
		await p.ws.inbox.until((items) => items.some(({ type }) => type === 'end'), 'the end');
		assert.equal(p.ws.inbox.items.find(({ type }) => type === 'close').code, 1001);
		const seen = p.events.filter(([name]) => name === 'click').map(([, { comment }]) => comment);
		assert.deepEqual(seen, stored);
	}
	const told = people.reduce((sum, p) => sum + p.ws.inbox.items.filter(({ text }) => /^43\d+\[\{"ok":true/.test(text)).length, 0);
	assert.equal(told, stored.length);
	await Promise.all(hearers.map((h) => within(h.disconnected, 'the end')));
	for (const h of hearers)
		assert.deepEqual(h.all('click').map(({ comment }) => comment), stored);
});
