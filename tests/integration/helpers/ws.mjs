// A WebSocket client by hand (RFC 6455): it can send what a well-made client would not.

import { createHash, randomBytes } from 'node:crypto';
import assert from 'node:assert/strict';

import { bytes, connect } from './http.mjs';
import { Inbox } from './wait.mjs';

const OPCODES = { 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };

export function frame(opcode, payload, { fin = true, masked = true, rsv = 0 } = {}) {
	const data = Buffer.from(payload);
	const head = [(fin ? 0x80 : 0) | rsv << 4 | opcode];
	const bit = masked ? 0x80 : 0;
	if (data.length < 126) {
		head.push(bit | data.length);
	} else if (data.length < 65536) {
		head.push(bit | 126, data.length >> 8, data.length & 255);
	} else {
		const length = Buffer.alloc(8);
		length.writeBigUInt64BE(BigInt(data.length));
		head.push(bit | 127, ...length);
	}
	if (!masked)
		return Buffer.concat([Buffer.from(head), data]);
	const mask = randomBytes(4);
	return Buffer.concat([Buffer.from(head), mask, data.map((byte, i) => byte ^ mask[i & 3])]);
}

class WebSocket {
	inbox = new Inbox(); // { type, text | data | code, reason }, at last { type: 'end' }
	#next = 0;

	// onFrame sees each frame before those who wait for it.
	constructor(wire, onFrame = () => {}) {
		this.wire = wire;
		this.onFrame = onFrame;
		this.#read();
	}

	async #read() {
		try {
			for (;;)
				this.#put(await this.#frame());
		} catch (error) {
			this.#put({ type: 'end', why: error.message });
		}
	}

	#put(frame) {
		this.onFrame(frame);
		this.inbox.put(frame);
	}

	async #frame() {
		// No bound here: a quiet connection is fine, and who waits on the inbox has one.
		const wait = (n) => this.wire.take(n, 'a frame', Infinity);
		const [first, second] = await wait(2);
		assert.equal(second & 0x80, 0, 'a server never masks');
		let length = second & 127;
		if (length === 126)
			length = (await wait(2)).readUInt16BE();
		else if (length === 127)
			length = Number((await wait(8)).readBigUInt64BE());
		const data = await wait(length);
		const type = OPCODES[first & 15];
		assert.equal(first & 0xf0, 0x80, 'whole frames without reserved bits');
		if (type === 'text')
			return { type, text: data.toString() };
		if (type === 'close')
			return { type, code: length ? data.readUInt16BE() : undefined, reason: data.subarray(2).toString() };
		return { type, data };
	}

	send(payload) {
		this.wire.send(frame(typeof payload === 'string' ? 1 : 2, payload));
		return this;
	}

	close(code = 1000) {
		this.wire.send(frame(8, [code >> 8, code & 255]));
		return this;
	}

	// The next frame that nobody has taken.
	async next(what = 'a frame') {
		const at = this.#next++;
		return this.inbox.until((items) => items[at], what);
	}

	// The next text frame that `matches`, skipping others.
	async text(matches, what = `${matches}`) {
		for (;;) {
			const { type, text, ...rest } = await this.next(what);
			assert.equal(type, 'text', `waiting for ${what}, got ${type} ${JSON.stringify(rest)}`);
			if (matches instanceof RegExp ? matches.test(text) : text === matches)
				return text;
		}
	}
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

export const UPGRADE = {
	Connection: 'Upgrade',
	Upgrade: 'websocket',
	'Sec-WebSocket-Version': 13,
	'Sec-WebSocket-Key': KEY,
};

// Opens a WebSocket on target; it must be granted.
export async function open(t, port, target, headers) {
	const wire = await connect(t, port);
	wire.send(bytes('GET', target, { ...UPGRADE, ...headers }));
	const response = await wire.response();
	assert.equal(response.status, 101, response.text);
	const accept = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
	assert.equal(response.headers['sec-websocket-accept'], accept);
	return new WebSocket(wire);
}
