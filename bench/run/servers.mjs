// Starts the servers that are compared, one at a time, each pinned to the first core with a scratch
// folder of its own; what puts load on them is pinned to the second.

import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const BUILD = 'build/release';
export const OUT = 'build/bench';
const START_MS = 30_000;

export const pinned = (core, program, args) => ['taskset', ['-c', String(core), program, ...args]];

// frustd's limits are for real use, with clients of their own addresses; here one address does it all.
// One loop, as everybody else here has it.
const NO_LIMITS = ['click-rate', 'address-click-rate', 'feed-rate', 'packet-rate', 'address-rate',
	'address-connections-max'].flatMap((name) => [`--${name}`, '0']);

// The files that the HTTP rows serve, made by fixture() in http.mjs.
export const files = { body: join(OUT, 'files/latest_clicks'), gzip: join(OUT, 'files/latest_clicks.gz') };

const freePort = () => new Promise((resolve) => {
	const server = createServer().listen(0, '127.0.0.1', () => {
		const { port } = server.address();
		server.close(() => resolve(port));
	});
});

// nginx can neither take a free port nor say where it listens.
async function nginx(dir) {
	const port = await freePort();
	const words = { DIR: dir, FILES: join(process.cwd(), OUT, 'files'), PORT: port };
	const text = readFileSync('bench/peers/nginx.conf', 'utf8').replace(/@(\w+)@/g, (_, word) => words[word]);
	writeFileSync(join(dir, 'nginx.conf'), text);
	return ['/usr/sbin/nginx', ['-c', join(dir, 'nginx.conf'), '-e', 'stderr'], port];
}

const frustd = (dir, args) => [`${BUILD}/frustd/frustd`, ['--db', join(dir, 'db.sqlite'), '--port', '0',
	'--threads', '1', ...NO_LIMITS, ...args]];
const node = (dir, args) => [process.execPath, [`${OUT}/peers/node/server.mjs`, join(dir, 'db.sqlite'), ...args]];
const python = (dir, args) => ['/usr/bin/python3', ['bench/peers/python/server.py', join(dir, 'db.sqlite'), ...args]];
const floor = (_dir, args) => [`${BUILD}/bench/floor`, args];

// What each name stands for: (dir) → [program, args, its port if it does not tell, its cores if not the first].
export const kinds = {
	frustd: (dir) => frustd(dir, []),
	'frustd, both cores': (dir) => [...frustd(dir, []), undefined, '0,1'],
	'frustd, two threads': (dir) => [...frustd(dir, ['--threads', '2']), undefined, '0,1'],
	'frustd, no gathering': (dir) => frustd(dir, ['--gather', '0']),
	floor: (dir) => floor(dir, []),
	'floor with files': (dir) => floor(dir, [files.body, files.gzip]),
	'floor, a write a frame': (dir) => floor(dir, ['--frame']),
	node: (dir) => node(dir, []),
	'node, status each': (dir) => node(dir, ['--status', 'each']),
	'node, grouped': (dir) => node(dir, ['--commit', 'grouped']),
	python: (dir) => python(dir, []),
	'python, rollback journal': (dir) => python(dir, ['delete']),
	nginx,
};

// --- processes ---

const read = (path) => {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
};

const children = (pid) => read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);

// CPU seconds of a process, its threads and its children so far.
export function cpuOf(pid) {
	let ns = 0;
	for (const task of readdirSync(`/proc/${pid}/task`))
		ns += Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0] || 0);
	return ns / 1e9 + children(pid).map(cpuOf).reduce((a, b) => a + b, 0);
}

class Server {
	log = []; // of its standard error

	constructor({ db, dir } = {}) {
		mkdirSync(OUT, { recursive: true });
		this.scratch = dir ? null : mkdtempSync(join(process.cwd(), OUT, 'run-'));
		this.dir = dir ?? this.scratch;
		if (db)
			copyFileSync(db, join(this.dir, 'db.sqlite'));
	}

	async start(kind) {
		const [program, args, port, cores = 0] = await kinds[kind](this.dir);
		this.port = port;
		this.startedAt = performance.now();
		this.child = spawn(...pinned(cores, program, args), { stdio: ['ignore', 'ignore', 'pipe'] });
		this.pid = this.child.pid;
		this.over = new Promise((resolve) => this.child.on('close', resolve));
		return this.listening();
	}

	// Until it says where it listens.
	listening() {
		return new Promise((resolve, reject) => {
			const late = setTimeout(() => reject(new Error(`no server:\n${this.log.join('\n')}`)), START_MS);
			this.over.then(() => reject(new Error(`the server ended:\n${this.log.join('\n')}`)));
			createInterface({ input: this.child.stderr }).on('line', (line) => {
				this.log.push(line);
				const found = line.match(/listening on http:\/\/127\.0\.0\.1:(\d+)|start worker processes/);
				if (!found)
					return;
				clearTimeout(late);
				this.startMs = performance.now() - this.startedAt;
				this.port ??= Number(found[1]);
				resolve(this);
			});
		});
	}

	async stop() {
		this.child.kill('SIGTERM');
		const kill = setTimeout(() => this.child.kill('SIGKILL'), 5000);
		await this.over;
		clearTimeout(kill);
		if (this.scratch)
			rmSync(this.scratch, { recursive: true });
	}
}

// A running server of that kind for fn, stopped after it. db: a database to begin with (a copy);
// dir: a folder to stay in.
export async function withServer(kind, options, fn) {
	const server = new Server(options);
	try {
		return await fn(await server.start(kind));
	} finally {
		await server.stop();
	}
}

// The standard output of a program on the second core.
export function onSecond(program, args) {
	return new Promise((resolve, reject) => {
		const child = spawn(...pinned(1, program, args), { stdio: ['ignore', 'pipe', 'pipe'] });
		let out = '', err = '';
		child.stdout.on('data', (data) => { out += data; });
		child.stderr.on('data', (data) => { err += data; });
		child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${program}: ${err.trim()}`))));
	});
}

// bench/load's figures against the server.
export async function load(server, options) {
	const args = Object.entries({ port: server.port, pid: server.pid, ...options })
		.flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]));
	return JSON.parse(await onSecond(`${BUILD}/bench/load`, args));
}
