// The connection: Socket.IO with reconnects of our own, so that the page can say when the next try
// is and people can have it now.
//
//     connecting ──→ live ──→ waiting { until, offline } ──→ connecting …

import { io } from 'socket.io-client';

const STEPS = [1, 2, 4, 8, 15, 30]; // seconds
const PATIENCE = 10_000; // ms for an answer

export class Link {
	#socket; #timer; #failures = 0; #handlers;

	// handlers: onState(state), onLive(), and one per event: stats, status, click, event, message.
	constructor(handlers) {
		this.#handlers = handlers;
		this.#socket = io({
			path: '/api/socket.io/', autoConnect: false, reconnection: false,
			transports: ['websocket', 'polling'], tryAllTransports: true,
		});
		for (const name of ['stats', 'status', 'click', 'event', 'message'])
			this.#socket.on(name, (argument) => handlers[name](argument));
		this.#socket.on('connect', () => this.#live());
		this.#socket.on('connect_error', () => this.#wait());
		this.#socket.on('disconnect', () => this.#wait());
		addEventListener('online', () => this.live || this.now());
		addEventListener('offline', () => this.#doubt());
		document.addEventListener('visibilitychange', () => {
			if (!document.hidden && this.#timer)
				this.now();
		});
	}

	get live() {
		return this.#socket.connected;
	}

	// Tries at once.
	now() {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#handlers.onState({ name: 'connecting' });
		this.#socket.connect();
	}

	#live() {
		this.#failures = 0;
		this.#handlers.onState({ name: 'live' });
		this.#handlers.onLive();
	}

	#wait() {
		const step = STEPS[Math.min(this.#failures++, STEPS.length - 1)];
		const ms = step * 1000 * (0.8 + 0.4 * Math.random()); // or all come back in the same second
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.now(), ms);
		this.#handlers.onState({ name: 'waiting', until: Date.now() + ms, offline: !navigator.onLine });
	}

	// The browser says that there is no network: whether it is right shows at once.
	#doubt() {
		if (this.live) {
			this.#socket.disconnect();
			this.now();
		} else if (this.#timer) {
			this.#wait();
		}
	}

	// Sent when there is a connection and forgotten otherwise.
	tell(name, argument) {
		if (this.live)
			this.#socket.emit(name, argument);
	}

	// The server's answer, or undefined when none came. Nothing waits for a later connection.
	ask(name, argument) {
		return new Promise((resolve) => {
			this.#socket.timeout(PATIENCE).emit(name, argument, (error, answer) => resolve(error ? undefined : answer));
		});
	}
}
