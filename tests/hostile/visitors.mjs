// A process of visitors, who come, press and leave over each transport and generation, by hand-made bytes and by the official
// clients. begin(port, n): n at any time; seen(): how many visits of each kind there were and the first errors; end(): after
// the visits that are under way.

import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

import { encode, decode, PATH, target } from '../integration/helpers/eio.mjs';
import { bytes } from '../integration/helpers/http.mjs';
import { within } from '../integration/helpers/wait.mjs';
import { frame, UPGRADE } from '../integration/helpers/ws.mjs';
import { ask, client, connect, Peer } from './helpers/peer.mjs';
import { serve } from './helpers/process.mjs';

const library = createRequire(new URL('../integration/', import.meta.url));

const click = (name) => `42["click",{"user":"${name}","comment":"on the way"}]`;

// Over a WebSocket, from the beginning.
async function byWebSocket(port, revision, name) {
	const peer = await client(port, { revision });
	for (let i = 0; i < 3; i++) {
		peer.send(click(name));
		await sleep(randomInt(100));
	}
	leave(peer);
	await peer.closed;
}

// With a close packet, a close frame, a FIN or a reset.
function leave({ socket }) {
	switch (randomInt(4)) {
	case 0: return socket.write(frame(1, '1'));
	case 1: return socket.write(frame(8, [3, 232]));
	case 2: return socket.end();
	default: return socket.resetAndDestroy();
	}
}

// A polling session: its path after the handshake and the connect.
async function session(port, revision) {
	const path = `${target(revision, 'polling')}${revision === 3 ? '&b64=1' : ''}`;
	const { text } = await ask(port, 'GET', path);
	const [hello] = decode(revision, text);
	const own = `${path}&sid=${JSON.parse(hello.slice(1)).sid}`;
	if (revision === 4)
		await ask(port, 'POST', own, { body: '40' });
	return own;
}

async function byPolling(port, revision, name) {
	const path = await session(port, revision);
	await ask(port, 'POST', path, { body: encode(revision, [click(name), click(name)]) });
	await ask(port, 'GET', path);
	if (randomInt(2)) { // with a goodbye
		await ask(port, 'POST', path, { body: encode(revision, ['1']) });
	} else if (randomInt(2)) { // a poll that is given up
		const signal = AbortSignal.timeout(randomInt(1, 100));
		await Promise.allSettled([ask(port, 'GET', path, { signal }), ask(port, 'GET', path, { signal })]);
	} // or without a word
}

async function byUpgrade(port, revision, name) {
	const path = await session(port, revision);
	const socket = await connect(port);
	const peer = new Peer(socket, (text, self) => {
		if (text === '3probe')
			self.send('5');
	});
	socket.write(bytes('GET', path.replace('polling', 'websocket'), UPGRADE));
	await peer.ready;
	peer.send('2probe');
	await sleep(randomInt(50));
	peer.send(click(name));
	await sleep(randomInt(100));
	leave(peer);
	await peer.closed;
}

// By an official client.
async function byLibrary(port, generation, transports, name) {
	const io = library(`sio-${generation}`);
	const socket = io(`http://127.0.0.1:${port}`, { path: PATH, transports, forceNew: true, reconnection: false });
	await within(new Promise((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject)), 'a connection');
	socket.emit('click', { user: name });
	await sleep(randomInt(200));
	socket.close();
}

const ways = [];
for (const revision of [3, 4])
	for (const [name, way] of Object.entries({ byWebSocket, byPolling, byUpgrade }))
		ways.push([`${name} ${revision}`, (port, who) => way(port, revision, who)]);
for (const generation of ['2.5.0', '3.1.3', '4.8.4'])
	for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']])
		ways.push([`${generation} by ${transports.join(' and ')}`, (port, who) => byLibrary(port, generation, transports, who)]);

const visits = Object.fromEntries(ways.map(([name]) => [name, 0]));
const errors = [], visitors = [];
let over = false, begun = 0;

// The first of them try each way once.
async function visitor(port, who) {
	while (!over) {
		const [name, way] = ways[begun < ways.length ? begun : randomInt(ways.length)];
		begun++;
		try {
			await way(port, who);
			visits[name]++;
		} catch (error) {
			errors.push(`${name}: ${error.stack}`);
		}
		await sleep(randomInt(100));
	}
}

const seen = () => ({ visits, errors: errors.slice(0, 5) });

serve({
	begin(port, n) {
		for (let i = 0; i < n; i++)
			visitors.push(visitor(port, `V${i}`));
	},
	seen,
	async end() {
		over = true;
		await Promise.all(visitors);
		return seen();
	},
});
