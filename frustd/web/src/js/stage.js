// What moves behind the button: rings that run out from it at each press, the names of the others,
// and the trace, a needle on a spring that each press hits, drawn from the middle outwards on both
// sides. One canvas, drawn only while something moves, of bounded work whatever comes in.

import { Canvas, color } from './canvas.js';
import { dark, paint, still } from './paint.js';
import { Tremor } from './tremor.js';

const RINGS_MAX = 24, NAMES_MAX = 10;
const RING_MS = 1600, NAME_MS = 2600;
const RING_PACE = 70, NAME_PACE = 260; // ms between two of others: a stream, not a bunch
const NAME_ROOM = 90; // pixels beside the centre; with less there are no names
const PRIDE = ['#e40303', '#ff8c00', '#ffcf1f', '#008026', '#3558ff', '#8a2be2'];

const ease = (x) => 1 - (1 - x) ** 3;

export class Stage {
	#canvas; #centre; #rings = []; #names = []; #tremor = new Tremor(); #last = 0; #colors; #turn = 0;
	#lastRing = 0; #lastName = 0;
	#draw = (now) => this.#frame(now);

	// centre: the element from whose middle everything runs out.
	constructor(element, centre) {
		this.#centre = centre;
		this.#canvas = new Canvas(element, () => {
			this.#measure();
			this.#wake();
		});
		dark.addEventListener('change', () => this.#readColors());
		this.#readColors();
	}

	#readColors() {
		this.#colors = { own: color('red'), other: color('ink'), event: color('blue'), name: color('ink'), trace: color('trace') };
		this.#wake();
	}

	#measure() {
		const stage = this.#canvas.element.getBoundingClientRect(), centre = this.#centre.getBoundingClientRect();
		this.x = centre.left - stage.left + centre.width / 2;
		this.y = centre.top - stage.top + centre.height / 2;
		this.inner = centre.width / 2;
		this.outer = Math.hypot(Math.max(this.x, this.#canvas.width - this.x), Math.max(this.y, this.#canvas.height - this.y));
	}

	#wake() {
		paint(this.#draw);
	}

	// kind: own, other or event; name: shown beside it. A press that finds no room only shakes.
	press(kind, name) {
		if (document.hidden)
			return;
		this.#tremor.hit(kind === 'own' ? 2 : 1);
		if (!still.matches)
			this.#show(kind, name, performance.now());
		this.#wake();
	}

	#show(kind, name, born) {
		if (this.#rings.length < RINGS_MAX && (kind === 'own' || born - this.#lastRing > RING_PACE)) {
			this.#rings.push({ kind, color: this.#colors[kind], born });
			this.#lastRing = born;
		}
		if (name && this.#names.length < NAMES_MAX && born - this.#lastName > NAME_PACE && this.x - this.inner > NAME_ROOM) {
			this.#names.push({ name, angle: this.#nextAngle(), born });
			this.#lastName = born;
		}
	}

	rainbow() {
		const now = performance.now();
		if (!still.matches)
			this.#rings.push(...PRIDE.map((shade, i) => ({ kind: 'own', color: shade, born: now + i * 130 })));
		this.#wake();
	}

	// Golden angles, never twice at the same place, kept to the sides where there is room.
	#nextAngle() {
		this.#turn = (this.#turn + 0.381966) % 1;
		const side = this.#turn < 0.5 ? 0 : Math.PI;
		return side + (this.#turn % 0.5 - 0.25) * 2.2;
	}

	#frame(now) {
		const steps = Math.min(4, Math.max(1, Math.round((now - this.#last) / 16.7)));
		this.#last = now;
		const { context } = this.#canvas;
		this.#canvas.clear();
		this.#rings = this.#rings.filter(({ born }) => now - born < RING_MS);
		this.#names = this.#names.filter(({ born }) => now - born < NAME_MS);
		if (!still.matches)
			this.#tremor.step(steps);
		context.lineJoin = 'round';
		this.#drawTrace(context);
		for (const ring of this.#rings)
			this.#drawRing(context, ring, (now - ring.born) / RING_MS);
		for (const name of this.#names)
			this.#drawName(context, name, (now - name.born) / NAME_MS);
		context.globalAlpha = 1;
		if (this.#rings.length || this.#names.length || this.#tremor.moving)
			this.#wake();
	}

	#drawTrace(context) {
		const reach = Math.max(this.x, this.#canvas.width - this.x);
		context.globalAlpha = 1;
		context.strokeStyle = this.#colors.trace;
		context.lineWidth = 1.75;
		for (const side of [-1, 1]) {
			context.beginPath();
			for (let d = 0; d <= reach; d += 2)
				context.lineTo(this.x + side * d, this.y + this.#tremor.at(d / 2));
			context.stroke();
		}
	}

	#drawRing(context, ring, age) {
		if (age < 0)
			return;
		const own = ring.kind === 'own';
		context.globalAlpha = (1 - age) ** 1.5 * (own ? 0.9 : 0.5);
		context.strokeStyle = ring.color;
		context.lineWidth = (own ? 9 : 3.5) * (1 - age) + 1;
		context.beginPath();
		context.arc(this.x, this.y, this.inner + (this.outer - this.inner) * ease(age) * 0.92, 0, 2 * Math.PI);
		context.stroke();
	}

	#drawName(context, { name, angle }, age) {
		const way = this.inner + (this.x - this.inner) * 0.85 * ease(age);
		context.globalAlpha = Math.min(1, (1 - age) * 2.5, age * 12);
		context.fillStyle = this.#colors.name;
		context.font = `700 19px system-ui, sans-serif`;
		context.textBaseline = 'middle';
		const half = context.measureText(name).width / 2 + 8;
		const x = Math.min(Math.max(this.x + Math.cos(angle) * way, half), this.#canvas.width - half);
		context.textAlign = 'center';
		context.fillText(name, x, this.y + Math.sin(angle) * way);
	}
}
