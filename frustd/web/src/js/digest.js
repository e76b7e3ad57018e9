// What a screen reader hears: every now and then one sentence on what happened, never each press.

import { $ } from './dom.js';
import { number, t } from './words.js';

const EVERY = 12_000; // ms
const TOLD = 3; // messages in one sentence

export class Digest {
	#tally; #clicks = 0; #messages = []; #timer; #last = -Infinity;

	constructor(tally) {
		this.#tally = tally;
	}

	click() {
		this.#clicks++;
		this.#plan();
	}

	// What somebody should hear among it.
	message(text) {
		this.#messages.push(text);
		if (this.#messages.length > TOLD)
			this.#messages.shift();
		this.#plan();
	}

	#plan() {
		this.#timer ??= setTimeout(() => this.#tell(), Math.max(1000, this.#last + EVERY - performance.now()));
	}

	#tell() {
		const { today, online } = this.#tally;
		const numbers = this.#clicks ? [t('digest', number(this.#clicks), number(today), number(online))] : [];
		$('digest').textContent = [...this.#messages, ...numbers].join(' ');
		this.#timer = undefined;
		this.#last = performance.now();
		this.#clicks = 0;
		this.#messages = [];
	}
}
