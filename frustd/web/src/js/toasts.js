// Short words at the page's edge, and popups that wait for an OK. Both of bounded number. What only
// this person must hear (an error) is also said at once to screen readers; the rest they hear from
// the digest.

import { $, make } from './dom.js';
import { calmly } from './paint.js';
import { classesOf } from './styles.js';

const MAX = 4, POPUPS_MAX = 5;
const STAY = 5000, PACE = 300, AGAIN = 1000; // ms

const list = $('toasts'), popup = $('popup');
const waiting = [];
let pending = [], alarmed, again;

function put({ text, style }) {
	const element = make('p', { className: `toast ${classesOf(style)}`, text, dir: 'auto' });
	list.append(element);
	setTimeout(() => {
		element.classList.add('gone');
		setTimeout(() => element.remove(), 400);
	}, STAY);
}

const draw = calmly(PACE, () => {
	pending.forEach(put);
	pending = [];
	while (list.childElementCount > MAX)
		list.firstElementChild.remove();
});

// Of many at once, the last few.
export function toast(text, style) {
	pending.push({ text, style });
	if (pending.length > MAX)
		pending.shift();
	draw();
}

// The same again within a second is told once.
export function alarm(text) {
	if (text === alarmed && performance.now() < again)
		return;
	[alarmed, again] = [text, performance.now() + AGAIN];
	toast(text);
	$('alarm').textContent = text;
}

function showNext() {
	if (popup.open || !waiting.length)
		return;
	const { text, style } = waiting.shift();
	$('popup-text').textContent = text;
	popup.className = classesOf(style);
	popup.showModal();
}

export function openPopup(text, style) {
	if (waiting.length < POPUPS_MAX)
		waiting.push({ text, style });
	showNext();
}

popup?.addEventListener('close', showNext); // none on the wall
