// The server under attack: a day with full feeds already, so that answers are large and memory has grown to what it stays at.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { start } from '../../integration/helpers/frustd.mjs';
import { getJson } from '../../integration/helpers/http.mjs';
import { at, database, NOW } from '../../integration/helpers/site.mjs';
import { Inbox } from '../../integration/helpers/wait.mjs';
import { frame } from '../../integration/helpers/ws.mjs';
import { client } from './peer.mjs';
import { look, PATIENCE } from './process.mjs';

// As many as the server keeps ready.
const FULL_DAY = `
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
	INSERT INTO clicks SELECT i, 'Anna', 'a comment that people write ' || i, 'fire', ${NOW - 10000} + i FROM n;
INSERT INTO events SELECT id, user, 'lemma ' || id % 10, timestamp FROM clicks;
INSERT INTO users VALUES ('Anna', 10000, 10000);
INSERT INTO hours SELECT timestamp - timestamp % 3600 AS hour, count(*), count(*),
	sum(count(*)) OVER (ORDER BY timestamp - timestamp % 3600), sum(count(*)) OVER (ORDER BY timestamp - timestamp % 3600)
	FROM clicks GROUP BY hour;
`;

// A running server (of start()) that has stored a click already, which opens files.
export async function arena(t, args = [], options = {}) {
	const server = await start(t, { db: database(t, FULL_DAY), args: [...at(NOW), ...args], ...options });
	const stored = new Inbox();
	const { socket } = await client(server.port, { onEvent: (name) => stored.put(name) });
	socket.write(frame(1, '42["click",{"user":"Anna"}]'));
	await stored.until((names) => names.includes('click'), 'the first click');
	socket.destroy();
	await online(t, server, 0);
	return server;
}

// Waits until the server has no more descriptors than that.
export async function emptied(server, fds) {
	for (const end = Date.now() + PATIENCE; look(server.child.pid).fds > fds; await sleep(50))
		assert.ok(Date.now() < end, `${look(server.child.pid).fds} descriptors are still open, ${fds} were`);
}

// Waits until that many are told to be there.
export async function online(t, server, n) {
	for (const end = Date.now() + PATIENCE; ; await sleep(100)) {
		const people = await getJson(t, server.port, '/api/online_users');
		if (people.length === n)
			return;
		assert.ok(Date.now() < end, `${people.length} are told to be there, ${n} are`);
	}
}

// Memory in MiB, as it stands when what was just done has settled.
export const memory = (server) => look(server.child.pid).rss / 1024;
