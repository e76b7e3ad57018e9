// Chance that can be had again: FRUST_SEED=… repeats what a test did.

export function chance(t) {
	const seed = Number(process.env.FRUST_SEED ?? Math.floor(Math.random() * 2 ** 31));
	t.diagnostic(`FRUST_SEED=${seed}`);
	let state = seed >>> 0;
	const next = () => { // mulberry32
		state = (state + 0x6d2b79f5) >>> 0;
		let x = Math.imul(state ^ state >>> 15, state | 1);
		x ^= x + Math.imul(x ^ x >>> 7, x | 61);
		return ((x ^ x >>> 14) >>> 0) / 2 ** 32;
	};
	return {
		// from .. to - 1
		int: (from, to) => from + Math.floor(next() * (to - from)),
		of: (list) => list[Math.floor(next() * list.length)],
	};
}
