// HTTP by hand: bytes over one connection, and the responses that come back.

import net from 'node:net';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

import { defer, within } from './wait.mjs';

// One connection. send() writes bytes as they are; response() reads the next answer.
export class Wire {
	#bytes = Buffer.alloc(0);
	#sleepers = [];
	ended = false;

	constructor(socket) {
		this.socket = socket;
		socket.on('data', (data) => {
			this.#bytes = Buffer.concat([this.#bytes, data]);
			this.#changed();
		});
		socket.on('error', () => {});
		for (const end of ['end', 'close'])
			socket.on(end, () => {
				this.ended = true;
				this.#changed();
			});
	}

	send(...parts) {
		for (const part of parts)
			this.socket.write(part);
		return this;
	}

	#changed() {
		this.#sleepers.splice(0).forEach((wake) => wake());
	}

	async #wait(found, what, ms) {
		return within((async () => {
			for (;;) {
				const result = found();
				if (result !== undefined)
					return result;
				if (this.ended)
					throw new Error(`the connection ended before ${what}; had: ${this.#bytes.subarray(0, 500)}`);
				await new Promise((wake) => this.#sleepers.push(wake));
			}
		})(), what, ms);
	}

	take(n, what, ms) {
		return this.#wait(() => {
			if (this.#bytes.length < n)
				return undefined;
			const taken = this.#bytes.subarray(0, n);
			this.#bytes = this.#bytes.subarray(n);
			return taken;
		}, what, ms);
	}

	// The next response: { status, reason, headers, lines, body }. bodyless: what HEAD asked for.
	async response({ bodyless = false } = {}) {
		const end = await this.#wait(() => {
			const at = this.#bytes.indexOf('\r\n\r\n');
			return at < 0 ? undefined : at;
		}, 'a response header');
		const [first, ...lines] = (await this.take(end + 4)).toString('latin1').trimEnd().split('\r\n');
		const [, status, reason] = first.match(/^HTTP\/1\.[01] (\d{3}) ?(.*)$/) ?? [];
		if (!status)
			throw new Error(`not a status line: ${first}`);
		const headers = {};
		for (const line of lines) {
			const [, name, value] = line.match(/^([!-9;-~]+):[ \t]*(.*?)[ \t]*$/);
			headers[name.toLowerCase()] = value;
		}
		const empty = bodyless || status[0] === '1' || status === '204' || status === '304';
		const length = empty ? 0 : Number(headers['content-length'] ?? NaN);
		if (Number.isNaN(length))
			throw new Error(`no Content-Length: ${first}`);
		const body = await this.take(length, 'a response body');
		return { status: Number(status), reason, headers, lines, body, text: body.toString() };
	}

	// Resolves when the server has closed the connection; what it sent before that as text.
	async closed() {
		await this.#wait(() => this.ended || undefined, 'the end of the connection');
		return this.#bytes.toString('latin1');
	}
}

export async function connect(t, port) {
	const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
	defer(t, () => socket.destroy());
	await within(once(socket, 'connect'), 'a connection');
	socket.setNoDelay(true);
	return new Wire(socket);
}

// The bytes of a request.
export function bytes(method, target, headers = {}, body = '') {
	const all = { Host: '127.0.0.1', ...headers };
	if (body.length || method === 'POST')
		all['Content-Length'] ??= Buffer.byteLength(body);
	const lines = Object.entries(all).filter(([, value]) => value !== null)
		.map(([name, value]) => `${name}: ${value}\r\n`);
	return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}

// One request on a connection of its own.
export async function request(t, port, method, target, headers, body) {
	const wire = await connect(t, port);
	wire.send(bytes(method, target, { Connection: 'close', ...headers }, body));
	const response = await wire.response({ bodyless: method === 'HEAD' });
	wire.socket.destroy();
	return response;
}

// Asks each thread of a frustd for something: connections are dealt out in turn.
export async function everyLoop(t, port) {
	for (let i = 0; i < availableParallelism(); i++)
		await request(t, port, 'GET', '/nothing');
}

export async function getJson(t, port, target) {
	const response = await request(t, port, 'GET', target);
	if (response.status !== 200)
		throw new Error(`${target}: ${response.status} ${response.text}`);
	return JSON.parse(response.text);
}
