// What an event does on everybody's page. Each kind at most once in a while, none for those who want
// no motion: for them the feed and the toast tell it.

import { make } from './dom.js';
import { still } from './paint.js';
import { fireworks, rain } from './sky.js';
import { t } from './words.js';

const AGAIN = 2500; // ms until the same effect may come again
const root = document.documentElement;
const lately = new Map();

// A class on the whole page for so long.
function mood(name, ms) {
	root.classList.add(name);
	setTimeout(() => root.classList.remove(name), ms);
}

// A rubber stamp, slammed on the page, with the name of the one who did it.
function stamp(user) {
	const mark = make('div', { className: 'stamp', 'aria-hidden': 'true' }, make('b', { text: t('stamp') }), make('span', { text: user, dir: 'auto' }));
	document.body.append(mark);
	setTimeout(() => mark.remove(), 3200);
}

const EFFECTS = {
	fireworks,
	einstein: () => rain(['E=mc²', '🤪', '👅'], { up: true, shade: '#3f6bff' }),
	'lemma 6.7': () => rain(['∎', '⊢', '∀ε>0', 'q.e.d.', '6.7'], { shade: '#8a7f6d' }),
	pride: (user, stage) => stage.rainbow(),
	fu: () => {
		mood('shaken', 700);
		rain(['🤬', 'FUUU']);
	},
	satan: () => {
		mood('hell', 5000);
		rain(['😈', '🔥', '666'], { up: true });
	},
	exmatrikulieren: (user) => stamp(user),
	rickroll: () => rain([...t('lyrics'), '♪', '🕺'], { up: true, shade: '#c04dff' }),
};

export function playEffect({ name, user }, stage) {
	const now = performance.now();
	if (!Object.hasOwn(EFFECTS, name) || still.matches || document.hidden || now - (lately.get(name) ?? -Infinity) < AGAIN)
		return;
	lately.set(name, now);
	EFFECTS[name](user, stage);
}
