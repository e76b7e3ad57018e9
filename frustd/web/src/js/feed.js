// The live feed: a list of bounded length. What comes faster than eyes follow is counted in one
// line; the same person's wordless presses in a row are one line with a number.

import { make, say } from './dom.js';
import { eventLabel } from './events.js';
import { calmly } from './paint.js';
import { classesOf } from './styles.js';
import { lang, number, t } from './words.js';

const PACE = 120; // ms between paints
const FRESH = 4; // new lines a paint; the others are counted

const clock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

const same = (a, b) => a && b && a.kind === 'click' && b.kind === 'click' && !a.comment && !b.comment &&
	a.user === b.user && a.style === b.style;

function wordsOf(entry) {
	return entry.kind === 'click' ? t('despairs') : t('triggers', eventLabel(entry.name));
}

export class Feed {
	#list; #max; #pending = []; #skipped = 0; #top;

	constructor(list, max) {
		this.#list = list;
		this.#max = max;
		this.draw = calmly(PACE, () => this.#draw());
	}

	// entry: a click or an event as it came, with its kind.
	add(entry) {
		const last = this.#pending.at(-1);
		if (same(last, entry))
			last.times++;
		else
			this.#pending.push({ ...entry, times: 1 });
		if (this.#pending.length > FRESH)
			this.#skipped += this.#pending.shift().times;
		this.draw();
	}

	// Shows these, newest first, instead of what was there.
	fill(entries) {
		this.#pending = [];
		this.#skipped = 0;
		this.#top = undefined;
		this.#list.replaceChildren();
		for (const entry of entries.slice(0, this.#max).reverse())
			this.#put({ ...entry, times: 1 }, false);
		if (!entries.length)
			this.#list.append(make('li', { className: 'empty', text: t('nobody') }));
	}

	#draw() {
		const skipped = this.#skipped;
		this.#list.querySelector('.empty')?.remove();
		if (skipped) {
			this.#top = undefined;
			this.#list.prepend(make('li', { className: 'more', text: t('more', number(skipped)) }));
		}
		for (const entry of this.#pending)
			this.#put(entry, !skipped);
		this.#pending = [];
		this.#skipped = 0;
		while (this.#list.childElementCount > this.#max)
			this.#list.lastElementChild.remove();
	}

	#put(entry, fresh) {
		if (same(this.#top?.entry, entry)) {
			this.#top.entry.times += entry.times;
			say(this.#top.times, `×${number(this.#top.entry.times)}`);
			return;
		}
		const times = make('span', { className: 'times', text: entry.times > 1 ? `×${number(entry.times)}` : '' });
		const row = make('li', { className: `${entry.kind} ${classesOf(entry.style)} ${fresh ? 'fresh' : ''}` },
			make('time', { text: clock.format(entry.timestamp * 1000) }),
			make('p', {}, make('b', { text: entry.user, dir: 'auto' }), ` ${wordsOf(entry)} `, times));
		if (entry.comment)
			row.append(make('q', { text: entry.comment, dir: 'auto' }));
		this.#list.prepend(row);
		this.#top = { entry, times };
	}
}
