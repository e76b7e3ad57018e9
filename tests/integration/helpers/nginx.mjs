// A real nginx in front of a frustd.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';

import { scratch } from './frustd.mjs';
import { defer, within } from './wait.mjs';

export const UPGRADE = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;';
export const TELLS = 'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;';

export function freePort() {
	return new Promise((resolve, reject) => {
		const server = net.createServer().on('error', reject).listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

const listens = (port) => new Promise((resolve) => {
	const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
	socket.on('error', () => resolve(false));
});

class Nginx {
	constructor(dir, port) {
		this.dir = dir;
		this.port = port;
	}

	// Resolves when it serves.
	async start() {
		this.child = spawn('/usr/sbin/nginx', ['-p', this.dir, '-e', 'stderr', '-c', join(this.dir, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
		let said = '';
		this.child.stderr.on('data', (data) => { said += data; });
		this.over = new Promise((resolve, reject) => {
			this.child.on('error', reject);
			this.child.on('close', resolve);
		});
		await within((async () => {
			while (!await listens(this.port)) {
				assert.equal(this.child.exitCode, null, `nginx ended: ${said}`);
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
		})(), 'nginx to serve');
	}

	async stop() {
		this.child.kill('SIGTERM');
		await within(this.over, 'nginx to end');
	}
}

// Serves what `http` (lines of its http block) says, which listens on that port.
export async function nginxWith(t, port, http) {
	const dir = scratch(t);
	mkdirSync(join(dir, 'temp'));
	writeFileSync(join(dir, 'nginx.conf'), `
daemon off; ${process.getuid() === 0 ? 'user root;' : ''} worker_processes 1; pid ${dir}/pid; error_log stderr warn;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path ${dir}/temp/b; proxy_temp_path ${dir}/temp/p; fastcgi_temp_path ${dir}/temp/f;
	uwsgi_temp_path ${dir}/temp/u; scgi_temp_path ${dir}/temp/s;
	${http}
}`);
	const server = new Nginx(dir, port);
	await server.start();
	defer(t, () => server.stop());
	return server;
}

// In front of that port, with these lines in its location; resolves with its own port.
export async function nginx(t, upstream, lines) {
	const port = await freePort();
	await nginxWith(t, port, `
	map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
	server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstream}; ${lines} } }`);
	return port;
}

// By the site file that is shipped, with TLS by a certificate of its own: { port, cert, stop, start }. edit: turns the
// file's text into what the test needs.
export async function nginxSite(t, upstream, edit = (text) => text) {
	const dir = scratch(t);
	const [port, plain] = [await freePort(), await freePort()];
	execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
		'-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')],
	{ stdio: 'ignore' });
	const changes = [['listen 80;', `listen 127.0.0.1:${plain};`], ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
		['\tlisten [::]:80;\n', ''], ['\tlisten [::]:443 ssl http2;\n', ''],
		['127.0.0.1:8080', upstream], ['/etc/letsencrypt/live/frust.example.org/fullchain.pem', join(dir, 'cert.pem')],
		['/etc/letsencrypt/live/frust.example.org/privkey.pem', join(dir, 'key.pem')]];
	let text = readFileSync(new URL('../../../packaging/nginx/frust.conf', import.meta.url), 'utf8');
	for (const [from, to] of changes) {
		assert.ok(text.includes(from), `the site file has ${from}`);
		text = text.replace(from, to);
	}
	const server = await nginxWith(t, port, edit(text.replaceAll('frust.example.org', 'localhost')));
	server.cert = readFileSync(join(dir, 'cert.pem'));
	server.plain = plain;
	return server;
}
