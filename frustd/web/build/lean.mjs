// Leaves out what only people read: comments on lines of their own, indentation, empty lines.
// It knows nothing of the languages beyond that, so the sources keep to two rules, checked here: no
// multi-line template strings, and block comments only on lines of their own.

export function lean(name, text) {
	if (name.endsWith('.js')) {
		const odd = text.split('\n').findIndex((line) => (line.replace(/^\s*\/\/.*/, '').match(/`/g) ?? []).length % 2);
		if (odd >= 0)
			throw new Error(`${name}:${odd + 1}: a template string over several lines`);
		return text.replace(/^\s*\/\/.*\n/gm, '').replace(/^\s+/gm, '');
	}
	if (name.endsWith('.css'))
		return text.replace(/^\s*\/\*[\s\S]*?\*\/\s*?\n/gm, '').replace(/^\s+/gm, '');
	if (name.endsWith('.html'))
		return text.replace(/^\s*<!-- (?!preload)[\s\S]*?-->\s*?\n/gm, '').replace(/^\s+/gm, '');
	return text;
}
