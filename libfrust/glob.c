/* Globs: patterns for names and comments. */
#include "internal.h"

#include "base/utf8.h"

/* The first character of s, which is not empty, taken off it. */
static uint32_t take(struct fr_str *s)
{
	uint32_t point;
	size_t n = fr_utf8_decode(*s, &point);

	/* a byte that is no character is unlike any character, U+FFFD too */
	if (n == 1 && point == 0xfffd)
		point = 0x110000u + (unsigned char)*s->at;
	*s = fr_str_skip(*s, n);
	return point;
}

/* The set that pattern begins with after its '['; takes it off. False in *closed: it has no end. */
static bool in_set(struct fr_str *pattern, uint32_t point, bool *closed)
{
	struct fr_str rest = *pattern;
	bool inverted = rest.len && (*rest.at == '!' || *rest.at == '^');
	bool found = false, first = true;

	if (inverted)
		rest = fr_str_skip(rest, 1);
	/* a ']' at the front is one of the set */
	while (rest.len && (first || *rest.at != ']')) {
		uint32_t low = take(&rest), high = low;

		if (rest.len > 1 && rest.at[0] == '-' && rest.at[1] != ']') {
			rest = fr_str_skip(rest, 1);
			high = take(&rest);
		}
		found = found || (low <= point && point <= high);
		first = false;
	}
	*closed = rest.len > 0;
	if (*closed)
		*pattern = fr_str_skip(rest, 1);
	return found != inverted;
}

/* Does what pattern begins with, no star, match the point? Takes it off. */
static bool match_one(struct fr_str *pattern, uint32_t point)
{
	uint32_t want = take(pattern);
	bool closed, within;

	if (want == '?')
		return true;
	if (want != '[')
		return want == point;
	within = in_set(pattern, point, &closed);
	return closed ? within : point == '[';
}

bool frust_glob(struct frust_str pattern, struct frust_str text)
{
	struct fr_str p = frust__str(pattern), t = frust__str(text);
	struct fr_str after_star = FR_STR_NULL, retry = FR_STR_NULL;

	if (!p.at || !t.at)
		return false;
	/* the last star alone is ever tried again: time is at most |pattern| * |text| */
	for (;;) {
		if (p.len && *p.at == '*') {
			p = fr_str_skip(p, 1);
			after_star = p;
			retry = t;
			continue;
		}
		if (!t.len && !p.len)
			return true;
		if (t.len && p.len && match_one(&p, take(&t)))
			continue;
		if (!after_star.at || !retry.len)
			return false;
		take(&retry);
		p = after_star;
		t = retry;
	}
}
