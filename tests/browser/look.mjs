// How it looks: screenshots of each view, colours that follow the system, the browser's language.

import assert from 'node:assert/strict';
import test from 'node:test';

import { rows, start } from '../integration/helpers/frustd.mjs';
import { presser } from '../integration/helpers/eio.mjs';
import { at, before, database, seconds } from '../integration/helpers/site.mjs';
import { complete, DESKTOP, open, PHONE, reads, screenshot } from './helpers/browser.mjs';

const NOW = seconds('2026-11-19T14:20:00Z');
const NAMES = ['Anna', 'Jürgen', 'Zoë', 'Mehmet', 'Lena', 'Özgür', 'Tim', 'Sofia', 'Kai', 'Ada', 'Emmy', 'Prof. Q'];
const COMMENTS = ['Blatt 7, Aufgabe 3b', 'es kompiliert nicht', null, 'Lemma 6.7', null, 'noch 40 Seiten', 'segfault', null, 'Kaffee ist alle', 'off by one'];
const STYLES = [null, null, 'green', null, 'highlight', null, 'purple dotted', null, null, 'fire fancy', null, 'big', null];

// A week with its days and nights, the same every time.
function week(t) {
	const hours = [];
	let total = 0, events = 0;
	for (let i = 24 * 6 + 14; i >= 0; i--) {
		const time = NOW - NOW % 3600 - i * 3600, hour = new Date(time * 1000).getUTCHours();
		const clicks = Math.max(0, Math.round(42 * Math.sin((hour - 5) / 17 * Math.PI) * (0.55 + 0.45 * Math.sin(i * 1.7)) ** 2));
		const extra = i % 11 === 3 ? 1 : 0;
		hours.push(`(${[time, clicks, extra, total += clicks, events += extra]})`);
	}
	const users = NAMES.map((name, i) => `('${name}', ${Math.round(total * 0.2 * 0.8 ** i)}, ${i % 4})`);
	return database(t, `INSERT INTO hours VALUES ${hours}; INSERT INTO users VALUES ${users};`);
}

// A server on such a week, with people in it who press.
async function lively(t) {
	const server = await start(t, { db: week(t), args: at(NOW) });
	const people = [];
	for (const name of NAMES) {
		const client = await presser(t, server.port);
		await client.press('auth', name);
		people.push([client, name]);
	}
	let turn = 0;
	server.press = async () => {
		const [client, user] = people[turn * 7 % people.length];
		const answer = await client.press('click', { user, comment: COMMENTS[turn % COMMENTS.length], style: STYLES[turn % STYLES.length] });
		assert.equal(answer.ok, true);
		turn++;
	};
	for (let i = 0; i < 25; i++)
		await server.press();
	return server;
}

for (const [view, options] of Object.entries({ desktop: DESKTOP, phone: PHONE }))
	for (const colorScheme of ['light', 'dark'])
		test(`screenshots: ${view}, ${colorScheme}`, async (t) => {
			const server = await lively(t);
			const page = await open(t, server.port, { ...options, colorScheme, locale: view === 'phone' ? 'en-US' : 'de-DE' });
			await complete(page);
			await reads(page, '#people', /Prof. Q/);
			await page.locator('#press').scrollIntoViewIfNeeded();
			await page.evaluate(() => scrollTo(0, 0));
			for (let i = 0; i < 6; i++) {
				await server.press();
				if (i % 3 === 0)
					await page.click('#press');
			}
			await screenshot(page, `page-${view}-${colorScheme}`);
			await screenshot(page, `page-${view}-${colorScheme}-whole`, { fullPage: true });
			await page.click('#help');
			await screenshot(page, `help-${view}-${colorScheme}`);
			await page.goto(`${page.origin}/wall`);
			await page.waitForSelector('#chart canvas');
			await reads(page, '#count-online', '13');
			for (let i = 0; i < 6; i++)
				await server.press();
			await screenshot(page, `wall-${view}-${colorScheme}`);

			const [background, ink] = await page.evaluate(() => {
				const style = getComputedStyle(document.documentElement);
				return [style.backgroundColor, style.color].map((color) => color.match(/\d+/g).reduce((sum, part) => sum + Number(part), 0));
			});
			assert.equal(background > ink, colorScheme === 'light');
		});

test('colours follow the system while the page is open', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port, { colorScheme: 'light' });
	const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
	const light = await background();
	await page.emulateMedia({ colorScheme: 'dark' });
	assert.notEqual(await background(), light);
});

test('German for those who read German, English for all others', async (t) => {
	const server = await start(t);
	for (const [locale, lang, press, today] of [['de-DE', 'de', 'ich verzweifle', 'heute'], ['de-AT', 'de', 'ich verzweifle', 'heute'],
		['en-US', 'en', 'I despair', 'today'], ['fr-FR', 'en', 'I despair', 'today']]) {
		const page = await open(t, server.port, { locale });
		assert.equal(await page.getAttribute('html', 'lang'), lang, locale);
		await reads(page, '#press', press);
		await reads(page, '.counters div:nth-child(2) dt', today);
		assert.deepEqual(await page.$$eval('[data-t]', (all) => all.filter((element) => !element.textContent).map((element) => element.dataset.t)), [], 'every word is said');
		assert.deepEqual(await page.$$eval('[data-t-label]', (all) => all.filter((element) => !/\w/.test(element.ariaLabel) || element.ariaLabel === 'undefined').length), 0);
	}
});

test('the heat map and the chart tell the hours in words too', async (t) => {
	const server = await start(t, { db: database(t, `INSERT INTO hours VALUES (${seconds('2026-11-18T09:00:00Z')}, 42, 1, 42, 1), (${seconds('2026-11-19T13:00:00Z')}, 7, 0, 49, 1);`),
		args: at(NOW) });
	const page = await open(t, server.port);
	await reads(page, '#chart-note', 'Am schlimmsten: Mittwoch, 10 Uhr, 42-mal gedrückt.');
	await reads(page, '#week-note', /^49-mal gedrückt in sieben Tagen/);
	assert.equal(await page.getAttribute('#week td[data-level="5"]', 'title'), 'Mittwoch, 10 Uhr: 42');
	assert.equal(await page.locator('#week tbody td').count(), 7 * 24);
	const client = await presser(t, server.port);
	for (let i = 0; i < 50; i++)
		client.send('click', { user: 'u' });
	await reads(page, '#chart-note', 'Am schlimmsten: Donnerstag, 15 Uhr, 50-mal gedrückt.');
	await complete(page);
});

test('a site in a zone shows its days', async (t) => {
	const server = await start(t, { args: ['--timezone', 'Asia/Kolkata', ...at(seconds('2026-11-19T20:10:00Z'))] }); // Friday, 1:40
	const page = await open(t, server.port);
	await page.click('#press');
	await reads(page, '#chart-note', 'Am schlimmsten: Freitag, 01 Uhr, 1-mal gedrückt.');
	await page.waitForSelector('#week tr:last-child td:nth-child(3)[title="Freitag, 1 Uhr: 1"]');
	await page.waitForSelector('#week tr:last-child td:nth-child(4)[data-level="later"]');
	await complete(page);
});

test('at the hour\'s turn the page goes on with the next hour', async (t) => {
	const { page } = await before(t, seconds('2026-11-19T15:00:00Z'), {}, async (server) => {
		const opened = await open(t, server.port, { forgive: [/./] }); // a server that is too late is stopped
		await opened.click('#press');
		await reads(opened, '#count-total', '1');
		const [{ timestamp }] = await rows(server.db, 'SELECT timestamp FROM clicks');
		return { page: opened, timestamp };
	});
	await reads(page, '#count-hour', '0');
	await reads(page, '#count-today', '1');
	await page.click('#press');
	await reads(page, '#count-hour', '1');
	await reads(page, '#count-today', '2');
	await page.waitForFunction(() => [...document.querySelectorAll('#week td:not([data-level="0"], [data-level="later"])')].length === 2);
});
