// Elements made in one line. Text goes in as text, here and everywhere: nothing parses markup.

export const $ = (id) => document.getElementById(id);

export function make(tag, { className, text, ...attributes } = {}, ...children) {
	const element = document.createElement(tag);
	if (className)
		element.className = className;
	if (text !== undefined)
		element.textContent = text;
	for (const [name, value] of Object.entries(attributes))
		element.setAttribute(name, value);
	element.append(...children);
	return element;
}

// Sets a text that may be the same: what did not change costs no layout.
export function say(element, text) {
	if (element.textContent !== text)
		element.textContent = text;
}
