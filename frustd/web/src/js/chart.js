// The last two days as bars, the running hour in red; events as dots. Drawn by uPlot, in the page's
// colours. For those who do not see it there is a sentence beside it. Imports nothing of the page's,
// so that it can be loaded late and alone.

import uPlot from 'uplot';

const HOUR = 3600, HOURS = 48;
const FONT = '12px system-ui, sans-serif';

// "18" where a day goes on, its name where it begins.
function ticksIn({ lang, shown }) {
	const hourName = new Intl.DateTimeFormat(lang, { hour: 'numeric', timeZone: 'UTC' });
	const dayName = new Intl.DateTimeFormat(lang, { weekday: 'short', timeZone: 'UTC' });
	return (plot, times) => times.map((time) => {
		const date = new Date(shown(time) * 1000);
		return date.getUTCHours() === 0 ? dayName.format(date) : hourName.format(date).replace(/\s*Uhr/, '');
	});
}

// Every six hours of the clock, every twelve where there is little room.
const splitsIn = ({ shown }) => (plot, axis, from, to) => {
	const every = plot.width < 420 ? 12 : 6, times = [];
	for (let time = Math.ceil(from / HOUR) * HOUR; time <= to; time += HOUR)
		if (Math.floor(shown(time) / HOUR) % every === 0)
			times.push(time);
	return times;
};

// Over the last bar, a red one.
function redden(plot, red) {
	const [times, clicks] = plot.data, last = clicks.length - 1;
	if (!clicks[last])
		return;
	const left = plot.valToPos(times[last] - 1500, 'x', true), right = plot.valToPos(times[last] + 1500, 'x', true);
	const top = plot.valToPos(clicks[last], 'y', true), bottom = plot.valToPos(0, 'y', true);
	plot.ctx.fillStyle = red;
	plot.ctx.fillRect(left, top, right - left, bottom - top);
}

function optionsOf(width, height, look) {
	const { color } = look;
	const axis = { stroke: color('muted'), font: FONT, ticks: { show: false }, grid: { show: false } };
	return {
		width, height, legend: { show: false }, cursor: { show: false }, padding: [10, 4, 0, 0],
		scales: { x: { range: (plot, min, max) => [min - 2000, max + 2000] }, y: { range: (plot, min, max) => [0, Math.max(4, max * 1.08)] } },
		axes: [
			{ ...axis, values: ticksIn(look), splits: splitsIn(look), size: 28 },
			{ ...axis, grid: { stroke: color('line'), width: 1 }, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 500_000, 1e6] },
		],
		series: [
			{},
			{ fill: color('bar'), stroke: color('bar'), width: 0, paths: uPlot.paths.bars({ size: [0.84, 60] }), points: { show: false } },
			{ stroke: color('blue'), paths: () => null, points: { show: true, size: 6, fill: color('blue'), width: 0 } },
		],
		hooks: { draw: [(plot) => redden(plot, color('red'))] },
	};
}

export class Chart {
	#element; #hours; #look; #plot;

	// look: color(name) and dark (see canvas.js and paint.js), lang, and shown (see zone.js).
	constructor(element, hours, look) {
		this.#element = element;
		this.#hours = hours;
		this.#look = look;
		new ResizeObserver(() => this.#build()).observe(element);
		look.dark.addEventListener('change', () => this.#build());
	}

	#data() {
		const hours = this.#hours.last(HOURS);
		return [hours.map(({ time }) => time), hours.map(({ clicks }) => clicks), hours.map(({ events }) => events || null)];
	}

	#build() {
		const { clientWidth, clientHeight } = this.#element;
		if (!clientWidth || !this.#hours.running)
			return;
		this.#plot?.destroy();
		this.#plot = new uPlot(optionsOf(clientWidth, clientHeight, this.#look), this.#data(), this.#element);
	}

	show() {
		if (this.#plot)
			this.#plot.setData(this.#data());
		else
			this.#build();
	}
}
