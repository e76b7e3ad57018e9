// Rows over a database of ten million clicks, made once and kept in build/bench/big.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

import { BUILD, load, OUT, withServer } from './servers.mjs';

const ROWS = 10_000_000;
const dir = join(OUT, 'big');
const db = join(dir, 'db.sqlite');

function make() {
	if (existsSync(db))
		return;
	mkdirSync(dir, { recursive: true });
	console.error(`bench: making a database of ${ROWS} clicks`);
	execFileSync('bench/make_db', [String(ROWS), `${db}.new`],
		{ env: { ...process.env, FRUSTCTL: `${BUILD}/frustctl/frustctl` }, stdio: 'inherit' });
	renameSync(`${db}.new`, db);
}

export const big = (options) => (kind) => {
	make();
	return withServer(kind, { dir }, (server) => load(server, options));
};

// From exec to the line that says where it listens; it is not the first opening.
export const startUp = () => async (kind) => {
	make();
	await withServer(kind, { dir }, () => {});
	return withServer(kind, { dir }, (server) => ({ start_ms: server.startMs }));
};
