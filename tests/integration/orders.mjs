// What the person who runs the server orders by signals: to reload, to open the log anew, to restart.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { presser } from './helpers/eio.mjs';
import { FRUSTD, frustd, scratch, start } from './helpers/frustd.mjs';
import { bytes, getJson, Wire } from './helpers/http.mjs';
import { defer, within } from './helpers/wait.mjs';

// A server by a file of its own, which write() writes anew.
async function configured(t, text, options = {}) {
	const dir = scratch(t);
	const file = join(dir, 'frustd.conf');
	const write = (lines, listen = 'listen = 127.0.0.1:0\n') => writeFileSync(file, `db = ${dir}/db.sqlite\n${listen}${lines}`);
	write(text);
	const server = await start(t, { db: null, args: ['--config', file], ...options });
	const order = (signal) => server.child.kill(signal);
	const said = (what, times = 1) => server.stderr.until((lines) => {
		assert.ok(!server.exit, `frustd ended:\n${server.log()}`);
		return lines.filter((line) => what.test(line)).length >= times;
	}, `${times} × ${what}`);
	return Object.assign(server, { dir, file, write, order, said });
}

// Asks until the answer pleases.
const until = (ask, what) => within((async () => {
	while (!await ask())
		await pause(10); // nobody tells when a file changes
})(), what);

const STORY = 'x'.repeat(20);
const taken = async (p, user) => Boolean((await p.press('click', { user })).ok);

test('SIGHUP takes new limits and a new log level, and names what only a restart takes', async (t) => {
	const server = await configured(t, 'click-rate = 0\n');
	const anna = await presser(t, server.port);
	assert.equal(await taken(anna, STORY), false);

	server.write('click-rate = 0\nuser-max = 20\nlang = en\nlog-format = json\nwriter-queue = 7\n');
	server.order('SIGHUP');
	await server.said(/^frustd: reloaded; changed, but only a restart takes them: lang, log-format, writer-queue$/);
	assert.equal(await taken(anna, STORY), true);

	server.write('click-rate = 0\nlog-level = warn\n');
	server.order('SIGHUP');
	await until(async () => !await taken(anna, STORY), 'the default again');
	server.write('click-rate = 0\n');
	server.order('SIGHUP');
	await server.said(/^frustd: reloaded$/);
	assert.equal(server.log().match(/reloaded/g).length, 2, 'none while the level was warn');
});

test('SIGHUP takes the numbers that frustd.conf(5) lists, and no others', async (t) => {
	const page = readFileSync(new URL('../../docs/man/frustd.conf.5', import.meta.url), 'utf8');
	const [, reloading] = page.match(/^\.Ss Reloading$([^]*?)^\.S/m);
	const listed = [...reloading.matchAll(/^\.Fl -([a-z-]+)/gm)].map(([, name]) => name);
	const { stdout } = await frustd(['--print-config']);
	const numbers = [...stdout.matchAll(/^([a-z-]+) = (\d+) +# default$/gm)].filter(([, name]) => name !== 'socket-mode');
	assert.ok(numbers.length > 15);
	const server = await configured(t, '');
	server.write(numbers.map(([, name, value]) => `${name} = ${Number(value) * 2 || 50}\n`).join(''));
	server.order('SIGHUP');
	await server.said(/^frustd: reloaded/);
	const [, kept] = server.log().match(/only a restart takes them: (.*)$/m);
	const taken = numbers.map(([, name]) => name).filter((name) => !kept.split(', ').includes(name));
	assert.deepEqual([...taken, 'log-level'].sort(), listed.sort());
});

test('SIGHUP with something wrong in the file changes nothing', async (t) => {
	const server = await configured(t, 'user-max = 20\n');
	const anna = await presser(t, server.port);
	server.write('user-max = 5\ncomment-max = many\n');
	server.order('SIGHUP');
	await server.said(/^frustd: error: not reloaded: everything stays as it was$/);
	assert.match(server.log(), new RegExp(`error: ${server.file}:4: comment-max: "many" is not a number from 1 to`));
	assert.equal(await taken(anna, STORY), true);
});

// One request over a Unix socket.
async function over(t, path, target, headers) {
	const socket = net.connect({ path });
	defer(t, () => socket.destroy());
	await within(once(socket, 'connect'), 'a connection');
	const wire = new Wire(socket);
	wire.send(bytes('GET', target, { Connection: 'close', ...headers }));
	return wire.response();
}

test('the log goes to a file, which SIGHUP opens anew', async (t) => {
	const dir = scratch(t);
	const [log, path] = ['log', 'sock'].map((name) => join(dir, name));
	const read = (name) => (existsSync(name) ? readFileSync(name, 'utf8') : '');
	const child = spawn(FRUSTD, ['--db', join(dir, 'db'), '--listen', `unix:${path}`, '--log-file', log], { stdio: ['ignore', 'ignore', 'pipe'] });
	defer(t, () => child.kill('SIGKILL'));
	const ended = once(child, 'close');
	child.stderr.on('data', (text) => assert.fail(`on standard error: ${text}`));
	await until(() => read(log).includes(`frustd: listening on unix:${path}\n`), 'its line');
	renameSync(log, `${log}.1`);
	child.kill('SIGHUP');
	await until(() => read(log).includes('frustd: reloaded\n'), 'the new log');
	assert.doesNotMatch(read(`${log}.1`), /reloaded/);
	child.kill('SIGUSR2');
	await until(() => read(log).includes(`frustd: listening on unix:${path}\n`), 'the restart');
	child.kill('SIGTERM');
	assert.deepEqual(await within(ended, 'the end'), [0, null]);
	assert.match(read(log), /stopping on SIGTERM\n$/);
	const { code, stderr } = await frustd(['--log-file', `${dir}/no/such/log`, '--db', `${dir}/db`, '--port', '0']);
	assert.deepEqual([code, stderr], [1, `frustd: error: cannot open ${dir}/no/such/log: No such file or directory\n`]);
});

test('SIGUSR2 restarts with the configuration that is there then, in the same process at the same place', async (t) => {
	const server = await configured(t, '');
	const before = await presser(t, server.port);
	await before.press('click', { user: 'anna' });
	server.write('user-max = 20\ntimezone = Europe/Berlin\n');
	server.order('SIGUSR2');
	assert.deepEqual(await server.ports(2), [server.port, server.port]);
	const close = await before.ws.inbox.until((items) => items.find(({ type }) => type === 'close'), 'the goodbye');
	assert.equal(close.code, 1001);
	assert.equal((await getJson(t, server.port, '/api')).timezone, 'Europe/Berlin');
	const after = await presser(t, server.port);
	assert.equal((await after.press('click', { user: STORY })).id, 2);
	await server.stop();
});

test('SIGUSR2 does nothing but complain when the new configuration or the program is no good', async (t) => {
	const program = join(scratch(t), 'frustd');
	copyFileSync(FRUSTD, program);
	chmodSync(program, 0o755);
	const server = await configured(t, '', { program });
	const anna = await presser(t, server.port);
	server.write('user-max = none\n');
	server.order('SIGUSR2');
	await server.said(/error: not restarted: the configuration is not in order$/);
	assert.match(server.log(), /:3: user-max: "none" is not/);
	server.write('');
	rmSync(program);
	server.order('SIGUSR2');
	await server.said(/error: not restarted: cannot run .*: No such file or directory$/);
	assert.equal(await taken(anna, 'anna'), true, 'the connection has seen nothing of it');
});

test('a restart opens new places, and gives up old ones', async (t) => {
	const server = await configured(t, '');
	const sock = join(server.dir, 'new.sock');
	server.write('', `listen = unix:${sock}\nlisten = [::1]:0\n`);
	server.order('SIGUSR2');
	await server.said(new RegExp(`listening on unix:${sock}$`));
	await server.said(/listening on http:\/\/\[::1\]:\d+$/);
	await assert.rejects(once(net.connect(server.port, '127.0.0.1'), 'connect'), /ECONNREFUSED/);
	server.write('');
	server.order('SIGUSR2');
	await server.ports(3);
	assert.equal(existsSync(sock), false, 'with its file');
	await server.stop();
});

test('a Unix socket: its mode, its peers as trusted proxies, and its end', async (t) => {
	const dir = scratch(t);
	const path = join(dir, 'frustd.sock');
	const args = ['--listen', `unix:${path}`, '--socket-mode', '0640', '--log-level', 'debug'];
	const server = await start(t, { args });
	await server.stderr.until((lines) => lines.some((line) => line.endsWith(`listening on unix:${path}`)), 'its line');
	assert.equal(lstatSync(path).mode & 0o777, 0o640);
	assert.equal((await over(t, path, '/api')).status, 200);
	const target = '/api/socket.io/?EIO=4&transport=polling';
	const forwarded = { 'X-Forwarded-For': '192.0.2.7', 'X-Forwarded-Proto': 'https', Host: 'press.example', Origin: 'https://press.example' };
	assert.equal((await over(t, path, target, forwarded)).status, 200, 'the proxy is believed');
	const refused = await over(t, path, target, { ...forwarded, Origin: 'https://evil.example' });
	assert.equal(refused.status, 403);
	await server.stderr.until((lines) => lines.some((line) => /192\.0\.2\.7: origin refused/.test(line)), 'the client by its address');

	const second = await frustd(['--listen', `unix:${path}`, '--db', join(dir, 'other.sqlite')]);
	assert.equal(second.code, 3);
	assert.match(second.stderr, new RegExp(`cannot listen on unix:${path}: Address already in use`));
	assert.equal((await over(t, path, '/api')).status, 200, 'who listens is left alone');
	await server.stop();
	assert.equal(existsSync(path), false);
});

test('a Unix socket that a killed server left behind is replaced', async (t) => {
	const path = join(scratch(t), 'frustd.sock');
	const args = ['--listen', `unix:${path}`];
	const first = await start(t, { args });
	await first.kill('SIGKILL');
	assert.equal(existsSync(path), true);
	const second = await start(t, { args });
	await second.stderr.until((lines) => lines.some((line) => line.endsWith(`listening on unix:${path}`)), 'its line');
	assert.equal((await over(t, path, '/api')).status, 200);
	await second.stop();
});
