/* Globs against a naive version that tries everything. The input: a pattern, a byte ff, a text. */
#include <frust/query.h>

#include "base/utf8.h"
#include "fuzz/fuzz.h"

/* The character at the front, taken off; bytes that are none are unlike all others. */
static uint32_t take(struct fr_str *s)
{
	uint32_t point = 0x110000 + (uint8_t)s->at[0];
	size_t n = 1;

	while (n <= 4 && n <= s->len && !fr_utf8_valid(fr_str(s->at, n)))
		n++;
	if (n <= 4 && n <= s->len)
		fr_utf8_decode(*s, &point);
	else
		n = 1;
	*s = fr_str_skip(*s, n);
	return point;
}

/* Where the set ends that begins after a '[': at its ']'; SIZE_MAX: nowhere. */
static size_t set_end(struct fr_str s)
{
	struct fr_str rest = s;
	bool first = true;

	if (rest.len && (rest.at[0] == '!' || rest.at[0] == '^'))
		rest = fr_str_skip(rest, 1);
	for (; rest.len && (first || rest.at[0] != ']'); first = false) {
		take(&rest);
		if (rest.len > 1 && rest.at[0] == '-' && rest.at[1] != ']') {
			rest = fr_str_skip(rest, 1);
			take(&rest);
		}
	}
	return rest.len ? s.len - rest.len : SIZE_MAX;
}

static bool in_set(struct fr_str set, uint32_t point)
{
	bool inverted = set.at[0] == '!' || set.at[0] == '^', found = false;

	if (inverted)
		set = fr_str_skip(set, 1);
	while (set.len) {
		uint32_t low = take(&set), high = low;

		if (set.len > 1 && set.at[0] == '-') {
			set = fr_str_skip(set, 1);
			high = take(&set);
		}
		found = found || (point >= low && point <= high);
	}
	return found != inverted;
}

static bool naive(struct fr_str p, struct fr_str t)
{
	struct fr_str rest = t;
	uint32_t want, point;
	size_t end;

	if (!p.len)
		return !t.len;
	if (p.at[0] == '*') {
		for (;;) {
			if (naive(fr_str_skip(p, 1), rest))
				return true;
			if (!rest.len)
				return false;
			take(&rest);
		}
	}
	if (!t.len)
		return false;
	want = take(&p);
	point = take(&t);
	end = want == '[' ? set_end(p) : SIZE_MAX;
	if (end != SIZE_MAX)
		return in_set(fr_str(p.at, end), point) && naive(fr_str_skip(p, end + 1), t);
	return (want == '?' || want == point) && naive(p, t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str text = fuzz_input(data, size), pattern = fuzz_until(&text, '\xff');
	size_t stars = 0;
	bool matches = frust_glob((struct frust_str){pattern.at, pattern.len},
				  (struct frust_str){text.at, text.len});

	for (size_t i = 0; i < pattern.len; i++)
		stars += pattern.at[i] == '*';
	/* What the naive one can do in time. */
	if (stars <= 4 && text.len <= 24 && pattern.len <= 60)
		FUZZ_CHECK(matches == naive(pattern, text));
	return 0;
}
