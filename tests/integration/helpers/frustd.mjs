// Starts and stops a frustd of the test's own, on a free port with a scratch database.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { defer, Inbox, within } from './wait.mjs';

export const { FRUSTD, FRUSTCTL } = process.env;
assert.ok(FRUSTD && FRUSTCTL, 'FRUSTD and FRUSTCTL name the programs to test');

// A folder that is gone after the test.
export function scratch(t) {
	const dir = mkdtempSync(join(tmpdir(), 'frust-test-'));
	defer(t, () => rmSync(dir, { recursive: true, force: true }));
	return dir;
}

class Frustd {
	stderr = new Inbox(); // lines

	constructor(args, { by = [], program: frustd = FRUSTD, fds = [], ...options }) {
		const [program, ...rest] = [...by, frustd, ...args];
		this.child = spawn(program, rest, { ...options, stdio: ['ignore', 'ignore', 'pipe', ...fds] });
		let last = '';
		this.child.stderr.setEncoding('utf8').on('data', (text) => {
			const lines = (last + text).split('\n');
			last = lines.pop();
			lines.forEach((line) => this.stderr.put(line));
		});
		this.over = new Promise((resolve, reject) => {
			this.child.on('error', reject);
			this.child.on('close', (code, signal) => {
				if (last)
					this.stderr.put(last);
				this.exit = { code, signal };
				this.stderr.put('(ended)');
				resolve(this.exit);
			});
		});
	}

	log() {
		return this.stderr.items.join('\n');
	}

	// The ports of the first n listeners, in the order of their lines.
	async ports(n = 1) {
		const found = await this.stderr.until((lines) => {
			assert.ok(!this.exit, `frustd ended at once:\n${this.log()}`);
			const all = lines.map((line) => line.match(/listening on http:\/\/\S*?:(\d+)"?}?$/));
			const matched = all.filter(Boolean);
			return matched.length >= n && matched;
		}, `${n} listening line(s) of frustd`);
		return found.map((match) => Number(match[1]));
	}

	kill(signal) {
		this.child.kill(signal);
		return within(this.over, `frustd's end after ${signal}`);
	}

	// A polite end: exit code 0 and nothing that a sanitizer would say.
	async stop() {
		if (this.exit)
			return;
		const { code, signal } = await this.kill('SIGTERM').catch((error) => {
			this.child.kill('SIGKILL');
			throw error;
		});
		assert.equal(code ?? signal, 0, `frustd's exit code; its log:\n${this.log()}`);
	}
}

// By this option a file's servers have begun at the last ten in the morning: neither hour nor day turn in a test that does
// not want them to, and nothing is of a time that is yet to come.
const begun = Math.floor(Date.now() / 1000), ten = begun - begun % 86400 + 36000;
const MORNING = ['--clock-shift', String((ten > begun ? ten - 86400 : ten) - begun)];

// A running frustd: { port, db, child, stderr, kill, stop }. It is stopped after the test. Its clock says morning, unless
// args have it otherwise. db null: args name all. by: a command that becomes it, for example ['prlimit', '--nofile=64'].
export async function start(t, { db, args = [], ...options } = {}) {
	const named = db === null ? [] : ['--db', db ??= join(scratch(t), 'db.sqlite'), '--listen', '127.0.0.1:0', ...MORNING];
	const server = new Frustd([...named, ...args], options);
	defer(t, () => server.stop());
	[server.port] = await server.ports();
	server.db = db;
	return server;
}

// Runs a program to its end: { code, stdout, stderr }.
async function run(program, args, options) {
	try {
		const done = await promisify(execFile)(program, args, { timeout: 30_000, ...options });
		return { code: 0, ...done };
	} catch (error) {
		if (error.stdout === undefined || error.killed)
			throw error;
		return { code: error.code ?? error.signal, stdout: error.stdout, stderr: error.stderr };
	}
}

export const frustd = (args, { program = FRUSTD, ...options } = {}) => run(program, args, options);
export const frustctl = (args, options) => run(FRUSTCTL, args, options);

// The rows of a query, as objects.
export async function rows(db, sql) {
	const { stdout } = await promisify(execFile)('sqlite3', ['-json', '-cmd', '.timeout 10000', db, sql], {
		maxBuffer: 1 << 28,
	});
	return stdout.trim() ? JSON.parse(stdout) : [];
}
