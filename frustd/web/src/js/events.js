// The events that the page knows: their keys, and what they are called. Any other event is a name.

import { t } from './words.js';

export const EVENTS = new Map([
	['fireworks', '🎆'], ['einstein', '🤪'], ['lemma 6.7', '📐'], ['pride', '🌈'],
	['fu', '🤬'], ['satan', '😈'], ['exmatrikulieren', '📜'], ['rickroll', '🕺'],
]);

export const eventLabel = (name) => (EVENTS.has(name) ? t(name) : name);
