// The connection's state is shown as it is, and a lost one comes back with everything right.

import assert from 'node:assert/strict';
import test from 'node:test';

import { presser } from '../integration/helpers/eio.mjs';
import { complete, live, newPage, open, reads, screenshot, start, told, tryNow } from './helpers/browser.mjs';

const LOST = [/Failed to load resource|WebSocket connection|ERR_(CONNECTION|INTERNET)/];

test('the page reconnects after a restart, with the counters right', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port, { forgive: LOST });
	await page.click('#press');
	await reads(page, '#count-total', '1');
	await complete(page);

	await server.stop();
	await page.waitForSelector('#banner:not([hidden])');
	await reads(page, '#banner-text', /Die Verbindung ist weg|Verbinde/);
	assert.notEqual(await page.getAttribute('#state', 'data-state'), 'live');
	await page.click('#press');
	await reads(page, '#alarm', 'Ohne Verbindung zählt das nicht.');
	await screenshot(page, 'disconnected');

	// Somebody presses on another server over the same database while this page is away.
	const between = await start(t, { db: server.db });
	const other = await presser(t, between.port);
	for (let i = 0; i < 5; i++)
		await other.press('click', { user: 'Andere', comment: `verpasst ${i}` });
	await between.stop();

	await start(t, { db: server.db, args: ['--port', String(server.port)] });
	await tryNow(page);
	await live(page);
	await page.waitForSelector('#banner', { state: 'hidden' });
	await reads(page, '#count-total', '6');
	await reads(page, '#count-mine', '1');
	await reads(page, '#feed li:first-child q', 'verpasst 4');
	assert.equal(await page.locator('#feed q').count(), 5);
	await told(page, 'digest', /Wieder verbunden/);
	await page.click('#press');
	await reads(page, '#count-total', '7');
	await reads(page, '#count-mine', '2');
});

test('the countdown runs and the button tries at once', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port, { forgive: LOST, locale: 'en-US' });
	await complete(page);
	await server.stop();
	await reads(page, '#banner-count', /^Next try in [0-9]+ s$/);
	// After a few failures the pause is long enough for nobody to wait.
	for (let i = 0; i < 4; i++) {
		await page.waitForSelector('#state[data-state="waiting"]');
		await page.click('#banner-now');
	}
	await reads(page, '#banner-count', /^Next try in ([6-9]|1[0-9]) s$/);
	await reads(page, '#banner-count', /^Next try in [3-5] s$/);
	await start(t, { db: server.db, args: ['--port', String(server.port)] });
	await tryNow(page);
	await live(page);
	await page.waitForSelector('#banner', { state: 'hidden' });
});

test('without a network the page says so, and comes back by itself', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port, { forgive: LOST });
	await complete(page);
	await page.context().setOffline(true);
	await reads(page, '#banner-text', 'Kein Netz.');
	await reads(page, '#state-text', 'offline');
	await screenshot(page, 'offline');
	await page.context().setOffline(false);
	await live(page);
});

test('a server that is not there yet', async (t) => {
	const server = await start(t);
	const page = await newPage(t, server.port, { forgive: LOST });
	await page.route('**/api/**', (route) => route.abort());
	let there = false;
	await page.routeWebSocket(/.*/, (socket) => (there ? socket.connectToServer() : socket.close()));
	await page.goto(page.origin);
	await page.waitForSelector('#banner:not([hidden])');
	await reads(page, '#count-total', '–');
	there = true;
	await page.unrouteAll();
	await page.evaluate(() => dispatchEvent(new Event('online')));
	await reads(page, '#feed', /Noch niemand/);
});
