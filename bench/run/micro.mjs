// Rows without a network: what parts of the work cost by themselves.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { BUILD, OUT, onSecond } from './servers.mjs';

const SECONDS = '1';

// Bare SQLite, so many clicks a commit, in a file of its own.
export const bare = (batch) => async () => {
	const dir = mkdtempSync(join(OUT, 'sqlite-'));
	try {
		const figures = JSON.parse(await onSecond(`${BUILD}/bench/floor_sqlite`, [join(dir, 'db'), String(batch), SECONDS]));
		return { clicks_per_s: figures.rows_per_s, cpu_us_per_click: figures.cpu_us_per_row };
	} finally {
		rmSync(dir, { recursive: true });
	}
};

const cost = (name) => ({
	what: `micro: ${name}`, unit: 'ns CPU', less: true, figure: name,
	sides: [['frustd', async () => JSON.parse(await onSecond(`${BUILD}/bench/micro`, [name]))]], goals: {},
});

export const micro = [cost('decode'), cost('encode'), cost('fan-out'), cost('commit')];
