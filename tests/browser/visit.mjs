// --dev runs the existing frontend: a small page with the same client (socket.io-client 2.3.0), the
// same calls and the same pattern of service worker works at the first visit and at the second.

import assert from 'node:assert/strict';
import { copyFileSync, cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

import { rows, scratch } from '../integration/helpers/frustd.mjs';
import { within } from '../integration/helpers/wait.mjs';
import { newPage, reads, start } from './helpers/browser.mjs';

const CLIENT = join(dirname(createRequire(import.meta.url).resolve('sio-2.3.0/package.json')), 'dist/socket.io.js');

function frontend(t) {
	const folder = join(scratch(t), 'frontend');
	cpSync(join(dirname(fileURLToPath(import.meta.url)), 'frontend'), folder, { recursive: true });
	copyFileSync(CLIENT, join(folder, 'scripts/socket.io.js'));
	return folder;
}

// Whoever goes away before this breaks the upgrade off.
const upgraded = (page) => page.waitForFunction(() => socket.io.engine.transport.name === 'websocket');

test('first and second visit of the existing frontend', async (t) => {
	const server = await start(t, { args: ['--dev', '--frontend', frontend(t)] });
	const page = await newPage(t, server.port);
	const answers = [], sockets = [];
	page.on('response', (response) => answers.push([new URL(response.url()).pathname, response.status()]));
	page.on('websocket', (socket) => sockets.push(new URL(socket.url()).searchParams));

	await page.goto(page.origin);
	await reads(page, '#online', '1');
	await reads(page, '#log', /toast medium highlight: Gast ist beigetreten\./);
	await upgraded(page);
	assert.equal(sockets[0].get('EIO'), '3');
	assert.ok(sockets[0].get('sid'), 'polling first, then the upgrade');
	await page.fill('#name', 'Tester 😀');
	await page.fill('#comment', '<b>Kommentar</b> & "x"');
	await page.click('#button');
	await reads(page, '#log li:first-child', 'Tester 😀 (<b>Kommentar</b> & "x") null');
	await reads(page, '#log li:nth-child(2)', /Gast hat sich umbenannt zu Tester 😀\./);
	await page.evaluate(() => sendEvent('fireworks'));
	await reads(page, '#log li:first-child', 'Tester 😀 ! fireworks');
	await reads(page, '#log li:nth-child(2)', /Tester 😀 triggered fireworks!/);
	await reads(page, '#total', '1');
	await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
	assert.deepEqual(await page.evaluate(async () => (await (await caches.open('compatibility-v1')).keys()).map(({ url }) => new URL(url).pathname)),
		['/', '/privacy.html']);

	// The second visit: everything goes through the worker, the page itself comes out of its cache.
	answers.length = 0;
	const again = await page.goto(page.origin);
	assert.deepEqual([again.status(), again.fromServiceWorker()], [200, true]);
	await reads(page, '#total', '1');
	await reads(page, '#online', '1');
	await page.click('#button');
	await reads(page, '#total', '2');
	await upgraded(page);
	await page.goto(`${page.origin}/?cache-bust=1`);
	await reads(page, '#total', '2');
	await upgraded(page);

	await page.goto(`${page.origin}/stats.html`);
	await reads(page, '#answers', /^\{.*\}$/);
	const stats = JSON.parse(await page.textContent('#answers'));
	assert.deepEqual(stats['/api/users'], [{ name: 'Tester 😀', click_count: 1, event_count: 1 }, { name: 'Gast', click_count: 1, event_count: 0 }]);
	assert.deepEqual(stats['/api/latest_clicks'].map(({ comment }) => comment), [null, '<b>Kommentar</b> & "x"']);
	assert.equal(stats['/api/latest_hours'].at(-1).click_count, 2);
	assert.equal(stats['/api/latest_hours'].at(-1).event_count_today, 1);
	assert.equal(typeof stats['/version.json'].commit_sha, 'string');
	assert.equal(stats['/api/current_stats'].click_count_total, 2);
	for (const [path, status] of answers)
		assert.equal(status, 200, path);
	assert.equal((await rows(server.db, 'SELECT count(*) AS n FROM clicks'))[0].n, 2);
});

test('two visitors of the existing frontend see each other', async (t) => {
	const server = await start(t, { args: ['--dev', '--frontend', frontend(t)] });
	const first = await newPage(t, server.port), second = await newPage(t, server.port);
	await first.goto(first.origin);
	await reads(first, '#online', '1');
	await second.goto(second.origin);
	await reads(first, '#online', '2');
	await reads(second, '#online', '2');
	for (let i = 0; i < 3; i++)
		await second.click('#button');
	for (const page of [first, second])
		await reads(page, '#total', '3');
	await second.close();
	await reads(first, '#online', '1');
	await reads(first, '#log', /Gast hat verlassen\./);
});

test('the same client by scripts and forms alone: what is pressed comes back as it was', async (t) => {
	const server = await start(t, { args: ['--dev', '--frontend', frontend(t)] });
	const page = await newPage(t, server.port);
	await page.goto(`${page.origin}/privacy.html`);
	await page.addScriptTag({ url: '/scripts/socket.io.js' });
	const comments = ['[plain]', '["\\]', '[\u2028\u2029]', '[\n]', '[\\n]', '[\\\\n]', '[\\\n]', '[\r\n]', '[\t]', '[😀ü€]', '[</script>]', '[%41+%2B&d=1]'];
	const [shown, acked] = await within(page.evaluate(async (comments) => {
		const socket = io(location.origin, { path: '/api/socket.io', transports: ['polling'], forceJSONP: true });
		const shown = [], acked = [];
		socket.on('click', ({ comment }) => shown.push(comment));
		const press = (comment) => new Promise((resolve) => socket.emit('click', { user: 'Anna', comment }, ({ ok }) => {
			acked.push(ok);
			resolve();
		}));
		await press(comments[0]);
		await Promise.all(comments.slice(1).map(press));
		socket.close();
		return [shown, acked];
	}, comments), 'the clicks and their acks');
	assert.deepEqual(shown, comments);
	assert.deepEqual(acked, comments.map(() => true));
});
