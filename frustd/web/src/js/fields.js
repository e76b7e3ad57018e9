// The name and comment fields: limits counted in code points as the server counts them, and the
// name kept for the next visit. Commands typed into the comment are somebody else's.

import { $, say } from './dom.js';
import { onlyOnce } from './press.js';
import { number, t } from './words.js';

export const NAME_MAX = 15, COMMENT_MAX = 75; // code points
const NEAR = 0.34; // of the limit: from here on the field says how many are left
const KEY = 'frust-name';

const name = $('name'), comment = $('comment');

export const points = (text) => [...text].length;
export const cut = (text, max) => (points(text) > max ? [...text].slice(0, max).join('') : text);

function limit(input, max, left) {
	const check = () => {
		const typed = input.value, short = cut(typed, max);
		if (short !== typed) {
			const at = input.selectionStart;
			input.value = short;
			input.setSelectionRange(at, at);
		}
		const rest = max - points(short);
		say(left, rest <= max * NEAR ? t('left', number(rest)) : '');
	};
	// Not in the middle of an input method's word, which may yet become shorter.
	input.addEventListener('input', (event) => event.isComposing || check());
	input.addEventListener('compositionend', check);
	return check;
}

// localStorage may be forbidden; then the name lasts as long as the page.
function remember(value) {
	try {
		localStorage.setItem(KEY, value);
	} catch { /* not kept */ }
}

function remembered() {
	try {
		return localStorage.getItem(KEY) ?? '';
	} catch {
		return '';
	}
}

export function userName() {
	return cut(name.value.trim(), NAME_MAX) || t('guest');
}

export function setName(value) {
	name.value = cut(value.trim(), NAME_MAX);
	name.dispatchEvent(new Event('change'));
}

// The comment, and the field is empty then.
export function takeComment() {
	const text = cut(comment.value.trim(), COMMENT_MAX);
	comment.value = '';
	checkComment();
	return text;
}

// Back into the field, unless something else is there by now.
export function returnComment(text) {
	comment.value ||= text;
	checkComment();
}

const checkName = limit(name, NAME_MAX, $('name-left'));
const checkComment = limit(comment, COMMENT_MAX, $('comment-left'));

export const commentText = () => comment.value.trim();

// onName(name): the name has changed. onSend(): the button was pressed, or Enter in the comment.
export function initFields({ onName, onSend }) {
	name.value = cut(remembered(), NAME_MAX);
	name.placeholder = t('guest');
	checkName();
	name.addEventListener('change', () => {
		remember(name.value.trim());
		onName(userName());
	});
	name.addEventListener('keydown', (event) => {
		if (event.key !== 'Enter' || event.isComposing)
			return;
		event.preventDefault();
		name.blur(); // which is the change
	});
	comment.addEventListener('keydown', (event) => event.key === 'Enter' && onlyOnce(event));
	$('fields').addEventListener('submit', (event) => {
		event.preventDefault();
		onSend();
	});
}
