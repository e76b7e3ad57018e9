// Runs the rows round by round and prints medians, of figures and of paired ratios.
//     node bench/run/main.mjs [--rounds N] [what…]

import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { parts } from './rows.mjs';
import { load, OUT, withServer } from './servers.mjs';

const RESULTS = join(OUT, 'results.jsonl');
const ROUNDS = 5;

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[Math.floor(values.length / 2)];
const short = (value) => String(Number(value.toPrecision(3)));

async function measure(row, [name, how, kind = name]) {
	const figures = typeof how === 'function' ? await how(kind)
		: await withServer(kind, {}, (server) => load(server, how));
	if (figures.settle_s)
		figures.settled_per_s = figures.clients / figures.settle_s;
	return figures[row.figure];
}

// All sides of a round right after one another: what disturbs one disturbs the other. Every other
// round goes backwards.
async function measureRow(row, rounds) {
	const values = Object.fromEntries(row.sides.map(([name]) => [name, []]));
	for (let round = 0; round < rounds; round++)
		for (const side of round % 2 ? [...row.sides].reverse() : row.sides)
			values[side[0]].push(await measure(row, side));
	return values;
}

function write(record) {
	appendFileSync(RESULTS, `${JSON.stringify({ at: new Date().toISOString(), ...record })}\n`);
}

const spread = (values) => ({ median: median(values), least: Math.min(...values), most: Math.max(...values) });

function reached(less, value, goal) {
	if (goal === undefined)
		return undefined;
	return less ? value <= goal : value >= goal;
}

function report(row, values) {
	const [first] = row.sides[0];
	console.log(`\n${row.what} (${row.unit})`);
	for (const [name, list] of Object.entries(values)) {
		const { median: middle, least, most } = spread(list);
		const goal = name === first ? row.most : undefined;
		const verdict = reached(true, middle, goal);
		write({ what: row.what, unit: row.unit, side: name, values: list, ...spread(list), goal, reached: verdict });
		console.log(`  ${name.padEnd(32)} ${short(middle).padStart(9)}   ${short(least)} … ${short(most)}` +
			`${goal ? `   goal ${goal}: ${verdict ? 'reached' : 'MISSED'}` : ''}`);
	}
	for (const [name] of row.sides.slice(1)) {
		const ratios = values[first].map((value, i) => value / values[name][i]);
		const { median: middle, least, most } = spread(ratios);
		const goal = row.goals[name];
		const verdict = reached(row.less, middle, goal);
		write({ what: row.what, ratio: `${first} / ${name}`, values: ratios, ...spread(ratios), goal, reached: verdict });
		console.log(`  ÷ ${name.padEnd(30)} ${short(middle).padStart(9)}   ${short(least)} … ${short(most)}` +
			`${goal ? `   goal ${row.less ? '≤' : '≥'} ${short(goal)}: ${verdict ? 'reached' : 'MISSED'}` : ''}`);
	}
}

function readArguments(args) {
	const at = args.indexOf('--rounds');
	const [, rounds = ROUNDS] = at < 0 ? [] : args.splice(at, 2);
	const unknown = args.filter((name) => !parts[name]);
	if (unknown.length || !(Number(rounds) >= 1)) {
		console.error(`usage: bench [--rounds N] [what…]\nwhat: ${Object.keys(parts).join(' ')}`);
		process.exit(2);
	}
	return { rounds: Number(rounds), names: args.length ? args : Object.keys(parts) };
}

const { rounds, names } = readArguments(process.argv.slice(2));
mkdirSync(OUT, { recursive: true });
console.log(`${rounds} rounds; medians and ranges; ratios are those of each round`);
for (const name of names)
	for (const row of parts[name])
		report(row, await measureRow(row, rounds));
console.log(`\nas lines of JSON: ${RESULTS}`);
