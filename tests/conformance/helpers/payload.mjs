// Bodies of polling requests. A packet is a string with its type digit, or a Buffer: a binary message.

import assert from 'node:assert/strict';

export const TEXT = { 'Content-Type': 'text/plain;charset=UTF-8' };
export const BYTES = { 'Content-Type': 'application/octet-stream' };

const base64 = (head, bytes) => head + bytes.toString('base64');

// Text. Revision 3 counts UTF-16 units, as JavaScript's length does.
export function encode(revision, packets) {
	if (revision === 4)
		return packets.map((packet) => typeof packet === 'string' ? packet : base64('b', packet)).join('\x1e');
	return packets.map((packet) => typeof packet === 'string' ? packet : base64('b4', packet))
		.map((packet) => `${packet.length}:${packet}`).join('');
}

// Revision 3 as bytes, which needs no base64.
export function encodeBytes(packets) {
	return Buffer.concat(packets.flatMap((packet) => {
		const binary = typeof packet !== 'string';
		const bytes = binary ? Buffer.concat([Buffer.from([4]), packet]) : Buffer.from(packet);
		return [Buffer.from([binary ? 1 : 0, ...[...String(bytes.length)].map(Number), 255]), bytes];
	}));
}

const unpack = (packet, head) => packet.startsWith(head) ? Buffer.from(packet.slice(head.length), 'base64') : packet;

function decodeText(body) {
	const packets = [];
	while (body) {
		const [head, length] = body.match(/^(\d+):/) ?? [];
		assert.ok(head, `a length: ${body.slice(0, 80)}`);
		const end = head.length + Number(length);
		assert.ok(end <= body.length, `a whole packet: ${body.slice(0, 80)}`);
		packets.push(unpack(body.slice(head.length, end), 'b4'));
		body = body.slice(end);
	}
	return packets;
}

function decodeBytes(body) {
	const packets = [];
	while (body.length) {
		const end = body.indexOf(255);
		assert.ok(end > 1 && body[0] <= 1, 'a head');
		const length = Number([...body.subarray(1, end)].join(''));
		const packet = body.subarray(end + 1, end + 1 + length);
		assert.equal(packet.length, length, 'a whole packet');
		if (body[0] === 1)
			assert.equal(packet[0], 4, 'a message');
		packets.push(body[0] === 1 ? packet.subarray(1) : packet.toString());
		body = body.subarray(end + 1 + length);
	}
	return packets;
}

export function decode(revision, response) {
	if (response.headers['content-type'] === 'application/octet-stream')
		return decodeBytes(response.body);
	assert.equal(response.headers['content-type'], 'text/plain; charset=UTF-8');
	return revision === 4 ? response.text.split('\x1e').map((packet) => unpack(packet, 'b')) : decodeText(response.text);
}
