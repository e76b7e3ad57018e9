// The week as a heat map: a table of seven days by 24 hours, so that it can also be read cell by
// cell.

import { $, make, say } from './dom.js';
import { HOUR } from './hours.js';
import { lang, number, t } from './words.js';
import { shown } from './zone.js';

const DAY = 24 * HOUR, DAYS = 7, LEVELS = 5;

const dayShort = new Intl.DateTimeFormat(lang, { weekday: 'short', timeZone: 'UTC' });
const dayLong = new Intl.DateTimeFormat(lang, { weekday: 'long', timeZone: 'UTC' });

export class Week {
	#cells = []; #days = []; #table;

	constructor() {
		const head = make('tr', {}, make('td'), ...Array.from({ length: 24 }, (_, h) =>
			make('th', { scope: 'col' }, make('span', { className: h % 6 ? 'unseen' : '', text: String(h) }))));
		const rows = Array.from({ length: DAYS }, (_, d) => {
			this.#days[d] = make('th', { scope: 'row' });
			this.#cells[d] = Array.from({ length: 24 }, () => make('td', {}, make('span')));
			return make('tr', {}, this.#days[d], ...this.#cells[d]);
		});
		this.#table = make('table', { 'aria-labelledby': 'week-title', 'aria-describedby': 'week-note' }, make('thead', {}, head), make('tbody', {}, ...rows));
		$('week').replaceChildren(this.#table);
	}

	show(hours) {
		const now = shown(hours.running), first = now - now % DAY - (DAYS - 1) * DAY;
		const counts = Array.from({ length: DAYS }, () => new Array(24).fill(0));
		for (const [time, { clicks }] of hours.byTime) {
			const since = shown(time) - first, d = Math.floor(since / DAY);
			if (counts[d])
				counts[d][Math.floor(since % DAY / HOUR)] += clicks;
		}
		const most = Math.max(1, ...counts.flat());
		counts.forEach((row, d) => {
			say(this.#days[d], dayShort.format((first + d * DAY) * 1000));
			row.forEach((clicks, h) => this.#fill(d, h, clicks, most, first + d * DAY, now));
		});
		say($('week-note'), t('weekNote', number(counts.flat().reduce((a, b) => a + b))));
	}

	#fill(d, h, clicks, most, day, now) {
		const cell = this.#cells[d][h];
		// The square root: a quiet hour beside a wild one is still seen.
		const level = day + h * HOUR > now ? 'later' : clicks ? Math.max(1, Math.ceil(LEVELS * Math.sqrt(clicks / most))) : 0;
		if (cell.dataset.level !== String(level))
			cell.dataset.level = level;
		say(cell.firstChild, level === 'later' ? '' : number(clicks));
		const title = level === 'later' ? '' : `${dayLong.format(day * 1000)}, ${t('clock', h)}: ${number(clicks)}`;
		if (cell.title !== title)
			cell.title = title;
	}
}
