// What events let fall, rise and burst over the whole page: particles of bounded number on one
// canvas, which is there only while something flies.

import { Canvas } from './canvas.js';
import { $ } from './dom.js';
import { paint, still } from './paint.js';

const MAX = 420;
const TRAIL = 0.07; // seconds of a spark's way that are still seen
const SHADES = ['#e2231a', '#ff8c00', '#ffcf1f', '#1fa34a', '#3f6bff', '#c04dff', '#ff5fa2'];

const element = $('sky');
const random = (from, to) => from + (to - from) * Math.random();
let canvas, parts = [], last = 0;

function frame(now) {
	const dt = Math.min(0.05, (now - last) / 1000 || 0.016);
	last = now;
	canvas.clear();
	const { context } = canvas;
	for (const part of parts) {
		part.age += dt;
		if (part.age < 0)
			continue;
		part.vy += part.weight * dt;
		part.x += part.vx * dt;
		part.y += part.vy * dt;
		context.globalAlpha = Math.max(0, Math.min(1, (part.life - part.age) * 2));
		part.draw(context, part);
	}
	parts = parts.filter((part) => part.age < part.life);
	element.hidden = parts.length === 0;
	if (parts.length)
		paint(frame);
}

function add(more) {
	if (still.matches || document.hidden)
		return;
	canvas ??= new Canvas(element);
	element.hidden = false;
	parts.push(...more.slice(0, MAX - parts.length));
	paint(frame);
}

function spark(context, part) {
	context.strokeStyle = part.shade;
	context.lineWidth = 3;
	context.lineCap = 'round';
	context.beginPath();
	context.moveTo(part.x, part.y);
	context.lineTo(part.x - part.vx * TRAIL, part.y - part.vy * TRAIL);
	context.stroke();
}

function glyph(context, part) {
	context.font = `${part.size}px system-ui, sans-serif`;
	context.fillStyle = part.shade;
	context.textAlign = 'center';
	context.fillText(part.text, part.x + Math.sin(part.age * 3 + part.size) * 14, part.y);
}

export function fireworks() {
	const sparks = [];
	for (let burst = 0; burst < 5; burst++) {
		const x = random(0.15, 0.85) * innerWidth, y = random(0.12, 0.5) * innerHeight;
		const shade = SHADES[Math.floor(random(0, SHADES.length))];
		for (let i = 0; i < 56; i++) {
			const angle = random(0, 2 * Math.PI), speed = random(60, 340);
			sparks.push({ x, y, vx: Math.cos(angle) * speed, vy: Math.sin(angle) * speed, weight: 160, age: -burst * 0.33,
				life: random(0.9, 1.7), shade, draw: spark });
		}
	}
	add(sparks);
}

// Glyphs that fall, or rise when up.
export function rain(glyphs, { up = false, shade = '#e2231a' } = {}) {
	add(Array.from({ length: 34 }, () => ({
		x: random(0, innerWidth), y: up ? innerHeight + 40 : -40, vx: 0, vy: (up ? -1 : 1) * random(140, 300), weight: 0,
		age: -random(0, 1.4), life: innerHeight / 140 + 1, size: random(20, 46), shade,
		text: glyphs[Math.floor(random(0, glyphs.length))], draw: glyph,
	})));
}
