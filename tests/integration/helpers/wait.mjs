// Waiting for what happens, with a bound and a name for what did not.

// Generous: a sanitizer build on a busy machine must never run into it.
export const PATIENCE = 30_000;

export function within(promise, what, ms = PATIENCE) {
	if (ms === Infinity)
		return promise;
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// Things that arrive, in order, and those who wait for them.
export class Inbox {
	items = [];
	#waiting = new Set();

	put(item) {
		this.items.push(item);
		for (const look of this.#waiting)
			look();
	}

	// Resolves with the first truthy found(items), looked for now and after each arrival.
	async until(found, what, ms) {
		let look;
		const seen = new Promise((resolve, reject) => {
			look = () => {
				try {
					const result = found(this.items);
					if (result)
						resolve(result);
				} catch (error) {
					reject(error);
				}
			};
		});
		this.#waiting.add(look);
		look();
		try {
			return await within(seen, what, ms);
		} catch (error) {
			const last = this.items.slice(-8).map((item) => JSON.stringify(item).slice(0, 300));
			error.message += `\n${this.items.length} arrived, the last:\n  ${last.join('\n  ')}`;
			throw error;
		} finally {
			this.#waiting.delete(look);
		}
	}
}

const deferred = new WeakMap();

// Runs fn when test t is over, the latest first.
export function defer(t, fn) {
	if (!deferred.has(t)) {
		const stack = [];
		deferred.set(t, stack);
		t.after(async () => {
			let failure;
			while (stack.length) {
				try {
					await stack.pop()();
				} catch (error) {
					failure ??= error;
				}
			}
			if (failure)
				throw failure;
		});
	}
	deferred.get(t).push(fn);
}
