// The wall clock steps back and forth, by seconds or by years, while people press: ids order, rows keep the time that it was, and
// what is served is at any moment what a server would serve that begins now. Then stops at the very turn of the hour.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'node:test';

import { presser } from '../integration/helpers/eio.mjs';
import { frustctl, rows, scratch } from '../integration/helpers/frustd.mjs';
import { getJson } from '../integration/helpers/http.mjs';
import { within } from '../integration/helpers/wait.mjs';
import { chance } from './helpers/random.mjs';
import { LONG, Shim } from './helpers/shim.mjs';
import { assertNothingLost, Scope, serve } from './helpers/site.mjs';

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const ROUTES = ['current_stats', 'latest_clicks', 'latest_events', 'latest_hours', 'users'].map((name) => `/api/${name}`);
const UNSHIFTED = ['--clock-shift', '0'];

const told = (scope, port) => Promise.all(ROUTES.map((path) => getJson(scope, port, path)));

// What a server tells that begins on a copy of the database, under the same clock.
const toldAnew = (server, shim) => Scope.of(async (scope) => {
	const db = join(scratch(scope), 'copy.sqlite');
	const { code, stderr } = await frustctl(['backup', '--db', server.db, db]);
	assert.equal(code, 0, stderr);
	const second = await serve(scope, { db, env: shim.env, args: UNSHIFTED });
	return told(scope, second.port);
});

test('steps: what is served is what is stored, as of now', async (t) => {
	const random = chance(t);
	const shim = new Shim(t).lazy();
	const server = await serve(t, { env: shim.env, args: UNSHIFTED });
	const anna = await presser(t, server.port);
	const acked = [];
	// Counted from a quarter past the hour, and never near the end of one: it must not turn between two answers.
	const start = Date.now();
	const quarter = start - start % HOUR + 15 * MINUTE;
	const midnight = quarter - quarter % DAY;
	const steps = [0, HOUR, 0, -HOUR, DAY, -DAY, 26 * HOUR, 400 * DAY, 2 * SECOND, -400 * DAY, midnight - quarter, midnight - quarter + 1];
	while (steps.length < (LONG ? 200 : 14))
		steps.push(random.int(-10 * MINUTE, 10 * MINUTE) + random.of([0, 1, -1]) * random.int(0, random.of([3, 3 * 24, 40 * 24])) * HOUR);
	const offsets = steps.map((step) => quarter + step - start);

	for (const [i, offset] of offsets.entries()) {
		shim.clock = offset;
		for (const event of [['click', { user: 'Anna', comment: `${i} c` }], ['event', { user: 'Zoe', name: `${i} e` }],
			['event', { user: 'Zoe', name: 'rickroll' }]]) {
			const earliest = Math.floor((Date.now() + offset) / 1000);
			const answer = await anna.press(...event);
			assert.equal(answer.ok, true, answer.error);
			assert.ok(answer.timestamp >= earliest && answer.timestamp <= (Date.now() + offset) / 1000, `step ${i}, ${offset}`);
			if (answer.id)
				acked.push(event[1].comment ?? event[1].name);
		}
		assert.deepEqual(await told(t, server.port), await toldAnew(server, shim), `step ${i}, by ${offset} ms`);
	}
	await server.stop();
	shim.clock = Math.max(...offsets) + DAY; // check finds times that are yet to come impossible
	await assertNothingLost(server.db, acked, shim.env);
	const ids = (await rows(server.db, 'SELECT comment FROM clicks ORDER BY id')).map(({ comment }) => comment);
	assert.deepEqual(ids, offsets.map((_, i) => `${i} c`), 'ids order');
	t.diagnostic(`${offsets.length} steps, ${acked.length} presses`);
});

// Presses until the connection ends or isLast(timestamp) of an ack; what was acked.
async function pressAll(one, name, isLast) {
	const acked = [];
	try {
		for (let i = 0; ; i++) {
			const text = `${name}/${i}`;
			const { ok, timestamp } = await one.press('click', { user: 'Anna', comment: text });
			if (!ok)
				return acked; // it is stopping
			acked.push(text);
			if (isLast(timestamp))
				return acked;
		}
	} catch (error) {
		if (!/ended/.test(error.message))
			throw error;
		return acked;
	}
}

test('ends at the second of the turn: nothing is lost, no hour is wrong', async (t) => {
	const random = chance(t);
	const db = join(scratch(t), 'db.sqlite');
	const acked = [];
	for (let round = 0; round < (LONG ? 100 : 8); round++) {
		const shim = new Shim(t).lazy();
		const turn = round % 3 ? HOUR : DAY;
		shim.clock = 0;
		const server = await serve(t, { db, env: shim.env, args: UNSHIFTED });
		const anna = await presser(t, server.port);
		acked.push(...await pressAll(anna, `${round} long before`, () => true));
		const now = Date.now(), next = now - now % turn + turn;
		let turned;
		const turns = new Promise((resolve) => turned = resolve);
		const pressed = pressAll(anna, round, (timestamp) => timestamp * 1000 >= next && turned());
		const before = random.int(0, 60); // ms
		shim.clock = next - now - before;
		await sleep(random.int(0, 2 * before + 2));
		if (round === 0) // of one end we know that it came after the turn
			await within(turns, 'the turn');
		server.child.kill(round % 2 ? 'SIGTERM' : 'SIGKILL');
		const { code, signal } = await server.over;
		assert.equal(code ?? signal, round % 2 ? 0 : 'SIGKILL', server.log());
		acked.push(...await pressed);
	}
	const shim = new Shim(t);
	shim.clock = 2 * DAY;
	const stored = await assertNothingLost(db, acked, shim.env);
	const [{ hours }] = await rows(db, 'SELECT count(*) AS hours FROM hours');
	t.diagnostic(`${acked.length} acked, ${stored.size} stored in ${hours} hours`);
	assert.ok(hours > 1);
});
