// Pressing: seen by the one who does it and by everybody else.

import assert from 'node:assert/strict';
import test from 'node:test';

import { frustctl, rows } from '../integration/helpers/frustd.mjs';
import { getJson } from '../integration/helpers/http.mjs';
import { open, PHONE, reads, start, told } from './helpers/browser.mjs';

test('a press in one browser is seen in another', async (t) => {
	const server = await start(t);
	const anna = await open(t, server.port), berta = await open(t, server.port, { ...PHONE, locale: 'en-GB' });

	await anna.fill('#name', 'Anna');
	await anna.press('#name', 'Enter');
	await told(berta, 'toasts', /Anna/);
	await anna.fill('#comment', 'Blatt 7');
	await anna.press('#comment', 'Enter');
	await reads(berta, '#feed li:first-child b', 'Anna');
	await reads(berta, '#feed li:first-child q', 'Blatt 7');
	assert.equal(await anna.inputValue('#comment'), '', 'one press, one comment');
	await anna.click('#press');
	await anna.click('#press');
	await reads(berta, '#count-total', '3'); // in this order
	await berta.tap('#press');

	for (const page of [anna, berta])
		for (const counter of ['total', 'today', 'hour'])
			await reads(page, `#count-${counter}`, '4');
	await reads(anna, '#count-mine', '3');
	await reads(berta, '#count-mine', '1');
	await reads(anna, '#feed li:first-child', /Guest verzweifelt/);
	await reads(anna, '#feed li:nth-child(2)', /Anna verzweifelt ×2/);
	await reads(berta, '#count-online', '2');
	await reads(berta, '#people', /Anna.*Guest/s);
	await reads(berta, '#ranks li:first-child', /Anna3/);
	await reads(berta, '#state-text', 'live · 2 here');
	assert.match(await anna.title(), /frust/);
	assert.deepEqual(await rows(server.db, 'SELECT user, comment, style FROM clicks ORDER BY id'), [
		{ user: 'Anna', comment: 'Blatt 7', style: null }, { user: 'Anna', comment: null, style: null },
		{ user: 'Anna', comment: null, style: null }, { user: 'Guest', comment: null, style: null }]);
});

test('who presses too fast is told so once a second, and sees what counted', async (t) => {
	const server = await start(t, { args: ['--click-rate', '1'] });
	const page = await open(t, server.port);
	const begun = await page.evaluate(() => {
		const now = performance.now();
		for (let i = 0; i < 40; i++)
			document.getElementById('press').click();
		return now;
	});
	await told(page, 'toasts', /Abgelehnt: zu schnell/);
	await page.waitForFunction(async () => {
		const { click_count_total: counted } = await (await fetch('/api/current_stats')).json();
		return counted > 0 && counted < 40 && document.getElementById('count-mine').textContent === `${counted}`;
	});
	const [refusals, ms] = await page.evaluate((since) =>
		[window.told.toasts.filter(({ text }) => /Abgelehnt/.test(text)).length, performance.now() - since], begun);
	assert.ok(refusals <= 1 + ms / 1000, `${refusals} in ${ms} ms`);
});

test('what was pressed before is there, once', async (t) => {
	const server = await start(t);
	const early = await open(t, server.port);
	for (const comment of ['eins', 'zwei', 'drei']) {
		await early.fill('#comment', comment);
		await early.press('#comment', 'Enter');
		await reads(early, '#feed li:first-child q', comment);
	}
	const late = await open(t, server.port);
	await late.waitForFunction(() => document.querySelectorAll('#feed li').length === 3);
	assert.deepEqual(await late.locator('#feed q').allTextContents(), ['drei', 'zwei', 'eins']);
	await reads(late, '#count-total', '3');
	await reads(late, '#count-mine', '0');
});

test('commands style the next presses, trigger events and list themselves', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port);
	const command = async (text) => {
		await page.fill('#comment', text);
		await page.press('#comment', 'Enter');
	};
	await command('/green');
	await command('/big');
	await page.click('#press');
	await page.waitForSelector('#feed li.click.s-green.s-big');
	await command('/red'); // one colour at a time
	await command('/big');
	await page.click('#press');
	await page.waitForSelector('#feed li:first-child.click.s-red:not(.s-green, .s-big)');
	await command('/plain');
	await command('/lemma 6.7');
	await reads(page, '#feed li:first-child', /löst Lemma 6.7 aus/);
	await command('/name Zoë');
	assert.equal(await page.inputValue('#name'), 'Zoë');
	await command('/nonsense <b>');
	await reads(page, '#alarm', /\/nonsense/);

	await command('/help');
	await page.click('#commands >> text=/fireworks');
	await reads(page, '#feed li:first-child', /Zoë löst Feuerwerk aus/);
	await page.waitForSelector('#commands', { state: 'hidden' });
	assert.deepEqual((await rows(server.db, 'SELECT style FROM clicks ORDER BY id')).map(({ style }) => style), ['green big', 'red']);
	assert.deepEqual(await rows(server.db, 'SELECT user, name FROM events ORDER BY id'), [
		{ user: 'Gast', name: 'lemma 6.7' }, { user: 'Zoë', name: 'fireworks' }]);
});

test('each global event is a key, and has its effect without an error', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port), other = await open(t, server.port, { reducedMotion: 'reduce' });
	const keys = await page.locator('#events button').count();
	assert.ok(keys >= 6);
	// One by one: what comes within one paint is counted in a line from the fifth on.
	for (let i = 0; i < keys; i++) {
		await page.locator('#events button').nth(i).click();
		await other.waitForFunction((n) => document.querySelectorAll('#feed li.event').length === n, i + 1);
	}
	assert.equal(await other.isHidden('#sky'), true, 'nothing flies for those who want no motion');
	const { event_count_total } = await getJson(t, server.port, '/api/current_stats');
	assert.equal(event_count_total, keys);
});

test('limits are counted in code points, also of emoji', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port);
	await page.fill('#name', '😀'.repeat(20));
	assert.equal(await page.inputValue('#name'), '😀'.repeat(15));
	await reads(page, '#name-left', 'noch 0');
	await page.fill('#comment', '👩‍👩‍👧'.repeat(20));
	assert.equal([...await page.inputValue('#comment')].length, 75);
	await page.click('#press');
	await reads(page, '#count-mine', '1');
	const [click] = await rows(server.db, 'SELECT user, comment FROM clicks');
	assert.equal(click.user, '😀'.repeat(15));
	assert.equal([...click.comment].length, 75);
});

test('the name is kept for the next visit', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port);
	await page.fill('#name', 'Änne');
	await page.press('#name', 'Enter');
	await page.reload();
	await reads(page, '#people', /Änne/);
	assert.equal(await page.inputValue('#name'), 'Änne');
});

test('a refusal is told to the presser alone', async (t) => {
	const server = await start(t, { args: ['--comment-max', '3'] });
	const page = await open(t, server.port), other = await open(t, server.port);
	await page.fill('#comment', 'zu lang');
	await page.press('#comment', 'Enter');
	await reads(page, '#alarm', /^Abgelehnt: .*too long/);
	assert.equal(await page.inputValue('#comment'), 'zu lang', 'it is not lost');
	await page.fill('#comment', '');
	await page.click('#press');
	await reads(other, '#count-total', '1');
	await reads(page, '#count-mine', '1');
	assert.equal(await other.textContent('#alarm'), '');
});

test('announcements are toasts, or popups that wait for an OK', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port);
	const announce = async (...args) => assert.equal((await frustctl(['--db', server.db, 'announce', '--yes', ...args])).code, 0);
	await announce('Die Mensa <b>brennt</b>', '--style', 'red');
	assert.match((await told(page, 'toasts', 'Die Mensa <b>brennt</b>')).className, /\bs-red\b/);
	await announce('Erstens', '--popup');
	await reads(page, '#popup[open] #popup-text', 'Erstens');
	await announce('Zweitens <i>', '--popup');
	await announce('Drittens');
	await told(page, 'toasts', 'Drittens'); // they come in this order
	await reads(page, '#popup[open] #popup-text', 'Erstens');
	await page.click('#popup button');
	await reads(page, '#popup[open] #popup-text', 'Zweitens <i>');
	await page.keyboard.press('Escape');
	await page.waitForSelector('#popup', { state: 'hidden' });
});
