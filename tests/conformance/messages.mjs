// Messages there and back: text and binary, one and many, large and broken.

import assert from 'node:assert/strict';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';

import { bytes, connect, request } from '../integration/helpers/http.mjs';
import { frame } from '../integration/helpers/ws.mjs';
import { start } from './helpers/echo.mjs';
import { each, EIO, hears, poll, REVISIONS, target, websocket } from './helpers/line.mjs';
import { BYTES, encode, encodeBytes, TEXT } from './helpers/payload.mjs';

const LIMIT = 1000000;
const TEXTS = ['hello', '', 'ä', '😀', 'a😀b😀c', '日本', '\u{10ffff}', '\u2028\u2029', '"\\\n\\n', '4', '6:4hello', 'x'.repeat(70000)];
const BINARY = [Buffer.from([1, 2, 3, 4]), Buffer.alloc(0), Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
	Buffer.from('hello'), Buffer.alloc(70000, 0xfe)];

each(test, start, 'text comes back as text', EIO, async (line) => {
	for (const text of TEXTS) {
		await line.say(`4${text}`);
		await hears(line, `4${text}`);
	}
});

each(test, start, 'binary comes back as binary', EIO, async (line) => {
	for (const data of BINARY) {
		await line.say(data);
		await hears(line, data);
	}
});

each(test, start, 'many at once come back in their order', EIO, async (line) => {
	const packets = Array.from({ length: 500 }, (_, i) => i % 3 ? `4${i} 😀` : Buffer.from([i, i >> 8, 30, 255]));
	await line.say(...packets);
	await hears(line, ...packets);
});

each(test, start, 'noops and what is not a message change nothing', EIO, async (line) => {
	await line.say('6', '4a', '6', '4b');
	await hears(line, '4a', '4b');
});

test('bodies are written as the specifications have them', async (t) => {
	const port = await start(t);
	for (const [revision, b64, packets, body] of [
		[4, false, ['4hello', Buffer.from([1, 2, 3, 4])], '4hello\x1ebAQIDBA=='],
		[4, false, ['4a', '4', '4b'], '4a\x1e4\x1e4b'],
		[3, true, ['4hello', Buffer.from([1, 2, 3, 4])], '6:4hello10:b4AQIDBA=='],
		[3, false, ['4a😀', '4'], '4:4a😀1:4'],
		[3, false, ['4h', Buffer.from([1, 2, 3, 4])], Buffer.from([0, 2, 255, 0x34, 0x68, 1, 5, 255, 4, 1, 2, 3, 4])],
	]) {
		const line = await poll(t, port, EIO, revision, { b64 });
		const posted = await line.post(body, typeof body === 'string' ? TEXT : BYTES);
		assert.deepEqual([posted.status, posted.text], [200, 'ok']);
		const response = await line.get();
		assert.deepEqual(response.body, Buffer.from(body));
		assert.equal(response.headers['content-type'],
			typeof body === 'string' ? 'text/plain; charset=UTF-8' : 'application/octet-stream');
	}
});

test('revision 3: an empty body has a length too', async (t) => {
	const port = await start(t);
	const line = await poll(t, port, EIO, 3);
	assert.equal((await line.post('0:')).status, 200);
	await line.say('4next');
	await hears(line, '4next');
});

test('revision 3: a body of bytes is taken from who wants none', async (t) => {
	const port = await start(t);
	const line = await poll(t, port, EIO, 3, { b64: true });
	const packets = ['4ä😀', Buffer.from([255, 0, 4]), '4x'];
	assert.equal((await line.post(encodeBytes(packets), BYTES)).status, 200);
	await hears(line, ...packets);
});

test('revision 3: bodies as scripts and forms, for pages that can do no more', async (t) => {
	const port = await start(t);
	const script = async (more) => {
		const { status, headers, text } = await request(t, port, 'GET', target(EIO, 3, 'polling', `&j=7${more}`));
		assert.equal(status, 200);
		assert.match(headers['content-type'], /^text\/javascript/);
		assert.doesNotMatch(text, /[\u2028\u2029]/);
		const [, json] = text.match(/^___eio\[7\]\((".*")\);$/);
		return JSON.parse(json);
	};
	const { sid } = JSON.parse((await script('')).replace(/^\d+:0/, ''));
	for (const packet of ['4hello', '4"</script>\u2028\u2029😀', '4a\nb', '4a\\nb', '4&=%+']) {
		const escaped = packet.replace(/\\n/g, '\\\\n').replace(/\n/g, '\\n');
		const body = `d=${encodeURIComponent(`${packet.length}:${escaped}`)}`;
		const post = await request(t, port, 'POST', target(EIO, 3, 'polling', `&j=7&sid=${sid}`),
			{ 'Content-Type': 'application/x-www-form-urlencoded' }, body);
		assert.equal(post.status, 200, packet);
		assert.equal(await script(`&sid=${sid}`), `${packet.length}:${packet}`);
	}
	const post = await request(t, port, 'POST', target(EIO, 3, 'polling', `&j=7&sid=${sid}`),
		{ 'Content-Type': 'application/x-www-form-urlencoded' }, `d=${encodeURIComponent('10:b4AQIDBA==')}`);
	assert.equal(post.status, 200);
	assert.equal(await script(`&sid=${sid}`), '10:b4AQIDBA==');
});

test('revision 3: a script is named by digits alone', async (t) => {
	const port = await start(t);
	for (const j of ['alert(1)', '-1', '1.5', '0x1', ''])
		assert.equal((await request(t, port, 'GET', target(EIO, 3, 'polling', `&j=${encodeURIComponent(j)}`))).status, 400, j);
});

for (const revision of REVISIONS) {
	test(`revision ${revision}: a large answer is compressed for who asks for it`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		for (const [size, asks, compressed] of [[2000, 'gzip, deflate', true], [100, 'gzip', false], [2000, 'gzip;q=0', false],
			[2000, 'br', false]]) {
			const text = `4${'x'.repeat(size)}`;
			await line.say(text);
			const { headers, body } = await line.get({ 'Accept-Encoding': asks });
			assert.equal(headers['content-encoding'], compressed ? 'gzip' : undefined, `${size} bytes, ${asks}`);
			assert.equal((compressed ? gunzipSync(body) : body).toString(), encode(revision, [text]));
		}
	});

	test(`revision ${revision}: a body may come in pieces of any size`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const packets = ['4ä😀', Buffer.from([1, 2, 3]), `4${'x'.repeat(300)}`];
		const path = target(EIO, revision, 'polling', `&sid=${line.sid}`);
		const all = bytes('POST', path, TEXT, encode(revision, packets));
		const wire = await connect(t, port);
		for (let i = 0; i < all.length; i += 1 + i % 7)
			await new Promise((resolve) => wire.socket.write(all.subarray(i, i + 1 + i % 7), resolve));
		assert.equal((await wire.response()).text, 'ok');
		await hears(line, ...packets);
	});

	test(`revision ${revision}: a body has its limit in bytes, and the session lives on`, async (t) => {
		const port = await start(t);
		const line = await poll(t, port, EIO, revision);
		const head = encode(revision, [`4${'x'.repeat(900000)}`]).length - 900000;
		const full = encode(revision, [`4${'x'.repeat(LIMIT - head)}`]);
		assert.equal(full.length, LIMIT);
		assert.equal((await line.post(full)).status, 200);
		assert.equal((await line.hear()).length, LIMIT - head + 1);
		assert.equal((await line.post(`${full}x`)).status, 413);
		const wire = await connect(t, port);
		wire.send(bytes('POST', target(EIO, revision, 'polling', `&sid=${line.sid}`), { ...TEXT, 'Content-Length': LIMIT + 1 }));
		assert.equal((await wire.response()).status, 413, 'before the body came');
		const many = encode(revision, Array(LIMIT / 10).fill('4'));
		assert.equal((await line.post(many)).status, 200, 'however many packets it has');
		await line.say('4alive');
		let last;
		while (last !== '4alive')
			last = await line.hear();
	});

	test(`revision ${revision}: a WebSocket message has the same limit, and 1009 says so`, async (t) => {
		const port = await start(t);
		const line = await websocket(t, port, EIO, revision);
		const full = `4${'x'.repeat(LIMIT - 1)}`;
		await line.say(full);
		await hears(line, full);
		await line.say(`${full}x`);
		const { type, code } = await line.ended();
		assert.deepEqual([type, code], ['close', 1009]);

		const other = await websocket(t, port, EIO, revision);
		for (let i = 0; i < 10; i++)
			other.ws.wire.send(frame(i ? 0 : 1, 'x'.repeat(LIMIT / 10 + 1), { fin: false }));
		assert.equal((await other.ended()).code, 1009, 'in pieces too');
	});

	test(`revision ${revision}: a message may come in pieces, with pings between them`, async (t) => {
		const port = await start(t);
		const line = await websocket(t, port, EIO, revision);
		const [text, data] = [Buffer.from('4ä😀z'), Buffer.from(revision === 3 ? [4, 1, 2, 3] : [1, 2, 3])];
		for (const [opcode, whole] of [[1, text], [2, data]]) {
			for (let i = 0; i < whole.length; i++) {
				line.ws.wire.send(frame(i ? 0 : opcode, whole.subarray(i, i + 1), { fin: i === whole.length - 1 }));
				if (i === 1)
					line.ws.wire.send(frame(9, 'are you there?'));
			}
			const pong = await line.ws.next();
			assert.deepEqual([pong.type, pong.data.toString()], ['pong', 'are you there?']);
			await hears(line, opcode === 1 ? '4ä😀z' : Buffer.from([1, 2, 3]));
		}
	});
}

const MALFORMED = {
	3: ['', 'abc', '1', ':4', '4:4ab', '6:4hello9:', '-1:4', '+2:4a', '2:4a!', '1:7', '1:x', '02', '3:4ä', '1:0', '1:5', '1:3',
		'99999999999999999999:4', '3:b4!', '4:b9AQ'],
	4: ['', 'abc', '7', '4a\x1e', '\x1e4a', '4a\x1e\x1e4b', '4a\x1ex', '0', '5', '2', 'b!', 'bA', 'b=AQI', 'bAQ=I'],
};
const MALFORMED_BYTES = [[], [0], [0, 255], [0, 1], [0, 1, 255], [2, 1, 255, 52], [0, 10, 255, 52], [0, 2, 255, 52], [1, 1, 255, 9],
	[0, 2, 255, 52, 255], Array(400).fill(1), [0, 1, 255, 52, 0]];

for (const revision of REVISIONS) {
	test(`revision ${revision}: a malformed body is refused and ends the session`, async (t) => {
		const port = await start(t);
		const bodies = MALFORMED[revision].map((body) => [body, TEXT]);
		if (revision === 3)
			bodies.push(...MALFORMED_BYTES.map((body) => [Buffer.from(body), BYTES]));
		bodies.push([Buffer.concat([Buffer.from(revision === 3 ? '2:4' : '4'), Buffer.from([0xff])]), TEXT]);
		for (const [body, headers] of bodies) {
			const line = await poll(t, port, EIO, revision);
			assert.equal((await line.post(body, headers)).status, 400, JSON.stringify(body));
			await line.gone();
		}
	});

	test(`revision ${revision}: a malformed packet ends its WebSocket`, async (t) => {
		const port = await start(t);
		for (const packet of ['', 'abc', '7', '0', '5', revision === 4 ? '2' : '3',
			...revision === 3 ? [Buffer.from([]), Buffer.from([9, 1]), Buffer.from('4')] : []]) {
			const line = await websocket(t, port, EIO, revision);
			line.ws.send(packet);
			await line.ended();
		}
		for (const [opcode, payload, options, code] of [
			[1, [0x34, 0xff], {}, 1007],
			[1, '4a', { masked: false }, 1002],
			[1, '4a', { rsv: 4 }, 1002],
			[3, '4a', {}, 1002],
			[0, '4a', {}, 1002],
			[9, 'x', { fin: false }, 1002],
			[9, 'x'.repeat(126), {}, 1002],
			[8, [3], {}, 1002],
		]) {
			const line = await websocket(t, port, EIO, revision);
			line.ws.wire.send(frame(opcode, payload, options));
			const end = await line.ended();
			assert.deepEqual([end.type, end.code], ['close', code], `opcode ${opcode} ${JSON.stringify(options)}`);
		}
	});
}
