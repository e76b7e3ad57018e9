#include "helpers/check.h"

#include "base/json.h"

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static void strings_are_quoted_and_escaped(void **state)
{
	static const struct {
		struct fr_str text;
		const char *json;
	} cases[] = {
		{{NULL, 0}, "null"},
		{{"", 0}, "\"\""},
		{{"~ plain!", 8}, "\"~ plain!\""},
		{{"a\"b\\c/d", 7}, "\"a\\\"b\\\\c/d\""},
		{{"\b\f\n\r\t", 5}, "\"\\b\\f\\n\\r\\t\""},
		{{"\0\x01\x1f\x7f", 4}, "\"\\u0000\\u0001\\u001f\x7f\""},
		{{"<script>&'", 10}, "\"<script>&'\""},
		{{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9},
		 "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""},
		{{"\xe2\x80\xa8\xe2\x80\xa9", 6}, "\"\xe2\x80\xa8\xe2\x80\xa9\""},
		{{"\xed\xa0\xbdx", 4}, "\"\\ud83dx\""}, /* lone surrogates */
		{{"\xed\xa0\x80\xed\xbf\xbf", 6}, "\"\\ud800\\udfff\""},
		{{"\xed\x9f\xbf", 3}, "\"\xed\x9f\xbf\""}, /* U+D7FF is none */
		{{"\xed\xa0", 2}, "\"" BAD BAD "\""},
		{{"\xff\xa0\x80", 3}, "\"" BAD BAD BAD "\""},
		{{"a\xff"
		  "b",
		  3},
		 "\"a" BAD "b\""},
		{{"\xc0\x80", 2}, "\"" BAD BAD "\""},
		{{"\xf0\x9f\x98", 3}, "\"" BAD BAD BAD "\""},
		{{"\xe2\x82\"", 3}, "\"" BAD BAD "\\\"\""},
		{{BAD, 3}, "\"" BAD "\""},
	};
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		fr_buf_clear(&out);
		fr_json_add_str(&out, cases[i].text);
		CHECK_STR(fr_buf_str(&out), cases[i].json);
	}
	fr_buf_fini(&out);
}

static void every_string_is_read_back_as_it_was(void **state)
{
	struct fr_buf out = FR_BUF_INIT, scratch = FR_BUF_INIT;
	struct fr_json json = {0};

	(void)state;
	for (int byte = 0; byte < 0x80; byte++) {
		for (int next = 0; next < 0x80; next++) {
			char text[2] = {(char)byte, (char)next};

			fr_buf_clear(&out);
			fr_buf_clear(&scratch);
			fr_json_add_str(&out, fr_str(text, 2));
			CHECK_INT(fr_json_parse(&json, fr_buf_str(&out), FR_JSON_LIMITS), 0);
			CHECK(fr_str_eq(fr_json_str(&json, 0, &scratch), fr_str(text, 2)));
		}
	}
	fr_buf_fini(&out);
	fr_buf_fini(&scratch);
	fr_json_fini(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_quoted_and_escaped),
		cmocka_unit_test(every_string_is_read_back_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
