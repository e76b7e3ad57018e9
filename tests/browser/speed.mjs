// At 2 000 clicks a second the page stays smooth: it draws what eyes can follow and counts the rest.

import assert from 'node:assert/strict';
import test from 'node:test';

import { presser } from '../integration/helpers/eio.mjs';
import { complete, open, reads, screenshot, start, watchTasks } from './helpers/browser.mjs';

const RATE = 2000, SECONDS = 5, PRESSERS = 4;
const LONGEST = 200; // ms of CPU time, of any task
const TICK = 10; // ms

// Counts frames, paints (tasks that changed the counter, or the feed) and elements, from now on.
function observe() {
	const seen = { frames: 0, counted: 0, fed: 0, most: 0 };
	window.seen = seen;
	const frame = () => {
		seen.frames++;
		seen.most = Math.max(seen.most, document.querySelectorAll('*').length);
		requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
	const changes = { subtree: true, childList: true, characterData: true };
	new MutationObserver(() => { seen.counted++; }).observe(document.getElementById('count-today'), changes);
	new MutationObserver(() => { seen.fed++; }).observe(document.getElementById('feed'), changes);
}

// Sends RATE clicks a second for SECONDS, evenly, without waiting for their acks.
async function pour(t, port) {
	const pressers = [];
	for (let i = 0; i < PRESSERS; i++)
		pressers.push(await presser(t, port));
	const begun = performance.now();
	let sent = 0;
	while (sent < RATE * SECONDS) {
		const due = Math.min(RATE * SECONDS, Math.floor((performance.now() - begun) / 1000 * RATE));
		for (; sent < due; sent++)
			pressers[sent % PRESSERS].send('click', { user: `user ${sent % 97}`, comment: sent % 3 ? null : `press ${sent}` });
		await new Promise((resolve) => setTimeout(resolve, TICK));
	}
	return sent;
}

for (const path of ['/', '/wall'])
	test(`2 000 clicks a second, seen from ${path}`, async (t) => {
		const server = await start(t, { args: ['--click-rate', '0', '--packet-rate', '0', '--feed-rate', '0'] });
		const page = await open(t, server.port, {}, path);
		await complete(page); // what loading costs is over
		await page.evaluate(() => scrollTo(0, 0));
		const longestTask = await watchTasks(page);
		await page.evaluate(observe);
		const sent = await pour(t, server.port);
		const longest = await longestTask();
		for (const counter of ['total', 'today', 'hour'])
			await reads(page, `#count-${counter}`, new Intl.NumberFormat('de').format(sent));
		await screenshot(page, `speed${path === '/' ? '' : '-wall'}`);
		const seen = await page.evaluate(() => window.seen);
		t.diagnostic(JSON.stringify({ ...seen, longest }));
		assert.ok(seen.counted > 3 && seen.counted <= seen.frames, `the counter was painted ${seen.counted} times in ${seen.frames} frames`);
		assert.ok(seen.fed > 3 && seen.fed <= seen.frames, `the feed was painted ${seen.fed} times in ${seen.frames} frames`);
		assert.ok(seen.most < 900, `${seen.most} elements at most`);
		assert.ok(await page.locator('#feed li').count() <= 40);
		assert.ok(longest <= LONGEST, `a task took ${longest} ms`);
	});

// It is shown a sample of the clicks, as pages are by default at such a rate.
test('a page in the background counts on and piles nothing up', async (t) => {
	const server = await start(t, { args: ['--click-rate', '0', '--packet-rate', '0'] });
	const page = await open(t, server.port);
	// A hidden page gets no frames until it is looked at again.
	await page.evaluate(() => {
		window.held = [];
		window.frame = window.requestAnimationFrame;
		window.requestAnimationFrame = (fn) => window.held.push(fn);
		window.away = true;
		Object.defineProperty(document, 'hidden', { get: () => window.away });
	});
	const sent = await pour(t, server.port);
	const held = await page.evaluate(() => {
		window.requestAnimationFrame = window.frame;
		window.away = false;
		document.dispatchEvent(new Event('visibilitychange'));
		window.held.forEach((fn) => requestAnimationFrame(fn));
		return window.held.length;
	});
	assert.ok(held < 10, `${held} frames were asked for`);
	await reads(page, '#count-total', new Intl.NumberFormat('de').format(sent));
	assert.ok(await page.locator('#feed li').count() <= 40);
});
