// The official clients, each generation over each transport: two of a kind, and all kinds at once,
// see one another's clicks exactly once and in one order.

import assert from 'node:assert/strict';
import test from 'node:test';

import { assertStatsCountTheStream, client, GENERATIONS, TRANSPORTS } from './helpers/clients.mjs';
import { rows, start } from './helpers/frustd.mjs';
import { getJson } from './helpers/http.mjs';

const toast = (text) => ({ text, style: 'medium highlight', type: 'toast' });

// The names and texts that tell a stream's order, without the pairs that come when they come.
function story(client) {
	return client.inbox.items
		.filter(([name]) => name === 'message' || name === 'click' || name === 'event')
		.map(([name, argument]) => `${name} ${argument.text ?? argument.comment ?? argument.name ?? argument.user}`);
}

async function twoClients(t, generation, transports) {
	const server = await start(t);
	const connect = () => client(t, server.port, generation, transports);

	const anna = await connect();
	await anna.until('status', (status) => status.user_count === 1);
	assert.equal(anna.inbox.items[0][0], 'stats', 'stats is a newcomer\'s first event');
	const berta = await connect();
	await Promise.all([anna, berta].map((c) => c.until('status', (status) => status.user_count === 2)));

	// Clicks go out while the default transport is still upgrading.
	assert.deepEqual(await anna.ask('auth', 'Anna'), { ok: true });
	const acks = [];
	for (let i = 0; i < 40; i++) {
		acks.push(anna.ask('click', { user: 'Anna', comment: `a${i}` }));
		acks.push(berta.ask('click', { user: 'Berta', comment: `b${i}`, style: ' fancy ' }));
	}
	const answers = await Promise.all(acks);
	const [seenByAnna, seenByBerta] = await Promise.all([anna.count('click', 80), berta.count('click', 80)]);
	assert.deepEqual(seenByAnna, seenByBerta, 'one order for all');
	for (const prefix of ['a', 'b']) {
		const own = seenByAnna.filter(({ comment }) => comment.startsWith(prefix));
		assert.deepEqual(own.map(({ comment }) => comment), Array.from({ length: 40 }, (_, i) => `${prefix}${i}`));
	}
	assert.equal(seenByAnna.find(({ user }) => user === 'Berta').style, 'fancy');
	for (const answer of answers) {
		assert.equal(answer.ok, true);
		assert.ok(Number.isInteger(answer.timestamp));
	}
	const ids = answers.map(({ id }) => id);
	assert.deepEqual([...ids].sort((a, b) => a - b), Array.from({ length: 80 }, (_, i) => i + 1), 'ids count the clicks');
	// The id of each ack is the place of its click in the order that all saw.
	answers.forEach(({ id, timestamp }, i) => {
		assert.equal(seenByAnna[id - 1].comment, `${'ab'[i % 2]}${i >> 1}`);
		assert.equal(seenByAnna[id - 1].timestamp, timestamp);
	});

	// Messages: joined before the first click, and 50 before the fiftieth.
	for (let i = 40; i < 50; i++)
		await anna.ask('click', { user: 'Anna', comment: `a${i}` });
	await berta.count('click', 90);
	const told = story(berta);
	const annas = told.filter((line) => /^click a\d+$/.test(line) || /Anna/.test(line));
	assert.deepEqual(annas.slice(0, 2), ['message Anna ist beigetreten.', 'click a0']);
	assert.deepEqual(annas.slice(-2), ['message Anna erreicht 50 Klicks!', 'click a49']);
	assert.equal(told[told.indexOf('click b0') - 1], 'message Berta ist beigetreten.');
	assert.deepEqual(await berta.message('Anna erreicht 50 Klicks!'), ['message', toast('Anna erreicht 50 Klicks!')]);
	assert.equal(berta.all('message').length, 3);

	// Events: announced, but for those that are not stored.
	const stored = await berta.ask('event', { user: 'Berta', name: 'fu' });
	assert.deepEqual([stored.ok, stored.id], [true, 1]);
	const unsaved = await berta.ask('event', { user: 'Berta', name: 'rickroll' });
	assert.deepEqual([unsaved.ok, unsaved.id], [true, null]);
	await anna.count('event', 2);
	assert.deepEqual(story(anna).slice(-3), ['message Berta triggered fu!', 'event fu', 'event rickroll']);
	assert.deepEqual(anna.all('event')[0], { user: 'Berta', name: 'fu', timestamp: stored.timestamp });

	// A rename by auth, and a refusal that nobody else sees.
	await anna.ask('auth', ' Änne ');
	await berta.message('Anna hat sich umbenannt zu Änne.');
	const refused = await anna.ask('click', { user: 'x'.repeat(16), comment: 'refused' });
	assert.equal(typeof refused.error, 'string');
	const before = anna.all('message').length;
	anna.emit('click', { user: 'x'.repeat(16), comment: 'refused' });
	const notice = (await anna.count('message', before + 1))[before];
	assert.equal(notice.type, 'toast');
	assert.doesNotMatch(notice.text, /xxxx|refused/);
	await anna.ask('click', { user: 'Änne' });
	await berta.count('click', 91);
	assert.deepEqual(story(berta).slice(-2), ['message Anna hat sich umbenannt zu Änne.', 'click Änne']);
	assert.deepEqual(berta.all('click').at(-1),
		{ user: 'Änne', comment: null, style: null, timestamp: berta.all('click').at(-1).timestamp });

	assert.deepEqual(await getJson(t, server.port, '/api/online_users'), [
		{ name: 'Änne', click_count: 51, event_count: 0, click_count_session: 51, event_count_session: 0 },
		{ name: 'Berta', click_count: 40, event_count: 2, click_count_session: 40, event_count_session: 2 },
	]);

	if (transports.length === 2)
		await Promise.all([anna.upgraded(), berta.upgraded()]);
	else
		assert.deepEqual([anna.transport, berta.transport], [transports[0], transports[0]]);

	berta.socket.close();
	await anna.message('Berta hat verlassen.');
	await anna.inbox.until((items) => {
		const left = items.findIndex(([, argument]) => argument.text === 'Berta hat verlassen.');
		return items.slice(left).some(([name, argument]) => name === 'status' && argument.user_count === 1);
	}, 'the status after Berta has left');
	for (const c of [anna, berta])
		assertStatsCountTheStream(c.inbox.items);

	await server.stop();
	assert.deepEqual(await rows(server.db, 'SELECT name, clicks, events FROM users ORDER BY name'), [
		{ name: 'Anna', clicks: 50, events: 0 },
		{ name: 'Berta', clicks: 40, events: 1 },
		{ name: 'Änne', clicks: 1, events: 0 },
	]);
	const kept = await rows(server.db, 'SELECT user, comment, style, timestamp FROM clicks ORDER BY id');
	assert.deepEqual(kept, anna.all('click'), 'what was seen is what is stored');
}

for (const generation of GENERATIONS)
	for (const [name, transports] of Object.entries(TRANSPORTS))
		test(`two socket.io-client ${generation}, ${name}`, (t) => twoClients(t, generation, transports));

test('all generations and transports together', async (t) => {
	const server = await start(t);
	const kinds = GENERATIONS.flatMap((generation) =>
		Object.values(TRANSPORTS).map((transports) => [generation, transports]));
	const clients = await Promise.all(kinds.map(([generation, transports]) =>
		client(t, server.port, generation, transports)));
	const each = 15, all = each * clients.length;

	await Promise.all(clients.map(async (c, i) => {
		for (let k = 0; k < each; k++) {
			const press = c.ask('click', { user: `user ${i}`, comment: `${i}/${k} 😀` });
			if (k % 3 === 0) // now one by one, now several at once
				await press;
		}
	}));
	const streams = await Promise.all(clients.map((c) => c.count('click', all)));
	const wanted = clients.flatMap((_, i) => Array.from({ length: each }, (__, k) => `${i}/${k} 😀`)).sort();
	assert.deepEqual(streams[0].map(({ comment }) => comment).sort(), wanted, 'each click once');
	for (const stream of streams)
		assert.deepEqual(stream, streams[0], 'one order for all');
	for (const c of clients)
		await c.until('status', ({ user_count }) => user_count === clients.length);
	clients.forEach((c) => assertStatsCountTheStream(c.inbox.items));
});

test('clients hear of a fast reload once and are counted right', async (t) => {
	const server = await start(t);
	const watcher = await client(t, server.port, '4.8.4', ['websocket']);
	await watcher.ask('auth', 'watcher');
	for (let i = 0; i < 5; i++) {
		const guest = await client(t, server.port, '2.3.0', i % 2 ? ['polling'] : ['polling', 'websocket']);
		guest.emit('auth', `guest ${i}`);
		await watcher.message(`guest ${i} ist beigetreten.`);
		guest.socket.close();
		await watcher.message(`guest ${i} hat verlassen.`);
	}
	await watcher.inbox.until((items) => {
		const left = items.findIndex(([, argument]) => argument.text === 'guest 4 hat verlassen.');
		return items.slice(left).some(([name, argument]) => name === 'status' && argument.user_count === 1);
	}, 'the last status');
	const counts = watcher.all('status').map(({ user_count }) => user_count);
	assert.ok(Math.max(...counts) <= 2, `never more than two were there: ${counts}`);
	assert.equal(watcher.all('message').length, 11);
	const online = await getJson(t, server.port, '/api/online_users');
	assert.deepEqual(online.map(({ name }) => name), ['watcher']);
});

test('names and comments are text, byte for byte', async (t) => {
	const server = await start(t);
	const [a, b] = [await client(t, server.port, '2.3.0', ['polling']), await client(t, server.port, '4.8.4', ['websocket'])];
	const comments = ['<img src=x onerror=alert(1)>', 'a\u2028b\u2029c', '"\\\'', '日本語 العربية \u202eabc', '👩‍👩‍👧‍👦'.repeat(3),
		'😀'.repeat(75), 'tab\tand\nline'];
	for (const comment of comments)
		assert.equal((await a.ask('click', { user: '😀Jürgen', comment })).ok, true);
	await b.count('click', comments.length);
	for (const c of [a, b])
		assert.deepEqual(c.all('click').map(({ comment }) => comment), comments);
	const latest = await getJson(t, server.port, '/api/latest_clicks');
	assert.deepEqual(latest.map(({ comment }) => comment), [...comments].reverse());
});

test('bad input is refused, changes nothing and disconnects nobody', async (t) => {
	const server = await start(t);
	const c = await client(t, server.port, '4.8.4', ['websocket']);
	const refused = [
		['auth', ''], ['auth', ' \u3000 '], ['auth', 7], ['auth', null], ['auth'], ['auth', ['x']],
		['auth', 'x'.repeat(16)], ['auth', 'a\u0001b'], ['auth', 'a\u0000b'], ['auth', '\ud800'],
		['click'], ['click', null], ['click', 'text'], ['click', []], ['click', {}], ['click', { user: 1 }],
		['click', { user: 'u', comment: 1 }], ['click', { user: 'u', comment: 'x'.repeat(76) }],
		['click', { user: 'u', style: 'x'.repeat(65) }], ['click', { user: 'u', comment: 'a\u0007' }],
		['click', { user: 'u', comment: '\udc00' }], ['click', { comment: 'no user' }],
		['event', { user: 'u' }], ['event', { user: 'u', name: '' }], ['event', { user: 'u', name: 'x'.repeat(76) }],
		['event', { name: 'fu' }], ['unknown', 1], ['status', { user_count: 9 }],
	];
	for (const event of refused) {
		const answer = await c.ask(...event);
		assert.equal(typeof answer?.error, 'string', JSON.stringify(event));
	}
	assert.deepEqual(await c.ask('click', { user: '  u\u3000', comment: '\t ', style: null, more: 1 }), {
		ok: true, id: 1, timestamp: c.all('click')[0].timestamp });
	assert.deepEqual(c.all('click').map(({ user, comment, style }) => [user, comment, style]), [['u', null, null]]);
	assert.deepEqual(c.all('message'), [toast('u ist beigetreten.')]);
	assert.equal(c.socket.connected, true);
	const { click_count_total, event_count_total } = await getJson(t, server.port, '/api/current_stats');
	assert.deepEqual([click_count_total, event_count_total], [1, 0]);
	assert.deepEqual(await getJson(t, server.port, '/api/users'), [{ name: 'u', click_count: 1, event_count: 0 }]);
});
