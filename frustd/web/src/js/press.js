// The button itself: its feel, and the words on it.

import { $, say } from './dom.js';
import { t } from './words.js';

const JOKE_EVERY = 7; // presses, about
const JOKE_MS = 4000;

const button = $('press'), label = $('press-label');
let untilJoke = JOKE_EVERY, told = Math.floor(Math.random() * 100), back;

function joke() {
	const jokes = t('jokes');
	say(label, jokes[told++ % jokes.length]);
	clearTimeout(back);
	back = setTimeout(() => say(label, t('press')), JOKE_MS);
	untilJoke = JOKE_EVERY + Math.floor(Math.random() * 6);
}

// It was pressed and counts: it gives way, also to a key or a touch that was too short to see.
export function giveWay() {
	button.classList.remove('hit');
	void button.offsetWidth; // so that the animation starts anew
	button.classList.add('hit');
	navigator.vibrate?.(12);
	if (--untilJoke <= 0)
		joke();
}

// For keydown: a key that is held down is one press.
export function onlyOnce(event) {
	if (event.repeat && (event.key === 'Enter' || event.key === ' '))
		event.preventDefault();
}

export function initPress() {
	say(label, t('press'));
	say($('plate-top'), t('plateTop'));
	say($('plate-bottom'), t('plateBottom'));
	button.addEventListener('keydown', onlyOnce);
}
