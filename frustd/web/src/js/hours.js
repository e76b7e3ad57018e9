// The hours of the week as the server counts them; the running one grows with the tally.

import { Fresh, get, serverNow } from './api.js';
import { setZone } from './zone.js';

export const HOUR = 3600; // seconds
const LATE = 3000; // ms after the turn until it is asked for; plus some, so that not all ask at once

export class Hours {
	byTime = new Map(); // start in seconds → { clicks, events }
	running = 0; // the running hour's start
	#onChange; #turn;

	constructor(onChange) {
		this.#onChange = onChange;
		this.fresh = new Fresh('/api/latest_hours', 5000, (rows) => this.#take(rows));
		get('/api').then(({ timezone }) => {
			setZone(timezone);
			if (this.running)
				onChange();
		}).catch(() => {}); // the clocks of whoever looks are no worse than none
	}

	#take(rows) {
		this.byTime = new Map(rows.map((row) => [row.timestamp, { clicks: row.click_count, events: row.event_count }]));
		const now = Math.floor(serverNow() / 1000);
		this.running = Math.max(now - now % HOUR, rows.at(-1)?.timestamp ?? 0);
		clearTimeout(this.#turn);
		this.#turn = setTimeout(() => this.fresh.now(), (this.running + HOUR) * 1000 - serverNow() + LATE * (1 + Math.random()));
		this.#onChange();
	}

	// The tally has moved.
	live({ hour, events }) {
		if (!this.running)
			return;
		const row = this.byTime.get(this.running);
		if (row && (hour < row.clicks || events < row.events)) { // the hour has turned before our timer
			this.fresh.mark();
			return;
		}
		this.byTime.set(this.running, { clicks: hour, events });
		this.#onChange();
	}

	// The last n hours, oldest first: { time, clicks, events }.
	last(n) {
		return Array.from({ length: n }, (_, i) => {
			const time = this.running - (n - 1 - i) * HOUR;
			return { time, clicks: 0, events: 0, ...this.byTime.get(time) };
		});
	}
}
