// The server's JSON routes, and its clock.

let ahead = 0; // ms by which the server's clock is ahead of ours

export async function get(path) {
	const response = await fetch(path, { cache: 'no-cache' });
	if (!response.ok)
		throw new Error(`${path}: ${response.status}`);
	const date = Date.parse(response.headers.get('Date'));
	if (date)
		ahead = date - Date.now();
	return response.json();
}

// Milliseconds, as the server sees it (to the second).
export const serverNow = () => Date.now() + ahead;

// Keeps something on the page up with a route: mark() says that it may have changed, and it is
// asked for when somebody looks, at most every `ms`, not by all at the same moment.
export class Fresh {
	#path; #ms; #use; #marked = false; #timer; #last = -Infinity; #asked = 0;

	constructor(path, ms, use) {
		this.#path = path;
		this.#ms = ms;
		this.#use = use;
		document.addEventListener('visibilitychange', () => this.#marked && this.mark());
	}

	mark() {
		this.#marked = true;
		if (document.hidden || this.#timer)
			return;
		const wait = Math.max(0, this.#last + this.#ms * (1 + 0.3 * Math.random()) - performance.now());
		this.#timer = setTimeout(() => this.now(), wait);
	}

	// Asks at once.
	async now() {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#marked = false;
		this.#last = performance.now();
		const asked = ++this.#asked;
		const data = await get(this.#path).catch(() => undefined); // a connection that is gone says so itself
		if (data !== undefined && asked === this.#asked)
			this.#use(data);
	}
}
