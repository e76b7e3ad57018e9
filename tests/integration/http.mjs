// The HTTP routes, by the bytes: bodies, headers, methods, conditions, and what is not HTTP at all.

import assert from 'node:assert/strict';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';

import { presser } from './helpers/eio.mjs';
import { start } from './helpers/frustd.mjs';
import { bytes, connect, getJson, request } from './helpers/http.mjs';
import { HOURS, NOW, seconds, smallSite } from './helpers/site.mjs';
import { UPGRADE } from './helpers/ws.mjs';

const ROUTES = ['/api', '/api/latest_clicks', '/api/latest_events', '/api/latest_hours', '/api/users', '/api/online_users',
	'/api/current_stats'];

test('each route tells what the database holds', async (t) => {
	const { port } = await smallSite(t);
	const today = seconds('2026-11-22T00:00:00Z');

	const api = await getJson(t, port, '/api');
	assert.match(api.version, /^\d+\.\d+\.\d+/);
	assert.deepEqual(await getJson(t, port, '/api/latest_clicks'), [
		{ user: 'Anna', comment: '<b>"😀', style: 'big', timestamp: NOW - 9 },
		{ user: 'a name that is far too long for us', comment: '', style: '', timestamp: today + 1 },
		{ user: 'Jürgen Müller', comment: 'first today', style: 'fire fancy', timestamp: today },
	]);
	assert.deepEqual(await getJson(t, port, '/api/latest_events'), [
		{ user: 'Anna', name: 'fu', timestamp: NOW - 8 },
		{ user: 'Anna', name: 'lemma 6.7', timestamp: today + 7 },
	]);
	const eventsToday = [undefined, 1, 2, 1, 2];
	assert.deepEqual(await getJson(t, port, '/api/latest_hours'), HOURS.slice(1).map(
		([timestamp, click_count, event_count, click_count_total, event_count_total], i) => ({
			timestamp, click_count, event_count, click_count_total, event_count_total,
			event_count_today: eventsToday[i + 1] })));
	assert.deepEqual(await getJson(t, port, '/api/users'), [
		{ name: 'Anna', click_count: 4, event_count: 4 },
		{ name: 'Jürgen Müller', click_count: 1, event_count: 1 },
		{ name: 'a name that is far too long for us', click_count: 1, event_count: 0 },
	]);
	assert.deepEqual(await getJson(t, port, '/api/online_users'), []);
	assert.deepEqual(await getJson(t, port, '/api/current_stats'), {
		click_count_total: 6, event_count_total: 5, click_count_today: 3, event_count_today: 2,
		click_count_hour: 1, event_count_hour: 1,
	});
});

test('an empty database is made and served', async (t) => {
	const { port } = await start(t);
	for (const route of ['latest_clicks', 'latest_events', 'users', 'online_users'])
		assert.deepEqual(await getJson(t, port, `/api/${route}`), []);
	assert.ok(Object.values(await getJson(t, port, '/api/current_stats')).every((count) => count === 0));
	const hours = await getJson(t, port, '/api/latest_hours');
	assert.ok(hours.every((hour) => hour.click_count === 0 && hour.timestamp % 3600 === 0));
});

test('what a client got acked is in each route\'s next answer', async (t) => {
	const { port } = await start(t);
	const anna = await presser(t, port);
	for (let i = 1; i <= 20; i++) {
		const { timestamp } = await anna.press('click', { user: 'Anna', comment: `${i}` });
		const [clicks, users, stats, online, hours] = await Promise.all(
			['latest_clicks', 'users', 'current_stats', 'online_users', 'latest_hours'].map((route) =>
				getJson(t, port, `/api/${route}`)));
		assert.deepEqual(clicks[0], { user: 'Anna', comment: `${i}`, style: null, timestamp });
		assert.equal(clicks.length, i);
		assert.deepEqual(users, [{ name: 'Anna', click_count: i, event_count: 0 }]);
		assert.equal(stats.click_count_total, i);
		assert.equal(online[0].click_count, i);
		assert.equal(hours.at(-1).click_count_total, i);
	}
});

test('the headers of an answer', async (t) => {
	const { port } = await smallSite(t);
	for (const route of ROUTES) {
		const get = await request(t, port, 'GET', route);
		assert.equal(get.status, 200);
		assert.equal(get.headers['content-type'], 'application/json; charset=utf-8');
		assert.match(get.headers['cache-control'], /no-cache/);
		assert.equal(get.headers['x-content-type-options'], 'nosniff');
		assert.ok(get.headers['referrer-policy']);
		assert.match(get.headers.etag, /^(W\/)?"[^"]+"$/);
		assert.ok(!Number.isNaN(Date.parse(get.headers.date)), get.headers.date);
		assert.equal(get.headers['access-control-allow-origin'], undefined);

		const head = await request(t, port, 'HEAD', route);
		assert.equal(head.status, 200);
		for (const name of ['content-length', 'content-type', 'etag'])
			assert.equal(head.headers[name], get.headers[name], name);

		const query = await request(t, port, 'GET', `${route}?t=1&x=%zz`);
		assert.equal(query.text, get.text);
	}
});

test('an ETag that still holds is answered 304', async (t) => {
	const { port } = await start(t);
	const anna = await presser(t, port);
	for (const route of ROUTES) {
		const { headers: { etag } } = await request(t, port, 'GET', route);
		const value = etag.replace(/^W\//, '');
		for (const sent of [etag, `W/${value}`, `"other", ${etag}`, '*']) {
			for (const method of ['GET', 'HEAD']) {
				const wire = await connect(t, port);
				wire.send(bytes(method, route, { 'If-None-Match': sent }), bytes('GET', '/api'));
				const same = await wire.response();
				assert.deepEqual([same.status, same.headers.etag], [304, etag], `${method} ${route} ${sent}`);
				assert.equal((await wire.response()).status, 200, 'no body came with the 304');
				wire.socket.destroy();
			}
		}
		const other = await request(t, port, 'GET', route, { 'If-None-Match': '"other"' });
		assert.equal(other.status, 200);
	}
	const { headers: { etag } } = await request(t, port, 'GET', '/api/latest_clicks');
	await anna.press('click', { user: 'Anna' });
	const changed = await request(t, port, 'GET', '/api/latest_clicks', { 'If-None-Match': etag });
	assert.equal(changed.status, 200);
	assert.notEqual(changed.headers.etag, etag);
});

test('the badge of one language is not that of another', async (t) => {
	const [german, english] = await Promise.all(['de', 'en'].map((lang) => start(t, { args: ['--lang', lang] })));
	const { headers: { etag } } = await request(t, german.port, 'GET', '/badge.svg');
	assert.equal((await request(t, german.port, 'GET', '/badge.svg', { 'If-None-Match': etag })).status, 304);
	assert.equal((await request(t, english.port, 'GET', '/badge.svg', { 'If-None-Match': etag })).status, 200);
});

test('gzip when it is accepted and worth it', async (t) => {
	const { port } = await start(t);
	const anna = await presser(t, port);
	const ids = Array.from({ length: 200 }, (_, i) => anna.send('click', { user: 'Anna', comment: `Kommentar ${i}` }));
	await anna.ack(ids.at(-1));

	const plain = await request(t, port, 'GET', '/api/latest_clicks');
	assert.equal(plain.headers['content-encoding'], undefined);
	assert.equal(JSON.parse(plain.text).length, 200);
	for (const accepts of ['gzip', 'deflate, gzip;q=0.5', 'GZIP', '*']) {
		const zipped = await request(t, port, 'GET', '/api/latest_clicks', { 'Accept-Encoding': accepts });
		if (accepts !== '*' || zipped.headers['content-encoding']) {
			assert.equal(zipped.headers['content-encoding'], 'gzip', accepts);
			assert.equal(gunzipSync(zipped.body).toString(), plain.text);
			assert.ok(zipped.body.length < plain.body.length / 4);
		}
		assert.match(zipped.headers.vary, /accept-encoding/i);
		const again = await request(t, port, 'GET', '/api/latest_clicks',
			{ 'Accept-Encoding': accepts, 'If-None-Match': zipped.headers.etag });
		assert.equal(again.status, 304);
	}
	for (const accepts of ['identity', 'br', 'gzip;q=0', 'gzip; q=0.000', 'xgzip'])
		assert.equal((await request(t, port, 'GET', '/api/latest_clicks', { 'Accept-Encoding': accepts })).text,
			plain.text, accepts);
	const small = await request(t, port, 'GET', '/api', { 'Accept-Encoding': 'gzip' });
	assert.equal(small.headers['content-encoding'], undefined, 'small bodies stay as they are');
});

test('other methods are told what is allowed, other paths are not found', async (t) => {
	const { port } = await start(t, { args: ['--no-web'] });
	for (const route of ROUTES) {
		for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
			const { status, headers, text } = await request(t, port, method, route, {}, 'x');
			assert.equal(status, 405, `${method} ${route}`);
			assert.deepEqual(headers.allow.split(/, */).sort(), ['GET', 'HEAD']);
			assert.equal(headers['content-type'], 'application/json; charset=utf-8');
			assert.equal(typeof JSON.parse(text).error, 'string');
		}
	}
	for (const path of ['/', '/api/', '/api/users/', '/apix', '/api/unknown', '/API', '//api', '/api/../x', '/version',
		'/index.html', '/api/%ff', '/api/%zz']) {
		const get = await request(t, port, 'GET', path);
		assert.equal(get.status, 404, path);
		assert.equal(get.headers['content-type'], 'application/json; charset=utf-8');
		assert.equal(typeof JSON.parse(get.text).error, 'string');
		assert.equal((await request(t, port, 'HEAD', path)).status, 404);
	}
	assert.equal((await request(t, port, 'GET', '/api/%75sers')).status, 200, 'paths are percent-decoded');
});

test('pipelined requests are answered in order, wherever the bytes are cut', async (t) => {
	const { port } = await smallSite(t);
	const routes = [...ROUTES, '/nothing'];
	const expected = await Promise.all(routes.map((route) => request(t, port, 'GET', route)));
	const all = Buffer.concat([...routes, ...routes].map((route, i) =>
		bytes(i % 3 === 1 ? 'HEAD' : 'GET', route, i % 5 === 2 ? { 'Content-Length': 3 } : {}, i % 5 === 2 ? 'abc' : '')));

	for (const piece of [all.length, 1, 7, 100]) {
		const wire = await connect(t, port);
		for (let cut = 0; cut < all.length; cut += piece)
			wire.send(all.subarray(cut, cut + piece));
		for (let i = 0; i < 2 * routes.length; i++) {
			const want = expected[i % routes.length];
			const got = await wire.response({ bodyless: i % 3 === 1 });
			assert.equal(got.status, want.status);
			assert.equal(got.headers['content-length'], want.headers['content-length']);
			if (i % 3 !== 1)
				assert.equal(got.text, want.text);
		}
		wire.socket.end();
		assert.equal(await wire.closed(), '');
	}
});

test('a connection lives as long as the client asks', async (t) => {
	const { port } = await start(t);
	const get = (version, ...headers) => `GET /api HTTP/${version}\r\n${headers.map((h) => `${h}\r\n`).join('')}\r\n`;

	for (const last of [get('1.1', 'Host: x', 'Connection: close'), get('1.0'), get('1.0', 'Host: x')]) {
		const wire = await connect(t, port);
		wire.send(get('1.1', 'Host: x'));
		assert.equal((await wire.response()).status, 200);
		wire.send(last);
		assert.equal((await wire.response()).headers.connection, 'close');
		assert.equal(await wire.closed(), '');
	}
	const old = await connect(t, port);
	for (let i = 0; i < 2; i++) {
		old.send(get('1.0', 'Connection: keep-alive'));
		assert.match((await old.response()).headers.connection, /keep-alive/i);
	}
});

const head = (...lines) => lines.map((line) => `${line}\r\n`).join('') + '\r\n';
const many = (n, of) => Array.from({ length: n }, (_, i) => of(i));

const MALFORMED = [
	['no method at all', 'garbage\r\n\r\n', [400]],
	['binary', Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3, 10, 13, 10, 13, 10]), [400]],
	['a method in small letters', head('get /api HTTP/1.1', 'Host: x'), [400, 405, 501]],
	['HTTP/2.0', head('GET /api HTTP/2.0', 'Host: x'), [400, 505]],
	['no version', 'GET /api\r\n\r\n', [400, 505]],
	['no Host', head('GET /api HTTP/1.1'), [400]],
	['two Hosts', head('GET /api HTTP/1.1', 'Host: x', 'Host: y'), [400]],
	['a header without a colon', head('GET /api HTTP/1.1', 'Host x'), [400]],
	['a blank before the colon', head('GET /api HTTP/1.1', 'Host: x', 'X-A : b'), [400]],
	['a folded header', head('GET /api HTTP/1.1', 'Host: x', 'X-A: b', ' c'), [400]],
	['a NUL in a header', head('GET /api HTTP/1.1', 'Host: x', 'X-A: b\0c'), [400]],
	['a NUL in the path', head('GET /a\0pi HTTP/1.1', 'Host: x'), [400]],
	['a bare CR in a header', head('GET /api HTTP/1.1', 'Host: x', 'X-A: b\rX-B: c'), [400]],
	['a Content-Length in letters', head('POST /api HTTP/1.1', 'Host: x', 'Content-Length: abc'), [400]],
	['a negative Content-Length', head('POST /api HTTP/1.1', 'Host: x', 'Content-Length: -1'), [400]],
	['a Content-Length with a plus', head('POST /api HTTP/1.1', 'Host: x', 'Content-Length: +1'), [400]],
	['an endless Content-Length', head('POST /api HTTP/1.1', 'Host: x', 'Content-Length: 99999999999999999999'), [400, 413]],
	['two Content-Lengths', head('POST /api HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Content-Length: 2'), [400]],
	['a length and chunks', head('POST /api HTTP/1.1', 'Host: x', 'Content-Length: 3', 'Transfer-Encoding: chunked') + '0\r\n\r\n', [400]],
	['a long target', head(`GET /${'a'.repeat(20000)} HTTP/1.1`, 'Host: x'), [414]],
	['a long header', head('GET /api HTTP/1.1', 'Host: x', `X-A: ${'b'.repeat(20000)}`), [431]],
	['many headers', head('GET /api HTTP/1.1', 'Host: x', ...many(3000, (i) => `X-${i}: y`)), [431]],
	['a body over the limit', head('POST /api/socket.io/ HTTP/1.1', 'Host: x', 'Content-Length: 1000001'), [413]],
	['CONNECT', head('CONNECT example.org:443 HTTP/1.1', 'Host: x'), [400, 404, 405]],
];

test('what is not good HTTP is refused, and the connection closed', async (t) => {
	const { port } = await start(t);
	for (const [what, sent, statuses] of MALFORMED) {
		const wire = await connect(t, port);
		wire.send(sent);
		const { status, headers } = await wire.response().catch((error) => assert.fail(`${what}: ${error.message}`));
		assert.ok(statuses.includes(status), `${what}: ${status}`);
		assert.equal(headers.connection, 'close', what);
		wire.socket.end();
		await wire.closed();
	}
	assert.equal((await request(t, port, 'GET', '/api')).status, 200);
});

test('unusual but good requests are served', async (t) => {
	const { port } = await start(t);
	const good = [
		head('GET http://x/api HTTP/1.1', 'Host: x'),
		'\r\n' + head('GET /api HTTP/1.1', 'Host: x'),
		head('GET /api HTTP/1.1', 'hOST:x', 'X-Empty:'),
		head('GET /api HTTP/1.1', 'Host: x', 'Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMA'),
		head('GET /api HTTP/1.1', 'Host: x', 'Content-Length: 3') + 'abc',
		head(`GET /api?${'a'.repeat(7900)} HTTP/1.1`, 'Host: x'),
		head('GET /api HTTP/1.1', 'Host: x', ...many(80, (i) => `X-${i}: ${'y'.repeat(100)}`)),
		head('GET /api HTTP/1.1', 'Host: x', ...Object.entries(UPGRADE).map(([name, value]) => `${name}: ${value}`)),
	];
	for (const sent of good) {
		const wire = await connect(t, port);
		wire.send(sent, bytes('GET', '/api/users'));
		const first = await wire.response();
		assert.equal(first.status, 200, sent.slice(0, 100));
		assert.ok(JSON.parse(first.text).version);
		assert.equal((await wire.response()).text, '[]');
		wire.socket.destroy();
	}
});

test('a client that goes away in the middle hurts nobody', async (t) => {
	const server = await smallSite(t);
	for (let cut = 0; cut < 60; cut++) {
		const wire = await connect(t, server.port);
		wire.send(bytes('GET', '/api/latest_clicks', { 'Accept-Encoding': 'gzip' }).subarray(0, cut));
		if (cut % 2)
			wire.socket.resetAndDestroy?.();
		wire.socket.destroy();
	}
	assert.equal((await request(t, server.port, 'GET', '/api')).status, 200);
});
