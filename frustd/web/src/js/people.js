// Who is here: the first of them by name, the others as a number.

import { Fresh } from './api.js';
import { $, make } from './dom.js';
import { number, t } from './words.js';

const SHOWN = 48;
const EVERY = 4000; // ms, at most

export class People {
	#online = 0;

	constructor() {
		this.fresh = new Fresh(`/api/online_users?limit=${SHOWN}`, EVERY, (users) => this.#show(users));
	}

	count(online) {
		this.#online = online;
		this.fresh.mark();
	}

	#show(users) {
		const rows = users.map(({ name, click_count: clicks }) => {
			const row = make('li', {}, name === null ? make('i', { text: t('unnamed') }) : make('span', { text: name, dir: 'auto' }));
			if (clicks)
				row.append(' ', make('small', { text: `×${number(clicks)}` }));
			return row;
		});
		const others = this.#online - users.length;
		if (others > 0 && users.length === SHOWN)
			rows.push(make('li', { className: 'others', text: t('others', number(others)) }));
		$('people').replaceChildren(...rows);
	}
}
