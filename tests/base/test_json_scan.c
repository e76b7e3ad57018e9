#include "helpers/check.h"

#include <stdlib.h>

#include "base/json_scan.h"

/* Scans a copy of exactly its size, so that a sanitizer sees each byte read beyond it. */
static int scan_copy(struct fr_str text, struct fr_json_limits limits)
{
	char *copy = malloc(text.len ? text.len : 1);
	uint32_t tokens = 0;
	int result;

	assert_non_null(copy);
	if (text.len)
		memcpy(copy, text.at, text.len);
	result = fr_json_scan(fr_str(copy, text.len), limits, &tokens);
	CHECK(result != FR_JSON_OK || (tokens > 0 && tokens <= limits.tokens));
	free(copy);
	return result;
}

static void what_is_json_is_taken(void **state)
{
	static const char *const texts[] = {
		/* words, numbers */
		"null", "true", "false", "0", "-0", "7", "1 ", "-1", "10", "1.5", "-0.5", "1e5",
		"1E+5", "1e-5", "0e0", "0.0e00", "123456789012345678901234567890",
		/* arrays, objects */
		"[]", "{}", " \t\r\n[ ] ", "[1]", "[1,2]", "[[]]", "[{}]", "[[],[],{}]",
		"[ 1 , 2 ]", "[null,true,false]", "{\"a\":1}", "{\"a\" : 1 , \"b\" : [ ] }",
		"{\"\":0}", "{\"a\":{\"b\":{}}}", "{\"a\":1,\"a\":2}", "[{\"a\":[1,{\"b\":[]}]},2]",
		/* strings */
		"\"\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0000\"", "\" \"", "\"\\uafAF\"",
		"\"\\uD83D\\uDE00\"", "\"\\ud83d\"", "\"\\udE00\\uABcd\"", "\"\x7f\"",
		"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"", "\"\xe2\x80\xa8\"", "\"[{]},:\"",
		"[\"\\\\\",\"\\\"\"]", "{\"{\":\"}\"}"};
	struct fr_json json = {0};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(texts); i++) {
		struct fr_str text = fr_str_of(texts[i]);

		CHECK_INT(scan_copy(text, FR_JSON_LIMITS), FR_JSON_OK);
		CHECK_INT(fr_json_parse(&json, text, FR_JSON_LIMITS), FR_JSON_OK);
	}
	fr_json_fini(&json);
}

static void what_is_not_json_is_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "\n\t", "\xef\xbb\xbf[]", /* byte order mark */
		/* words */
		"nul", "nulll", "Null", "TRUE", "tru", "truefalse", "t", "f", "n", "undefined",
		"NaN", "Infinity", "-Infinity", "[nan]", "a", "true1", "null,", "[true false]",
		"'a'", "[a]",
		/* numbers */
		"01", "-", "-a", "+1", ".5", "5.", "1.e1", "1e", "1e+", "1E-", "1.5.5", "1e5.5",
		"1e5e5", "--1", "-01", "0x10", "1_0", "1 2", "00", "1-", "1+1", "[01]", "[1.]",
		"[-]", "[1a]", "[0e]", "\xef\xbc\x91", "2.", "[.1]",
		/* strings */
		"\"", "\"a", "\"a\\\"", "\"\\", "\"\\a\"", "\"\\x41\"", "\"\\u\"", "\"\\u12\"",
		"\"\\u123g\"", "\"\\u 123\"", "\"\\u+123\"", "\"\\U0041\"", "\"\\u123", "\"\\u1234",
		"\"\\u", "\"\\'\"", "\"\n\"", "\"\t\"", "\"\x1f\"", "\"a\"b", "\"a\"\"b\"",
		"\"\\\n\"",
		/* UTF-8 */
		"\"\xff\"", "\"\x80\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xe2\x82\"",
		"\"\xf4\x90\x80\x80\"", "\"\xc3", "\"\xc3\"", "\xc3\xa4", "[\xa0]", "[\xc2\xa0]",
		"[\f1]", "[\v]", "\xe2\x80\xa8[]",
		/* arrays */
		"[", "]", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1:2]",
		"[\"a\":1]", "[]]", "[[]", "[1}", "[}", "[\"a\",\n4\n,1,", "[][]", "[],", ",[]",
		"[1]x", "[]//", "[/**/]", "[]:]", "[(1)]", "[;]", "[\"\"]\"\"",
		/* objects */
		"{", "}", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}",
		"{,\"a\":1}", "{:1}", "{1:1}", "{null:1}", "{[]:1}", "{{}:1}", "{a:1}", "{'a':1}",
		"{\"a\",1}", "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}",
		"{\"a\":1:2}", "{\"a\":\"b\":\"c\"}", "{\"a\":1,\"b\"}", "{\"a\":1]", "{\"a\":[}",
		"{\"a\":1}}", "{}{}", "{\"a\":1}#", "{\"\xff\":1}", "{\"\\x\":1}", "{\"a\\u\":1}",
		"{\"a\":{\"b\":1}", "{\"a", "{\"a\"", "{\"a\":",
		/* two values */
		"1 1", "\"a\" \"b\"", "{} 1", "null null", ":", ",", "\\"};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(texts); i++) {
		int result = scan_copy(fr_str_of(texts[i]), FR_JSON_LIMITS);

		if (result != FR_JSON_BAD)
			print_error("%s\n", texts[i]);
		CHECK_INT(result, FR_JSON_BAD);
	}
}

static void a_nul_is_not_the_end_of_the_text(void **state)
{
	static const struct {
		const char *at;
		size_t len;
	} texts[] = {{"1\0", 2},  {"\"\\0\"", 4}, {"\"\\\0\"", 4}, {"\"\0\"", 3},
		     {"[]\0", 3}, {"[\0]", 3},    {"[1\0]", 4}};

	(void)state;
	CHECK_INT(scan_copy(FR_STR_NULL, FR_JSON_LIMITS), FR_JSON_BAD);
	for (size_t i = 0; i < FR_ARRAY_LEN(texts); i++)
		CHECK_INT(scan_copy(fr_str(texts[i].at, texts[i].len), FR_JSON_LIMITS),
			  FR_JSON_BAD);
}

static void a_text_cut_short_is_never_taken(void **state)
{
	static const char text[] =
		"{\"a\":[1,-2.5e+3,null,true,false,\"\\u00e4\\n\xc3\xa4\"],\"b\":{\"c\":{}}}";

	(void)state;
	for (size_t n = 0; n < sizeof text - 1; n++)
		CHECK_INT(scan_copy(fr_str(text, n), FR_JSON_LIMITS), FR_JSON_BAD);
	CHECK_INT(scan_copy(fr_str_of(text), FR_JSON_LIMITS), FR_JSON_OK);
}

static void limits_hold_to_the_token(void **state)
{
	static const struct {
		const char *text;
		uint32_t depth, tokens;
		int result;
	} cases[] = {
		{"1", 1, 1, FR_JSON_OK},
		{"[]", 1, 1, FR_JSON_OK},
		{"1", 1, 0, FR_JSON_TOO_MUCH},
		{"[[]]", 2, 2, FR_JSON_OK},
		{"[[]]", 1, 2, FR_JSON_TOO_MUCH},
		{"[{}]", 1, 2, FR_JSON_TOO_MUCH},
		{"[[],[],[]]", 2, 4, FR_JSON_OK},
		{"[[],[],[]]", 2, 3, FR_JSON_TOO_MUCH},
		{"{\"a\":1}", 1, 3, FR_JSON_OK},
		{"{\"a\":1}", 1, 2, FR_JSON_TOO_MUCH},
		{"{\"a\":1}", 1, 1, FR_JSON_TOO_MUCH},
		{"\"[[[[\"", 1, 1, FR_JSON_OK},
		{"[1,2,3", 1, 3, FR_JSON_TOO_MUCH}, /* whichever comes first */
		{"[1,,3,4]", 1, 3, FR_JSON_BAD},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_json_limits limits = {cases[i].depth, cases[i].tokens};

		CHECK_INT(scan_copy(fr_str_of(cases[i].text), limits), cases[i].result);
	}
}

static void each_level_is_closed_as_what_it_was_opened(void **state)
{
	enum { DEPTH = FR_JSON_DEPTH_MAX };
	const struct fr_json_limits limits = {DEPTH, UINT32_MAX};

	(void)state;
	/* one object among arrays, on each level in turn */
	for (size_t object = 0; object < DEPTH; object++) {
		char text[2 * DEPTH + 4];
		char *at = text;

		for (size_t i = 0; i < DEPTH; i++) {
			*at++ = i == object ? '{' : '[';
			if (i == object)
				at = mempcpy(at, "\"\":", i + 1 < DEPTH ? 3 : 0);
		}
		for (size_t i = DEPTH; i-- > 0;)
			*at++ = i == object ? '}' : ']';
		CHECK_INT(scan_copy(fr_str(text, (size_t)(at - text)), limits), FR_JSON_OK);
		at[-1 - (ptrdiff_t)object] = ']';
		CHECK_INT(scan_copy(fr_str(text, (size_t)(at - text)), limits), FR_JSON_BAD);
	}
}

static void nesting_ends_at_the_depth_max_whatever_the_limits_say(void **state)
{
	struct fr_json_limits limits = {UINT32_MAX, UINT32_MAX};

	(void)state;
	for (size_t depth = 1; depth <= FR_JSON_DEPTH_MAX + 1; depth++) {
		char text[2 * FR_JSON_DEPTH_MAX + 2];

		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		CHECK_INT(scan_copy(fr_str(text, 2 * depth), limits),
			  depth <= FR_JSON_DEPTH_MAX ? FR_JSON_OK : FR_JSON_TOO_MUCH);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_json_is_taken),
		cmocka_unit_test(what_is_not_json_is_refused),
		cmocka_unit_test(a_nul_is_not_the_end_of_the_text),
		cmocka_unit_test(a_text_cut_short_is_never_taken),
		cmocka_unit_test(limits_hold_to_the_token),
		cmocka_unit_test(each_level_is_closed_as_what_it_was_opened),
		cmocka_unit_test(nesting_ends_at_the_depth_max_whatever_the_limits_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
