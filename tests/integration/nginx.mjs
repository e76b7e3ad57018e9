// Behind a real nginx, as sites run it: both transports, the right origin and the right address.

import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';

import { client, GENERATIONS, TRANSPORTS } from './helpers/clients.mjs';
import { target } from './helpers/eio.mjs';
import { start } from './helpers/frustd.mjs';
import { bytes, connect, request } from './helpers/http.mjs';
import { nginx, TELLS, UPGRADE } from './helpers/nginx.mjs';
import { defer } from './helpers/wait.mjs';

for (const generation of [GENERATIONS[0], GENERATIONS.at(-1)]) {
	for (const [how, transports] of Object.entries(TRANSPORTS)) {
		test(`socket.io-client ${generation}, ${how}, through nginx`, async (t) => {
			const { port } = await start(t);
			const front = await nginx(t, port, UPGRADE + TELLS);
			const anna = await client(t, front, generation, transports);
			const berta = await client(t, front, generation, transports);
			if (transports.length > 1)
				await anna.upgraded();
			assert.equal((await anna.ask('click', { user: 'Anna', comment: 'hi' })).ok, true);
			assert.equal((await berta.count('click', 1))[0].comment, 'hi');
		});
	}
}

const TLS = `${UPGRADE}${TELLS} proxy_set_header X-Forwarded-Proto https; proxy_set_header X-Forwarded-Host site.example;`;

test('the site is what nginx says it is', async (t) => {
	const { port } = await start(t);
	const front = await nginx(t, port, TLS);
	const get = (Origin) => request(t, front, 'GET', target(4, 'polling'), { Origin });
	assert.equal((await get('https://site.example')).status, 200);
	assert.equal((await get('http://site.example')).status, 403);
	assert.equal((await get(`http://127.0.0.1:${front}`)).status, 403);
});

test('the log has the client\'s address, not nginx\'s', async (t) => {
	const server = await start(t);
	const front = await nginx(t, server.port, UPGRADE + TELLS);
	const socket = net.connect({ port: front, host: '127.0.0.1', localAddress: '127.0.0.9' });
	defer(t, () => socket.destroy());
	socket.write(bytes('GET', target(4, 'polling'), { Origin: 'http://elsewhere.example' }));
	await server.stderr.until((lines) => lines.find((line) => line.includes('origin refused')), 'the refusal');
	const line = server.stderr.items.find((text) => text.includes('origin refused'));
	assert.match(line, /warn: 127\.0\.0\.9: origin refused: http:\/\/elsewhere\.example, expected http:\/\/127\.0\.0\.1$/);
});

test('an address that a client far away made up is not believed', async (t) => {
	// The nginx's own network is no proxy of ours but this machine's: what it appended is the last word.
	const server = await start(t);
	const front = await nginx(t, server.port, `${UPGRADE} proxy_set_header Host $http_host;`
		+ ' proxy_set_header X-Forwarded-For "$http_x_forwarded_for, 198.51.100.1";');
	await request(t, front, 'GET', target(4, 'polling'), { Origin: 'http://elsewhere.example', 'X-Forwarded-For': '203.0.113.7' });
	const line = await server.stderr.until((lines) => lines.find((text) => text.includes('origin refused')), 'the refusal');
	assert.match(line, /warn: 198\.51\.100\.1: /);
});

test('an nginx that drops Upgrade is told so', async (t) => {
	const server = await start(t);
	const front = await nginx(t, server.port, TELLS);
	const wire = await connect(t, front);
	wire.send(bytes('GET', target(4, 'websocket'), {
		Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
	}));
	const answer = await wire.response();
	assert.deepEqual([answer.status, JSON.parse(answer.text).code], [400, 3]);
	await server.stderr.until((lines) => lines.find((line) => line.includes('does the proxy pass Upgrade on?')), 'the hint');
});

test('cross-origin pages that are allowed are told so through nginx', async (t) => {
	const { port } = await start(t, { args: ['--cors-origin', 'https://friend.example'] });
	const front = await nginx(t, port, UPGRADE + TELLS);
	const { status, headers } = await request(t, front, 'GET', '/api/current_stats', { Origin: 'https://friend.example' });
	assert.equal(status, 200);
	assert.equal(headers['access-control-allow-origin'], 'https://friend.example');
	const preflight = await request(t, front, 'OPTIONS', target(4, 'polling'), {
		Origin: 'https://friend.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type',
	});
	assert.equal(preflight.status, 204);
	assert.equal(preflight.headers['access-control-allow-headers'], 'content-type');
});
