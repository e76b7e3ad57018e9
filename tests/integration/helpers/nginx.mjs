// A real nginx in front of a frustd.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';

import { scratch } from './frustd.mjs';
import { defer, within } from './wait.mjs';

export const UPGRADE = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;';
export const TELLS = 'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;';

// Somebody else may take a port that is only found free, so nginx gets sockets that listen already: it inherits them, as
// from one of its own that it takes over from.
async function listening() {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	return server;
}

class Nginx {
	// http: what its http block says of these ports, which are new ones with each start.
	constructor(dir, ports, http) {
		Object.assign(this, { dir, http, count: ports });
	}

	// Resolves when it serves.
	async start() {
		const sockets = await Promise.all(Array.from({ length: this.count }, listening));
		this.ports = sockets.map((socket) => socket.address().port);
		writeFileSync(join(this.dir, 'nginx.conf'), configuration(this.dir, this.http(...this.ports)));
		this.child = spawn('/usr/sbin/nginx', ['-p', this.dir, '-e', 'stderr', '-c', join(this.dir, 'nginx.conf')], {
			stdio: ['ignore', 'ignore', 'pipe', ...sockets.map((socket) => socket._handle.fd)],
			env: { ...process.env, NGINX: sockets.map((_, i) => `${i + 3};`).join('') },
		});
		sockets.forEach((socket) => socket.close());
		let said = '';
		this.child.stderr.on('data', (data) => { said += data; });
		this.over = new Promise((resolve, reject) => {
			this.child.on('error', reject);
			this.child.on('close', resolve);
		});
		await within((async () => {
			while (!existsSync(join(this.dir, 'pid'))) {
				assert.equal(this.child.exitCode, null, `nginx ended: ${said}`);
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
		})(), 'nginx to serve');
	}

	get port() {
		return this.ports[0];
	}

	get plain() {
		return this.ports[1];
	}

	async stop() {
		this.child.kill('SIGTERM');
		await within(this.over, 'nginx to end');
	}
}

const configuration = (dir, http) => `
daemon off; ${process.getuid() === 0 ? 'user root;' : ''} worker_processes 1; pid ${dir}/pid; error_log stderr warn;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path ${dir}/temp/b; proxy_temp_path ${dir}/temp/p; fastcgi_temp_path ${dir}/temp/f;
	uwsgi_temp_path ${dir}/temp/u; scgi_temp_path ${dir}/temp/s;
	${http}
}`;

async function nginxWith(t, ports, http) {
	const dir = scratch(t);
	mkdirSync(join(dir, 'temp'));
	const server = new Nginx(dir, ports, http);
	await server.start();
	defer(t, () => server.stop());
	return server;
}

// In front of that port, with these lines in its location; resolves with its own port.
export async function nginx(t, upstream, lines) {
	const server = await nginxWith(t, 1, (port) => `
	map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
	server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstream}; ${lines} } }`);
	return server.port;
}

// By the site file that is shipped, with TLS by a certificate of its own: { port, plain, cert, stop, start }. edit: turns
// the file's text into what the test needs.
export async function nginxSite(t, upstream, edit = (text) => text) {
	const dir = scratch(t);
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
		'-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')],
	{ stdio: 'ignore' });
	const changes = (port, plain) => [['listen 80;', `listen 127.0.0.1:${plain};`], ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
		['\tlisten [::]:80;\n', ''], ['\tlisten [::]:443 ssl http2;\n', ''],
		['127.0.0.1:8080', upstream], ['/etc/letsencrypt/live/frust.example.org/fullchain.pem', join(dir, 'cert.pem')],
		['/etc/letsencrypt/live/frust.example.org/privkey.pem', join(dir, 'key.pem')]];
	const shipped = readFileSync(new URL('../../../packaging/nginx/frust.conf', import.meta.url), 'utf8');
	const server = await nginxWith(t, 2, (...ports) => {
		let text = shipped;
		for (const [from, to] of changes(...ports)) {
			assert.ok(text.includes(from), `the site file has ${from}`);
			text = text.replace(from, to);
		}
		return edit(text.replaceAll('frust.example.org', 'localhost'));
	});
	server.cert = readFileSync(join(dir, 'cert.pem'));
	return server;
}
