// The completions of the shells: what the program offers, and that the scripts hand it on.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { ok, scratch, site, sqlite } from './helpers/ctl.mjs';

const scripts = new URL('../../packaging/completions/', import.meta.url).pathname;

const offered = async (words, options) => (await ok(['complete', '--', ...words], options))
	.split('\n').slice(0, -1).map((line) => line.split('\t')[0]);

test('every command and every option of its help is offered', async () => {
	const help = await ok(['help']);
	const commands = [...help.matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {2,}\S/gm)].map((match) => match[1]);
	assert.deepEqual(new Set(await offered([''])), new Set([...commands.map((name) => name.split(' ')[0]), 'help']));
	for (const command of commands) {
		const words = command.split(' ');
		assert.ok((await offered([...words.slice(0, -1), words.at(-1).slice(0, -1)])).includes(words.at(-1)), command);
		const options = [...(await ok(['help', ...words])).matchAll(/^ {2}(?:-\w,| {3}) (--[a-z-]+)/gm)].map((match) => match[1]);
		assert.deepEqual(await offered([...words, '--']), options, command);
	}
});

test('values are offered where a value belongs', async (t) => {
	const db = await site(t);
	assert.deepEqual(await offered(['users', '--format', '']), ['table', 'json', 'ndjson', 'csv', 'markdown']);
	assert.deepEqual(await offered(['users', '--sort', 'n']), ['name']);
	assert.deepEqual(await offered(['users', '-f', 'm']), ['markdown']);
	assert.deepEqual(await offered(['users', '--format=nd']), ['--format=ndjson']);
	assert.deepEqual(await offered(['export', '--format=']), ['--format=ndjson', '--format=csv']);
	assert.deepEqual(await offered(['--db', 'nd']), [':file']);
	assert.deepEqual(await offered(['backup', '']), [':file']);
	assert.deepEqual(await offered(['clicks', '--since', 'to']), ['today']);
	assert.deepEqual(await offered(['ban', '']), ['add', 'list', 'remove']);
	assert.deepEqual(await offered(['help', 'use']), ['users', 'user']);
	assert.deepEqual(await offered(['fly', '']), []);
	assert.deepEqual(await offered(['users', 'x']), []);
	assert.deepEqual(await offered(['user', 'rename', 'J'], { env: { FRUST_DB: db } }), ['Jürgen Müller']);
	assert.deepEqual(await offered(['--db', db, 'stats', '--user', 'A']), ['Anna']);
	assert.deepEqual(await offered(['--db', '/nowhere', 'stats', '--user', 'A']), []);
});

test('of names that could play with the terminal, or would be an option, none is offered', async (t) => {
	const db = await site(t);
	const names = ['Zeta', 'Z\x9b31m', 'Z\u202eoor', 'Z\x7f', 'Z\nx', '-Zx', '--yes'];
	sqlite(db, `DELETE FROM users; INSERT INTO users VALUES ${names.map((name) => `('${name}', 1, 0)`)}`);
	assert.deepEqual(await offered(['--db', db, 'user', 'erase', '']), ['Zeta']);
});

const has = (shell) => (process.env.PATH.split(':').some((dir) => existsSync(join(dir, shell))) ? {} : { skip: `no ${shell} here` });

// A folder that has frustctl by its name, in front of PATH.
async function environment(t) {
	const dir = scratch(t);
	symlinkSync(process.env.FRUSTCTL, join(dir, 'frustctl'));
	return { ...process.env, PATH: `${dir}:${process.env.PATH}`, FRUST_DB: await site(t), LC_ALL: 'C.UTF-8' };
}

test('bash completes', has('bash'), async (t) => {
	const env = await environment(t);
	const bash = (...words) => execFileSync('bash', ['-c', `. ${scripts}/frustctl.bash
		COMP_WORDS=(frustctl "$@") COMP_CWORD=$#
		_frustctl frustctl "\${@: -1}" ''
		((!\${#COMPREPLY[@]})) || printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', ...words],
	{ env, cwd: scripts, encoding: 'utf8' }).split('\n').slice(0, -1);
	assert.deepEqual(bash('st'), ['stats']);
	assert.deepEqual(bash('users', '--format', '=', 'j'), ['json']);
	assert.deepEqual(bash('users', '--format', 'nd'), ['ndjson']);
	assert.deepEqual(bash('user', 'J'), ['Jürgen\\ Müller']);
	assert.deepEqual(bash('export', 'frustctl.b'), ['frustctl.bash']);
	assert.deepEqual(bash('fly', ''), []);
});

test('fish completes', has('fish'), async (t) => {
	const env = { ...await environment(t), HOME: scratch(t) };
	const fish = (line) => execFileSync('fish', ['--no-config', '-c',
		`source ${scripts}/frustctl.fish; complete -C '${line}'`], { env, cwd: scripts, encoding: 'utf8' })
		.split('\n').slice(0, -1).map((found) => found.split('\t')[0]);
	assert.deepEqual(fish('frustctl st'), ['stats']);
	assert.deepEqual(fish('frustctl users --format=j'), ['--format=json']);
	assert.deepEqual(fish('frustctl users --format nd'), ['ndjson']);
	assert.deepEqual(fish('frustctl users --so'), ['--sort']);
	assert.deepEqual(fish('frustctl user J'), ['Jürgen Müller']);
	assert.deepEqual(fish('frustctl export frustctl.b'), ['frustctl.bash']);
});

test('zsh completes', has('zsh'), async (t) => {
	const env = await environment(t);
	// what the script hands to zsh's own functions, which need a terminal to show it
	const zsh = (...words) => execFileSync('zsh', ['-f', '-c', `
		_describe() { printf '%s\\n' "\${(@P)\${@[-1]}}" }
		_files() { echo files }
		words=(frustctl "$@") CURRENT=$(( $# + 1 ))
		source ${scripts}/_frustctl; _frustctl`, 'zsh', ...words], { env, encoding: 'utf8' }).split('\n').slice(0, -1);
	assert.deepEqual(zsh('st'), ['stats:how many clicks and events: in all, today, this hour']);
	assert.deepEqual(zsh('users', '--format=j'), ['--format=json:']);
	assert.deepEqual(zsh('user', 'J'), ['Jürgen Müller:user']);
	assert.deepEqual(zsh('backup', ''), ['files']);
});
