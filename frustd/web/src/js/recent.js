// Fills a feed with what happened before this page was there, without losing or doubling what comes
// in while the server is asked.

import { get } from './api.js';

const key = ({ kind, user, comment, style, name, timestamp }) => JSON.stringify([kind, user, comment, style, name, timestamp]);

export class Recent {
	#feed; #clicks; #events; #waiting; #asked = 0;

	constructor(feed, clicks, events) {
		this.#feed = feed;
		this.#clicks = clicks;
		this.#events = events;
	}

	add(entry) {
		if (!this.#waiting)
			this.#feed.add(entry);
		else if (this.#waiting.push(entry) > this.#clicks)
			this.#waiting.shift();
	}

	// After each connect: nothing is known of what was missed.
	async load() {
		const asked = ++this.#asked;
		this.#waiting = [];
		const of = (kind, path, n) => get(`${path}?limit=${n}`).then((rows) => rows.map((row) => ({ kind, ...row })));
		const old = await Promise.all([of('click', '/api/latest_clicks', this.#clicks), of('event', '/api/latest_events', this.#events)])
			.catch(() => undefined);
		if (asked !== this.#asked)
			return;
		const waiting = this.#waiting;
		this.#waiting = undefined;
		if (old)
			this.#feed.fill(old.flat().sort((a, b) => b.timestamp - a.timestamp)); // stable: newest first stays so
		const told = (old ?? []).flat().map(key);
		for (const entry of waiting) {
			const at = told.indexOf(key(entry));
			if (at < 0)
				this.#feed.add(entry);
			else
				told.splice(at, 1);
		}
	}
}
