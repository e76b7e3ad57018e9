#include "helpers/check.h"
#include "internal.h"

static struct frust_str text_of(const char *text)
{
	return (struct frust_str){text, text ? strlen(text) : 0};
}

static void patterns_match_whole_texts(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
		{"", "", true},
		{"", "a", false},
		{"a", "a", true},
		{"a", "A", false},
		{"a", "ab", false},
		{"ab", "a", false},
		{"*", "", true},
		{"*", "anything", true},
		{"**", "x", true},
		{"a*", "a", true},
		{"a*b", "ab", true},
		{"a*b", "axxb", true},
		{"a*b", "axxbc", false},
		{"*spam*", "no spam here", true},
		{"*spam*", "no ham here", false},
		{"*a*b*c*", "xxaxxbxxcxx", true},
		{"*a*b*c*", "xxcxxbxxaxx", false},
		{"*ab", "aab", true},
		{"*aab", "aaaab", true},
		{"?", "", false},
		{"?", "x", true},
		{"?", "xy", false},
		{"?", "\xf0\x9f\x98\x80", true},
		{"??", "\xc3\xbc\xc3\xb6", true},
		{"a\\b", "a\\b", true},
		{"[abc]", "b", true},
		{"[abc]", "d", false},
		{"[a-c]x", "bx", true},
		{"[a-c]x", "dx", false},
		{"[!a-c]", "d", true},
		{"[!a-c]", "b", false},
		{"[^a]", "b", true},
		{"[]]", "]", true},
		{"[!]]", "]", false},
		{"[!]]", "x", true},
		{"[a-]", "-", true},
		{"[*]", "*", true},
		{"[*]", "x", false},
		{"[?]", "?", true},
		{"[[]", "[", true},
		{"[\xc3\xa0-\xc3\xbf]", "\xc3\xbc", true},
		{"[\xc3\xa0-\xc3\xbf]", "u", false},
		{"[abc", "[abc", true},
		{"[abc", "a", false},
		{"[", "[", true},
		{"[!", "[!", true},
		{"a[b-", "a[b-", true},
		/* a broken byte is a character of its own, and not U+FFFD */
		{"?", "\xff", true},
		{"\xff", "\xff", true},
		{"\xff", "\xfe", false},
		{"\xef\xbf\xbd", "\xff", false},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		print_message("%s ~ %s\n", rows[i].pattern, rows[i].text);
		CHECK_INT(frust_glob(text_of(rows[i].pattern), text_of(rows[i].text)),
			  rows[i].matches);
	}
}

static void what_is_absent_matches_nothing(void **state)
{
	(void)state;
	CHECK(!frust_glob(text_of(NULL), text_of("x")));
	CHECK(!frust_glob(text_of("*"), text_of(NULL)));
}

static void a_nul_is_a_character_like_any_other(void **state)
{
	(void)state;
	CHECK(frust_glob(text_of("a?b"), (struct frust_str){"a\0b", 3}));
	CHECK(!frust_glob(text_of("a"), (struct frust_str){"a\0b", 3}));
}

static void many_stars_take_no_age(void **state)
{
	static char pattern[2001], text[20001];

	(void)state;
	for (size_t i = 0; i < sizeof(pattern) - 1; i += 2)
		memcpy(pattern + i, "*a", 2);
	memset(text, 'a', sizeof(text) - 1);
	CHECK(frust_glob(text_of(pattern), text_of(text)));
	pattern[sizeof(pattern) - 2] = 'b';
	CHECK(!frust_glob(text_of(pattern), text_of(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_whole_texts),
		cmocka_unit_test(what_is_absent_matches_nothing),
		cmocka_unit_test(a_nul_is_a_character_like_any_other),
		cmocka_unit_test(many_stars_take_no_age),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
