// The hour's and the day's turn, on a clock that is shifted to a few seconds before it.

import assert from 'node:assert/strict';
import test from 'node:test';

import { assertCountersEqualRows } from './helpers/check.mjs';
import { client } from './helpers/clients.mjs';
import { presser } from './helpers/eio.mjs';
import { rows } from './helpers/frustd.mjs';
import { getJson } from './helpers/http.mjs';
import { before, seconds, SMALL_SITE } from './helpers/site.mjs';

async function turn(t, iso, { day, args = [] }) {
	const moment = seconds(iso);
	const { server, page, anna } = await before(t, moment, { args }, async ({ port }) => {
		const made = { page: await client(t, port, '2.3.0', ['polling', 'websocket']), anna: await presser(t, port) };
		for (let i = 0; i < 3; i++)
			await made.anna.press('click', { user: 'Anna' });
		await made.anna.press('event', { user: 'Anna', name: 'fu' });
		const { timestamp } = await made.anna.press('event', { user: 'Anna', name: 'rickroll' });
		return { ...made, timestamp };
	});
	const { port } = server;

	const counts = (clicks, events) => ({ click_count_total: 3, event_count_total: 2, click_count_today: day ? 0 : 3,
		event_count_today: day ? 0 : 2, click_count_hour: clicks, event_count_hour: events });
	const [, turned] = await page.until('stats', (stats) => stats.click_count_total === 3 && stats.click_count_hour === 0,
		'the stats of the new hour');
	assert.deepEqual(turned, counts(0, 0));
	assert.deepEqual(await getJson(t, port, '/api/current_stats'), counts(0, 0));
	assert.equal((await getJson(t, port, '/api/latest_clicks')).length, day ? 0 : 3);
	assert.equal((await getJson(t, port, '/api/latest_events')).length, day ? 0 : 1);

	const later = await anna.press('click', { user: 'Anna', comment: 'after' });
	assert.ok(later.timestamp >= moment);
	assert.deepEqual(await getJson(t, port, '/api/latest_hours'), [
		{ timestamp: moment - 3600, click_count: 3, event_count: 2, click_count_total: 3, event_count_total: 2,
			event_count_today: 2 },
		{ timestamp: moment, click_count: 1, event_count: 0, click_count_total: 4, event_count_total: 2,
			event_count_today: day ? 0 : 2 },
	]);
	const stats = await getJson(t, port, '/api/current_stats');
	assert.deepEqual(stats, { ...counts(1, 0), click_count_total: 4, click_count_today: day ? 1 : 4 });
	assert.deepEqual((await getJson(t, port, '/api/latest_clicks')).length, day ? 1 : 4);
	assert.deepEqual(await getJson(t, port, '/api/users'), [{ name: 'Anna', click_count: 4, event_count: 1 }]);

	await server.stop();
	await assertCountersEqualRows(server.db);
	assert.deepEqual(await rows(server.db, 'SELECT * FROM hours ORDER BY timestamp'), [
		{ timestamp: moment - 3600, clicks: 3, events: 2, clicks_total: 3, events_total: 2 },
		{ timestamp: moment, clicks: 1, events: 0, clicks_total: 4, events_total: 2 },
	]);
}

test('on the hour, the hour is at 0', (t) => turn(t, '2026-11-22T19:00:00Z', { day: false }));
test('at midnight UTC, today is at 0 too', (t) => turn(t, '2026-11-23T00:00:00Z', { day: true }));

test('at midnight of the site\'s zone, today is at 0 too', (t) =>
	turn(t, '2026-07-22T22:00:00Z', { day: true, args: ['--timezone', 'Europe/Berlin'] }));
test('midnight UTC is an hour as any in another zone', (t) =>
	turn(t, '2026-07-23T00:00:00Z', { day: false, args: ['--timezone', 'Europe/Berlin'] }));

test('a day that begins within an hour', async (t) => {
	const midnight = seconds('2026-11-22T18:30:00Z');
	const { server, page, anna } = await before(t, midnight, { args: ['--timezone', 'Asia/Kolkata'] }, async ({ port }) => {
		const made = { page: await client(t, port, '4.8.4', ['websocket']), anna: await presser(t, port) };
		return { ...made, ...await made.anna.press('click', { user: 'Anna' }) };
	});
	const [, turned] = await page.until('stats', (stats) => stats.click_count_total === 1 && stats.click_count_today === 0,
		'the stats of the new day');
	assert.equal(turned.click_count_hour, 1, 'the hour goes on');
	assert.deepEqual(await getJson(t, server.port, '/api/latest_clicks'), []);
	await anna.press('click', { user: 'Anna' });
	const { click_count_today: today, click_count_hour: hour } = await getJson(t, server.port, '/api/current_stats');
	assert.deepEqual([today, hour], [1, 2]);
	assert.equal((await getJson(t, server.port, '/api')).timezone, 'Asia/Kolkata');
	await server.stop();
	await assertCountersEqualRows(server.db);
});

test('the week\'s hours move on with the day', async (t) => {
	const midnight = seconds('2026-11-23T00:00:00Z');
	const first = async ({ port }) => (await getJson(t, port, '/api/latest_hours'))[0].timestamp;
	const { server, page, hour } = await before(t, midnight, { sql: SMALL_SITE }, async (made) => {
		const watching = await client(t, made.port, '4.8.4', ['websocket']), seen = await first(made);
		const anna = await presser(t, made.port);
		return { ...await anna.press('click', { user: 'Anna' }), page: watching, hour: seen };
	});
	assert.equal(hour, seconds('2026-11-16T00:00:00Z'));
	await page.until('stats', (stats) => stats.click_count_today === 0, 'the new day\'s stats');
	assert.equal(await first(server), seconds('2026-11-21T23:00:00Z'), 'the day that is seven days back has left');
});
