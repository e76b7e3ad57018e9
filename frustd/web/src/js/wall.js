// The wall: for a projector, to look at only. The same parts as the page, without anything to press.

import { color } from './canvas.js';
import { Chart } from './chart.js';
import { Counters } from './counters.js';
import { Digest } from './digest.js';
import { $, say } from './dom.js';
import { playEffect } from './effects.js';
import { Feed } from './feed.js';
import { Hours } from './hours.js';
import { Link } from './link.js';
import { calmly, dark } from './paint.js';
import { Recent } from './recent.js';
import { Stage } from './stage.js';
import { onTryNow, showOnline, showState } from './state.js';
import { Tally } from './tally.js';
import { lang, translate } from './words.js';
import { worst } from './worst.js';
import { shown } from './zone.js';

translate(document);
say($('address'), location.host);

const tally = new Tally(), counters = new Counters(tally), digest = new Digest(tally);
const stage = new Stage($('stage'), $('dial'));
const recent = new Recent(new Feed($('feed'), 30), 20, 10);
const hours = new Hours(() => showHours());
const chart = new Chart($('chart'), hours, { color, dark, lang, shown });

const showHours = calmly(1000, () => {
	chart.show();
	say($('chart-note'), worst(hours));
});

function counted() {
	counters.changed();
	hours.live(tally);
	$('dial').dataset.digits = String(tally.today).length;
}

const link = new Link({
	onState: showState,
	onLive() {
		recent.load();
		hours.fresh.now();
	},
	stats(stats) {
		tally.stats(stats);
		counted();
	},
	status(status) {
		tally.status(status);
		counters.changed();
		showOnline(tally.online);
	},
	click(click) {
		tally.click();
		counted();
		recent.add({ kind: 'click', ...click });
		stage.press('other', click.user);
		digest.click();
	},
	event(event) {
		tally.event();
		counted();
		recent.add({ kind: 'event', ...event });
		stage.press('event', event.user);
		playEffect(event, stage);
	},
	message({ text }) {
		digest.message(text);
	},
});

// A projector's screen should not go dark.
function stayAwake() {
	if (!document.hidden)
		navigator.wakeLock?.request('screen').catch(() => {});
}

document.addEventListener('visibilitychange', stayAwake);
stayAwake();
onTryNow(() => link.now());
link.now();
