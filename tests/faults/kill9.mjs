// kill -9 under load, at any moment: what anybody saw or got acked is in the database, counters equal rows, and the server
// starts again on what was left, time after time on the same file.

import assert from 'node:assert/strict';
import test from 'node:test';

import { client } from '../integration/helpers/clients.mjs';
import { presser } from '../integration/helpers/eio.mjs';
import { frustctl, rows, scratch } from '../integration/helpers/frustd.mjs';
import { getJson } from '../integration/helpers/http.mjs';
import { chance } from './helpers/random.mjs';
import { LONG, Shim } from './helpers/shim.mjs';
import { assertNothingLost, Scope, serve } from './helpers/site.mjs';

const ROUNDS = LONG ? 200 : 10;
const LATEST = 10_000; // ms: on a disk that is too slow for the end that was chosen
const PRESSERS = 4, WINDOW = 40; // by hand, each with so many presses under way
const VISITORS = [ // the official clients, who press and watch
	['2.3.0', ['polling']], ['2.3.0', ['websocket']], ['4.8.4', ['polling']], ['4.8.4', ['websocket']],
];

// A round's presses: what was acked, and what anybody saw.
class Notes {
	acked = new Map(); // text to id
	seen = new Set();
	unsaved = 0;
	acks = 0;

	constructor(round) {
		this.round = round;
	}

	// The i-th press of one of us.
	press(who, i) {
		const text = `${this.round}/${who}/${i}`;
		if (i % 7 === 0)
			return [text, ['event', { user: `presser ${who}`, name: text }]];
		if (i % 11 === 0)
			return [text, ['event', { user: `presser ${who}`, name: 'rickroll' }]];
		return [text, ['click', { user: `presser ${who}`, comment: text }]];
	}

	answer(text, answer) {
		assert.equal(answer.ok, true, answer.error);
		if (answer.id === null)
			this.unsaved++;
		else
			this.acked.set(text, answer.id);
		this.onAck?.(++this.acks);
	}

	show(kind, { comment, name }) {
		if (kind === 'click' || (kind === 'event' && name !== 'rickroll'))
			this.seen.add(comment ?? name);
	}
}

// Keeps `WINDOW` presses under way until the connection ends.
function load(one, who, notes) {
	let sent = 0, answered = 0;
	const asked = new Map();
	const fill = () => {
		for (; sent - answered < WINDOW && !one.ws.wire.ended; sent++) {
			const [text, event] = notes.press(who, sent);
			asked.set(one.send(...event), text);
		}
	};
	const receive = one.ws.onFrame;
	one.ws.onFrame = (frame) => {
		receive(frame);
		const [, id] = frame.text?.match(/^43(\d+)/) ?? [];
		if (id === undefined)
			return;
		answered++;
		notes.answer(asked.get(Number(id)), JSON.parse(frame.text.slice(2 + id.length))[0]);
		fill();
	};
	fill();
}

// The same for an official client, one press after the other.
function visit(one, who, notes, i = 0) {
	const [text, event] = notes.press(who, i);
	one.emit(...event, (answer) => {
		notes.answer(text, answer);
		visit(one, who, notes, i + 1);
	});
}

// People come and press until the server has gone.
async function crowd(scope, server, notes, [generation, transports]) {
	const visitor = await client(scope, server.port, generation, transports);
	visit(visitor, 'v', notes);
	const pressers = await Promise.all(Array.from({ length: PRESSERS }, () => presser(scope, server.port)));
	pressers.forEach((one, i) => load(one, i, notes));
	await Promise.all([visitor.disconnected, ...pressers.map(({ ws }) =>
		ws.inbox.until((items) => items.at(-1).type === 'end', 'the end'))]);
	visitor.inbox.items.forEach(([kind, what]) => notes.show(kind, what));
	pressers.forEach(({ events }) => events.forEach(([kind, what]) => notes.show(kind, what)));
}

// The ways to come to an end, each at a moment of chance. before: there is no server yet.
const ends = {
	'after an ack': (random, notes, { kill }) => {
		const n = random.int(1, 1000);
		notes.onAck = (acks) => acks === n && kill();
		return n;
	},
	'after a time': (random, notes, { kill }) => {
		const ms = random.int(0, 400);
		setTimeout(kill, ms);
		return ms;
	},
	'in place of a write': (random, notes, { shim }) => {
		const before = random.int(0, 800);
		shim.arm('write', { before, times: 1, how: 'die' });
		return before;
	},
	'in place of an fsync': (random, notes, { shim }) => {
		const before = random.int(0, 60);
		shim.arm('sync', { before, times: 1, how: 'die' });
		return before;
	},
};

test(`${ROUNDS} times under load`, async (t) => {
	const random = chance(t);
	const db = `${scratch(t)}/db.sqlite`;
	const all = new Map();
	let seen = 0, unsaved = 0, clicks = 0, events = 0;

	for (let round = 0; round < ROUNDS; round++) {
		const notes = new Notes(round);
		const shim = new Shim(t);
		const how = random.of(Object.keys(ends));
		const server = await serve(t, { db, env: shim.env });
		const stats = await getJson(t, server.port, '/api/current_stats');
		assert.deepEqual([stats.click_count_total, stats.event_count_total], [clicks, events], 'what was left is what is served');

		const kill = () => server.child.kill('SIGKILL');
		const when = ends[how](random, notes, { kill, shim });
		const late = setTimeout(kill, LATEST);
		await Scope.of((scope) => crowd(scope, server, notes, random.of(VISITORS)).catch((error) => {
			if (!server.child.killed && !shim.failed)
				throw error; // whoever was not yet there saw nothing
		}));
		assert.equal((await server.over).signal, 'SIGKILL', server.log());
		clearTimeout(late);

		const { code, stdout } = await frustctl(['check', '--db', db]);
		assert.equal(code, 0, `frustctl check:\n${stdout}`);
		const stored = new Map((await rows(db, `SELECT id, comment AS text FROM clicks WHERE comment LIKE '${round}/%'
			UNION ALL SELECT id, name FROM events WHERE name LIKE '${round}/%'`)).map(({ id, text }) => [text, id]));
		for (const [text, id] of notes.acked)
			assert.equal(stored.get(text), id, `acked: ${text}`);
		for (const text of notes.seen)
			assert.ok(stored.has(text), `seen: ${text}`);
		[{ clicks, events }] = await rows(db, 'SELECT sum(clicks) AS clicks, sum(events) AS events FROM hours');
		clicks ??= 0, events ??= 0;
		notes.acked.forEach((id, text) => all.set(text, id));
		seen += notes.seen.size, unsaved += notes.unsaved;
		t.diagnostic(`${round}: killed ${how} (${when}): ${notes.acked.size} acked, ${notes.seen.size} seen, ${stored.size} stored`);
	}
	const stored = await assertNothingLost(db, all.keys());
	assert.ok(all.size > 0 && seen > 0 && unsaved > 0);
	const [{ n }] = await rows(db, 'SELECT (SELECT count(*) FROM clicks) + (SELECT count(*) FROM events) AS n');
	assert.equal(n, stored.size, 'nothing is stored twice');
	t.diagnostic(`${ROUNDS} kills: ${all.size} acked, ${seen} seen, ${n} stored, none lost`);
});
