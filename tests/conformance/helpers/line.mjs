// A client of either revision over any transport, all behind one face: it says packets and hears
// packets. A packet is a string with its type digit, or a Buffer: a binary message.

import assert from 'node:assert/strict';

import { request } from '../../integration/helpers/http.mjs';
import { open as openWebSocket } from '../../integration/helpers/ws.mjs';
import { BYTES, decode, encode, encodeBytes, TEXT } from './payload.mjs';

export const EIO = '/engine.io/';
export const SIO = '/socket.io/';
export const REVISIONS = [3, 4];

// Revision, transport. "base64": polling by a client of revision 3 that wants no bytes.
export const LINES = [
	[4, 'polling'], [4, 'websocket'], [4, 'upgraded'],
	[3, 'polling'], [3, 'base64'], [3, 'websocket'], [3, 'upgraded'],
];

export const target = (path, revision, transport, more = '') => `${path}?EIO=${revision}&transport=${transport}${more}`;

class Polling {
	#heard = [];

	constructor(t, port, path, revision, b64) {
		Object.assign(this, { t, port, path, revision, b64 });
	}

	async handshake() {
		const response = await this.#request('GET');
		assert.equal(response.status, 200, response.text);
		const [first, ...rest] = decode(this.revision, response);
		assert.equal(first[0], '0');
		this.hello = JSON.parse(first.slice(1));
		this.sid = this.hello.sid;
		this.#heard.push(...rest);
		return this;
	}

	#request(method, headers, body) {
		const b64 = this.b64 ? '&b64=1' : '';
		const sid = this.sid ? `&sid=${this.sid}` : '';
		return request(this.t, this.port, method, target(this.path, this.revision, 'polling', b64 + sid), headers, body);
	}

	get(headers) {
		return this.#request('GET', headers);
	}

	post(body, headers = TEXT) {
		return this.#request('POST', headers, body);
	}

	async say(...packets) {
		const bytes = this.revision === 3 && !this.b64 && packets.some((packet) => typeof packet !== 'string');
		const { status, text } = bytes ? await this.post(encodeBytes(packets), BYTES)
			: await this.post(encode(this.revision, packets));
		assert.deepEqual([status, text], [200, 'ok']);
	}

	// One poll's packets.
	async poll() {
		const response = await this.get();
		assert.equal(response.status, 200, response.text);
		return decode(this.revision, response);
	}

	async hear() {
		while (!this.#heard.length)
			this.#heard.push(...await this.poll());
		const packet = this.#heard.shift();
		assert.notEqual(packet, '1', 'the session goes on');
		return packet;
	}

	// What the server must not take is refused, and the session is over.
	async offend(...packets) {
		const { status } = await this.post(encode(this.revision, packets));
		assert.equal(status, 400, JSON.stringify(packets));
		await this.gone();
	}

	// The session is over and nothing is left of it.
	async gone() {
		const { status, text } = await this.get();
		assert.deepEqual([status, JSON.parse(text).code], [400, 1], 'the session is gone');
	}

	// The server ends the session: a poll is told so.
	async ended() {
		while (!this.#heard.includes('1'))
			this.#heard.push(...await this.poll());
		await this.gone();
	}

	// A WebSocket that asks to take this session over.
	probe() {
		return openWebSocket(this.t, this.port, target(this.path, this.revision, 'websocket', `&sid=${this.sid}`));
	}

	async upgrade() {
		const ws = await this.probe();
		ws.send('2probe');
		assert.equal((await ws.next()).text, '3probe');
		ws.send('5');
		return new WebSocketLine(this.revision, ws, this.#heard, this);
	}
}

class WebSocketLine {
	#heard;

	// polling: the session's former self, when it was upgraded.
	constructor(revision, ws, heard = [], polling = undefined) {
		Object.assign(this, { revision, ws, polling });
		this.#heard = heard;
	}

	async handshake() {
		const first = await this.hear();
		assert.equal(first[0], '0');
		this.hello = JSON.parse(first.slice(1));
		this.sid = this.hello.sid;
		return this;
	}

	async say(...packets) {
		for (const packet of packets)
			this.ws.send(typeof packet !== 'string' && this.revision === 3 ? Buffer.concat([Buffer.from([4]), packet])
				: packet);
	}

	async hear() {
		if (this.#heard.length)
			return this.#heard.shift();
		const { type, text, data, ...rest } = await this.ws.next('a packet');
		if (type === 'text')
			return text;
		assert.equal(type, 'binary', `a packet, not ${type} ${JSON.stringify(rest)}`);
		if (this.revision === 4)
			return data;
		assert.equal(data[0], 4, 'a message');
		return data.subarray(1);
	}

	async offend(...packets) {
		await this.say(...packets);
		await this.ended();
	}

	// The server ends the session: the WebSocket's close comes, resolved with, or the connection's end.
	async ended() {
		return this.ws.inbox.until((items) => items.find(({ type }) => type === 'close' || type === 'end'), 'the close');
	}
}

export function poll(t, port, path, revision, { b64 = false } = {}) {
	return new Polling(t, port, path, revision, b64).handshake();
}

export async function websocket(t, port, path, revision) {
	const ws = await openWebSocket(t, port, target(path, revision, 'websocket'));
	return new WebSocketLine(revision, ws).handshake();
}

// A line of LINES after its handshake.
export async function open(t, port, path, [revision, transport]) {
	if (transport === 'websocket')
		return websocket(t, port, path, revision);
	const line = await poll(t, port, path, revision, { b64: transport === 'base64' });
	if (transport !== 'upgraded')
		return line;
	return line.upgrade();
}

// Tests of every line: each(test, what, path, body(line, context)).
export function each(test, start, what, path, body) {
	for (const [revision, transport] of LINES)
		test(`revision ${revision}, ${transport}: ${what}`, async (t) => {
			const port = await start(t);
			const line = await open(t, port, path, [revision, transport]);
			await body(line, { t, port, revision, transport });
		});
}

// What comes next, exactly.
export async function hears(line, ...packets) {
	for (const packet of packets)
		assert.deepEqual(await line.hear(), packet);
}
