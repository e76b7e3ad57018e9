/* Owns the digest; names as in RFC 3174 §6.1. */
#include "ws/sha1.h"

#include <string.h>

#define BLOCK 64

static uint32_t rotate(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static void schedule(uint32_t w[80], const uint8_t block[BLOCK])
{
	for (int t = 0; t < 16; t++)
		w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
		       (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
	for (int t = 16; t < 80; t++)
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
}

static uint32_t mix(int t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void digest_block(uint32_t h[5], const uint8_t block[BLOCK])
{
	uint32_t w[80];
	uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	schedule(w, block);
	for (int t = 0; t < 80; t++) {
		uint32_t next = rotate(a, 5) + mix(t, b, c, d) + e + w[t];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

void ws_sha1(uint8_t out[WS_SHA1_SIZE], const void *bytes, size_t n)
{
	uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
	const uint8_t *at = bytes;
	uint64_t bits = (uint64_t)n * 8;
	uint8_t last[2 * BLOCK] = {0};
	size_t last_size;

	for (; n >= BLOCK; at += BLOCK, n -= BLOCK)
		digest_block(h, at);
	if (n)
		memcpy(last, at, n);
	last[n] = 0x80;
	last_size = n + 1 + 8 <= BLOCK ? BLOCK : 2 * BLOCK;
	for (int i = 1; i <= 8; i++, bits >>= 8)
		last[last_size - (size_t)i] = (uint8_t)(bits & 0xff);
	for (size_t i = 0; i < last_size; i += BLOCK)
		digest_block(h, last + i);
	for (int i = 0; i < WS_SHA1_SIZE; i++)
		out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)) & 0xff);
}
