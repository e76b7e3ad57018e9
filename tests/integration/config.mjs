// The configuration: a file, the environment and the command line, and what is told of them.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { FRUSTD, frustd, scratch, start } from './helpers/frustd.mjs';
import { getJson } from './helpers/http.mjs';

const root = new URL('../../', import.meta.url).pathname;
const source = (name) => readFileSync(join(root, name), 'utf8');

// The options of --help, by name: { arg, text }.
async function options() {
	const { stdout } = await frustd(['--help']);
	const found = stdout.matchAll(/^ {2}--([a-z-]+) (\S*) +(.*)$/gm);
	return new Map([...found].map(([, name, arg, text]) => [name, { arg, text }]));
}

// Those that only make sense on the command line.
const COMMANDS = ['check-config', 'print-config', 'help', 'version'];

// A file with that text.
function file(t, text, name = 'frustd.conf') {
	const path = join(scratch(t), name);
	writeFileSync(path, text);
	return path;
}

test('--check-config names file and line of all that is wrong, and touches nothing', async (t) => {
	const cwd = scratch(t);
	const bad = file(t, 'user-max = 20\n\nuser-max = 30\ncolour = red\nlang = fr # nor this\n');
	assert.deepEqual(await frustd(['--config', bad, '--check-config'], { cwd }), { code: 2, stdout: '', stderr:
		`frustd: error: ${bad}:3: user-max: said on line 1 already\n` +
		`frustd: error: ${bad}:4: unknown option: colour\n` +
		`frustd: error: ${bad}:5: lang: "fr" is not de|en\n` });
	const { code, stderr } = await frustd(['--config', bad], { cwd });
	assert.deepEqual([code, stderr.split('\n').length], [2, 4], 'nor does it start with it');

	const apart = file(t, '# both\nweb-root = /srv\nno-web = yes\n');
	assert.deepEqual(await frustd(['--config', apart, '--check-config'], { cwd }), { code: 2, stdout: '', stderr:
		`frustd: error: ${apart}:3: no-web: not with a folder to serve (web-root, dev)\n` });

	const good = file(t, 'user-max = 20\nweb-root = /no/such/folder\n');
	assert.equal((await frustd(['--config', good, '--check-config'], { cwd })).code, 0);
	const none = await frustd(['--config', '/no/such.conf', '--check-config'], { cwd });
	assert.deepEqual([none.code, none.stderr], [2, 'frustd: error: cannot read /no/such.conf: No such file or directory\n']);
	assert.deepEqual(readdirSync(cwd), []);
	assert.equal((await frustd(['--config', bad, '--help'])).code, 0, 'help needs no file');
});

test('the environment names a file, and has options of its own', async (t) => {
	const env = { ...process.env, FRUST_CONFIG: file(t, 'user-max = 3\nevent-max = 3\n'), FRUST_USER_MAX: '4', FRUST_NONSENSE: 'x' };
	const { stdout } = await frustd(['--print-config', '--comment-max', '5'], { env });
	assert.match(stdout, /^user-max = 4 +# FRUST_USER_MAX$/m);
	assert.match(stdout, /^comment-max = 5 +# --comment-max$/m);
	assert.match(stdout, new RegExp(`^event-max = 3 +# ${env.FRUST_CONFIG}:2$`, 'm'));
	const other = file(t, 'user-max = 2\nstyle-max = 2\n');
	const second = await frustd(['--print-config', '--config', other], { env });
	assert.match(second.stdout, /^style-max = 2 /m);
	assert.match(second.stdout, /^event-max = 75 /m, 'one file is read');
	env.FRUST_LANG = 'fr';
	assert.equal((await frustd(['--check-config'], { env })).stderr, 'frustd: error: FRUST_LANG: "fr" is not de|en\n');
});

test('what --print-config prints is a file with the same effect', async (t) => {
	const args = ['--port', '0', '--listen', '[::1]:0', '--trusted-proxy', '10.0.0.0/8', '--dev', '--user-max', '20'];
	const print = async (...more) => (await frustd(['--print-config', ...more])).stdout;
	const first = await print(...args);
	const second = await print('--config', file(t, first));
	const bare = (text) => text.replaceAll(/ +#.*/g, '').split('\n').filter((line) => line[0] !== '#');
	assert.deepEqual(bare(second), bare(first));
});

test('a server runs by its file', async (t) => {
	const db = join(scratch(t), 'my db.sqlite');
	const server = await start(t, { db: null, args: ['--config', file(t, `db = ${db}\nlisten = 127.0.0.1:0\nno-web = yes\n`)] });
	assert.equal((await getJson(t, server.port, '/api/current_stats')).click_count_total, 0);
	assert.ok(existsSync(db));
	await server.stop();
});

test('every option is in the man page, the example and the completions', async (t) => {
	const all = await options();
	assert.ok(all.size > 30);
	const page = source('docs/man/frustd.8');
	const example = [...source('packaging/frustd.conf').matchAll(/^#?([a-z-]+) = /gm)].map(([, name]) => name).sort();
	assert.deepEqual(example, [...all.keys()].filter((name) => ![...COMMANDS, 'config'].includes(name)).sort());
	for (const name of all.keys())
		assert.match(page, new RegExp(`^\\.It .*Fl -${name}\\b`, 'm'), `--${name}`);
	for (const [, name] of page.matchAll(/^\.It Fl -([a-z-]+)/gm))
		assert.ok(all.has(name), `--${name} of frustd(8) is no option`);
});

test('the example says what the defaults are', async (t) => {
	const text = source('packaging/frustd.conf');
	const bare = await frustd(['--config', file(t, text), '--check-config']);
	assert.equal(bare.code, 0, bare.stderr);
	// "frontend" is "web-root" by another name, and stands there once more
	const path = file(t, text.replaceAll(/^#(?=[a-z-]+ = )/gm, '').replace(/^frontend = .*$/m, ''));
	const whole = await frustd(['--config', path, '--print-config']);
	assert.equal(whole.code, 0, whole.stderr);
	const defaults = (await frustd(['--print-config'])).stdout.matchAll(/^([a-z-]+) = (.*?) +# default$/gm);
	for (const [, name, value] of defaults)
		assert.match(whole.stdout, new RegExp(`^${name} = ${value.replaceAll('.', '\\.')} +# ${path}:`, 'm'));
});

const has = (shell) => (process.env.PATH.split(':').some((dir) => existsSync(join(dir, shell))) ? {} : { skip: `no ${shell} here` });

// A folder that has frustd by its name, in front of PATH.
function environment(t) {
	const dir = scratch(t);
	symlinkSync(FRUSTD, join(dir, 'frustd'));
	return { ...process.env, PATH: `${dir}:${process.env.PATH}`, HOME: dir, LC_ALL: 'C.UTF-8' };
}

const scripts = join(root, 'packaging/completions');
const lines = (text) => text.split('\n').slice(0, -1);

test('bash completes every option, and values', has('bash'), async (t) => {
	const env = environment(t);
	const bash = (...words) => lines(execFileSync('bash', ['-c', `. ${scripts}/frustd.bash
		COMP_WORDS=(frustd "$@") COMP_CWORD=$#
		_frustd frustd "\${@: -1}" "\${@: -2:1}"
		((!\${#COMPREPLY[@]})) || printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', ...words], { env, cwd: scripts, encoding: 'utf8' }));
	assert.deepEqual(bash('--'), [...(await options()).keys()].map((name) => `--${name}`));
	assert.deepEqual(bash('--lang', ''), ['de', 'en']);
	assert.deepEqual(bash('--lang', '=', 'd'), ['de']);
	assert.deepEqual(bash('--config', 'frustd.b'), ['frustd.bash']);
	assert.deepEqual(bash('--port', ''), []);
	assert.deepEqual(bash('d'), ['doctor']);
	assert.deepEqual(bash('--dev', 'd'), []);
});

test('fish completes every option, and values', has('fish'), async (t) => {
	const env = environment(t);
	const fish = (line) => lines(execFileSync('fish', ['--no-config', '-c',
		`source ${scripts}/frustd.fish; complete -C '${line}'`], { env, cwd: scripts, encoding: 'utf8' }))
		.map((found) => found.split('\t')[0]);
	assert.deepEqual(fish('frustd --').sort(), [...(await options()).keys()].map((name) => `--${name}`).sort());
	assert.deepEqual(fish('frustd --lang '), ['de', 'en']);
	assert.deepEqual(fish('frustd --config frustd.b'), ['frustd.bash']);
	assert.deepEqual(fish('frustd d'), ['doctor']);
});

test('zsh completes every option, and values', has('zsh'), async (t) => {
	const { status, stdout, stderr } = spawnSync('zsh', ['-f', '-c', `
		_arguments() { printf '%s\\n' "$@" }
		words=(frustd) CURRENT=2
		source ${scripts}/_frustd; _frustd`], { env: environment(t), encoding: 'utf8' });
	assert.deepEqual([status, stderr], [0, '']);
	const [command, ...found] = lines(stdout).reverse();
	assert.deepEqual(found.reverse().map((line) => line.match(/--([a-z-]+)/)[1]), [...(await options()).keys()]);
	assert.equal(command, '1:command:(doctor)');
	assert.match(stdout, /^\*--lang=\[.*\]:de\|en:\(de en\)$/m);
	assert.match(stdout, /^\*--config=\[.*\]:FILE:_files$/m);
});
