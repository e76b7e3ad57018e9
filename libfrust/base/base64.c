/* Owns both alphabets of RFC 4648; lines are never broken. */
#include "base/base64.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Three bytes to four characters. */
static void encode_group(char out[4], const uint8_t in[3], const char alphabet[65])
{
	out[0] = alphabet[in[0] >> 2];
	out[1] = alphabet[(in[0] & 0x03) << 4 | in[1] >> 4];
	out[2] = alphabet[(in[1] & 0x0f) << 2 | in[2] >> 6];
	out[3] = alphabet[in[2] & 0x3f];
}

void fr_base64_encode(struct fr_buf *out, const void *bytes, size_t n)
{
	const uint8_t *in = bytes;

	if (n > SIZE_MAX / 2 || fr_buf_reserve(out, FR_BASE64_LEN(n)) < 0)
		return;
	for (; n >= 3; in += 3, n -= 3) {
		encode_group(out->at + out->len, in, standard);
		out->len += 4;
	}
	if (n > 0) {
		const uint8_t last[3] = {in[0], n > 1 ? in[1] : 0, 0};
		char *at = out->at + out->len;

		encode_group(at, last, standard);
		at[3] = '=';
		if (n == 1)
			at[2] = '=';
		out->len += 4;
	}
}

/* The six bits a character stands for, or -1. */
static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool fr_base64_decode(struct fr_buf *out, struct fr_str text)
{
	uint32_t bits = 0; /* read and not yet written */
	unsigned held = 0; /* how many */
	size_t len = out->len;

	if (text.len > 0 && text.len % 4 == 0 && text.at[text.len - 1] == '=')
		text.len -= text.at[text.len - 2] == '=' ? 2 : 1;
	if (text.len % 4 == 1)
		return false;
	if (fr_buf_reserve(out, text.len / 4 * 3 + 2) < 0)
		return true;
	for (size_t i = 0; i < text.len; i++) {
		int six = digit(text.at[i]);

		if (six < 0)
			return false;
		bits = bits << 6 | (uint32_t)six;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out->at[len++] = (char)(bits >> held);
			bits &= (1u << held) - 1;
		}
	}
	if (bits != 0)
		return false;
	out->len = len;
	return true;
}

void fr_base64url(char *out, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i + 3 <= n; i += 3)
		encode_group(out + i / 3 * 4, bytes + i, url_safe);
}
