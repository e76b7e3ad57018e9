// Prints the newest figures of build/bench/results.jsonl as docs/PERFORMANCE.md's table.
//     node bench/run/table.mjs

import { readFileSync } from 'node:fs';

const short = (value) => String(Number(value.toPrecision(3)));
const range = ({ least, most }) => `${short(least)} – ${short(most)}`;
const verdict = ({ reached }) => (reached === undefined ? '' : reached ? 'yes' : '**no**');

const rows = new Map(); // what → { unit, sides: name → record, ratios: name → record }
for (const line of readFileSync('build/bench/results.jsonl', 'utf8').trim().split('\n')) {
	const record = JSON.parse(line);
	if (!rows.has(record.what))
		rows.set(record.what, { sides: new Map(), ratios: new Map() });
	const row = rows.get(record.what);
	if (record.side)
		row.sides.set(record.side, record);
	else
		row.ratios.set(record.ratio, record);
	row.unit ??= record.unit;
}

console.log('| what | side | median | range | its ratio | range | goal | reached |\n|---|---|---|---|---|---|---|---|');
for (const [what, { unit, sides, ratios }] of rows) {
	let title = `${what}, ${unit}`;
	for (const [name, side] of sides) {
		const ratio = [...ratios.values()].find(({ ratio: text }) => text.endsWith(` / ${name}`));
		const { goal, reached } = ratio ?? side;
		const cells = [title, name, short(side.median), range(side), ratio ? short(ratio.median) : '', ratio ? range(ratio) : '',
			goal === undefined ? '' : short(goal), verdict({ reached })];
		console.log(`| ${cells.join(' | ')} |`);
		title = '';
	}
}
