// Runs the real frustctl: as a script would, and on a terminal, as a person would.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { scratch } from '../../integration/helpers/frustd.mjs';
import { database as pythonDatabase, sqlite, SMALL_SITE } from '../../integration/helpers/site.mjs';
import { within } from '../../integration/helpers/wait.mjs';

export { scratch } from '../../integration/helpers/frustd.mjs';
export { NOW, seconds, sqlite } from '../../integration/helpers/site.mjs';

const { FRUSTCTL } = process.env;
assert.ok(FRUSTCTL, 'FRUSTCTL names the program to test');

const ENV = { ...process.env, TERM: 'xterm', NO_COLOR: '', FRUST_DB: '', LC_ALL: 'C' };

// last: its input ends when its output matches.
async function run(program, args, { input = '', last, env, ...options } = {}) {
	const child = spawn(program, args, { ...options, env: { ...ENV, ...env }, stdio: 'pipe' });
	const output = { stdout: '', stderr: '' };
	for (const stream of ['stdout', 'stderr'])
		child[stream].setEncoding('utf8').on('data', (text) => {
			output[stream] += text;
			if (last?.test(output.stdout))
				child.stdin.end();
		});
	child.stdin.on('error', () => {}).write(input); // who does not read it may be gone
	if (!last)
		child.stdin.end();
	const over = new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code, signal) => resolve({ code: code ?? signal, ...output }));
	});
	return within(over, `frustctl ${args.join(' ')}`);
}

// Its standard input is no terminal. { code, stdout, stderr }
export const ctl = (args, options) => run(FRUSTCTL, args, options);

const quote = (word) => `'${word.replaceAll('\'', '\'\\\'\'')}'`;

// On a terminal of so many columns, with these keys typed; output is what the terminal got. The terminal
// stays until all of that has come: script(1) may lose what it was about to read when its shell ends.
export async function terminal(args, { keys = '', columns = 80, before = '', ...options } = {}) {
	const command = [FRUSTCTL, ...args].map(quote).join(' ');
	const line = `stty cols ${columns} -echo; ${before} ${command}; printf '\\001%d\\001' $? >/dev/tty; read -r _`;
	const last = /\x01(\d+)\x01$/;
	const { stdout } = await run('script', ['-qfc', line, '/dev/null'], { input: keys, last, ...options });
	const [end, code] = stdout.match(last) ?? assert.fail(stdout);
	return { code: Number(code), output: stdout.slice(0, -end.length).replaceAll('\r\n', '\n') };
}

// It must go well, and say nothing on stderr but what is asked for.
export async function ok(args, options) {
	const { code, stdout, stderr } = await ctl(args, options);
	assert.equal(stderr, '', `frustctl ${args.join(' ')}`);
	assert.equal(code, 0);
	return stdout;
}

export const json = async (args, options) => JSON.parse(await ok([...args, '--format', 'json'], options));

// One line on stderr that matches, nothing on stdout, and this code.
export async function refused(args, code, expected, options) {
	const result = await ctl(args, options);
	assert.equal(result.stdout, '', `frustctl ${args.join(' ')}`);
	if (expected instanceof RegExp)
		assert.match(result.stderr, expected);
	else
		assert.equal(result.stderr, `frustctl: ${expected}\n`);
	assert.equal(result.stderr.trimEnd().split('\n').length, 1, result.stderr);
	assert.equal(result.code, code, result.stderr);
}

// An empty database, made by init, with rows put in by hand.
export async function database(t, sql = '') {
	const db = join(scratch(t), 'db.sqlite');
	assert.equal((await ctl(['init', '--quiet', '--db', db])).code, 0);
	if (sql)
		sqlite(db, sql);
	return db;
}

// The small site of two days.
export const site = (t) => database(t, SMALL_SITE);

// A database of the small site as the Python server leaves it.
export const pythonSite = (t) => pythonDatabase(t, SMALL_SITE);

// Makes a change with --yes; its receipt.
export async function change(args, options) {
	const { code, stdout, stderr } = await ctl([...args, '--yes', '--format', 'json'], options);
	assert.equal(stderr, '', `frustctl ${args.join(' ')}`);
	assert.equal(code, 0);
	return JSON.parse(stdout);
}

// What a dry run says must be what the change then does, and change nothing by itself.
export async function changeAfterTrial(args, db) {
	const all = () => sqlite(db, '.dump');
	const before = all();
	const trial = JSON.parse((await ctl([...args, '--db', db, '--dry-run', '--format', 'json'])).stdout);
	assert.equal(all(), before, 'a dry run changes nothing');
	assert.equal(trial.dry_run, true);
	const receipt = await change([...args, '--db', db]);
	assert.deepEqual({ ...trial, dry_run: false }, receipt);
	return receipt;
}
