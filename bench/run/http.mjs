// HTTP rows: wrk asks, 32 connections at once, for two seconds.

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';

import { cpuOf, files, load, onSecond, OUT, withServer } from './servers.mjs';

const CLICKS = 10_000;
const db = join(OUT, 'files/db.sqlite');

const fetch = (server, path, headers) => new Promise((resolve, reject) => {
	get({ port: server.port, path, headers }, (response) => {
		const parts = [];
		response.on('data', (part) => parts.push(part));
		response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(parts) }));
	}).on('error', reject);
});

// A database of 10 000 clicks of today, and frustd's answers from it as files. Once a run.
let made = false;
async function fixture() {
	if (made)
		return;
	rmSync(join(OUT, 'files'), { recursive: true, force: true });
	mkdirSync(join(OUT, 'files'), { recursive: true });
	await withServer('frustd', { dir: join(OUT, 'files') }, async (server) => {
		await load(server, { clients: 1, window: 256, clicks: CLICKS, warmup: 1 });
		writeFileSync(files.body, (await fetch(server, '/api/latest_clicks', {})).body);
		writeFileSync(files.gzip, (await fetch(server, '/api/latest_clicks', { 'Accept-Encoding': 'gzip' })).body);
	});
	if (!existsSync(db))
		throw new Error('no database was left');
	made = true;
}

async function wrk(server, path, headers) {
	const args = ['-t1', '-c32', '-d2s', ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])];
	const before = cpuOf(server.pid);
	const out = await onSecond('wrk', [...args, `http://127.0.0.1:${server.port}${path}`]);
	const cpu = cpuOf(server.pid) - before;
	const requests = Number(out.match(/(\d+) requests in/)[1]);
	if (/Non-2xx or 3xx/.test(out) || requests === 0)
		throw new Error(out);
	return { cpu_us_per_request: cpu * 1e6 / requests, requests_per_s: Number(out.match(/Requests\/sec:\s+([\d.]+)/)[1]) };
}

// Measures a side: (kind) → figures. etag: asks with If-None-Match, which gets a 304.
export const http = (path, { etag, ...headers }) => async (kind) => {
	await fixture();
	return withServer(kind, { db }, async (server) => {
		const first = await fetch(server, path, headers);
		if (etag)
			headers['If-None-Match'] = first.headers.etag ?? '"none"';
		return wrk(server, path, headers);
	});
};
