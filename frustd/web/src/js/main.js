// Puts the page together: what comes in from the server goes to whoever shows it, what people do
// goes out.

import { color } from './canvas.js';
import { Commands } from './commands.js';
import { Counters } from './counters.js';
import { Digest } from './digest.js';
import { $, say } from './dom.js';
import { playEffect } from './effects.js';
import { Feed } from './feed.js';
import { commentText, initFields, returnComment, setName, takeComment, userName } from './fields.js';
import { Hours } from './hours.js';
import { initKeys } from './keys.js';
import { Link } from './link.js';
import { calmly, dark } from './paint.js';
import { People } from './people.js';
import { giveWay, initPress } from './press.js';
import { Ranks } from './ranks.js';
import { Recent } from './recent.js';
import { Stage } from './stage.js';
import { onTryNow, showOnline, showState } from './state.js';
import { classesOf } from './styles.js';
import { Tally } from './tally.js';
import { alarm, openPopup, toast } from './toasts.js';
import { Week } from './week.js';
import { lang, t, translate } from './words.js';
import { worst } from './worst.js';
import { shown } from './zone.js';

translate(document);

const tally = new Tally(), counters = new Counters(tally), digest = new Digest(tally);
const stage = new Stage($('stage'), $('plate'));
const recent = new Recent(new Feed($('feed'), 40), 30, 10);
const people = new People(), ranks = new Ranks(), week = new Week();
const hours = new Hours(() => showHours());
const mine = new Set(); // presses on their way: their echo makes no second ring
let chart, wasLive = false;

const showHours = calmly(1000, () => {
	chart?.show();
	week.show(hours);
	say($('chart-note'), worst(hours));
});

function counted() {
	counters.changed();
	hours.live(tally);
}

function isMine({ user, comment, style }) {
	const same = (press) => press.user === user && press.comment === (comment ?? '') && press.style === (style ?? '');
	return mine.delete([...mine].find(same));
}

const link = new Link({
	onState(state) {
		showState(state);
		if (state.name === 'waiting' && wasLive) {
			wasLive = false;
			digest.message(t('lost'));
		}
	},
	onLive() {
		if (tally.known)
			digest.message(t('back'));
		wasLive = true;
		mine.clear();
		link.tell('auth', userName());
		recent.load();
		hours.fresh.now();
		ranks.fresh.now();
		people.fresh.now();
	},
	stats(stats) {
		tally.stats(stats);
		counted();
	},
	status(status) {
		tally.status(status);
		counters.changed();
		showOnline(tally.online);
		people.count(tally.online);
	},
	click(click) {
		tally.click();
		counted();
		recent.add({ kind: 'click', ...click });
		ranks.click(click);
		people.fresh.mark();
		digest.click();
		if (!isMine(click))
			stage.press('other', click.user);
	},
	event(event) {
		tally.event();
		counted();
		recent.add({ kind: 'event', ...event });
		stage.press('event', event.user);
		playEffect(event, stage);
	},
	message({ text, style, type }) {
		digest.message(text);
		if (type === 'popup')
			openPopup(text, style);
		else
			toast(text, style);
		people.fresh.mark();
	},
});

// Sends it and tells what became of it; true when it counted.
async function send(name, argument) {
	if (!link.live) {
		alarm(t('notCounted'));
		return false;
	}
	const answer = await link.ask(name, argument);
	if (!answer?.ok)
		alarm(answer?.error ? t('refused', answer.error) : t('noAnswer'));
	return Boolean(answer?.ok);
}

async function press() {
	if (commentText().startsWith('/')) {
		commands.run(takeComment());
		return;
	}
	const click = { user: userName(), comment: link.live ? takeComment() : '', style: commands.styleText };
	if (link.live) {
		mine.add(click);
		giveWay();
		stage.press('own');
	}
	if (await send('click', click)) {
		tally.mine++;
		counters.changed();
	} else {
		returnComment(click.comment);
	}
	mine.delete(click); // an echo came before the answer, or never will
}

const trigger = (name) => send('event', { user: userName(), name });

const commands = new Commands({
	trigger,
	rename: setName,
	onStyle: (style) => {
		$('comment').className = classesOf(style.join(' '));
	},
});

initPress();
initFields({ onName: (name) => link.tell('auth', name), onSend: press });
initKeys(trigger);
$('help').addEventListener('click', () => commands.openHelp());
onTryNow(() => link.now());
link.now();

// The chart is the heaviest part: it comes when somebody comes near it.
new IntersectionObserver(async ([{ isIntersecting }], observer) => {
	if (!isIntersecting)
		return;
	observer.disconnect();
	const { Chart } = await import('./chart.js');
	chart = new Chart($('chart'), hours, { color, dark, lang, shown });
	showHours();
}, { rootMargin: '200px' }).observe($('chart'));
