// Names, comments, styles, events and messages are text, whatever they look like.

import assert from 'node:assert/strict';
import test from 'node:test';

import { presser } from '../integration/helpers/eio.mjs';
import { open, reads, screenshot, start, told } from './helpers/browser.mjs';

const HOSTILE = [
	'<img src=x onerror="window.hacked=1">', '<script>window.hacked=1</script>', '"><svg onload=window.hacked=1>', '&lt;b&gt;&amp;',
	'javascript:window.hacked=1', '{{constructor}}', '\u202eabc\u202d', '🏳️‍🌈👩‍👩‍👧‍👦'.repeat(4), '̷̸'.repeat(30) + 'Z', '</q></li></ol><h1>x', 'a\u2028b\u2029c',
	'\u200b', 'x\ty\nz', 'العربية עברית', '__proto__', 'W'.repeat(75), '%3Cb%3E ${1+1} `x`',
];
const NAMES = ['<b>bold</b>', '<img src=x>', '__proto__', 'constructor', 'toString', '\u202eevil', 'null', '"\'`<>&', '😀'.repeat(15), 'W'.repeat(15)];
const STYLES = ['green', 'constructor __proto__', '"><b>', 's-big stamp unseen', 'fire fancy big small dotted'];

test('names, comments and styles from hell are shown as text', async (t) => {
	const server = await start(t);
	const page = await open(t, server.port), wall = await open(t, server.port, {}, '/wall');
	const client = await presser(t, server.port);
	for (const [i, comment] of HOSTILE.entries()) {
		const ack = await client.press('click', { user: NAMES[i % NAMES.length], comment, style: STYLES[i % STYLES.length] });
		assert.equal(ack.ok, true, `${comment}: ${ack.error}`);
		const shown = comment.trim();
		for (const seen of [page, wall]) {
			await reads(seen, '#feed li:first-child q', shown);
			await reads(seen, '#feed li:first-child b', NAMES[i % NAMES.length].trim());
		}
	}
	for (const name of ['<marquee>', '__proto__', 'constructor', 'left', 'toString', 'hasOwnProperty']) {
		assert.equal((await client.press('event', { user: '<i>', name })).ok, true);
		await reads(page, '#feed li:first-child', new RegExp(`<i> löst ${name} aus`));
		await told(page, 'toasts', new RegExp(`<i> triggered ${name}!`));
	}
	await reads(page, '#ranks', /<b>bold<\/b>/);
	await reads(page, '#people', /<i>/);
	await screenshot(page, 'hostile', { fullPage: true });

	// The same from the routes, as a newcomer gets it.
	const late = await open(t, server.port);
	await late.waitForFunction(() => document.querySelectorAll('#feed li').length > 20);
	for (const seen of [page, wall, late]) {
		assert.equal(await seen.evaluate(() => window.hacked), undefined);
		assert.equal(await seen.locator('main img, main script, main marquee, #feed svg, #feed h1, .toasts b').count(), 0);
		assert.deepEqual(await seen.evaluate(() => [...document.querySelectorAll('#feed li')].flatMap((row) => [...row.classList])
			.filter((name) => !/^(click|event|fresh|more|s-(green|fire|fancy|big|small|dotted))$/.test(name))), []);
		const overflow = await seen.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		assert.ok(overflow <= 0, `nothing is wider than the page: ${overflow}`);
	}
});
