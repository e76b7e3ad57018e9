// The global events as keys of a control panel.

import { $, make } from './dom.js';
import { EVENTS, eventLabel } from './events.js';

export function initKeys(trigger) {
	for (const [name, sign] of EVENTS) {
		const key = make('button', { type: 'button', className: 'key' }, make('span', { className: 'sign', 'aria-hidden': 'true', text: sign }),
			make('span', { text: eventLabel(name) }));
		key.addEventListener('click', () => trigger(name));
		$('events').append(key);
	}
}
