// A needle on a spring and what it has written: each press is a hit, and at(k) is where it stood k
// steps ago. Many hits at once shake it more, but not as many times more. No DOM.

const LENGTH = 1200; // steps that are kept: what runs off the widest screen
const STIFF = 0.42, DAMP = 0.9; // of the spring, a step
const SPREAD = 52; // pixels that it never leaves
const FORCE = 9, FORCE_MAX = 30; // pixels a step, of one hit and of any number
const STILL = 0.05; // pixels that nobody sees

export class Tremor {
	#written = new Float32Array(LENGTH);
	#head = 0; #place = 0; #speed = 0; #quiet = LENGTH; #hits = 0;

	hit(force) {
		this.#hits += force;
		this.#quiet = 0;
	}

	// One hit goes up, of many nobody knows.
	#strike() {
		const force = Math.min(FORCE_MAX, FORCE * Math.log2(1 + this.#hits)) * (0.7 + 0.6 * Math.random());
		this.#speed += this.#hits > 2 && Math.random() < 0.5 ? force : -force;
		this.#hits = 0;
	}

	step(n) {
		if (this.#hits)
			this.#strike();
		for (let i = 0; i < n * 2; i++) {
			this.#speed = (this.#speed - this.#place * STIFF) * DAMP;
			this.#place += this.#speed;
			this.#head = (this.#head + 1) % LENGTH;
			this.#written[this.#head] = SPREAD * Math.tanh(this.#place / SPREAD);
			this.#quiet = Math.abs(this.#place) < STILL ? this.#quiet + 1 : 0;
		}
	}

	// Whether there is anything on the paper but a straight line.
	get moving() {
		return this.#quiet < LENGTH;
	}

	at(k) {
		return k < LENGTH ? this.#written[(this.#head - Math.floor(k) + LENGTH) % LENGTH] : 0;
	}
}
