// A real Chromium and pages in it that hold what every page of frustd promises: no error in the
// console, nothing that the Content-Security-Policy had to stop, no request that leaves the site.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';

import { chromium } from 'playwright-core';

import { start as startNow } from '../../integration/helpers/frustd.mjs';
import { at, NOW } from '../../integration/helpers/site.mjs';
import { defer } from '../../integration/helpers/wait.mjs';

const { CHROMIUM, ARTEFACTS } = process.env;
assert.ok(CHROMIUM && ARTEFACTS, 'CHROMIUM names the browser, ARTEFACTS the folder for screenshots');

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];

export const PATIENCE = 60_000; // ms; for a sanitizer build on a busy machine
export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: 2 * PATIENCE });
after(() => browser.close());

// frustd.mjs' start(), in the middle of an hour: it does not turn while a test counts what is in it. All of a file's
// servers go by the same clock.
const CLOCK = at(NOW);
export const start = (t, { args = [], ...options } = {}) => startNow(t, { args: [...CLOCK, ...args], ...options });

// What a page did wrong, as it happens.
function watch(page, origin, forgive) {
	const wrong = [];
	const note = (text) => forgive.some((pattern) => pattern.test(text)) || wrong.push(text);
	page.on('console', (message) => ['error', 'warning'].includes(message.type()) && note(`console: ${message.text()}`));
	page.on('pageerror', (error) => note(`uncaught: ${error.stack}`));
	page.on('request', (request) => new URL(request.url()).origin === origin || note(`leaves the site: ${request.url()}`));
	page.on('websocket', (socket) => new URL(socket.url()).host === new URL(origin).host || note(`leaves the site: ${socket.url()}`));
	return wrong;
}

// In the page: keeps what is said only for a while, each as { text, className }.
function remember() {
	window.told = { toasts: [], digest: [], alarm: [] };
	addEventListener('DOMContentLoaded', () => {
		for (const [id, said] of Object.entries(window.told)) {
			const element = document.getElementById(id);
			const note = ({ addedNodes }) => addedNodes.forEach(({ textContent, className = '' }) => said.push({ text: textContent, className }));
			if (element)
				new MutationObserver((changes) => changes.forEach(note)).observe(element, { childList: true });
		}
	});
}

// A page in a context of its own, not yet anywhere; options as Playwright's contexts have them, and
// forgive: patterns of what this test provokes itself. Closed and judged after the test.
export async function newPage(t, port, { forgive = [], ...options } = {}) {
	const context = await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin', ...DESKTOP, ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(PATIENCE);
	page.origin = `http://127.0.0.1:${port}`;
	const wrong = watch(page, page.origin, forgive);
	await page.addInitScript(() => {
		addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
			console.error(`CSP: ${violatedDirective} ${blockedURI} ${sample}`));
	});
	await page.addInitScript(remember);
	defer(t, async () => {
		await context.close();
		assert.deepEqual(wrong, []);
	});
	return page;
}

// A page that has been opened and is connected.
export async function open(t, port, options = {}, path = '/') {
	const page = await newPage(t, port, options);
	await page.goto(page.origin + path);
	await live(page);
	return page;
}

export const live = (page) => page.waitForSelector('#state[data-state="live"]');

const isOrMatches = (text, expected) => (expected instanceof RegExp ? expected.test(text) : text === expected);

// Looks until it is good; the last look.
async function until(page, look, isGood, what) {
	const deadline = Date.now() + PATIENCE;
	for (;;) {
		const seen = await look();
		if (isGood(seen))
			return seen;
		assert.ok(Date.now() < deadline, `${what}, but: ${JSON.stringify(seen)}`);
		await page.waitForTimeout(50);
	}
}

// Waits until the element's text is that, or matches.
export const reads = (page, selector, expected) => until(page, async () => (await page.textContent(selector))?.trim(),
	(text) => isOrMatches(text, expected), `${selector} reads ${expected}`);

// Waits until that was said in toasts, digest or alarm, also if it is gone again; { text, className }.
export async function told(page, id, expected) {
	const isIt = ({ text }) => isOrMatches(text, expected);
	return (await until(page, () => page.evaluate((where) => window.told[where], id), (said) => said.some(isIt), `${id} told ${expected}`)).find(isIt);
}

// Waits until what is loaded last is there too: the chart, for who comes near it.
export async function complete(page) {
	await page.locator('#chart').scrollIntoViewIfNeeded();
	await page.waitForSelector('#chart canvas');
}

// Tries to connect at once, unless the page has come back by itself.
export const tryNow = (page) => page.evaluate(() => document.getElementById('banner').hidden || document.getElementById('banner-now').click());

// Looks at the tasks of the page's main thread from now on until the function that this gives is called, which tells what the
// longest took: ms of CPU time, so that it does not matter what else the machine does.
export async function watchTasks(page) {
	await browser.startTracing(page, { categories: ['toplevel'] });
	return async () => {
		const { traceEvents: events } = JSON.parse(await browser.stopTracing());
		const thread = ({ pid, tid }) => `${pid} ${tid}`;
		const main = new Set(events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(thread));
		const longest = events.reduce((most, event) => (event.tdur > most && main.has(thread(event)) ? event.tdur : most), 0) / 1000;
		assert.ok(longest > 0, 'tasks were seen');
		return longest;
	};
}

export function screenshot(page, name, options) {
	mkdirSync(ARTEFACTS, { recursive: true });
	return page.screenshot({ path: join(ARTEFACTS, `${name}.png`), ...options });
}
