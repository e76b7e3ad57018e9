// A real Chromium and pages in it that hold what every page of frustd promises: no error in the
// console, nothing that the Content-Security-Policy had to stop, no request that leaves the site.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';

import { chromium } from 'playwright-core';

import { defer } from '../../integration/helpers/wait.mjs';

const { CHROMIUM, ARTEFACTS } = process.env;
assert.ok(CHROMIUM && ARTEFACTS, 'CHROMIUM names the browser, ARTEFACTS the folder for screenshots');

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];

export const PATIENCE = 30_000; // ms; for a sanitizer build on a busy machine
export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
after(() => browser.close());

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

// Waits until the element's text is that, or matches.
export async function reads(page, selector, expected) {
	const matches = (text) => (expected instanceof RegExp ? expected.test(text) : text === expected);
	const deadline = Date.now() + PATIENCE;
	for (;;) {
		const text = (await page.textContent(selector))?.trim();
		if (matches(text))
			return;
		assert.ok(Date.now() < deadline, `${selector} reads ${JSON.stringify(text)} instead of ${expected}`);
		await page.waitForTimeout(50);
	}
}

export function screenshot(page, name, options) {
	mkdirSync(ARTEFACTS, { recursive: true });
	return page.screenshot({ path: join(ARTEFACTS, `${name}.png`), ...options });
}
