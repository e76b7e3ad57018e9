// The week as a heat map: a table of seven days by 24 hours in local time, so that it can also be
// read cell by cell.

import { $, make, say } from './dom.js';
import { HOUR } from './hours.js';
import { lang, number, t } from './words.js';

const DAYS = 7, LEVELS = 5;

const dayShort = new Intl.DateTimeFormat(lang, { weekday: 'short' });
const dayLong = new Intl.DateTimeFormat(lang, { weekday: 'long' });

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
		const midnight = new Date(hours.running * 1000);
		midnight.setHours(0, 0, 0, 0);
		const dates = Array.from({ length: DAYS }, (_, d) => new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate() - (DAYS - 1 - d)));
		const counts = dates.map(() => new Array(24).fill(0));
		const row = new Map(dates.map((date, d) => [date.toDateString(), d]));
		for (const [time, { clicks }] of hours.byTime) {
			const date = new Date(time * 1000), d = row.get(date.toDateString());
			if (d !== undefined)
				counts[d][date.getHours()] += clicks;
		}
		const most = Math.max(1, ...counts.flat());
		dates.forEach((date, d) => {
			say(this.#days[d], dayShort.format(date));
			counts[d].forEach((clicks, h) => this.#fill(d, h, clicks, most, date, hours.running));
		});
		say($('week-note'), t('weekNote', number(counts.flat().reduce((a, b) => a + b))));
	}

	#fill(d, h, clicks, most, date, running) {
		const cell = this.#cells[d][h];
		const time = new Date(date.getFullYear(), date.getMonth(), date.getDate(), h) / 1000;
		// The square root: a quiet hour beside a wild one is still seen.
		const level = time >= running + HOUR ? 'later' : clicks ? Math.max(1, Math.ceil(LEVELS * Math.sqrt(clicks / most))) : 0;
		if (cell.dataset.level !== String(level))
			cell.dataset.level = level;
		say(cell.firstChild, level === 'later' ? '' : number(clicks));
		const title = level === 'later' ? '' : `${dayLong.format(date)}, ${t('clock', h)}: ${number(clicks)}`;
		if (cell.title !== title)
			cell.title = title;
	}
}
