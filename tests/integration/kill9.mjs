// kill -9 in the middle of a load: what anybody saw or got acked is in the database, counters equal
// rows, and the server starts again on what was left.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import test from 'node:test';

import { assertCountersEqualRows } from './helpers/check.mjs';
import { client } from './helpers/clients.mjs';
import { presser } from './helpers/eio.mjs';
import { rows, scratch, start } from './helpers/frustd.mjs';
import { getJson } from './helpers/http.mjs';

const ROUNDS = 8, PRESSERS = 6, WINDOW = 40;

// Keeps `WINDOW` presses under way until the connection ends. Notes every answer.
function load(presser, round, i, notes) {
	let sent = 0, acked = 0;
	const asked = new Map();
	const fill = () => {
		while (sent - acked < WINDOW) {
			const comment = `${round}/${i}/${sent++}`;
			const id = sent % 7 === 0 ? presser.send('event', { user: `presser ${i}`, name: comment })
				: sent % 11 === 0 ? presser.send('event', { user: `presser ${i}`, name: 'rickroll' })
					: presser.send('click', { user: `presser ${i}`, comment });
			asked.set(id, comment);
		}
	};
	const receive = presser.ws.onFrame;
	presser.ws.onFrame = (frame) => {
		receive(frame);
		const [, id] = frame.text?.match(/^43(\d+)/) ?? [];
		if (id === undefined)
			return;
		const [answer] = JSON.parse(frame.text.slice(2 + id.length));
		assert.equal(answer.ok, true);
		acked++;
		if (answer.id !== null)
			notes.acked.push([asked.get(Number(id)), answer.id]);
		else
			notes.unsaved++;
		notes.onAck();
		if (!presser.ws.wire.ended)
			fill();
	};
	fill();
}

test(`${ROUNDS} times under load`, async (t) => {
	const db = `${scratch(t)}/db.sqlite`;
	const acked = [];
	const seen = new Set();
	let unsaved = 0, last = { clicks: 0, events: 0 };

	for (let round = 0; round < ROUNDS; round++) {
		const server = await start(t, { db, args: ['--click-rate', '0'] });
		const stats = await getJson(t, server.port, '/api/current_stats');
		assert.deepEqual([stats.click_count_total, stats.event_count_total],
			[last.clicksTotal ?? 0, last.eventsTotal ?? 0], 'what was left is what is served');

		const watcher = await client(t, server.port, ['2.3.0', '4.8.4'][round % 2], [['polling'], ['websocket']][round >> 1 & 1]);
		const pressers = await Promise.all(Array.from({ length: PRESSERS }, () => presser(t, server.port)));
		const moment = randomInt(1, 1500);
		const notes = { acked: [], unsaved: 0 };
		const killed = new Promise((resolve) => {
			let n = 0;
			notes.onAck = () => {
				if (++n === moment)
					server.child.kill('SIGKILL');
			};
			server.over.then(resolve);
		});
		pressers.forEach((p, i) => load(p, round, i, notes));
		assert.equal((await killed).signal, 'SIGKILL');
		await Promise.all([watcher.disconnected, ...pressers.map((p) =>
			p.ws.inbox.until((items) => items.at(-1).type === 'end', 'the end'))]);

		acked.push(...notes.acked);
		unsaved += notes.unsaved;
		for (const { comment } of [...watcher.all('click'), ...pressers.flatMap((p) =>
			p.events.filter(([name]) => name === 'click').map(([, click]) => click))])
			seen.add(comment);
		for (const { name } of [...watcher.all('event'), ...pressers.flatMap((p) =>
			p.events.filter(([kind]) => kind === 'event').map(([, event]) => event))])
			if (name !== 'rickroll')
				seen.add(name);

		last = await assertCountersEqualRows(db);
		const stored = new Map([...await rows(db, 'SELECT id, comment AS what FROM clicks'),
			...await rows(db, 'SELECT id, name AS what FROM events')].map(({ id, what }) => [what, id]));
		assert.equal(stored.size, last.clicks + last.events, 'nothing is stored twice');
		for (const [what, id] of acked)
			assert.equal(stored.get(what), id, `acked: ${what}`);
		for (const what of seen)
			assert.ok(stored.has(what), `seen: ${what}`);
		assert.ok(last.eventsTotal - last.events >= unsaved, 'unsaved events that were acked are counted');
		t.diagnostic(`round ${round}: killed at ack ${moment}; ${acked.length} acked, ${seen.size} seen, ${stored.size} stored`);
	}
	assert.ok(acked.length > 0 && seen.size > 0);
});
