// Databases to serve and moments to serve them at.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { scratch, start } from './frustd.mjs';

// As the Python server made them.
const SCHEMA = `
CREATE TABLE clicks (id INTEGER NOT NULL, user VARCHAR(15), comment VARCHAR(75), style VARCHAR,
	timestamp INTEGER, PRIMARY KEY (id));
CREATE TABLE events (id INTEGER NOT NULL, user VARCHAR(15), name VARCHAR(75), timestamp INTEGER, PRIMARY KEY (id));
CREATE TABLE users (name VARCHAR(15) NOT NULL, clicks INTEGER, events INTEGER, PRIMARY KEY (name));
CREATE TABLE hours (timestamp INTEGER NOT NULL, clicks INTEGER, events INTEGER, clicks_total INTEGER,
	events_total INTEGER, PRIMARY KEY (timestamp));
`;

export const seconds = (iso) => Date.parse(iso) / 1000;

// Options under which the server's clock says `time` (seconds) now.
export const at = (time) => ['--clock-shift', String(Math.round(time - Date.now() / 1000))];

// Until the turn, for what happens before it: more where the machine proves too busy for less.
const LEADS = [4, 12, 25]; // seconds

// A server whose clock is a little before the moment, and what body(server) made of that time: an
// object with the timestamp of the last thing that had to come before the moment. sql: rows to begin with.
export async function before(t, moment, { args = [], sql = '' }, body) {
	for (const lead of LEADS) {
		const server = await start(t, { ...sql && { db: database(t, sql) }, args: [...args, ...at(moment - lead)] });
		const made = await body(server);
		if (made.timestamp < moment)
			return { server, ...made };
		await server.stop();
	}
	return assert.fail(`${LEADS.at(-1)} s were not enough for what comes before the turn`);
}

// Runs SQL on a file by the command-line tool.
export function sqlite(db, sql) {
	return execFileSync('sqlite3', ['-bail', '-cmd', '.timeout 10000', db], { input: sql, encoding: 'utf8' });
}

// A database of the Python server's with these rows, in a folder of its own.
export function database(t, sql = '') {
	const db = join(scratch(t), 'db.sqlite');
	sqlite(db, SCHEMA + sql);
	return db;
}

// A small site of two days: `now` is 2026-11-22T18:20:34Z.
export const NOW = seconds('2026-11-22T18:20:34Z');
const H = (iso) => seconds(`2026-11-${iso}:00:00Z`);

export const HOURS = [ // timestamp, clicks, events, clicks_total, events_total
	[H('15T23'), 1, 0, 1, 0], // too old for the route
	[H('16T00'), 1, 1, 2, 1],
	[H('21T23'), 1, 2, 3, 3],
	[H('22T00'), 2, 1, 5, 4],
	[H('22T18'), 1, 1, 6, 5],
];

export const SMALL_SITE = `
INSERT INTO clicks VALUES (1, 'Anna', 'old', NULL, ${H('15T23') + 5}), (2, 'Anna', NULL, NULL, ${H('16T00')}),
	(3, 'Anna', 'last night', NULL, ${H('22T00') - 1}), (4, 'Jürgen Müller', 'first today', 'fire fancy', ${H('22T00')}),
	(5, 'a name that is far too long for us', '', '', ${H('22T00') + 1}), (6, 'Anna', '<b>"😀', 'big', ${NOW - 9});
INSERT INTO events VALUES (1, 'Anna', 'fu', ${H('16T00') + 1}), (2, 'Anna', 'fu', ${H('22T00') - 2}),
	(3, 'Jürgen Müller', 'satan', ${H('22T00') - 1}), (4, 'Anna', 'lemma 6.7', ${H('22T00') + 7}), (5, 'Anna', 'fu', ${NOW - 8});
INSERT INTO users VALUES ('Anna', 4, 4), ('Jürgen Müller', 1, 1), ('a name that is far too long for us', 1, 0);
INSERT INTO hours VALUES ${HOURS.map((hour) => `(${hour})`)};
`;

export function smallSite(t, args = []) {
	return start(t, { db: database(t, SMALL_SITE), args: [...at(NOW), ...args] });
}
