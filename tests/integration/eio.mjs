// Engine.IO and Socket.IO by hand, both generations: what the official clients never send, and what
// they only send on a bad day.

import assert from 'node:assert/strict';
import test from 'node:test';

import { decode, encode, PATH, polling, presser, target } from './helpers/eio.mjs';
import { start } from './helpers/frustd.mjs';
import { bytes, connect, everyLoop, getJson, request } from './helpers/http.mjs';
import { within } from './helpers/wait.mjs';
import { open, UPGRADE } from './helpers/ws.mjs';

const REVISIONS = [3, 4];
const event = (...args) => `42${JSON.stringify(args)}`;

const named = (name) => (packet) => packet.startsWith(`42["${name}"`);

// A polling client whose namespace is connected and whose greeting has been read.
async function member(t, port, revision) {
	const session = await polling(t, port, revision);
	if (revision === 4)
		await session.send('40');
	const greeting = [...session.packets];
	while (!greeting.some(named('status')) || !named('stats')(greeting.at(-1)))
		greeting.push(...await session.poll());
	session.greeting = greeting;
	return session;
}

// Waits until the watcher was told `counts` of users, the last of them now.
function told(watcher, ...counts) {
	return watcher.until((events) => {
		const all = events.filter(([name]) => name === 'status').map(([, { user_count }]) => user_count);
		return counts.every((count) => all.includes(count)) && all.at(-1) === counts.at(-1);
	}, `user counts ${counts}`);
}

// Waits until the server has closed the WebSocket.
function closed(ws, what) {
	return ws.inbox.until((items) => items.find(({ type }) => type === 'close' || type === 'end'), `the close, ${what}`);
}

async function over(session) {
	const { status, text } = await session.get();
	assert.deepEqual([status, JSON.parse(text).code], [400, 1], 'the session is gone');
}

const users = async (t, port) => (await getJson(t, port, '/api/online_users')).length;

// Waits until the hub has heard of every end: the threads that serve the sessions know of it first.
const nobody = (t, port) => within((async () => {
	while (await users(t, port) > 0)
		;
})(), 'nobody to be there');

for (const revision of REVISIONS) {
	test(`revision ${revision}: the handshake over polling and over WebSocket`, async (t) => {
		const { port } = await start(t);
		const { hello, headers } = await polling(t, port, revision);
		const timing = { pingInterval: 25000, pingTimeout: revision === 4 ? 20000 : 60000 };
		const expected = { upgrades: ['websocket'], ...timing };
		if (revision === 4)
			expected.maxPayload = 1000000;
		const { sid, ...rest } = hello;
		assert.deepEqual(rest, expected);
		assert.match(sid, /^[A-Za-z0-9_-]{20}$/);
		assert.equal(headers['content-type'], 'text/plain; charset=UTF-8');
		assert.equal(headers['cache-control'], 'no-store');
		assert.equal(headers['set-cookie'], undefined);

		const ws = await open(t, port, target(revision, 'websocket'));
		const first = JSON.parse((await ws.text(/^0\{/)).slice(1));
		assert.deepEqual({ ...first, sid: '' }, { ...expected, upgrades: [], sid: '' });
		assert.notEqual(first.sid, sid);
	});

	test(`revision ${revision}: the greeting comes in its order`, async (t) => {
		const { port } = await start(t);
		const { greeting } = await member(t, port, revision);
		const names = greeting.map((packet) => packet.match(/^40|^42\["(\w+)"/)).map(([all, name]) => name ?? all);
		assert.deepEqual(names, ['40', 'stats', 'status', 'stats']);
		if (revision === 4)
			assert.match(greeting[0], /^40\{"sid":"[^"]+"\}$/);
		else
			assert.equal(greeting[0], '40');
	});

	test(`revision ${revision}: texts of every kind keep their lengths`, async (t) => {
		const { port } = await start(t);
		const session = await member(t, port, revision);
		const comments = ['ä', '😀', 'a😀b😀', '日本', '\u{10ffff}'];
		await session.send(...comments.map((comment) => event('click', { user: 'J😀', comment })));
		const seen = [];
		while (seen.length < comments.length)
			seen.push(...(await session.poll()).filter(named('click')));
		assert.deepEqual(seen.map((packet) => JSON.parse(packet.slice(2))[1].comment), comments);
	});

	test(`revision ${revision}: many packets in one payload, also cut into pieces`, async (t) => {
		const { port } = await start(t);
		const session = await member(t, port, revision);
		const body = encode(revision, Array.from({ length: 100 }, (_, i) =>
			event('click', { user: 'Jürgen', comment: `${i} 😀` })));
		const request = bytes('POST', session.target(), { 'Content-Type': 'text/plain;charset=UTF-8' }, body);
		const wire = await connect(t, port);
		const middle = request.indexOf('\r\n\r\n') + 4;
		for (const part of [request.subarray(0, middle), ...Array.from(request.subarray(middle, middle + 300), (byte) =>
			Buffer.from([byte])), request.subarray(middle + 300, middle + 1000), request.subarray(middle + 1000)])
			await new Promise((resolve) => wire.socket.write(part, resolve));
		assert.equal((await wire.response()).text, 'ok');
		const seen = [];
		while (seen.length < 100)
			seen.push(...(await session.poll()).filter(named('click')));
		assert.deepEqual(seen.map((packet) => JSON.parse(packet.slice(2))[1].comment),
			Array.from({ length: 100 }, (_, i) => `${i} 😀`));
	});

	test(`revision ${revision}: the limit of a payload counts bytes and spares the session`, async (t) => {
		const { port } = await start(t);
		const session = await member(t, port, revision);
		const frame = revision === 4 ? '42["unknown",""]' : '999992:42["unknown",""]';
		const full = encode(revision, [event('unknown', 'x'.repeat(1000000 - frame.length))]);
		assert.equal(full.length, 1000000);
		assert.equal((await session.post(full)).status, 200);
		assert.equal((await session.post(`${full} `)).status, 413);
		await session.send(event('click', { user: 'still here' }));
		await session.until(/^42\["click"/);
	});

	test(`revision ${revision}: the upgrade`, async (t) => {
		const { port } = await start(t);
		const other = await presser(t, port);
		const session = await member(t, port, revision);

		const waiting = session.get();
		const ws = await session.probe();
		ws.send('2probe');
		assert.equal((await ws.next()).text, '3probe');
		const noop = async (response) => {
			assert.equal(response.status, 200);
			assert.deepEqual(decode(revision, response.text), ['6']);
		};
		await noop(await waiting);
		await other.press('click', { user: 'other', comment: 'meanwhile' });
		await noop(await session.get());
		await session.send(event('click', { user: 'me', comment: 'posted' }));
		await noop(await session.get());

		ws.send('5');
		await ws.text(/meanwhile/);
		await ws.text(/posted/);
		ws.send(event('click', { user: 'me', comment: 'by websocket' }));
		await ws.text(/by websocket/);

		const poll = await session.get();
		assert.deepEqual([poll.status, JSON.parse(poll.text).code], [400, 3]);
		const second = await session.probe();
		assert.ok(['close', 'end'].includes((await second.next()).type), 'a second WebSocket is closed at once');
		ws.send(event('click', { user: 'me', comment: 'unharmed' }));
		await ws.text(/unharmed/);
	});

	test(`revision ${revision}: a failed probe closes that WebSocket alone`, async (t) => {
		const { port } = await start(t);
		const session = await member(t, port, revision);
		for (const packet of ['2', '5', '4hello', 'x', '']) {
			const ws = await session.probe();
			ws.send(packet);
			assert.ok(['close', 'end'].includes((await ws.next()).type), packet);
		}
		const gone = await session.probe();
		gone.send('2probe');
		await gone.text('3probe');
		gone.wire.socket.destroy();
		await session.send(event('click', { user: 'me', comment: 'polling goes on' }));
		await session.until(/polling goes on/);
	});

	test(`revision ${revision}: closing over polling`, async (t) => {
		const { port } = await start(t);
		const watcher = await presser(t, port);
		const session = await member(t, port, revision);
		const waiting = session.until(/^6/);
		await everyLoop(t, port); // asked after the poll: when they are answered, it has been read,
		await everyLoop(t, port); // and waits with its session
		await session.send(event('click', { user: 'me', comment: 'counts' }), '1');
		assert.equal((await waiting).at(-1), '6');
		await over(session);
		assert.equal((await session.post('1')).status, 400);
		await watcher.until((events) => events.some(([name]) => name === 'click'), 'the click before the close');
		await told(watcher, 2, 1);
	});

	test(`revision ${revision}: closing over WebSocket`, async (t) => {
		for (const leave of [(ws) => ws.send('1'), (ws) => ws.close(), (ws) => ws.wire.socket.destroy()]) {
			const { port } = await start(t);
			const watcher = await presser(t, port);
			const ws = await open(t, port, target(revision, 'websocket'));
			if (revision === 4)
				ws.send('40');
			await told(watcher, 2);
			leave(ws);
			await told(watcher, 2, 1);
			assert.equal(await users(t, port), 1);
			await closed(ws, 'after leaving');
		}
	});

	test(`revision ${revision}: a second GET ends the session`, async (t) => {
		const { port } = await start(t);
		const session = await member(t, port, revision);
		const answers = await Promise.all([session.get(), session.get()]);
		answers.sort((a, b) => a.status - b.status);
		assert.deepEqual(answers.map(({ status }) => status), [200, 400]);
		assert.deepEqual(decode(revision, answers[0].text), ['1']);
		await over(session);
	});

	test(`revision ${revision}: an aborted GET ends the session, and nothing is eaten`, async (t) => {
		const { port } = await start(t);
		const watcher = await presser(t, port);
		const session = await member(t, port, revision);
		await told(watcher, 2);
		const wire = await connect(t, port);
		wire.send(bytes('GET', session.target()));
		await new Promise((resolve) => setImmediate(resolve));
		wire.socket.destroy();
		await told(watcher, 2, 1);
		await over(session);
	});

	const malformed = {
		3: ['', 'x', '1', '4:42', '99:42[]', '-1:2', '1:2garbage', '1:9', '1:x', '01', ':2', '3:4a', '1:5', '1:0', '1:3'],
		4: ['', 'x', '9', '2\x1ex', '\x1e2', '2\x1e', '0', '5', '2', 'b!!!!'],
	};
	test(`revision ${revision}: a malformed packet is answered 400 and ends the session`, async (t) => {
		const { port } = await start(t);
		for (const body of malformed[revision]) {
			const session = await member(t, port, revision);
			const { status } = await session.post(body);
			assert.equal(status, 400, JSON.stringify(body));
			await over(session);
		}
		await nobody(t, port);
	});

	test(`revision ${revision}: malformed Socket.IO packets end the session`, async (t) => {
		const { port } = await start(t);
		for (const packet of ['4', '4abc', '49', '42{}', '42"x"', '42', '42[', '42[]', '42abc["x"]', '42["x"]y', '451-["x"]',
			'45["x",{"_placeholder":true,"num":0}]', '4511-["x"]', '499999999999999999999-["x"]', '42["x",\u0001]']) {
			const ws = await open(t, port, target(revision, 'websocket'));
			if (revision === 4)
				ws.send('40');
			await ws.text(/^42\["stats"/);
			ws.send(packet);
			if (/^45[0-9]/.test(packet))
				ws.send(event('click', { user: 'swallowed' }));
			await closed(ws, `after ${packet}`);
		}
		assert.deepEqual(await getJson(t, port, '/api/latest_clicks'), []);
		const fine = await presser(t, port);
		assert.equal((await fine.press('click', { user: 'fine' })).id, 1);
	});

	test(`revision ${revision}: reserved names and repeated connects change nothing`, async (t) => {
		const { port } = await start(t);
		const ws = await open(t, port, target(revision, 'websocket'));
		if (revision === 4)
			ws.send('40');
		await ws.text(/^42\["status",\{"user_count":1/);
		for (const name of ['connect', 'connect_error', 'disconnect', 'disconnecting', 'error', 'newListener', 'removeListener']) {
			ws.send(event(name));
			ws.send(`427${JSON.stringify([name, {}])}`);
			assert.match(await ws.text(/^437\[/), /"error"/);
		}
		if (revision === 3)
			ws.send('40').send('40');
		ws.send(event('click', { user: 'me' }));
		await ws.text(/^42\["click"/);
		assert.equal(await users(t, port), 1);
		const counts = ws.inbox.items.filter(({ text }) => text?.startsWith('42["status"')).map(({ text }) => text);
		assert.deepEqual(counts, ['42["status",{"user_count":1}]']);
	});

	test(`revision ${revision}: an unknown namespace is refused, the main one lives on`, async (t) => {
		const { port } = await start(t);
		const ws = await open(t, port, target(revision, 'websocket'));
		if (revision === 4)
			ws.send('40');
		await ws.text(/^42\["stats"/);
		ws.send(revision === 4 ? '40/foo,' : '40/foo?token=1');
		assert.equal(await ws.text(/^44/),
			revision === 4 ? '44/foo,{"message":"Invalid namespace"}' : '44/foo,"Invalid namespace"');
		ws.send(`420${JSON.stringify(['click', { user: 'me' }])}`);
		assert.match(await ws.text(/^430/), /^430\[\{"ok":true,"id":1,"timestamp":\d+\}\]$/);
	});

	test(`revision ${revision}: leaving the namespace counts as leaving`, async (t) => {
		const { port } = await start(t);
		const watcher = await presser(t, port);
		const ws = await open(t, port, target(revision, 'websocket'));
		if (revision === 4)
			ws.send('40');
		ws.send(event('auth', 'Guest')).send('41');
		await watcher.until((events) => events.some(([, m]) => m.text === 'Guest hat verlassen.'), 'the leave');
		assert.equal(await users(t, port), 1);
	});
}

const ERRORS = [ // method, path and query, headers, status, code
	['GET', PATH, {}, 400, 0],
	['GET', `${PATH}?EIO=4`, {}, 400, 0],
	['GET', target(4, 'foo'), {}, 400, 0],
	['GET', target(4, 'Polling'), {}, 400, 0],
	['GET', target(4, 'foo', '&sid=x'), { Origin: 'http://evil.example' }, 400, 0],
	['GET', target(4, 'polling', '&sid=x'), { Origin: 'http://evil.example' }, 403, 4],
	['GET', target(4, 'polling'), { Origin: 'http://evil.example' }, 403, 4],
	['GET', target(4, 'polling'), { Origin: 'https://127.0.0.1' }, 403, 4],
	['GET', target(4, 'polling'), { Origin: 'null' }, 403, 4],
	['GET', target(4, 'polling', '&sid=AAAAAAAAAAAAAAAAAAAA'), {}, 400, 1],
	['POST', target(4, 'polling', '&sid=<b>'), {}, 400, 1],
	['GET', target(2, 'polling', '&sid=x'), {}, 400, 1],
	['POST', target(4, 'polling'), {}, 400, 2],
	['POST', target(9, 'polling'), {}, 400, 2],
	['PUT', target(4, 'polling'), {}, 400, 2],
	['DELETE', target(4, 'polling'), {}, 400, 2],
	['PATCH', target(4, 'polling'), {}, 400, 2],
	['GET', target(4, 'websocket'), {}, 400, 3],
	['GET', `${PATH}?transport=polling`, {}, 400, 5],
	['GET', target(2, 'polling'), {}, 400, 5],
	['GET', target('', 'polling'), {}, 400, 5],
	['GET', target('3,4', 'polling'), {}, 400, 5],
	['GET', target('%zz', 'polling'), {}, 400, 5],
];

test('each error has its code', async (t) => {
	const { port } = await start(t);
	const messages = ['Transport unknown', 'Session ID unknown', 'Bad handshake method', 'Bad request', 'Forbidden',
		'Unsupported protocol version'];
	for (const [method, path, headers, status, code] of ERRORS) {
		const response = await request(t, port, method, path, headers, method === 'GET' ? '' : 'x');
		const what = `${method} ${path} ${JSON.stringify(headers)}: ${response.text}`;
		assert.equal(response.status, status, what);
		assert.match(response.headers['content-type'], /^application\/json/);
		assert.deepEqual(JSON.parse(response.text), { code, message: messages[code] }, what);
	}
	const session = await polling(t, port, 4);
	for (const method of ['PUT', 'DELETE', 'PATCH'])
		assert.equal((await request(t, port, method, session.target(), {}, 'x')).status, 405);
	await session.send('40');
	assert.match((await session.poll())[0], /^40/);
});

test('a refused WebSocket gets a plain answer before any 101', async (t) => {
	const { port } = await start(t);
	const refused = [
		[target(4, 'websocket'), { Origin: 'http://evil.example' }, 403],
		[target(4, 'polling'), {}, 400],
		[target(5, 'websocket'), {}, 400],
		[target(4, 'websocket', '&sid=AAAAAAAAAAAAAAAAAAAA'), {}, 400],
		[target(4, 'websocket'), { 'Sec-WebSocket-Version': 12 }, 426],
		[target(4, 'websocket'), { 'Sec-WebSocket-Key': 'short' }, 400],
		[target(4, 'websocket'), { 'Sec-WebSocket-Key': null }, 400],
	];
	for (const [path, headers, status] of refused) {
		const wire = await connect(t, port);
		wire.send(bytes('GET', path, { ...UPGRADE, ...headers }));
		const response = await wire.response();
		assert.equal(response.status, status, `${path} ${JSON.stringify(headers)}`);
		if (status === 426) {
			assert.equal(response.headers['sec-websocket-version'], '13');
			assert.equal(response.headers.upgrade, 'websocket');
		}
		wire.socket.end();
		await wire.closed();
	}
});

test('good requests in unusual dress', async (t) => {
	const { port } = await start(t);
	for (const [path, headers] of [
		['/api/socket.io?EIO=4&transport=polling', {}],
		[`${PATH}?t=abc&transport=polling&EIO=4&unknown=%zz`, {}],
		[`${PATH}?%45IO=4&transport=poll%69ng`, {}],
		[target(4, 'polling'), { Origin: 'http://127.0.0.1' }],
		[target(4, 'polling'), { Origin: 'http://127.0.0.1:80' }],
		[target(4, 'polling'), { Origin: 'http://example.org', Host: 'example.org' }],
		[target(4, 'polling'), { Origin: '' }],
	]) {
		const { status, text } = await request(t, port, 'GET', path, headers);
		assert.equal(status, 200, `${path} ${JSON.stringify(headers)}: ${text}`);
		assert.match(text, /^0\{/);
	}
});

test('revision 3 takes and gives binary payloads', async (t) => {
	const { port } = await start(t);
	const session = await member(t, port, 3);
	const packet = Buffer.from(event('click', { user: 'Jürgen', comment: 'als Bytes 😀' }));
	const length = [...String(packet.length)].map(Number);
	const { status, text } = await session.post(Buffer.concat([Buffer.from([0, ...length, 255]), packet]),
		{ 'Content-Type': 'application/octet-stream' });
	assert.deepEqual([status, text], [200, 'ok']);
	await session.until(/als Bytes 😀/);
});

test('revision 4: events before the connect end the session', async (t) => {
	const { port } = await start(t);
	for (const packet of [event('click', { user: 'x' }), '41', '43[]', '42["x"]']) {
		const ws = await open(t, port, target(4, 'websocket'));
		await ws.text(/^0\{/);
		ws.send(packet);
		await closed(ws, `after ${packet}`);
	}
	assert.deepEqual(await getJson(t, port, '/api/latest_clicks'), []);
});

test('revision 4: who never connects is no user and is sent away', async (t) => {
	const { port } = await start(t, { args: ['--connect-timeout', '200'] });
	const ws = await open(t, port, target(4, 'websocket'));
	await ws.text(/^0\{/);
	assert.equal(await users(t, port), 0);
	await closed(ws, 'in time');
});

// The time-out is long enough for all that a busy machine does before it answers.
const BEAT = ['--ping-interval', '150', '--ping-timeout', '4000'];

// On a server where nothing else happens: a poll is answered by the session's end alone.
async function alone(t, body) {
	const server = await start(t, { args: BEAT });
	await body(server);
	await nobody(t, server.port);
}

test('revision 4: the server pings, and ends a session that does not answer', async (t) => {
	const byWebSocket = async ({ port }) => {
		const ws = await open(t, port, target(4, 'websocket'));
		assert.deepEqual(JSON.parse((await ws.text(/^0\{/)).slice(1)).pingInterval, 150);
		ws.send('40');
		for (let i = 0; i < 5; i++) {
			await ws.text('2');
			ws.send('3');
		}
		await ws.text('2');
		await closed(ws, 'in time');
	};
	const byPolling = async ({ port }) => {
		const session = await polling(t, port, 4);
		await session.send('40');
		const packets = await session.until(/^1$/);
		assert.ok(packets.includes('2'));
		await over(session);
	};
	await Promise.all([byWebSocket, byPolling].map((body) => alone(t, body)));
});

test('revision 3: the server answers pings, and ends a session that sends none', async (t) => {
	const byWebSocket = async ({ port }) => {
		const ws = await open(t, port, target(3, 'websocket'));
		await ws.text(/^42\["stats"/);
		for (const data of ['', 'probe', 'x'.repeat(1000), '😀']) {
			ws.send(`2${data}`);
			await ws.text(`3${data}`);
		}
		await closed(ws, 'in time');
	};
	const byPolling = async ({ port }) => {
		const session = await polling(t, port, 3);
		await session.until(/^1$/);
		await over(session);
	};
	await Promise.all([byWebSocket, byPolling].map((body) => alone(t, body)));
});

test('an abandoned polling session is reclaimed', async (t) => {
	const { port } = await start(t, { args: BEAT });
	const watcher = await presser(t, port);
	for (const revision of REVISIONS)
		await member(t, port, revision);
	await told(watcher, 3, 1);
});

test('a WebSocket message over the limit is answered 1009', async (t) => {
	const { port } = await start(t);
	const watcher = await presser(t, port);
	const ws = await open(t, port, target(4, 'websocket'));
	ws.send('40');
	await ws.text(/^42\["stats"/);
	const empty = event('unknown', '');
	ws.send(event('unknown', 'x'.repeat(1000000 - empty.length)));
	ws.send(`421${JSON.stringify(['click', { user: 'fits' }])}`);
	await ws.text(/^431/);
	ws.send(event('unknown', 'x'.repeat(1000001 - empty.length)));
	const { type, code } = await closed(ws, 'over the limit');
	assert.deepEqual([type, code], ['close', 1009]);
	assert.equal((await watcher.press('click', { user: 'w' })).id, 2);
});

test('a POST without a length is asked for one, and the session lives', async (t) => {
	const { port } = await start(t);
	const session = await member(t, port, 4);
	const wire = await connect(t, port);
	wire.send(`POST ${target(4, 'polling')}&sid=${session.sid} HTTP/1.1\r\nHost: x\r\n\r\n`);
	assert.equal((await wire.response()).status, 411);
	assert.equal((await session.post('42["nosuch"]')).status, 200);
});
