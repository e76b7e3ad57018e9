// A process of people who press and watch, all on WebSockets, and who ask for the counters meanwhile.
// open(port, pressers, watchers); measure(ms, every): each presses once in `every` ms; tells how long clicks took to reach
// each of them, and what did not; leave().

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { ask, client } from './helpers/peer.mjs';
import { PATIENCE, serve } from './helpers/process.mjs';

let port, members = [], pressers = 0, round = 0;
let pressed = new Map(); // comment → { at, left: who has not seen it }
let took = [], asked = new Map(), refused = 0, missing = 0;

function onEvent(name, argument) {
	if (typeof name === 'number') {
		asked.delete(name);
		if (argument.error)
			refused++;
	} else if (name === 'click' && pressed.has(argument.comment)) {
		const press = pressed.get(argument.comment);
		took.push(performance.now() - press.at);
		missing--;
		if (--press.left === 0)
			pressed.delete(argument.comment);
	}
}

async function open(to, pressing, watching) {
	port = to;
	pressers = pressing;
	members = await Promise.all(Array.from({ length: pressing + watching }, () => client(port, { onEvent })));
	return members.length;
}

function press(i, n) {
	const comment = `${round}.${i}.${n}`, id = i * 1_000_000 + n;
	pressed.set(comment, { at: performance.now(), left: members.length });
	missing += members.length;
	asked.set(id, true);
	members[i].send(`42${id}["click",{"user":"P${i}","comment":"${comment}"}]`);
}

async function pressing(i, end, every) {
	let clicks = 0;
	await sleep(every * i / pressers);
	for (; performance.now() < end; clicks++) {
		press(i, clicks);
		await sleep(every);
	}
	return clicks;
}

async function asking(end) {
	const times = [];
	let failed = 0;
	while (performance.now() < end) {
		const at = performance.now();
		const { status } = await ask(port, 'GET', '/api/current_stats').catch(() => ({}));
		if (status !== 200)
			failed++;
		times.push(performance.now() - at);
		await sleep(50);
	}
	return { times, failed };
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

async function measure(ms, every) {
	round++;
	[pressed, took, asked, refused, missing] = [new Map(), [], new Map(), 0, 0];
	const end = performance.now() + ms;
	const asks = asking(end);
	const clicks = await Promise.all(Array.from({ length: pressers }, (_, i) => pressing(i, end, every)));
	const { times, failed } = await asks;
	for (const patience = performance.now() + PATIENCE; missing || asked.size; await sleep(10))
		if (performance.now() > patience)
			break;
	took.sort((a, b) => a - b);
	times.sort((a, b) => a - b);
	return {
		clicks: clicks.reduce((a, b) => a + b), deliveries: took.length, missing, unanswered: asked.size, refused,
		lost: members.filter(({ socket }) => socket.destroyed).length,
		p50: quantile(took, 0.5), p99: quantile(took, 0.99), max: took.at(-1),
		requests: times.length, failed, httpP99: quantile(times, 0.99),
	};
}

async function leave() {
	members.forEach(({ socket }) => socket.destroy());
	members = [];
}

serve({ open, measure, leave });
