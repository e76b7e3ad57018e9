// For everybody: keyboard only, screen readers, reduced motion, zoom, and no rule of axe-core broken.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';

import { rows } from '../integration/helpers/frustd.mjs';
import { presser } from '../integration/helpers/eio.mjs';
import { complete, DESKTOP, open, PHONE, reads, start } from './helpers/browser.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// What a page looks like with all its parts filled.
async function busyServer(t) {
	const server = await start(t);
	const client = await presser(t, server.port);
	const styles = [null, 'red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'highlight', 'fire fancy', 'dotted small', 'big highlight'];
	for (const [i, style] of styles.entries())
		await client.press('click', { user: `user ${i}`, comment: style, style });
	await client.press('event', { user: 'Anna', name: 'fireworks' });
	return server;
}

// Runs in the browser's isolated world, where the page's policy does not hold axe back.
async function assertAccessible(page, what) {
	const client = await page.context().newCDPSession(page);
	const { frameTree } = await client.send('Page.getFrameTree');
	const { executionContextId: contextId } = await client.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
	const evaluate = async (expression) => {
		const { result, exceptionDetails } = await client.send('Runtime.evaluate', { expression, contextId, awaitPromise: true, returnByValue: true });
		assert.equal(exceptionDetails, undefined, exceptionDetails?.exception?.description);
		return result.value;
	};
	await evaluate(`${AXE};0`);
	const options = { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
	const found = await evaluate(`axe.run(document, ${JSON.stringify(options)}).then(({ violations, passes }) => ({
		passes: passes.length, violations: violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html + ' ' + node.failureSummary)]) }))`);
	assert.ok(found.passes > 15, `${what}: rules were checked`);
	assert.deepEqual(found.violations, [], what);
}

for (const [view, options] of Object.entries({ desktop: DESKTOP, phone: PHONE }))
	for (const colorScheme of ['light', 'dark'])
		test(`axe finds nothing: ${view}, ${colorScheme}`, async (t) => {
			const server = await busyServer(t);
			const page = await open(t, server.port, { ...options, colorScheme, reducedMotion: 'reduce' });
			await complete(page);
			await reads(page, '#ranks', /user 11/);
			await assertAccessible(page, 'the page');
			await page.click('#help');
			await assertAccessible(page, 'the commands');
			await page.click('#commands .close');
			await page.goto(`${page.origin}/wall`);
			await reads(page, '#count-today', '12');
			await assertAccessible(page, 'the wall');
		});

test('axe finds nothing while disconnected', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port, { reducedMotion: 'reduce', forgive: [/WebSocket connection|Failed to load/] });
	await server.stop();
	await page.waitForSelector('#state[data-state="waiting"]');
	await assertAccessible(page, 'disconnected');
});

test('everything can be done with the keyboard alone', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port);
	const { keyboard } = page;
	const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
	const tabTo = async (wanted) => {
		for (let i = 0; i < 40; i++) {
			if (await focused() === wanted)
				return;
			await keyboard.press('Tab');
		}
		assert.fail(`Tab does not lead to ${wanted}`);
	};
	await keyboard.press('Tab');
	assert.equal(await focused(), 'Zum Knopf');
	await keyboard.press('Enter');
	await tabTo('press');
	assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none', 'focus is seen');
	await keyboard.press('Enter');
	await keyboard.press('Space');
	await reads(page, '#count-mine', '2');
	await keyboard.down('Enter'); // held down: repeats, and is one press
	for (let i = 0; i < 5; i++)
		await keyboard.down('Enter');
	await keyboard.up('Enter');
	await reads(page, '#count-mine', '3');
	await tabTo('name');
	await keyboard.type('Tastatur');
	await tabTo('comment');
	await keyboard.type('ohne Maus');
	await keyboard.press('Enter');
	await reads(page, '#feed li:first-child', /Tastatur verzweifelt.*ohne Maus/);
	await keyboard.type('/help');
	await keyboard.press('Enter');
	await page.waitForSelector('#commands[open]');
	await keyboard.press('Escape');
	await page.waitForSelector('#commands', { state: 'hidden' });
	assert.equal(await focused(), 'comment', 'focus comes back');
	await tabTo('help');
	await tabTo('feed');
	await page.waitForFunction(() => document.querySelector('#events button'));
	await keyboard.press('Tab');
	await keyboard.press('Space');
	await reads(page, '#feed li:first-child', /Feuerwerk/);
	assert.deepEqual((await rows(server.db, 'SELECT user, comment FROM clicks ORDER BY id')).at(-1), { user: 'Tastatur', comment: 'ohne Maus' });
});

test('screen readers hear a digest, never each press', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port);
	await page.waitForFunction(() => document.getElementById('digest').textContent); // who came is told
	const begun = performance.now();
	await page.evaluate(() => {
		window.said = [];
		new MutationObserver(() => window.said.push(document.getElementById('digest').textContent)).observe(document.getElementById('digest'), { childList: true });
	});
	const client = await presser(t, server.port);
	for (let i = 0; i < 200; i++)
		await client.press('click', { user: 'viele' });
	await reads(page, '#count-total', '200');
	await reads(page, '#digest', /Heute 200/);
	const said = await page.evaluate(() => window.said);
	assert.ok(said.length <= 2 + (performance.now() - begun) / 12_000, said.join(' | '));
	assert.equal(said.reduce((sum, text) => sum + Number(text.match(/(\d+) neue Klicks/)?.[1] ?? 0), 0), 200);
	assert.deepEqual(await page.$$eval('[aria-live], [role=status], [role=alert], [role=log]', (all) => all.map(({ id }) => id)), ['digest', 'alarm']);
});

test('reduced motion moves nothing', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port, { reducedMotion: 'reduce' });
	await page.click('#press');
	await reads(page, '#count-mine', '1');
	assert.deepEqual(await page.evaluate(() => document.getAnimations().length), 0);
	const drawn = () => page.evaluate(() => document.getElementById('stage').toDataURL());
	const before = await drawn();
	await page.click('#press');
	await reads(page, '#count-mine', '2');
	assert.equal(await drawn(), before, 'no ring, no tremor');
});

test('the page works at 200 % zoom and on the smallest phone', async (t) => {
	const server = await busyServer(t);
	for (const viewport of [{ width: 320, height: 568 }, { width: 720, height: 450 }]) {
		const page = await open(t, server.port, { viewport });
		await page.click('#press');
		await reads(page, '#count-mine', '1');
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `no sideways scrolling at ${viewport.width}`);
		assert.doesNotMatch(await page.getAttribute('meta[name=viewport]', 'content'), /maximum-scale|user-scalable/);
	}
});
