// The official clients from npm, all behind one face.

import assert from 'node:assert/strict';

import { PATH } from './eio.mjs';
import { defer, Inbox, within } from './wait.mjs';

export const GENERATIONS = ['2.3.0', '2.5.0', '3.1.3', '4.8.4'];
export const TRANSPORTS = {
	'polling only': ['polling'],
	'websocket only': ['websocket'],
	'default upgrade': ['polling', 'websocket'],
};

const NAMES = ['stats', 'status', 'message', 'click', 'event'];

class Client {
	inbox = new Inbox(); // [name, argument] of every event, in the order of their arrival

	constructor(socket) {
		this.socket = socket;
		for (const name of NAMES)
			socket.on(name, (argument, ...more) => {
				assert.equal(more.length, 0, `${name} has one argument`);
				this.inbox.put([name, argument]);
			});
		this.connected = new Promise((resolve, reject) => {
			socket.on('connect', resolve);
			socket.on('connect_error', reject);
		});
		this.disconnected = new Promise((resolve) => socket.on('disconnect', resolve));
	}

	// Resolves when the connection has moved to WebSocket.
	async upgraded() {
		const { engine } = this.socket.io;
		if (engine.transport.name !== 'websocket')
			await within(new Promise((resolve) => engine.once('upgrade', resolve)), 'the upgrade');
		assert.equal(engine.transport.name, 'websocket');
	}

	get transport() {
		return this.socket.io.engine.transport.name;
	}

	emit(...event) {
		this.socket.emit(...event);
	}

	// Emits with an ack and resolves with it.
	ask(...event) {
		return within(new Promise((resolve) => this.socket.emit(...event, resolve)), `the ack of ${event[0]}`);
	}

	all(name) {
		return this.inbox.items.filter(([what]) => what === name).map(([, argument]) => argument);
	}

	// Waits until so many events of that name are there, then gives them all.
	async count(name, n) {
		await this.inbox.until(() => this.all(name).length >= n, `${n} × ${name}`);
		return this.all(name);
	}

	// Waits for an event of that name which `matches`.
	until(name, matches, what = name) {
		return this.inbox.until((items) => items.find(([n, argument]) => n === name && matches(argument)), what);
	}

	message(text) {
		return this.until('message', (message) => message.text === text, `the message ${text}`);
	}
}

// Opens a client of that generation; resolves when it is connected and greeted: from then on it misses nothing. More: url, and what else it takes.
export async function client(t, port, generation, transports, { url = `http://127.0.0.1:${port}`, ...more } = {}) {
	const module = await import(`sio-${generation}`);
	const io = module.io ?? module.default;
	const socket = io(url, { path: PATH, transports, forceNew: true, reconnection: false, ...more });
	defer(t, () => socket.close());
	const made = new Client(socket);
	await within(made.connected, `socket.io-client ${generation} to connect`);
	await made.count('stats', 1);
	return made;
}

// In each stream, a `stats` counts exactly the clicks and events before it.
export function assertStatsCountTheStream(items) {
	let clicks, events;
	for (const [name, argument] of items) {
		if (name === 'click')
			clicks++;
		else if (name === 'event')
			events++;
		else if (name === 'stats') {
			clicks ??= argument.click_count_total;
			events ??= argument.event_count_total;
			assert.equal(argument.click_count_total, clicks, 'clicks before this stats');
			assert.equal(argument.event_count_total, events, 'events before this stats');
		}
	}
	assert.notEqual(clicks, undefined, 'a stats came');
}
