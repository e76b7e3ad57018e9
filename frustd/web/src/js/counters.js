// The four plain counters, the number of those here, and today's count in the page's title.

import { $, say } from './dom.js';
import { calmly, paint } from './paint.js';
import { number } from './words.js';

export class Counters {
	#tally; #draw; #title;

	constructor(tally) {
		this.#tally = tally;
		this.#draw = () => this.#show();
		this.#title = calmly(1000, () => {
			document.title = `${number(tally.today)} · frust`;
		});
	}

	changed() {
		paint(this.#draw);
		this.#title();
	}

	#show() {
		const { total, today, hour, mine, online, known } = this.#tally;
		const values = { mine, ...(known && { total, today, hour }), ...(online && { online }) };
		for (const [name, value] of Object.entries(values)) {
			const element = $(`count-${name}`);
			if (element)
				say(element, number(value));
		}
	}
}
