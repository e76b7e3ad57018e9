// Engine.IO by hand, revisions 3 and 4: polling sessions, payloads, and Socket.IO over a WebSocket.

import assert from 'node:assert/strict';

import { request } from './http.mjs';
import { open } from './ws.mjs';

export const PATH = '/api/socket.io/';
export const target = (revision, transport, more = '') => `${PATH}?EIO=${revision}&transport=${transport}${more}`;

// Text packets as one body. Revision 3 counts UTF-16 units, as JavaScript's length does.
export function encode(revision, packets) {
	if (revision === 4)
		return packets.join('\x1e');
	return packets.map((packet) => `${packet.length}:${packet}`).join('');
}

export function decode(revision, body) {
	if (revision === 4)
		return body.split('\x1e');
	const packets = [];
	while (body) {
		const [head, length] = body.match(/^(\d+):/) ?? [];
		assert.ok(head, `a length: ${body.slice(0, 80)}`);
		const end = head.length + Number(length);
		assert.ok(end <= body.length, `a whole packet: ${body.slice(0, 80)}`);
		packets.push(body.slice(head.length, end));
		body = body.slice(end);
	}
	return packets;
}

class Polling {
	constructor(t, port, revision) {
		Object.assign(this, { t, port, revision });
	}

	target(transport = 'polling') {
		// b64: as a client without binary asks, so that answers are text
		return target(this.revision, transport, `&sid=${this.sid}${this.revision === 3 ? '&b64=1' : ''}`);
	}

	get() {
		return request(this.t, this.port, 'GET', this.target());
	}

	post(body, headers = { 'Content-Type': 'text/plain;charset=UTF-8' }) {
		return request(this.t, this.port, 'POST', this.target(), headers, body);
	}

	// Posts text packets; they must be taken.
	async send(...packets) {
		const { status, text } = await this.post(encode(this.revision, packets));
		assert.deepEqual([status, text], [200, 'ok']);
	}

	// One poll's packets.
	async poll() {
		const response = await this.get();
		assert.equal(response.status, 200, response.text);
		return decode(this.revision, response.text);
	}

	// Polls until a packet matches; all packets since.
	async until(matches) {
		const all = [];
		while (!all.some((packet) => matches.test(packet)))
			all.push(...await this.poll());
		return all;
	}

	probe() {
		return open(this.t, this.port, this.target('websocket'));
	}
}

// A polling session after its handshake; `packets` came with it.
export async function polling(t, port, revision) {
	const session = new Polling(t, port, revision);
	const more = revision === 3 ? '&b64=1' : '';
	const { status, headers, text } = await request(t, port, 'GET', target(revision, 'polling', more));
	assert.equal(status, 200, text);
	session.headers = headers;
	const [first, ...rest] = decode(revision, text);
	assert.equal(first[0], '0');
	session.hello = JSON.parse(first.slice(1));
	session.sid = session.hello.sid;
	session.packets = rest;
	return session;
}

// A connected Socket.IO client over a WebSocket. press() sends an event and returns its ack.
class Presser {
	#asked = 0;
	events = []; // [name, argument] in the order of their arrival

	constructor(ws) {
		this.ws = ws;
		ws.onFrame = ({ type, text }) => {
			if (type !== 'text')
				return;
			if (text === '2')
				ws.send('3');
			else if (text.startsWith('42'))
				this.events.push(JSON.parse(text.slice(2)));
		};
	}

	// Sends without waiting; the id under which the ack comes.
	send(...event) {
		const id = this.#asked++;
		this.ws.send(`42${id}${JSON.stringify(event)}`);
		return id;
	}

	async ack(id) {
		const head = `43${id}[`;
		const text = await this.ws.inbox.until((items) => {
			const found = items.find((item) => item.type === 'text' && item.text.startsWith(head));
			assert.ok(found || items.at(-1)?.type !== 'end', 'the connection ended before the ack');
			return found?.text;
		}, `the ack ${id}`);
		return JSON.parse(text.slice(head.length - 1))[0];
	}

	press(...event) {
		return this.ack(this.send(...event));
	}

	until(found, what) {
		return this.ws.inbox.until(() => found(this.events), what);
	}
}

export async function presser(t, port) {
	const ws = await open(t, port, target(4, 'websocket'));
	const made = new Presser(ws); // now: the first events may come in one piece with the answer
	await ws.text(/^0\{/);
	ws.send('40');
	await ws.text(/^40\{/);
	// The hub may be on another thread: with its greeting it is there, and misses nothing.
	await made.until((events) => events.some(([name]) => name === 'stats'), 'its greeting');
	return made;
}
