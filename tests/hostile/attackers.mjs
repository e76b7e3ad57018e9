// A process of attackers. begin(port, { kind: how many }): they attack until end(), which tells of each kind how many
// connections it opened and how many bytes it sent.

import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';

import { target } from '../integration/helpers/eio.mjs';
import { bytes } from '../integration/helpers/http.mjs';
import { UPGRADE } from '../integration/helpers/ws.mjs';
import { ask, connect, Peer } from './helpers/peer.mjs';
import { kinds } from './helpers/kinds.mjs';
import { serve } from './helpers/process.mjs';

const LIFE = 20_000; // ms, at most: an attacker who is left alone begins anew

const done = {}; // by kind: { opened, sent }
const all = new Set(); // sockets
let over = false;

// What a kind may do with its connections.
class Attack {
	#sockets = new Set();

	constructor(port, count) {
		Object.assign(this, { port, count });
	}

	async open() {
		const socket = await connect(this.port);
		this.count.opened++;
		for (const set of [all, this.#sockets])
			set.add(socket);
		socket.once('close', () => all.delete(socket)).on('end', () => socket.destroy());
		socket.resume();
		if (over)
			socket.destroy();
		return socket;
	}

	async webSocket(path, onText = () => {}) {
		const socket = await this.open();
		const peer = new Peer(socket, onText);
		socket.write(bytes('GET', path, UPGRADE));
		await peer.ready;
		return peer;
	}

	// A client, in "/" or nowhere. deaf: it answers no pings.
	async client({ revision = 4, deaf = false, joins = true } = {}) {
		const peer = await this.webSocket(target(revision, 'websocket'), (text, self) => {
			if (text === '2' && !deaf)
				self.send('3');
		});
		if (revision === 4 && joins)
			peer.send('40');
		return peer;
	}

	// The path of a polling session of its own.
	async session() {
		const path = target(4, 'polling');
		const { text } = await ask(this.port, 'GET', path);
		const { sid } = JSON.parse(text.slice(1));
		await ask(this.port, 'POST', `${path}&sid=${sid}`, { body: '40' });
		return `${path}&sid=${sid}`;
	}

	pause(ms) {
		return sleep(ms, undefined, { ref: false });
	}

	async closed(socket) {
		return socket.destroyed || new Promise((resolve) => socket.once('close', resolve));
	}

	ended(socket) {
		return Promise.race([this.closed(socket), this.pause(LIFE)]);
	}

	async drip(socket, first) {
		socket.write(first);
		for (let end = Date.now() + LIFE; !socket.destroyed && Date.now() < end; this.count.sent++) {
			socket.write('x');
			await this.pause(200);
		}
	}

	// As fast as the server takes it.
	async flood(socket, data) {
		const ended = this.ended(socket);
		let live = true;
		ended.then(() => live = false);
		while (live && !socket.destroyed) {
			if (!socket.write(data))
				await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), ended]);
			await immediate(); // the others' turn
			this.count.sent += data.length;
		}
	}

	finish() {
		this.#sockets.forEach((socket) => socket.destroy());
	}
}

async function attacker(port, kind) {
	while (!over) {
		const attack = new Attack(port, done[kind]);
		await kinds[kind](attack).catch(() => {}); // they are thrown out all the time
		attack.finish();
		await sleep(20 + Math.random() * 80);
	}
}

// Not all at once: the connections that wait to be accepted are few.
const staggered = [];

serve({
	async begin(port, numbers) {
		for (const [kind, n] of Object.entries(numbers)) {
			done[kind] = { opened: 0, sent: 0 };
			for (let i = 0; i < n; i++) {
				staggered.push(attacker(port, kind));
				if (i % 100 === 99)
					await sleep(5);
			}
		}
	},
	seen: () => done,
	end() {
		over = true;
		all.forEach((socket) => socket.destroy());
		setTimeout(() => process.exit(), 100);
		return done;
	},
});
