#include "helpers/check.h"

#include "base/attr.h"
#include "base/utf8.h"

static const struct {
	struct fr_str text;
	bool valid;
} cases[] = {
	{{NULL, 0}, true},
	{{"", 0}, true},
	{{"a\0b", 3}, true},
	{{"just ASCII, and more of it than eight bytes", 43}, true},
	{{"\x7f", 1}, true},
	{{"\xc2\x80", 2}, true},         /* U+0080 */
	{{"\xdf\xbf", 2}, true},         /* U+07FF */
	{{"\xe0\xa0\x80", 3}, true},     /* U+0800 */
	{{"\xed\x9f\xbf", 3}, true},     /* U+D7FF */
	{{"\xee\x80\x80", 3}, true},     /* U+E000 */
	{{"\xef\xbf\xbf", 3}, true},     /* U+FFFF */
	{{"\xf0\x90\x80\x80", 4}, true}, /* U+10000 */
	{{"\xf4\x8f\xbf\xbf", 4}, true}, /* U+10FFFF */
	{{"12345678\xf0\x9f\x98\x80"
	  "12345678",
	  20},
	 true},
	{{"\x80", 1}, false},
	{{"\xbf", 1}, false},
	{{"\xc0\x80", 2}, false}, /* overlong */
	{{"\xc1\xbf", 2}, false},
	{{"\xe0\x9f\xbf", 3}, false},
	{{"\xf0\x8f\xbf\xbf", 4}, false},
	{{"\xed\xa0\x80", 3}, false}, /* surrogates */
	{{"\xed\xbf\xbf", 3}, false},
	{{"\xf4\x90\x80\x80", 4}, false}, /* beyond U+10FFFF */
	{{"\xf5\x80\x80\x80", 4}, false},
	{{"\xf8\x88\x80\x80\x80", 5}, false},
	{{"\xfe", 1}, false},
	{{"\xff", 1}, false},
	{{"\xc2\xc0", 2}, false}, /* lead bytes where others are due */
	{{"\xe1\xc0\x80", 3}, false},
	{{"\xe1\x80\xc0", 3}, false},
	{{"\xf1\xc0\x80\x80", 4}, false},
	{{"\xc2", 1}, false}, /* cut off */
	{{"\xe2\x82", 2}, false},
	{{"\xf0\x9f\x98", 3}, false},
	{{"\xc2"
	  "a",
	  2},
	 false},
	{{"\xe2\x82"
	  "a",
	  3},
	 false},
	{{"\xe2\xc2\x80", 3}, false},
	{{"a\xc3\xa4\x80", 4}, false},
	{{"12345678\xff", 9}, false},
	{{"1234567\xff"
	  "12345678",
	  16},
	 false},
};

static void text_is_valid_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++)
		CHECK_INT(fr_utf8_valid(cases[i].text), cases[i].valid);
}

static void text_in_two_pieces_is_judged_like_the_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_str text = cases[i].text;

		for (size_t cut = 0; text.at && cut <= text.len; cut++) {
			uint32_t at = fr_utf8_check(FR_UTF8_START, text.at, cut);

			at = fr_utf8_check(at, text.at + cut, text.len - cut);
			CHECK_INT(at == FR_UTF8_START, cases[i].valid);
		}
	}
}

static void bad_stays_bad(void **state)
{
	uint32_t at = fr_utf8_check(FR_UTF8_START, "\xff", 1);

	(void)state;
	CHECK_INT(at, FR_UTF8_BAD);
	CHECK_INT(fr_utf8_check(at, "fine", 4), FR_UTF8_BAD);
	CHECK_INT(fr_utf8_check(at, "", 0), FR_UTF8_BAD);
	/* what cannot become valid any more is told at once, not at the end */
	CHECK_INT(fr_utf8_check(FR_UTF8_START, "\xed\xa0", 2), FR_UTF8_BAD);
	CHECK_INT(fr_utf8_check(FR_UTF8_START, "\xc0", 1), FR_UTF8_BAD);
}

static void every_code_point_survives_encoding(void **state)
{
	(void)state;
	for (uint32_t point = 0; point <= 0x10ffff; point++) {
		bool surrogate = point >= 0xd800 && point <= 0xdfff;
		char bytes[5] = {'x', 'x', 'x', 'x', 'x'};
		struct fr_str text = {bytes, fr_utf8_encode(point, bytes)};
		uint32_t decoded;

		CHECK_INT(text.len, point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);
		CHECK_INT(fr_utf8_valid(text), !surrogate);
		CHECK_INT(fr_utf8_decode(fr_str(bytes, 5), &decoded), surrogate ? 1 : text.len);
		CHECK_INT(decoded, surrogate ? 0xfffd : point);
		CHECK_INT(fr_utf8_units16(text), point < 0x10000 ? 1 : 2);
		CHECK_INT(fr_utf8_count(text), 1);
	}
}

static void what_cannot_be_decoded_is_one_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_str rest = cases[i].text;
		bool met_bad = false;

		while (rest.len > 0) {
			uint32_t point;
			size_t n = fr_utf8_decode(rest, &point);

			CHECK(n >= 1 && n <= rest.len);
			met_bad |= n == 1 && point == 0xfffd;
			rest = fr_str(rest.at + n, rest.len - n);
		}
		CHECK_INT(met_bad, !cases[i].valid);
	}
}

static void code_points_are_counted(void **state)
{
	(void)state;
	CHECK_INT(fr_utf8_count(FR_STR_NULL), 0);
	CHECK_INT(fr_utf8_count(FR_STR("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")), 4);
	CHECK_INT(fr_utf8_count(FR_STR("\xed\xa0\x80")), 1);
	CHECK_INT(fr_utf8_units16(FR_STR("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")), 5);
	CHECK_INT(fr_utf8_units16(FR_STR_NULL), 0);
}

static void a_span_of_utf16_units_is_measured_in_bytes(void **state)
{
	static const struct {
		struct fr_str text;
		size_t units, bytes;
	} spans[] = {
		{{NULL, 0}, 0, 0},
		{{NULL, 0}, 1, SIZE_MAX},
		{{"abc", 3}, 0, 0},
		{{"abc", 3}, 2, 2},
		{{"abc", 3}, 3, 3},
		{{"abc", 3}, 4, SIZE_MAX},
		{{"abc", 3}, SIZE_MAX, SIZE_MAX},
		{{"\xc3\xa4\xe2\x82\xac!", 6}, 1, 2},
		{{"\xc3\xa4\xe2\x82\xac!", 6}, 2, 5},
		{{"\xc3\xa4\xe2\x82\xac!", 6}, 3, 6},
		{{"\xf0\x9f\x98\x80!", 5}, 1, SIZE_MAX}, /* half a pair */
		{{"\xf0\x9f\x98\x80!", 5}, 2, 4},
		{{"\xf0\x9f\x98\x80!", 5}, 3, 5},
		{{"!\xf0\x9f\x98\x80", 5}, 2, SIZE_MAX},
		{{"!\xf0\x9f\x98", 4}, 3, SIZE_MAX}, /* cut off: never beyond the end */
		{{"\xff\xff", 2}, 2, 2},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(spans); i++)
		CHECK_INT(fr_utf8_span16(spans[i].text, spans[i].units), spans[i].bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_valid_or_not),
		cmocka_unit_test(text_in_two_pieces_is_judged_like_the_whole),
		cmocka_unit_test(bad_stays_bad),
		cmocka_unit_test(every_code_point_survives_encoding),
		cmocka_unit_test(what_cannot_be_decoded_is_one_byte),
		cmocka_unit_test(code_points_are_counted),
		cmocka_unit_test(a_span_of_utf16_units_is_measured_in_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
