// Speaks to the library that lets a server's calls to the system fail (shim.h).

import assert from 'node:assert/strict';
import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

import { scratch } from '../../integration/helpers/frustd.mjs';
import { defer } from '../../integration/helpers/wait.mjs';

const { FAULTS } = process.env;
assert.ok(FAULTS, 'FAULTS names the library to load before a server');

// In the order of shim.h.
const KINDS = ['none', 'open', 'write', 'sync', 'truncate', 'read', 'lock', 'map', 'stat', 'unlink', 'malloc'];
const HOWS = ['fail', 'short', 'die', 'slow'];
const FIELDS = ['kind', 'before', 'times', 'error', 'how', 'failed', 'clock', 'lazy'];
const UNDER = 8 * FIELDS.length;

export const FOREVER = 2 ** 50;
export const LONG = Boolean(process.env.FRUST_LONG);

// One for each server: `env` is what the server is started with.
export class Shim {
	#file;

	constructor(t) {
		const path = join(scratch(t), 'faults');
		writeFileSync(path, Buffer.alloc(4096));
		this.#file = openSync(path, 'r+');
		defer(t, () => closeSync(this.#file));
		const asan = [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0'].filter(Boolean).join(':');
		this.env = { ...process.env, LD_PRELOAD: FAULTS, FRUST_FAULTS: path, ASAN_OPTIONS: asan };
	}

	#set(field, value) {
		const bytes = Buffer.alloc(8);
		bytes.writeBigInt64LE(BigInt(value));
		writeSync(this.#file, bytes, 0, 8, 8 * FIELDS.indexOf(field));
	}

	// Calls of that kind fail: after `before` of them, so many times.
	arm(kind, { before = 0, times = FOREVER, error = 'EIO', how = 'fail' } = {}) {
		assert.ok(KINDS.includes(kind) && HOWS.includes(how));
		this.disarm();
		const code = constants.errno[error];
		for (const [field, value] of Object.entries({ before, times, error: code, how: HOWS.indexOf(how), failed: 0 }))
			this.#set(field, value);
		this.#set('kind', KINDS.indexOf(kind));
	}

	disarm() {
		this.#set('kind', 0);
	}

	// How many calls have failed since it was armed.
	get failed() {
		const bytes = Buffer.alloc(8);
		readSync(this.#file, bytes, 0, 8, 8 * FIELDS.indexOf('failed'));
		return Number(bytes.readBigInt64LE());
	}

	// Milliseconds that the server's wall clock goes before the machine's.
	set clock(ms) {
		this.#set('clock', Math.round(ms));
	}

	// Syncing costs nothing: for servers that are only killed.
	lazy() {
		this.#set('lazy', 1);
		return this;
	}

	// Only paths that begin with it fail to open and the like.
	under(folder) {
		writeSync(this.#file, Buffer.from(`${folder}/\0`), 0, folder.length + 2, UNDER);
		return this;
	}
}
