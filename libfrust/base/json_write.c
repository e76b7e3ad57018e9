/* Owns how JSON is written. */
#include "base/json.h"

#include "base/utf8.h"

static bool is_plain(uint8_t byte)
{
	return byte >= 0x20 && byte != '"' && byte != '\\' && byte < 0x80;
}

/* How many bytes s begins with that are written as they are. */
static size_t plain_run(struct fr_str s)
{
	size_t i = 0;

	while (i < s.len) {
		uint32_t point;
		size_t n = 1;

		if (!is_plain((uint8_t)s.at[i])) {
			n = fr_utf8_decode(fr_str_skip(s, i), &point);
			if (n == 1) /* to be escaped, or not UTF-8 */
				break;
		}
		i += n;
	}
	return i;
}

static void add_ascii_escape(struct fr_buf *out, char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *short_form = c ? strchr(from, c) : NULL;

	if (short_form) {
		fr_buf_add_char(out, '\\');
		fr_buf_add_char(out, to[short_form - from]);
	} else {
		fr_buf_printf(out, "\\u%04x", (unsigned)c);
	}
}

/* Whether s begins with a surrogate in WTF-8: three bytes. */
static bool decode_surrogate(struct fr_str s, unsigned *unit)
{
	if (s.len < 3 || (uint8_t)s.at[0] != 0xed || (s.at[1] & 0xe0) != 0xa0 ||
	    (s.at[2] & 0xc0) != 0x80)
		return false;
	*unit = 0xd000u | (unsigned)(s.at[1] & 0x3f) << 6 | (unsigned)(s.at[2] & 0x3f);
	return true;
}

/* Writes what s begins with, which is not plain; returns how many bytes of s that was. */
static size_t add_escaped(struct fr_buf *out, struct fr_str s)
{
	unsigned unit;

	if ((uint8_t)s.at[0] < 0x80) {
		add_ascii_escape(out, s.at[0]);
		return 1;
	}
	if (decode_surrogate(s, &unit)) {
		fr_buf_printf(out, "\\u%04x", unit);
		return 3;
	}
	fr_buf_add_str(out, FR_STR("\xef\xbf\xbd"));
	return 1;
}

void fr_json_add_str(struct fr_buf *out, struct fr_str s)
{
	if (!s.at) {
		fr_buf_add_str(out, FR_STR("null"));
		return;
	}
	fr_buf_add_char(out, '"');
	for (;;) {
		size_t n = plain_run(s);

		fr_buf_add(out, s.at, n);
		s = fr_str_skip(s, n);
		if (s.len == 0)
			break;
		s = fr_str_skip(s, add_escaped(out, s));
	}
	fr_buf_add_char(out, '"');
}
