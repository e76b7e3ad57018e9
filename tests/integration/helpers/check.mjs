// What must hold of a database after any crash: counters equal rows.

import assert from 'node:assert/strict';

import { rows } from './frustd.mjs';

export async function assertCountersEqualRows(db) {
	const [{ integrity_check }] = await rows(db, 'PRAGMA integrity_check');
	assert.equal(integrity_check, 'ok');

	const [clicks, events, users, hours, unsaved] = await Promise.all([
		rows(db, 'SELECT id, user, timestamp FROM clicks ORDER BY id'),
		rows(db, 'SELECT id, user, timestamp FROM events ORDER BY id'),
		rows(db, 'SELECT name, clicks, events FROM users'),
		rows(db, 'SELECT timestamp, clicks, events, clicks_total, events_total FROM hours ORDER BY timestamp'),
		rows(db, 'SELECT hour, sum(count) AS count FROM frust_unsaved GROUP BY hour'),
	]);

	const byUser = new Map(), byHour = new Map();
	const count = (map, key, what, n = 1) => {
		if (!map.has(key))
			map.set(key, { clicks: 0, events: 0 });
		map.get(key)[what] += n;
	};
	for (const [what, all] of Object.entries({ clicks, events }))
		for (const { user, timestamp } of all) {
			count(byUser, user, what);
			count(byHour, timestamp - timestamp % 3600, what);
		}
	for (const { hour, count: n } of unsaved)
		count(byHour, hour, 'events', n);

	assert.deepEqual(new Map(users.map(({ name, ...counts }) => [name, counts])), byUser, 'users');
	assert.deepEqual(new Map(hours.filter((hour) => hour.clicks || hour.events)
		.map((hour) => [hour.timestamp, { clicks: hour.clicks, events: hour.events }])), byHour, 'hours');
	let clicksTotal = 0, eventsTotal = 0;
	for (const hour of hours) {
		clicksTotal += hour.clicks;
		eventsTotal += hour.events;
		assert.deepEqual([hour.clicks_total, hour.events_total], [clicksTotal, eventsTotal], 'running totals');
	}
	return { clicks: clicks.length, events: events.length, clicksTotal, eventsTotal };
}
