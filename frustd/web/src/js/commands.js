// Slash commands: what one may type into the comment field, and the dialog that lists them. Each is
// also a button there, so nobody has to type.

import { $, make } from './dom.js';
import { EVENTS, eventLabel } from './events.js';
import { COLORS, FORMS, toggled } from './styles.js';
import { alarm, toast } from './toasts.js';
import { t } from './words.js';

const dialog = $('commands');

// "/lemma 6.7 x" → the longest event's name that it begins with, and otherwise its first word.
export function parse(text) {
	const whole = text.slice(1).trim();
	const event = [...EVENTS.keys()].find((name) => whole.toLowerCase() === name);
	if (event)
		return { name: event, rest: '' };
	const [, name, rest] = whole.match(/^(\S*)\s*([\s\S]*)$/);
	return { name: name.toLowerCase(), rest };
}

export class Commands {
	style = []; // words, for the next clicks
	#do;

	// trigger(event), rename(name), onStyle(words)
	constructor(actions) {
		this.#do = actions;
	}

	get styleText() {
		return this.style.join(' ');
	}

	run(text) {
		const { name, rest } = parse(text);
		if (EVENTS.has(name))
			this.#do.trigger(name);
		else if (COLORS.includes(name) || FORMS.includes(name))
			this.#restyle(toggled(this.style, name));
		else if (name === 'plain')
			this.#restyle([]);
		else if (name === 'name' && rest)
			this.#do.rename(rest);
		else if (name === 'wall')
			location.assign('/wall');
		else if (name === 'help' || name === '')
			this.openHelp();
		else
			alarm(t('unknownCommand', name));
	}

	#restyle(style) {
		this.style = style;
		this.#do.onStyle(style);
		toast(style.length ? t('styled', style.map((word) => t(word)).join(', ')) : t('unstyled'), this.styleText);
	}

	openHelp() {
		if (!dialog.querySelector('.group'))
			this.#fill();
		for (const button of dialog.querySelectorAll('[aria-pressed]'))
			button.setAttribute('aria-pressed', this.style.includes(button.dataset.word));
		dialog.showModal();
	}

	#fill() {
		const group = (title, buttons) => make('div', { className: 'group', role: 'group', 'aria-label': title }, make('h3', { text: title }), ...buttons);
		const button = (name, label, className = '') => {
			const made = make('button', { type: 'button', className }, make('code', { text: `/${name}` }), ` ${label}`);
			made.addEventListener('click', () => {
				dialog.close();
				this.run(`/${name}`);
			});
			return made;
		};
		const look = (word) => {
			const made = button(word, t(word), `s-${word}`);
			made.dataset.word = word;
			made.setAttribute('aria-pressed', 'false');
			return made;
		};
		$('command-list').append(
			group(t('commandColors'), COLORS.map(look)),
			group(t('commandForms'), [...FORMS.map(look), button('plain', t('plain'))]),
			group(t('commandEvents'), [...EVENTS.keys()].map((name) => button(name, eventLabel(name)))),
			group(t('commandOthers'), [button('wall', t('wall'))]));
	}
}
