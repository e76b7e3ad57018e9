/* Owns what is and is not UTF-8, one table of lead bytes for all of it. */
#include "base/utf8.h"

/*
 * A state between bytes: how many continuation bytes are due, and between which two values the
 * next one must lie (RFC 3629, section 4: that alone keeps out overlong forms, surrogates and
 * what is beyond U+10FFFF).
 */
#define STATE(due, low, high) ((uint32_t)(due) | (uint32_t)(low) << 8 | (uint32_t)(high) << 16)
#define STATE_DUE(state) ((state)&0xff)
#define STATE_LOW(state) ((state) >> 8 & 0xff)
#define STATE_HIGH(state) ((state) >> 16)

static uint32_t lead(uint8_t byte)
{
	if (byte < 0x80)
		return FR_UTF8_START;
	if (byte < 0xc2)
		return FR_UTF8_BAD;
	if (byte < 0xe0)
		return STATE(1, 0x80, 0xbf);
	if (byte < 0xf0)
		return STATE(2, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf);
	if (byte < 0xf5)
		return STATE(3, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf);
	return FR_UTF8_BAD;
}

static uint32_t step(uint32_t state, uint8_t byte)
{
	if (state == FR_UTF8_START)
		return lead(byte);
	if (byte < STATE_LOW(state) || byte > STATE_HIGH(state))
		return FR_UTF8_BAD;
	return STATE_DUE(state) == 1 ? FR_UTF8_START : STATE(STATE_DUE(state) - 1, 0x80, 0xbf);
}

/* How many ASCII bytes s begins with, counted in eights: most text is ASCII. */
static size_t ascii_run(const char *at, size_t len)
{
	uint64_t eight;
	size_t i;

	for (i = 0; len - i >= sizeof eight; i += sizeof eight) {
		memcpy(&eight, at + i, sizeof eight);
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	return i;
}

uint32_t fr_utf8_check(uint32_t state, const char *at, size_t len)
{
	size_t i = 0;

	while (i < len && state != FR_UTF8_BAD) {
		if (state == FR_UTF8_START)
			i += ascii_run(at + i, len - i);
		if (i < len)
			state = step(state, (uint8_t)at[i++]);
	}
	return state;
}

bool fr_utf8_valid(struct fr_str s)
{
	return fr_utf8_check(FR_UTF8_START, s.at, s.len) == FR_UTF8_START;
}

size_t fr_utf8_count(struct fr_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((uint8_t)s.at[i] & 0xc0) != 0x80;
	return n;
}

size_t fr_utf8_units16(struct fr_str s)
{
	size_t n = fr_utf8_count(s);

	/* Beyond U+FFFF, four bytes here, stands a surrogate pair there. */
	for (size_t i = 0; i < s.len; i++)
		n += (uint8_t)s.at[i] >= 0xf0;
	return n;
}

size_t fr_utf8_span16(struct fr_str s, size_t units)
{
	size_t i = 0;

	while (units > 0 && i < s.len) {
		uint32_t state = lead((uint8_t)s.at[i]);
		size_t due = state == FR_UTF8_BAD ? 0 : STATE_DUE(state);
		size_t width = due == 3 ? 2 : 1;

		if (width > units)
			break;
		units -= width;
		i += due + 1;
	}
	return units == 0 && i <= s.len ? i : SIZE_MAX;
}

size_t fr_utf8_decode(struct fr_str s, uint32_t *point)
{
	uint8_t first = (uint8_t)s.at[0];
	uint32_t state = lead(first);

	*point = first;
	if (state == FR_UTF8_START)
		return 1;
	if (state == FR_UTF8_BAD)
		goto bad;
	*point = first & (0x3fu >> STATE_DUE(state));

	size_t n;
	for (n = 1; n < s.len && state != FR_UTF8_START; n++) {
		state = step(state, (uint8_t)s.at[n]);
		if (state == FR_UTF8_BAD)
			goto bad;
		*point = *point << 6 | ((uint8_t)s.at[n] & 0x3f);
	}
	if (state == FR_UTF8_START)
		return n;
bad:
	*point = 0xfffd;
	return 1;
}

size_t fr_utf8_encode(uint32_t point, char out[4])
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}
