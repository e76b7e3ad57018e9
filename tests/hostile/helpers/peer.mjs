// Connections for crowds: thousands of them in one process, so nothing that arrives is kept.

import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

import { target } from '../../integration/helpers/eio.mjs';
import { bytes } from '../../integration/helpers/http.mjs';
import { frame, UPGRADE } from '../../integration/helpers/ws.mjs';

// A connected socket, or an error.
export async function connect(port) {
	const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
	await once(socket, 'connect');
	socket.on('error', () => {});
	return socket;
}

// A request on a connection of its own: { status, text }. signal aborts it.
export function ask(port, method, path, { body, type = 'text/plain;charset=UTF-8', signal } = {}) {
	return new Promise((resolve, reject) => {
		const headers = body === undefined ? {} : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) };
		const request = http.request({ port, host: '127.0.0.1', method, path, headers, agent: false, signal });
		request.on('error', reject).on('response', (response) => {
			let text = '';
			response.setEncoding('utf8').on('data', (part) => text += part)
				.on('end', () => resolve({ status: response.statusCode, text }))
				.on('error', reject);
		});
		request.end(body);
	});
}

// A WebSocket that hands each text message, and itself, to onText and forgets it.
export class Peer {
	#rest = Buffer.alloc(0);
	#upgraded = false;

	constructor(socket, onText) {
		this.socket = socket;
		this.onText = onText;
		this.closed = new Promise((resolve) => socket.once('close', resolve));
		this.ready = new Promise((resolve, reject) => {
			this.onReady = resolve;
			this.closed.then(() => reject(new Error('closed before it was ready')));
		});
		this.ready.catch(() => {});
		socket.on('data', (data) => this.#take(data)).on('end', () => socket.destroy());
	}

	send(text) {
		this.socket.write(frame(1, text));
	}

	#take(data) {
		const all = this.#rest.length ? Buffer.concat([this.#rest, data]) : data;
		this.#rest = all.subarray(this.#upgraded ? this.#frames(all) : this.#head(all));
	}

	#head(all) {
		const end = all.indexOf('\r\n\r\n');
		if (end < 0)
			return 0;
		if (!all.subarray(0, end).includes(' 101 ')) {
			this.socket.destroy();
			return all.length;
		}
		this.#upgraded = true;
		this.onReady();
		return end + 4 + this.#frames(all.subarray(end + 4));
	}

	// Takes the whole frames; returns how many bytes they are.
	#frames(all) {
		let at = 0;
		for (;;) {
			let size = all[at + 1], head = 2;
			if (size === 126 && all.length >= at + 4)
				[size, head] = [all.readUInt16BE(at + 2), 4];
			else if (size === 127 && all.length >= at + 10)
				[size, head] = [Number(all.readBigUInt64BE(at + 2)), 10];
			else if (!(size < 126))
				return at;
			if (all.length < at + head + size)
				return at;
			if ((all[at] & 15) === 1)
				this.onText(all.toString('utf8', at + head, at + head + size), this);
			at += head + size;
		}
	}
}

// An upgraded connection whose messages go to onText.
export async function webSocket(port, revision, onText = () => {}, more = '') {
	const socket = await connect(port);
	const peer = new Peer(socket, onText);
	socket.write(bytes('GET', target(revision, 'websocket', more), UPGRADE));
	await peer.ready;
	return peer;
}

// A Socket.IO client on a WebSocket, in "/" when this resolves; onEvent gets each event's name and argument, or its ack's
// id and argument.
export async function client(port, { revision = 4, onEvent = () => {} } = {}) {
	let joined;
	const inside = new Promise((resolve) => joined = resolve);
	const peer = await webSocket(port, revision, (text, self) => {
		if (text === '2')
			self.send('3');
		else if (text.startsWith('40'))
			joined();
		else if (text.startsWith('42'))
			onEvent(...JSON.parse(text.slice(2)));
		else if (text.startsWith('43'))
			onEvent(parseInt(text.slice(2)), JSON.parse(text.slice(text.indexOf('[')))[0]);
	});
	if (revision === 4)
		peer.send('40');
	await Promise.race([inside, peer.closed.then(() => Promise.reject(new Error('closed before it had joined')))]);
	return peer;
}
