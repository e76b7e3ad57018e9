// Programs beside the test, with a process each so that they do not wait for one another, and what the system tells of them.

import { fork, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

import { defer } from '../../integration/helpers/wait.mjs';

export const PATIENCE = 120_000; // ms; attackers take the machine too

class Helper {
	#waiting = [];

	constructor(child) {
		this.child = child;
		child.on('message', ({ value, error }) => {
			const { resolve, reject } = this.#waiting.shift();
			if (error)
				reject(new Error(error));
			else
				resolve(value);
		});
		child.on('exit', (code, signal) => {
			this.#waiting.splice(0).forEach(({ reject }) => reject(new Error(`a helper ended with ${code ?? signal}`)));
		});
	}

	ask(what, ...args) {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ resolve, reject });
			this.child.send({ what, args });
		});
	}
}

// Starts script, which calls serve(), as a process of its own.
export function helper(t, script, { nice = 0 } = {}) {
	const child = fork(script);
	setPriority(child.pid, nice);
	defer(t, () => child.kill('SIGKILL'));
	return new Helper(child);
}

// Lets a process go before all others of the machine, where we may: what else runs does not show in times then.
export function hurry(pid) {
	spawnSync('chrt', ['--all-tasks', '--rr', '--pid', '1', `${pid}`]);
}

// In the helper: answers ask(name, ...args) by actions[name](...args), one after the other.
export function serve(actions) {
	let last = Promise.resolve();
	process.on('message', ({ what, args }) => {
		last = last.then(() => actions[what](...args)).then(
			(value) => process.send({ value }),
			(error) => process.send({ error: error.stack }));
	});
	process.on('disconnect', () => process.exit());
}

// A process as the system sees it: memory in KiB, open descriptors, seconds of CPU time.
export function look(pid) {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	const [, user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').match(/\) (?:\S+ ){11}(\d+) (\d+)/);
	return {
		rss: Number(status.match(/VmRSS:\s*(\d+)/)[1]),
		peak: Number(status.match(/VmHWM:\s*(\d+)/)[1]),
		fds: readdirSync(`/proc/${pid}/fd`).length,
		cpu: (Number(user) + Number(system)) / 100,
	};
}
