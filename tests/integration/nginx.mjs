// Behind a real nginx, as sites run it: both transports, the right origin and the right address.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import test from 'node:test';

import { client, GENERATIONS, TRANSPORTS } from './helpers/clients.mjs';
import { target } from './helpers/eio.mjs';
import { scratch, start } from './helpers/frustd.mjs';
import { bytes, connect, request } from './helpers/http.mjs';
import { defer, within } from './helpers/wait.mjs';

const UPGRADE = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;';
const TELLS = 'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;';

function freePort() {
	return new Promise((resolve, reject) => {
		const server = net.createServer().on('error', reject).listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

// An nginx in front of that port, with these lines in its location; resolves with its own port.
async function nginx(t, upstream, lines) {
	const dir = scratch(t);
	const port = await freePort();
	mkdirSync(join(dir, 'temp'));
	writeFileSync(join(dir, 'nginx.conf'), `
daemon off; worker_processes 1; pid ${dir}/pid; error_log stderr warn;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path ${dir}/temp/b; proxy_temp_path ${dir}/temp/p; fastcgi_temp_path ${dir}/temp/f;
	uwsgi_temp_path ${dir}/temp/u; scgi_temp_path ${dir}/temp/s;
	map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
	server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstream}; ${lines} } }
}`);
	const child = spawn('/usr/sbin/nginx', ['-p', dir, '-e', 'stderr', '-c', join(dir, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
	let said = '';
	child.stderr.on('data', (data) => { said += data; });
	const over = new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', resolve);
	});
	defer(t, async () => {
		child.kill('SIGTERM');
		await within(over, 'nginx to end');
	});
	const up = (async () => {
		for (;;) {
			try {
				return (await request(t, port, 'GET', '/api')).status;
			} catch (error) {
				if (child.exitCode !== null)
					throw new Error(`nginx ended: ${said}`);
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
		}
	})();
	assert.equal(await within(up, 'nginx to serve'), 200);
	return port;
}

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
