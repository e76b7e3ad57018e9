// One frame, one paint: whoever has something to draw says so as often as it likes and is called
// once before the next frame. While the page is hidden nothing is drawn and nothing piles up.

const jobs = new Set();
let asked = false;

function run(now) {
	asked = false;
	const due = [...jobs];
	jobs.clear();
	for (const job of due)
		job(now);
}

export function paint(job) {
	jobs.add(job);
	if (!asked) {
		asked = true;
		requestAnimationFrame(run);
	}
}

// A paint that comes at most every `ms`: what is said in between is drawn together.
export function calmly(ms, job) {
	let last = -Infinity, timer;
	const draw = (now) => {
		timer = undefined;
		last = now;
		job(now);
	};
	return () => {
		const wait = last + ms - performance.now();
		if (wait <= 0)
			paint(draw);
		else
			timer ??= setTimeout(() => paint(draw), wait);
	};
}

export const still = matchMedia('(prefers-reduced-motion: reduce)');
export const dark = matchMedia('(prefers-color-scheme: dark)');
