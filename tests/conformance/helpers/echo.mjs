// Starts the echo server on a free port, and stops it after the test.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { defer, Inbox, within } from '../../integration/helpers/wait.mjs';

const { ECHO } = process.env;
assert.ok(ECHO, 'ECHO names the server to test');

// No timer of these may come in a test's way on a busy machine.
const NEVER = 600_000;
const CALM = { 'ping-interval': NEVER, 'ping-timeout': NEVER, 'connect-timeout': NEVER, 'upgrade-timeout': NEVER };

// Resolves with the port. timing: what differs from CALM, by the options' names.
export async function start(t, timing) {
	const server = await launch(t, { ...CALM, ...timing });
	return server.port;
}

// As it is by itself, or with these options alone: { port, child, stop }.
export async function launch(t, options = {}, env = process.env) {
	const given = Object.entries(options).map(([name, value]) => value === true ? `--${name}` : `--${name}=${value}`);
	const child = spawn(ECHO, ['--port=0', ...given], { stdio: ['ignore', 'pipe', 'pipe'], env });
	const lines = new Inbox();
	let log = '';
	child.stderr.setEncoding('utf8').on('data', (text) => log += text);
	child.stdout.setEncoding('utf8').on('data', (text) => lines.put(text));
	const over = once(child, 'close');
	over.then(() => lines.put('(ended)'));
	const stop = async () => {
		child.kill('SIGTERM');
		const [code, signal] = await within(over, 'the end of the server').catch((error) => {
			child.kill('SIGKILL');
			throw error;
		});
		assert.equal(code ?? signal, 0, `the server's end:\n${log}`);
	};
	defer(t, stop);
	const port = await lines.until((all) => all.join('').match(/^listening on port (\d+)$/m)?.[1], 'its port');
	return { port: Number(port), child, stop };
}
