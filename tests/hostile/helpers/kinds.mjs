// The kinds of attackers: what one connection does from its beginning to its end. They are begun again and again.

import { randomBytes, randomInt } from 'node:crypto';

import { target } from '../../integration/helpers/eio.mjs';
import { bytes } from '../../integration/helpers/http.mjs';
import { frame } from '../../integration/helpers/ws.mjs';

const repeat = (times, make) => Buffer.concat(Array.from({ length: times }, (_, i) => make(i)));
const text = (payload) => frame(1, payload);
const some = (...choices) => choices[randomInt(choices.length)];

const REQUEST = bytes('GET', '/api/current_stats');
const ANSWERS = repeat(250, () => bytes('GET', '/api/latest_clicks'));
const HUGE_HEAD = Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]);
const MEGABYTE = text(`42["nothing","${'x'.repeat(999_900)}"]`);
const FRAGMENTS = Buffer.concat([frame(1, '42["', { fin: false }), repeat(5000, () => frame(0, 'x', { fin: false }))]);
const PINGS = repeat(500, () => frame(9, 'x'.repeat(125)));
const OLD_PINGS = repeat(500, () => text(`2${'x'.repeat(100)}`));
const ACKS = repeat(1000, (i) => text(`42${i}["nothing"]`));
const NAMESPACES = repeat(1000, (i) => text(`40/nowhere${i},`));
const ARGUMENTS = text(`42["click"${',0'.repeat(200_000)}]`);
const DEEP = text(`42["click",${'['.repeat(400_000)}`);
const NESTED = text(`42["click",${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}]`);
const GARBAGE = randomBytes(65536);

const sid = () => randomBytes(15).toString('base64url');

export const kinds = {
	// Kept alive after a request, or a session that joins nothing.
	'idle': async (attack) => {
		if (randomInt(2)) {
			const socket = await attack.open();
			socket.write(REQUEST);
			await attack.closed(socket);
		} else {
			await attack.closed((await attack.client({ joins: false })).socket);
		}
	},
	'slow headers': async (attack) => {
		const socket = await attack.open();
		await attack.drip(socket, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
	},
	'slow bodies': async (attack) => {
		const socket = await attack.open();
		socket.write(`POST ${await attack.session()} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n`);
		await attack.drip(socket, 'x'.repeat(900_000));
	},
	'half-open': async (attack) => {
		if (randomInt(2)) {
			const socket = await attack.open();
			socket.end(some('', 'GET / HTT', REQUEST));
			await attack.ended(socket);
		} else {
			await attack.ended((await attack.client({ deaf: true })).socket);
		}
	},
	'never reading': async (attack) => {
		const socket = await attack.open();
		socket.pause();
		await attack.flood(socket, ANSWERS);
	},
	'greedy': async (attack) => {
		const socket = await attack.open();
		await attack.flood(socket, ANSWERS);
	},
	'huge frames': async (attack) => {
		const { socket } = await attack.client();
		const first = some(Buffer.alloc(0), HUGE_HEAD, FRAGMENTS);
		socket.write(first);
		await attack.flood(socket, first.length ? GARBAGE : MEGABYTE);
	},
	'fragments': async (attack) => {
		const { socket } = await attack.client();
		await attack.flood(socket, FRAGMENTS.subarray(FRAGMENTS.length % 7));
	},
	'pings': async (attack) => {
		const { socket } = await attack.client({ deaf: true });
		socket.pause();
		await attack.flood(socket, PINGS);
	},
	'old pings': async (attack) => {
		const { socket } = await attack.client({ revision: 3, deaf: true });
		if (randomInt(2))
			socket.pause();
		await attack.flood(socket, OLD_PINGS);
	},
	'acks': async (attack) => {
		const { socket } = await attack.client();
		if (randomInt(2))
			socket.pause();
		await attack.flood(socket, ACKS);
	},
	'namespaces': async (attack) => {
		const { socket } = await attack.client();
		if (randomInt(2))
			socket.pause();
		await attack.flood(socket, NAMESPACES);
	},
	'many arguments': async (attack) => {
		const { socket } = await attack.client();
		await attack.flood(socket, ARGUMENTS);
	},
	'deep JSON': async (attack) => {
		const { socket } = await attack.client();
		await attack.flood(socket, some(DEEP, NESTED));
	},
	'garbage': async (attack) => {
		const socket = randomInt(2) ? await attack.open() : (await attack.client()).socket;
		await attack.flood(socket, GARBAGE.subarray(randomInt(1000)));
	},
	'guessing': async (attack) => {
		const socket = await attack.open();
		await attack.flood(socket, repeat(50, () => bytes(some('GET', 'POST'),
			target(some(3, 4), some('polling', 'websocket'), `&sid=${sid()}`))));
	},
	'aborted polls': async (attack) => {
		const path = await attack.session();
		for (let i = 0; i < 2; i++) {
			const socket = await attack.open();
			socket.write(bytes('GET', path));
			await attack.pause(randomInt(100));
			socket.destroy();
		}
	},
	'aborted upgrades': async (attack) => {
		const path = await attack.session();
		const { socket } = await attack.webSocket(path.replace('polling', 'websocket'));
		socket.write(text('2probe'));
		const poll = await attack.open();
		poll.write(bytes('GET', path));
		await attack.pause(randomInt(100));
		if (randomInt(2))
			socket.destroy();
		else
			await attack.ended(socket);
	},
};
