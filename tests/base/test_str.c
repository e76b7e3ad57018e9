#include "helpers/check.h"

#include "base/attr.h"
#include "base/str.h"
#include "base/utf8.h"

static void equality_is_byte_for_byte_and_absent_equals_absent_only(void **state)
{
	static const struct {
		struct fr_str a, b;
		bool equal, equal_without_case;
	} cases[] = {
		{{"", 0}, {"", 0}, true, true},
		{{NULL, 0}, {NULL, 0}, true, true},
		{{NULL, 0}, {"", 0}, false, false},
		{{"", 0}, {NULL, 0}, false, false},
		{{"a", 1}, {"a", 1}, true, true},
		{{"a", 1}, {"A", 1}, false, true},
		{{"a", 1}, {"ab", 2}, false, false},
		{{"a\0b", 3}, {"a\0c", 3}, false, false},
		{{"Keep-Alive", 10}, {"kEEP-aLIVE", 10}, false, true},
		{{"AZaz", 4}, {"azAZ", 4}, false, true},
		{{"xb", 2}, {"ab", 2}, false, false},
		{{"@[", 2}, {"`{", 2}, false, false}, /* the neighbours of the letters */
		{{"\xc3\x84", 2}, {"\xc3\xa4", 2}, false, false},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		CHECK_INT(fr_str_eq(cases[i].a, cases[i].b), cases[i].equal);
		CHECK_INT(fr_str_caseeq(cases[i].a, cases[i].b), cases[i].equal_without_case);
	}
}

static void a_view_of_no_text_is_absent(void **state)
{
	(void)state;
	CHECK_STR(fr_str_of(NULL), NULL);
	CHECK_STR(fr_str_of(""), "");
	CHECK_STR(fr_str_of("abc"), "abc");
}

static void a_prefix_is_found_at_the_start(void **state)
{
	(void)state;
	CHECK(fr_str_starts(FR_STR("abc"), FR_STR("ab")));
	CHECK(fr_str_starts(FR_STR("abc"), FR_STR("abc")));
	CHECK(fr_str_starts(FR_STR("abc"), FR_STR("")));
	CHECK(fr_str_starts(FR_STR_NULL, FR_STR("")));
	CHECK(!fr_str_starts(FR_STR("abc"), FR_STR("abcd")));
	CHECK(!fr_str_starts(FR_STR("abc"), FR_STR("b")));
	CHECK(!fr_str_starts(FR_STR_NULL, FR_STR("b")));
}

static void the_first_of_a_character_is_found(void **state)
{
	(void)state;
	CHECK_INT(fr_str_find(FR_STR("a,b,c"), ','), 1);
	CHECK_INT(fr_str_find(FR_STR("abc"), ','), 3);
	CHECK_INT(fr_str_find(FR_STR("a\0b"), 'b'), 2);
	CHECK_INT(fr_str_find(FR_STR_NULL, ','), 0);
	CHECK_INT(fr_str_find(fr_str("ab,", 2), ','), 2);
}

static void optional_white_space_is_blanks_and_tabs(void **state)
{
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
		{"", ""},        {" \t ", ""},       {" a b\t", "a b"},
		{"\t\ta ", "a"}, {"\na\r", "\na\r"}, {"\xc2\xa0", "\xc2\xa0"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++)
		CHECK_STR(fr_str_trim_ows(fr_str_of(cases[i].text)), cases[i].trimmed);
	CHECK_STR(fr_str_trim_ows(FR_STR_NULL), NULL);
}

static bool is_in_pythons_set(uint32_t point)
{
	static const uint32_t points[] = {
		0x09,   0x0a,   0x0b,   0x0c,   0x0d,   0x1c,   0x1d,   0x1e,   0x1f,   0x20,
		0x85,   0xa0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
		0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
	};

	for (size_t i = 0; i < FR_ARRAY_LEN(points); i++)
		if (points[i] == point)
			return true;
	return false;
}

static void exactly_pythons_white_space_is_trimmed(void **state)
{
	(void)state;
	for (uint32_t point = 0; point <= 0x10ffff; point++) {
		char text[9];
		size_t n = fr_utf8_encode(point, text);

		text[n] = 'x';
		fr_utf8_encode(point, text + n + 1);

		struct fr_str trimmed = fr_str_trim(fr_str(text, 2 * n + 1));
		CHECK_INT(trimmed.len, is_in_pythons_set(point) ? 1 : 2 * n + 1);
	}
}

static void trimming_stops_at_the_first_other_character(void **state)
{
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
		{"", ""},
		{" \n\xe3\x80\x80\xc2\x85 ", ""},
		{"\xe2\x80\xa8 a \xc2\xa0 b\x1f\xe1\x9a\x80", "a \xc2\xa0 b"},
		{" \xe2\x80\x8b ", "\xe2\x80\x8b"}, /* zero width space is none */
		{"\xe2\x80", "\xe2\x80"},           /* what is not UTF-8 is no space */
		{" \x85\xa0 ", "\x85\xa0"},
		{" \xed\xa0\x80 ", "\xed\xa0\x80"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++)
		CHECK_STR(fr_str_trim(fr_str_of(cases[i].text)), cases[i].trimmed);
	CHECK_STR(fr_str_trim(FR_STR_NULL), NULL);
}

static void a_number_is_digits_and_nothing_else(void **state)
{
	static const struct {
		struct fr_str text;
		int64_t value; /* -1: refused */
	} cases[] = {
		{{"0", 1}, 0},
		{{"007", 3}, 7},
		{{"1234567890", 10}, 1234567890},
		{{"999999999999999999", 18}, 999999999999999999},
		{{"1000000000000000000", 19}, -1},
		{{"0000000000000000001", 19}, -1},
		{{"", 0}, -1},
		{{NULL, 0}, -1},
		{{"+1", 2}, -1},
		{{"-1", 2}, -1},
		{{" 1", 2}, -1},
		{{"1 ", 2}, -1},
		{{"1\0", 2}, -1},
		{{"0x1", 3}, -1},
		{{"1:", 2}, -1},
		{{"1/", 2}, -1},
		{{"12", 1}, 1}, /* no further than the view */
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		uint64_t value = 77;

		CHECK_INT(fr_str_u64(cases[i].text, &value), cases[i].value >= 0);
		CHECK_INT(value, cases[i].value >= 0 ? cases[i].value : 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equality_is_byte_for_byte_and_absent_equals_absent_only),
		cmocka_unit_test(a_view_of_no_text_is_absent),
		cmocka_unit_test(a_prefix_is_found_at_the_start),
		cmocka_unit_test(the_first_of_a_character_is_found),
		cmocka_unit_test(optional_white_space_is_blanks_and_tabs),
		cmocka_unit_test(exactly_pythons_white_space_is_trimmed),
		cmocka_unit_test(trimming_stops_at_the_first_other_character),
		cmocka_unit_test(a_number_is_digits_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
