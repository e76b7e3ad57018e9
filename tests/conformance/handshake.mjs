// Requests that open a session, and requests that may not: parameters, methods, origins, errors.

import assert from 'node:assert/strict';
import test from 'node:test';

import { bytes, connect, request } from '../integration/helpers/http.mjs';
import { UPGRADE } from '../integration/helpers/ws.mjs';
import { launch, start } from './helpers/echo.mjs';
import { EIO, hears, poll, REVISIONS, SIO, target, websocket } from './helpers/line.mjs';

const MESSAGES = ['Transport unknown', 'Session ID unknown', 'Bad handshake method', 'Bad request', 'Forbidden',
	'Unsupported protocol version'];

function refused(response, code, what) {
	assert.equal(response.status, code === 4 ? 403 : 400, what);
	assert.match(response.headers['content-type'], /^application\/json/, what);
	assert.deepEqual(JSON.parse(response.text), { code, message: MESSAGES[code] }, what);
}

test('by itself it has the timings that conformance suites expect', async (t) => {
	const { port } = await launch(t);
	for (const path of [EIO, SIO])
		for (const revision of REVISIONS) {
			const { hello: { pingInterval, pingTimeout } } = await poll(t, port, path, revision);
			assert.deepEqual([pingInterval, pingTimeout], [300, 200]);
		}
});

for (const revision of REVISIONS) {
	test(`revision ${revision}: the handshake has these keys and no others`, async (t) => {
		const port = await start(t, { 'ping-interval': 25000, 'ping-timeout': 20000 });
		const sids = new Set();
		for (const open of [poll, websocket]) {
			const { hello: { sid, ...rest } } = await open(t, port, EIO, revision);
			assert.match(sid, /^[A-Za-z0-9_-]{20}$/);
			sids.add(sid);
			assert.deepEqual(rest, {
				upgrades: open === poll ? ['websocket'] : [],
				pingInterval: 25000,
				pingTimeout: 20000,
				...revision === 4 && { maxPayload: 1000000 },
			});
		}
		assert.equal(sids.size, 2);
	});

	test(`revision ${revision}: the answer over polling has these headers`, async (t) => {
		const port = await start(t);
		const { headers } = await request(t, port, 'GET', target(EIO, revision, 'polling'));
		assert.equal(headers['content-type'], 'text/plain; charset=UTF-8');
		assert.equal(headers['cache-control'], 'no-store');
		assert.equal(headers['set-cookie'], undefined);
	});
}

test('parameters come in any order and dress', async (t) => {
	const port = await start(t);
	for (const good of [
		'/engine.io?EIO=4&transport=polling',
		`${EIO}?transport=polling&EIO=4`,
		`${EIO}?t=Pq1x.0&transport=polling&EIO=4&unknown=%zz&&=&x`,
		`${EIO}?%45IO=%34&trans%70ort=poll%69ng`,
		`${EIO}?EIO=4&transport=polling&sid=`,
		`http://127.0.0.1${EIO}?EIO=4&transport=polling`,
	]) {
		const { status, text } = await request(t, port, 'GET', good);
		assert.equal(status, 200, `${good}: ${text}`);
		assert.match(text, /^0\{/);
	}
});

const sid = (of) => `&sid=${of}`;
const ERRORS = [ // method, target, code
	['GET', EIO, 0],
	['GET', `${EIO}?EIO=4`, 0],
	['GET', target(EIO, 4, ''), 0],
	['GET', target(EIO, 4, 'carrier-pigeon'), 0],
	['GET', target(EIO, 4, 'Polling'), 0],
	['GET', target(EIO, 4, 'WEBSOCKET'), 0],
	['GET', target(EIO, 4, 'toString'), 0],
	['POST', target(EIO, 9, 'x', sid('x')), 0],
	['GET', target(EIO, 4, 'polling', sid('AAAAAAAAAAAAAAAAAAAA')), 1],
	['GET', target(EIO, 9, 'polling', sid('x')), 1],
	['POST', target(EIO, 4, 'polling', sid('%00')), 1],
	['DELETE', target(EIO, 4, 'polling', sid('x')), 1],
	['POST', target(EIO, 4, 'polling'), 2],
	['POST', target(EIO, 9, 'polling'), 2],
	['PUT', target(EIO, 4, 'polling'), 2],
	['DELETE', target(EIO, 4, 'polling'), 2],
	['PATCH', target(EIO, 4, 'polling'), 2],
	['GET', target(EIO, 4, 'websocket'), 3],
	['GET', `${EIO}?transport=polling`, 5],
	['GET', target(EIO, '', 'polling'), 5],
	['GET', target(EIO, 'abc', 'polling'), 5],
	['GET', target(EIO, 2, 'polling'), 5],
	['GET', target(EIO, 5, 'polling'), 5],
	['GET', target(EIO, '04', 'polling'), 5],
	['GET', target(EIO, '%zz', 'polling'), 5],
];

test('each error has its code', async (t) => {
	const port = await start(t);
	for (const [method, path, code] of ERRORS)
		refused(await request(t, port, method, path, {}, method === 'GET' ? '' : 'x'), code, `${method} ${path}`);
});

test('a living session takes GET and POST, and others leave it alone', async (t) => {
	const port = await start(t);
	const line = await poll(t, port, EIO, 4);
	for (const method of ['PUT', 'DELETE', 'PATCH']) {
		const { status } = await request(t, port, method, target(EIO, 4, 'polling', sid(line.sid)), {}, 'x');
		assert.equal(status, 405, method);
	}
	await line.say('4still here');
	await hears(line, '4still here');
});

test('a session of one server is none of the other', async (t) => {
	const port = await start(t);
	const line = await poll(t, port, EIO, 4);
	refused(await request(t, port, 'GET', target(SIO, 4, 'polling', sid(line.sid))), 1);
	await line.say('4still here');
	await hears(line, '4still here');
});

test('a refused WebSocket gets a plain answer, and the connection ends', async (t) => {
	const port = await start(t);
	for (const [path, headers, status, code] of [
		[EIO, {}, 400, 0],
		[target(EIO, 4, 'carrier-pigeon'), {}, 400, 0],
		[target(EIO, 4, 'websocket', sid('AAAAAAAAAAAAAAAAAAAA')), {}, 400, 1],
		[target(EIO, 4, 'polling'), {}, 400, 3],
		[target(EIO, 5, 'websocket'), {}, 400, 5],
		[`${EIO}?transport=websocket`, {}, 400, 5],
		[target(EIO, 4, 'websocket'), { 'Sec-WebSocket-Version': 8 }, 426],
		[target(EIO, 4, 'websocket'), { 'Sec-WebSocket-Key': 'too short' }, 400],
		[target(EIO, 4, 'websocket'), { 'Sec-WebSocket-Key': null }, 400],
	]) {
		const what = `${path} ${JSON.stringify(headers)}`;
		const wire = await connect(t, port);
		wire.send(bytes('GET', path, { ...UPGRADE, ...headers }));
		const response = await wire.response();
		assert.equal(response.status, status, what);
		if (code !== undefined)
			refused(response, code, what);
		if (status === 426) {
			assert.equal(response.headers['sec-websocket-version'], '13');
			assert.equal(response.headers.upgrade, 'websocket');
		}
		wire.socket.end();
		assert.equal(await wire.closed(), '', what);
	}
});

test('an Origin with a control byte is a bad request', async (t) => {
	const port = await start(t);
	const polling = target(EIO, 4, 'polling');
	refused(await request(t, port, 'GET', polling, { Origin: 'http://a\tb' }), 3);
	const { status } = await request(t, port, 'GET', polling, { Origin: 'http://a\x7fb' });
	assert.equal(status, 400, 'one that no header may have');
});

test('pages of other sites may use it, and are told so', async (t) => {
	const port = await start(t);
	const Origin = 'https://elsewhere.example';
	const preflight = await request(t, port, 'OPTIONS', target(EIO, 4, 'polling'),
		{ Origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' });
	assert.equal(preflight.status, 204);
	assert.match(preflight.headers['access-control-allow-methods'], /\bPOST\b/);
	assert.match(preflight.headers['access-control-allow-headers'], /content-type/i);
	const get = await request(t, port, 'GET', target(EIO, 4, 'polling'), { Origin });
	const bad = await request(t, port, 'GET', EIO, { Origin });
	refused(bad, 0);
	for (const { headers } of [preflight, get, bad])
		assert.ok([Origin, '*'].includes(headers['access-control-allow-origin']));
});

test('without that, pages of the same site alone may', async (t) => {
	const port = await start(t, { 'same-origin': true });
	const polling = target(EIO, 4, 'polling');
	for (const [Origin, Host] of [['http://127.0.0.1'], ['http://127.0.0.1:80'], [''], ['ws://127.0.0.1'],
		['http://Site.example:81', 'site.example:81']]) {
		const { status, headers } = await request(t, port, 'GET', polling, { Origin, ...Host && { Host } });
		assert.equal(status, 200, Origin);
		assert.equal(headers['access-control-allow-origin'], undefined);
	}
	for (const Origin of ['http://elsewhere.example', 'https://127.0.0.1', 'http://127.0.0.1:81', 'null', '127.0.0.1']) {
		const response = await request(t, port, 'GET', polling, { Origin });
		refused(response, 4, Origin);
		assert.equal(response.headers['access-control-allow-origin'], undefined);
		const wire = await connect(t, port);
		wire.send(bytes('GET', target(EIO, 4, 'websocket'), { ...UPGRADE, Origin }));
		assert.equal((await wire.response()).status, 403);
	}
	const other = { Origin: 'http://elsewhere.example' };
	refused(await request(t, port, 'GET', target(EIO, 4, 'x', sid('x')), other), 0, 'the transport comes first');
	refused(await request(t, port, 'GET', target(EIO, 4, 'polling', sid('x')), other), 4, 'then the origin');
	refused(await request(t, port, 'POST', target(EIO, 9, 'polling'), other), 4, 'before method and revision');
});
