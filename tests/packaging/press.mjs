// Looks at the frustd on this port as a visitor: the page is there, and a press is stored and shown.
// Presses until the total is the one given.
//   node press.mjs PORT TOTAL

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const { io } = createRequire(new URL('../integration/package.json', import.meta.url))('sio-4.8.4');

const [port, total] = process.argv.slice(2).map(Number);
const site = `http://127.0.0.1:${port}`;
const PATIENCE = 60_000; // ms

const page = await fetch(site);
assert.equal(page.status, 200);
assert.match(await page.text(), /<button/);

const socket = io(site, { path: '/api/socket.io', timeout: PATIENCE });
const { click_count_total: before } = await new Promise((resolve, reject) => {
	socket.on('stats', resolve);
	socket.on('connect_error', reject);
});
for (let i = before; i < total; i++)
	assert.equal((await socket.timeout(PATIENCE).emitWithAck('click', { user: 'Änne' })).ok, true);
socket.close();
const stats = await (await fetch(`${site}/api/current_stats`)).json();
assert.equal(stats.click_count_total, total);
