// How a click may look: the words of its style that the page knows. Anything else in it is ignored.

export const COLORS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink'];
export const FORMS = ['big', 'small', 'highlight', 'fancy', 'dotted', 'fire'];
const KNOWN = new Set([...COLORS, ...FORMS]);

// "fire fancy x" → "s-fire s-fancy", for className.
export function classesOf(style) {
	const known = new Set((style ?? '').split(/\s+/).filter((word) => KNOWN.has(word)));
	return [...known].map((word) => `s-${word}`).join(' ');
}

// The style with the word put in or, if it was there, out. Of colours, one at a time.
export function toggled(style, word) {
	const had = style.includes(word);
	const rest = style.filter((other) => other !== word && !(COLORS.includes(word) && COLORS.includes(other)));
	return had ? rest : [...rest, word];
}
