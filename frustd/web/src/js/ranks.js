// Those with the most presses of all time. Between two looks at the server it counts along.

import { Fresh } from './api.js';
import { $, make } from './dom.js';
import { calmly } from './paint.js';
import { number, t } from './words.js';

const SHOWN = 10;
const EVERY = 10_000; // ms, at most

export class Ranks {
	#users = []; #draw = calmly(500, () => this.#show());

	constructor() {
		this.fresh = new Fresh(`/api/users?top=${SHOWN}`, EVERY, (users) => {
			this.#users = users.filter((user) => user.click_count > 0);
			this.#draw();
		});
	}

	click({ user }) {
		const known = this.#users.find(({ name }) => name === user);
		if (known)
			known.click_count++;
		else if (this.#users.length < SHOWN) // then all who ever pressed are known, but this one
			this.#users.push({ name: user, click_count: 1 });
		this.#users.sort((a, b) => b.click_count - a.click_count);
		this.#draw();
		this.fresh.mark();
	}

	#show() {
		const most = this.#users[0]?.click_count;
		const rows = this.#users.map(({ name, click_count: clicks }) => {
			const bar = make('span', { className: 'bar' });
			bar.style.inlineSize = `${100 * clicks / most}%`;
			return make('li', {}, make('span', { className: 'who', text: name, dir: 'auto' }), make('span', { className: 'number', text: number(clicks) }), bar);
		});
		if (!rows.length)
			rows.push(make('li', { className: 'empty', text: t('nobody') }));
		$('ranks').replaceChildren(...rows);
	}
}
