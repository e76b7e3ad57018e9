// The Python server's own database, served at the seconds at which its answers were recorded: the
// values are the same.

import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { scratch, start } from './helpers/frustd.mjs';
import { getJson } from './helpers/http.mjs';
import { at } from './helpers/site.mjs';

const DATA = fileURLToPath(new URL('../data/', import.meta.url));
const DAY = 86400;

for (const moment of ['T1_same_hour', 'T2_next_hour'])
	test(`at ${moment}`, async (t) => {
		const db = join(scratch(t), 'db.sqlite');
		copyFileSync(join(DATA, 'reference.sqlite'), db);
		const servedAt = Number(readFileSync(join(DATA, moment, 'served_at.txt'), 'utf8').match(/^\d+/));
		const { port } = await start(t, { db, args: at(servedAt) });
		const recorded = (route) => JSON.parse(readFileSync(join(DATA, moment, `${route}.json`), 'utf8'));

		for (const route of ['latest_clicks', 'latest_events', 'users', 'current_stats'])
			assert.deepEqual(await getJson(t, port, `/api/${route}`), recorded(route), route);

		const hours = await getJson(t, port, '/api/latest_hours');
		let day, events;
		for (const { timestamp, event_count, event_count_today } of hours) {
			if (timestamp - timestamp % DAY !== day)
				[day, events] = [timestamp - timestamp % DAY, 0];
			events += event_count;
			assert.equal(event_count_today, events);
		}
		assert.deepEqual(hours.map(({ event_count_today, ...hour }) => hour), recorded('latest_hours'));
	});
