/* Owns comparing, searching, trimming and reading numbers; copies nothing, allocates nothing. */
#include "base/str.h"

#include "base/utf8.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_bytes(const char *a, const char *b, size_t n)
{
	return n == 0 || memcmp(a, b, n) == 0;
}

bool fr_str_eq(struct fr_str a, struct fr_str b)
{
	return !a.at == !b.at && a.len == b.len && same_bytes(a.at, b.at, a.len);
}

bool fr_str_caseeq(struct fr_str a, struct fr_str b)
{
	if (!a.at != !b.at || a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

bool fr_str_starts(struct fr_str s, struct fr_str prefix)
{
	return s.len >= prefix.len && same_bytes(s.at, prefix.at, prefix.len);
}

size_t fr_str_find(struct fr_str s, char c)
{
	const char *found = s.len ? memchr(s.at, c, s.len) : NULL;

	return found ? (size_t)(found - s.at) : s.len;
}

struct fr_str fr_str_trim_ows(struct fr_str s)
{
	while (s.len && (s.at[0] == ' ' || s.at[0] == '\t'))
		s = fr_str_skip(s, 1);
	while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* Python's str.isspace: bidirectional class WS, B or S, or general category Zs. */
static bool is_space(uint32_t point)
{
	return (point >= 0x09 && point <= 0x0d) || (point >= 0x1c && point <= 0x20) ||
	       point == 0x85 || point == 0xa0 || point == 0x1680 ||
	       (point >= 0x2000 && point <= 0x200a) || point == 0x2028 || point == 0x2029 ||
	       point == 0x202f || point == 0x205f || point == 0x3000;
}

/* The length in bytes of the space at the start of s, or 0. */
static size_t space_at_start(struct fr_str s)
{
	uint32_t point;
	size_t n = s.len ? fr_utf8_decode(s, &point) : 0;

	return n && is_space(point) ? n : 0;
}

/* The length in bytes of the space at the end of s, or 0. No space is longer than 3 bytes. */
static size_t space_at_end(struct fr_str s)
{
	for (size_t n = 1; n <= 3 && n <= s.len; n++)
		if (space_at_start(fr_str_skip(s, s.len - n)) == n)
			return n;
	return 0;
}

struct fr_str fr_str_trim(struct fr_str s)
{
	size_t n;

	while ((n = space_at_start(s)) > 0)
		s = fr_str_skip(s, n);
	while ((n = space_at_end(s)) > 0)
		s.len -= n;
	return s;
}

bool fr_str_u64(struct fr_str s, uint64_t *out)
{
	uint64_t value = 0;

	if (s.len < 1 || s.len > 18)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(s.at[i] - '0');
	}
	*out = value;
	return true;
}
