// What a service manager and frustd say to each other: notes, the watchdog, sockets that are given, and the units.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'node:test';

import { presser } from './helpers/eio.mjs';
import { FRUSTD, scratch, start } from './helpers/frustd.mjs';
import { bytes, getJson, Wire } from './helpers/http.mjs';
import { defer, Inbox, within } from './helpers/wait.mjs';

const units = new URL('../../packaging/systemd/', import.meta.url).pathname;
const has = (program) => (process.env.PATH.split(':').some((dir) => existsSync(join(dir, program))) ? {} : { skip: `no ${program} here` });

// A service manager's notify socket of that name: an inbox of notes.
async function manager(t, name) {
	const inbox = new Inbox();
	const child = spawn(process.env.NOTIFIED, [name], { stdio: ['ignore', 'pipe', 'inherit'] });
	defer(t, () => child.kill());
	let rest = '';
	child.stdout.setEncoding('utf8').on('data', (text) => {
		const lines = (rest + text).split('\n');
		rest = lines.pop();
		lines.forEach((line) => inbox.put(line));
	});
	await inbox.until((lines) => lines[0] === 'listening', 'the notify socket');
	return Object.assign(inbox, {
		env: { ...process.env, NOTIFY_SOCKET: name },
		hears: (what, n = 1) => inbox.until((lines) => lines.filter((line) => what.test(line)).length >= n, `${n} × ${what}`),
	});
}

for (const [kind, name] of [['by a path', (t) => join(scratch(t), 'notify')], ['by a name', () => `@frust-test-${process.pid}`]])
	test(`the manager is told of every state, ${kind}`, async (t) => {
		const notes = await manager(t, name(t));
		const server = await start(t, { env: notes.env });
		await notes.hears(/^READY=1 STATUS=serving$/);
		server.child.kill('SIGHUP');
		await notes.hears(/^RELOADING=1 MONOTONIC_USEC=[1-9]\d+ STATUS=reloading$/);
		await notes.hears(/^READY=1/, 2);
		server.child.kill('SIGUSR2');
		await notes.hears(/^RELOADING=1 MONOTONIC_USEC=[1-9]\d+ STATUS=restarting$/);
		await notes.hears(/^READY=1/, 3);
		await server.stop();
		await notes.hears(/^STOPPING=1/);
		assert.deepEqual(notes.items.map((note) => note.split(/[= ]/)[0]),
			['listening', 'READY', 'RELOADING', 'READY', 'RELOADING', 'READY', 'STOPPING']);
	});

test('a reload does not make the manager believe that a failing store is well', async (t) => {
	const notes = await manager(t, join(scratch(t), 'notify'));
	const server = await start(t, { env: notes.env });
	renameSync(server.db, `${server.db}.away`);
	const anna = await presser(t, server.port);
	assert.ok((await anna.press('click', { user: 'Anna' })).error);
	await notes.hears(/^STATUS=clicks are refused: /);
	server.child.kill('SIGHUP');
	await notes.hears(/^READY=1 STATUS=clicks are refused: /);
	renameSync(`${server.db}.away`, server.db);
	await notes.hears(/^STATUS=serving$/);
	await server.stop();
});

test('the watchdog is fed from the loop, also after a restart', async (t) => {
	const notes = await manager(t, join(scratch(t), 'notify'));
	const server = await start(t, { env: { ...notes.env, WATCHDOG_USEC: '100000' } });
	await notes.hears(/^WATCHDOG=1$/, 3);
	server.child.kill('SIGUSR2');
	await notes.hears(/^READY=1/, 2);
	const before = notes.items.filter((note) => note === 'WATCHDOG=1').length;
	await notes.hears(/^WATCHDOG=1$/, before + 2);
	await server.stop();
});

test('whose watchdog another process is has none', async (t) => {
	const notes = await manager(t, join(scratch(t), 'notify'));
	const server = await start(t, { env: { ...notes.env, WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' } });
	await server.stop();
	await notes.hears(/^STOPPING=1/);
	assert.deepEqual(notes.items.filter((note) => /WATCHDOG/.test(note)), []);
});

// A socket that listens: { fd, port, path }; left() when somebody else has it.
async function listening(t, at) {
	const server = net.createServer().listen(at);
	await once(server, 'listening');
	const left = () => {
		// node removes the file of what it closes
		if (at.path)
			renameSync(at.path, `${at.path}-`);
		server.close();
		if (at.path)
			renameSync(`${at.path}-`, at.path);
	};
	return { fd: server._handle.fd, port: server.address().port, left };
}

// Starts frustd with these sockets as a manager gives them. exec keeps the process id that sh has.
async function given(t, sockets, args, names = 'x') {
	const server = await start(t, {
		args, by: ['sh', '-c', `LISTEN_PID=$$ LISTEN_FDS=${sockets.length} LISTEN_FDNAMES=${names} exec "$@"`, 'sh'],
		fds: sockets.map(({ fd }) => fd), db: null,
	});
	sockets.forEach(({ left }) => left());
	return server;
}

test('sockets that are given take the place of the default, and outlive a restart', async (t) => {
	const dir = scratch(t);
	const path = join(dir, 'given.sock');
	const sockets = [await listening(t, { port: 0, host: '127.0.0.1' }), await listening(t, { path })];
	const [{ port }] = sockets;
	const server = await given(t, sockets, ['--db', join(dir, 'db')], 'frustd:local');
	assert.equal(server.port, port);
	const lines = () => server.stderr.items.filter((line) => /listening/.test(line)).map((line) => line.replace('frustd: listening on ', ''));
	await server.stderr.until(() => lines().length === 2, 'two lines');
	assert.deepEqual(lines(), [`http://127.0.0.1:${port}`, `unix:${path}`]);
	assert.ok((await getJson(t, port, '/api')).version);
	server.child.kill('SIGUSR2');
	await server.stderr.until(() => lines().length === 4, 'two more');
	assert.deepEqual(lines().slice(2), [`http://127.0.0.1:${port}`, `unix:${path}`]);
	assert.ok((await getJson(t, port, '/api')).version);
	await server.stop();
	assert.equal(existsSync(path), true, 'what was given is not ours to remove');
});

test('sockets that are given come on top of those that are named', async (t) => {
	const dir = scratch(t);
	const sockets = [await listening(t, { port: 0, host: '127.0.0.1' })];
	const [{ port }] = sockets;
	const server = await given(t, sockets, ['--db', join(dir, 'db'), '--listen', `127.0.0.1:${port}`, '--listen', '[::1]:0']);
	const ports = await server.ports(2);
	assert.equal(ports[0], port, 'the given one is also the named one');
	assert.equal(server.stderr.items.filter((line) => /listening/.test(line)).length, 2);
	await server.stop();
});

test('what is given and does not listen is an error', async (t) => {
	const file = join(scratch(t), 'file');
	writeFileSync(file, '');
	const { status, stderr } = spawnSync('sh', ['-c', `exec 3<"$0" 4<"$0"; LISTEN_PID=$$ LISTEN_FDS=2 exec "${FRUSTD}" --db "$0.db"`, file], { encoding: 'utf8' });
	assert.equal(status, 3);
	assert.match(stderr, /^frustd: error: cannot listen on the descriptor 3: Socket operation on non-socket$/m);
});

test('systemd starts it by a connection, which it then serves', has('systemd-socket-activate'), async (t) => {
	const dir = scratch(t);
	const path = join(dir, 'sock');
	const child = spawn('systemd-socket-activate', ['-l', path, FRUSTD, '--db', join(dir, 'db')], { stdio: ['ignore', 'ignore', 'pipe'] });
	defer(t, () => child.kill('SIGKILL'));
	const said = new Inbox();
	child.stderr.setEncoding('utf8').on('data', (text) => said.put(text));
	await said.until((texts) => /Listening on/.test(texts.join('')), 'the socket');
	const socket = net.connect({ path });
	defer(t, () => socket.destroy());
	await within(once(socket, 'connect'), 'a connection');
	const wire = new Wire(socket).send(bytes('GET', '/api', { Connection: 'close' }));
	assert.equal((await wire.response()).status, 200);
	const ended = once(child, 'close');
	child.kill('SIGTERM');
	assert.deepEqual(await within(ended, 'the end'), [0, null]);
	assert.equal(existsSync(path), true);
});

test('the units hold what systemd asks of them', has('systemd-analyze'), async (t) => {
	const security = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', `${units}frustd.service`], { encoding: 'utf8' });
	const [, exposure] = security.match(/Overall exposure level for frustd\.service: (\d+\.\d)/);
	assert.ok(Number(exposure) <= 2, `exposure ${exposure}\n${security}`);
	// with a program that there is, and without the manual, which is not installed here
	const dir = scratch(t);
	for (const name of ['frustd.service', 'frustd.socket'])
		writeFileSync(join(dir, name), readFileSync(join(units, name), 'utf8').replace('/usr/bin/frustd', FRUSTD).replace(/^Documentation=.*\n/m, ''));
	const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(dir, 'frustd.service'), join(dir, 'frustd.socket')], { encoding: 'utf8' });
	assert.deepEqual([status, stderr], [0, '']);
});

test('the service starts what there is, with the file that is packaged', () => {
	const service = readFileSync(join(units, 'frustd.service'), 'utf8');
	const [, program, ...words] = service.match(/^ExecStart=(\S+) (\S+) (\S+)$/m);
	assert.deepEqual([program, ...words], ['/usr/bin/frustd', '--config', '/etc/frust/frustd.conf']);
	assert.match(service, /^Type=notify$/m);
	assert.match(service, /^WorkingDirectory=\/var\/lib\/frust$/m, 'where ./db.sqlite is');
});
