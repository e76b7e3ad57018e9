// The site as it is meant to be deployed: packaging/nginx/frust.conf, TLS, and frustd behind it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import net from 'node:net';
import test from 'node:test';

import { client, GENERATIONS, TRANSPORTS } from './helpers/clients.mjs';
import { target } from './helpers/eio.mjs';
import { start } from './helpers/frustd.mjs';
import { getJson, request } from './helpers/http.mjs';
import { nginxSite } from './helpers/nginx.mjs';
import { defer, within } from './helpers/wait.mjs';

const site = ({ port }) => `https://localhost:${port}`;
const trusting = ({ cert }) => ({ ca: cert, rejectUnauthorized: true });

// Over TLS: { status, headers, text }.
function ask(front, method, path, headers = {}) {
	return within(new Promise((resolve, reject) => {
		https.request(`${site(front)}${path}`, { method, headers, agent: false, ...trusting(front) }, (answer) => {
			let text = '';
			answer.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
		}).on('error', reject).end();
	}), `${method} ${path}`);
}

for (const generation of [GENERATIONS[0], GENERATIONS.at(-1)])
	for (const [how, transports] of Object.entries(TRANSPORTS))
		test(`socket.io-client ${generation}, ${how}, over TLS`, async (t) => {
			const { port } = await start(t);
			const front = await nginxSite(t, `127.0.0.1:${port}`);
			const more = { url: site(front), ...trusting(front), extraHeaders: { Origin: site(front) } };
			const anna = await client(t, 0, generation, transports, more);
			if (transports.length > 1)
				await anna.upgraded();
			assert.equal((await anna.ask('click', { user: 'Anna' })).ok, true);
			assert.equal((await anna.count('click', 1))[0].user, 'Anna');
		});

test('pages of the site may connect, those of others only when allowed', async (t) => {
	const { port } = await start(t, { args: ['--cors-origin', 'https://friend.example'] });
	const front = await nginxSite(t, `127.0.0.1:${port}`);
	const handshake = (Origin) => ask(front, 'GET', target(4, 'polling'), { Origin });
	assert.equal((await handshake(site(front))).status, 200);
	assert.equal((await handshake(site(front).replace('https', 'http'))).status, 403);
	assert.equal((await handshake('https://elsewhere.example')).status, 403);
	const friend = await handshake('https://friend.example');
	assert.deepEqual([friend.status, friend.headers['access-control-allow-origin']], [200, 'https://friend.example']);
	const preflight = await ask(front, 'OPTIONS', target(4, 'polling'), { Origin: 'https://friend.example', 'Access-Control-Request-Method': 'POST' });
	assert.deepEqual([preflight.status, preflight.headers['access-control-allow-origin']], [204, 'https://friend.example']);
});

test('frustd knows who asks; /metrics stays inside; plain HTTP is sent to TLS', async (t) => {
	const { port } = await start(t);
	const front = await nginxSite(t, `127.0.0.1:${port}`);
	assert.deepEqual(JSON.parse((await ask(front, 'GET', '/api/client')).text),
		{ address: '127.0.0.1', scheme: 'https', host: `localhost:${front.port}`, forwarded_for: '127.0.0.1' });
	assert.equal((await ask(front, 'GET', '/metrics')).status, 404);
	assert.equal((await request(t, port, 'GET', '/metrics')).status, 200);
	const moved = await request(t, front.plain, 'GET', '/api');
	assert.deepEqual([moved.status, moved.headers.location], [301, 'https://127.0.0.1/api']);
});

// A place that stays while what is behind it is started anew at a port of its own.
async function between(t, behind) {
	const place = { behind, accepted: 0 };
	const server = net.createServer((socket) => {
		place.accepted++;
		const on = net.connect(place.behind.port, '127.0.0.1');
		socket.pipe(on).pipe(socket);
		socket.on('error', () => on.destroy());
		on.on('error', () => socket.destroy());
		defer(t, () => [socket, on].forEach((end) => end.destroy()));
	}).listen(0, '127.0.0.1');
	defer(t, () => server.close());
	await once(server, 'listening');
	return Object.assign(place, { port: server.address().port });
}

test('nginx keeps its connections to frustd', async (t) => {
	const place = await between(t, await start(t));
	const front = await nginxSite(t, `127.0.0.1:${place.port}`);
	for (let i = 0; i < 20; i++)
		assert.equal((await ask(front, 'GET', '/api/current_stats')).status, 200);
	assert.ok(place.accepted >= 1 && place.accepted <= 4, `${place.accepted} connections for 20 requests`);
});

test('clients come back after nginx was started anew, and after frustd was', async (t) => {
	const first = await start(t);
	const inside = await between(t, first);
	const front = await nginxSite(t, `127.0.0.1:${inside.port}`);
	const outside = await between(t, front);
	const more = { url: site(outside), ...trusting(front), reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200 };
	const anna = await client(t, 0, '4.8.4', ['websocket'], more);
	const back = () => within(new Promise((resolve) => anna.socket.once('connect', resolve)), 'the client to come back');
	assert.equal((await anna.ask('click', { user: 'Anna' })).ok, true);

	let again = back();
	await front.stop();
	await front.start();
	await again;
	assert.equal((await anna.ask('click', { user: 'Anna' })).ok, true);

	again = back();
	await first.stop();
	inside.behind = await start(t, { db: first.db });
	await again;
	assert.equal((await anna.ask('click', { user: 'Anna' })).ok, true);
	assert.equal((await getJson(t, inside.port, '/api/current_stats')).click_count_total, 3);
});
