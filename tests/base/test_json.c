#include "helpers/check.h"

#include <errno.h>

#include "base/json.h"
#include "helpers/alloc.h"

/* open, then n times inside, then close: "[", "1,", "1]" */
static struct fr_buf repeated(const char *open, const char *inside, size_t n, const char *close)
{
	struct fr_buf text = FR_BUF_INIT;

	fr_buf_add_str(&text, fr_str_of(open));
	for (size_t i = 0; i < n; i++)
		fr_buf_add_str(&text, fr_str_of(inside));
	fr_buf_add_str(&text, fr_str_of(close));
	return text;
}

static void tokens_stand_in_document_order_and_are_linked(void **state)
{
	static const struct {
		enum fr_json_type type;
		const char *raw;
		uint32_t size, next;
	} tokens[] = {
		{FR_JSON_ARRAY, "[\"click\", {\"a\": [1, [], {}], \"b\\n\": null}, true, -2.5]", 4,
		 12},
		{FR_JSON_STRING, "\"click\"", 0, 2},
		{FR_JSON_OBJECT, "{\"a\": [1, [], {}], \"b\\n\": null}", 2, 10},
		{FR_JSON_STRING, "\"a\"", 0, 4},
		{FR_JSON_ARRAY, "[1, [], {}]", 3, 8},
		{FR_JSON_NUMBER, "1", 0, 6},
		{FR_JSON_ARRAY, "[]", 0, 7},
		{FR_JSON_OBJECT, "{}", 0, 8},
		{FR_JSON_STRING, "\"b\\n\"", 0, 9},
		{FR_JSON_NULL, "null", 0, 10},
		{FR_JSON_BOOL, "true", 0, 11},
		{FR_JSON_NUMBER, "-2.5", 0, 12},
	};
	struct fr_json json = {0};

	(void)state;
	CHECK_INT(fr_json_parse(&json, fr_str_of(tokens[0].raw), FR_JSON_LIMITS), FR_JSON_OK);
	CHECK_INT(json.count, FR_ARRAY_LEN(tokens));
	for (uint32_t i = 0; i < FR_ARRAY_LEN(tokens); i++) {
		CHECK(fr_json_is(&json, i, tokens[i].type));
		CHECK_STR(fr_json_raw(&json, i), tokens[i].raw);
		CHECK_INT(json.tokens[i].size, tokens[i].size);
		CHECK_INT(json.tokens[i].next, tokens[i].next);
	}
	CHECK_STR(fr_json_raw(&json, json.count), NULL);
	CHECK(!fr_json_is(&json, json.count, FR_JSON_NULL));
	fr_json_fini(&json);
}

static void a_single_value_is_a_root_of_any_type(void **state)
{
	static const struct {
		const char *text, *raw;
		enum fr_json_type type;
	} cases[] = {
		{"null", "null", FR_JSON_NULL},    {" true", "true", FR_JSON_BOOL},
		{"false ", "false", FR_JSON_BOOL}, {"17", "17", FR_JSON_NUMBER},
		{"\n-1\n", "-1", FR_JSON_NUMBER},  {"\"a\"", "\"a\"", FR_JSON_STRING},
		{" [ ] ", "[ ]", FR_JSON_ARRAY},   {"{}", "{}", FR_JSON_OBJECT},
	};
	struct fr_json json = {0};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		CHECK_INT(fr_json_parse(&json, fr_str_of(cases[i].text), FR_JSON_LIMITS), 0);
		CHECK_INT(json.count, 1);
		CHECK_STR(fr_json_raw(&json, 0), cases[i].raw);
		for (int type = FR_JSON_NULL; type <= FR_JSON_OBJECT; type++)
			CHECK_INT(fr_json_is(&json, 0, (enum fr_json_type)type),
				  type == (int)cases[i].type);
	}
	fr_json_fini(&json);
}

static void elements_are_found_by_index(void **state)
{
	struct fr_json json = {0};

	(void)state;
	CHECK_INT(fr_json_parse(&json, FR_STR("[[1,2],{\"a\":[3]},4]"), FR_JSON_LIMITS), 0);
	CHECK_STR(fr_json_raw(&json, fr_json_at(&json, 0, 0)), "[1,2]");
	CHECK_STR(fr_json_raw(&json, fr_json_at(&json, 0, 1)), "{\"a\":[3]}");
	CHECK_STR(fr_json_raw(&json, fr_json_at(&json, 0, 2)), "4");
	CHECK_INT(fr_json_at(&json, 0, 3), FR_JSON_NONE);
	CHECK_INT(fr_json_at(&json, 0, UINT32_MAX), FR_JSON_NONE);
	CHECK_INT(fr_json_at(&json, fr_json_at(&json, 0, 2), 0), FR_JSON_NONE); /* not an array */
	CHECK_INT(fr_json_at(&json, fr_json_at(&json, 0, 1), 0), FR_JSON_NONE);
	CHECK_INT(fr_json_at(&json, FR_JSON_NONE, 0), FR_JSON_NONE);
	fr_json_fini(&json);
}

static void members_are_found_by_name(void **state)
{
	const struct fr_str text = FR_STR(
		"{\"name\":1,\"b\":{\"name\":2},\"\":3,\"twice\":4,\"twice\":[5],"
		"\"\\u006eu\\\\l\\u0000\":6,\"\\ud83d\\ude00\":7,\"v\":\"name\",\"\\ud83d\":9}");
	static const struct {
		struct fr_str key;
		const char *raw;
	} cases[] = {
		{{"name", 4}, "1"},         {{"", 0}, "3"},       {{NULL, 0}, "3"},
		{{"twice", 5}, "[5]"}, /* the last one counts */
		{{"nu\\l\0", 5}, "6"},      {{"nu\\l", 4}, NULL}, {{"\xf0\x9f\x98\x80", 4}, "7"},
		{{"\xed\xa0\xbd", 3}, "9"}, {{"nam", 3}, NULL},   {{"names", 5}, NULL},
		{{"1", 1}, NULL},           {{"Name", 4}, NULL},
	};
	struct fr_json json = {0};

	(void)state;
	CHECK_INT(fr_json_parse(&json, text, FR_JSON_LIMITS), FR_JSON_OK);
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++)
		CHECK_STR(fr_json_raw(&json, fr_json_get(&json, 0, cases[i].key)), cases[i].raw);
	CHECK_INT(fr_json_get(&json, 1, FR_STR("name")), FR_JSON_NONE); /* not an object */
	CHECK_INT(fr_json_get(&json, FR_JSON_NONE, FR_STR("name")), FR_JSON_NONE);
	fr_json_fini(&json);
}

static void strings_are_unescaped(void **state)
{
	static const struct {
		const char *json;
		struct fr_str text;
		bool is_view;
	} cases[] = {
		{"\"\"", {"", 0}, true},
		{"\"abc\"", {"abc", 3}, true},
		{"\"\xf0\x9f\x98\x80\"", {"\xf0\x9f\x98\x80", 4}, true},
		{"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", {"\"\\/\b\f\n\r\t", 8}, false},
		{"\"a\\u0000b\"", {"a\0b", 3}, false},
		{"\"\\u0041\\u00e4\\u20AC\"", {"A\xc3\xa4\xe2\x82\xac", 6}, false},
		{"\"\\u0039\\u9999\"", {"9\xe9\xa6\x99", 4}, false},
		{"\"\\ud83d\\ude00\"", {"\xf0\x9f\x98\x80", 4}, false},
		{"\"\\uD800\\uDC00\\udbff\\udfff\"",
		 {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8},
		 false},
		{"\"\\ud83d\"", {"\xed\xa0\xbd", 3}, false}, /* alone */
		{"\"\\ude00\"", {"\xed\xb8\x80", 3}, false},
		{"\"\\ude00\\ud83d\"", {"\xed\xb8\x80\xed\xa0\xbd", 6}, false},
		{"\"\\ud83d\\ud83d\\ude00\"", {"\xed\xa0\xbd\xf0\x9f\x98\x80", 7}, false},
		{"\"\\ud83d\\n\"", {"\xed\xa0\xbd\n", 4}, false},
		{"\"\\ud83d/ude00\"", {"\xed\xa0\xbd/ude00", 9}, false},
		{"\"\\ud83d\\n00000\"", {"\xed\xa0\xbd\n00000", 9}, false},
		{"\"\\u0041\\ude00\"", {"A\xed\xb8\x80", 4}, false},
		{"\"\\udc00\\udc00\"", {"\xed\xb0\x80\xed\xb0\x80", 6}, false},
		{"\"\\ud83d\\ue000\"", {"\xed\xa0\xbd\xee\x80\x80", 6}, false},
		{"\"\\ud83du\"", {"\xed\xa0\xbdu", 4}, false},
		{"\"\\ud83d\\u0041\"",
		 {"\xed\xa0\xbd"
		  "A",
		  4},
		 false},
		{"\"\\ud83d\\\\ude00\"", {"\xed\xa0\xbd\\ude00", 9}, false},
	};
	struct fr_buf scratch = FR_BUF_INIT;
	struct fr_json json = {0};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		fr_buf_clear(&scratch);
		fr_buf_add_str(&scratch, FR_STR("before"));
		CHECK_INT(fr_json_parse(&json, fr_str_of(cases[i].json), FR_JSON_LIMITS), 0);

		struct fr_str text = fr_json_str(&json, 0, &scratch);
		CHECK(fr_str_eq(text, cases[i].text));
		CHECK_INT(scratch.len == 6, cases[i].is_view);
		CHECK(fr_str_starts(fr_buf_str(&scratch), FR_STR("before")));
	}
	fr_buf_fini(&scratch);
	fr_json_fini(&json);
}

static void a_long_string_finds_room(void **state)
{
	struct fr_buf text = repeated("\"\\n", "x", 5000, "\""), scratch = FR_BUF_INIT;
	struct fr_json json = {0};

	(void)state;
	CHECK_INT(fr_json_parse(&json, fr_buf_str(&text), FR_JSON_LIMITS), 0);
	CHECK_INT(fr_json_str(&json, 0, &scratch).len, 5001);
	CHECK_INT(scratch.len, 5001);
	CHECK_MEM(scratch.at, 3, "\nxx");
	fr_buf_fini(&text);
	fr_buf_fini(&scratch);
	fr_json_fini(&json);
}

static void room_for_the_raw_texts_is_room_for_the_strings(void **state)
{
	const struct fr_str text = FR_STR("[\"\\n\",\"\\u20ac\\u20ac\\ud83d\\ude00\",\"\\\\\"]");
	struct fr_buf scratch = FR_BUF_INIT;
	struct fr_str views[3];
	struct fr_json json = {0};

	(void)state;
	CHECK_INT(fr_json_parse(&json, text, FR_JSON_LIMITS), 0);
	CHECK_INT(fr_buf_reserve(&scratch, 200), 0);
	while (scratch.size - scratch.len > fr_json_raw(&json, 0).len)
		fr_buf_add_char(&scratch, '.'); /* that much room is left, and no more */
	alloc_bytes = 0;
	for (uint32_t i = 0; i < 3; i++)
		views[i] = fr_json_str(&json, 1 + i, &scratch);
	CHECK_INT(alloc_bytes, 0);
	CHECK_STR(views[0], "\n");
	CHECK_STR(views[1], "\xe2\x82\xac\xe2\x82\xac\xf0\x9f\x98\x80");
	CHECK_STR(views[2], "\\");
	fr_buf_fini(&scratch);
	fr_json_fini(&json);
}

static void integers_are_read_when_they_fit(void **state)
{
	static const struct {
		const char *json;
		bool fits;
		int64_t value;
	} cases[] = {
		{"0", true, 0},
		{"-0", true, 0},
		{"42", true, 42},
		{"-42", true, -42},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"-9223372036854775809", false, 0},
		{"99999999999999999999999", false, 0},
		{"1.0", false, 0},
		{"1e2", false, 0},
		{"\"1\"", false, 0},
		{"true", false, 0},
		{"null", false, 0},
		{"[1]", false, 0},
	};
	struct fr_json json = {0};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		int64_t value = 77;

		CHECK_INT(fr_json_parse(&json, fr_str_of(cases[i].json), FR_JSON_LIMITS), 0);
		CHECK_INT(fr_json_int(&json, 0, &value), cases[i].fits);
		CHECK_INT(value, cases[i].fits ? cases[i].value : 77);
		CHECK(!fr_json_int(&json, FR_JSON_NONE, &value));
	}
	fr_json_fini(&json);
}

static void what_is_too_much_costs_no_memory(void **state)
{
	static const struct {
		const char *open, *inside, *close;
	} cases[] = {
		{"[", "1,", "1]"},      {"[\"x\"", ",\"y\"", "]"},     {"", "[", ""},
		{"", "{\"a\":", ""},    {"{", "\"a\":1,", "\"b\":1}"}, {"[", "[],", "[]]"},
		{"[[", "[[]],", "1]]"},
	};
	struct fr_json json = {0};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_buf text = repeated(cases[i].open, cases[i].inside, 200000,
					      cases[i].close);

		CHECK_INT(fr_buf_error(&text), 0);
		alloc_bytes = 0;
		CHECK_INT(fr_json_parse(&json, fr_buf_str(&text), FR_JSON_LIMITS),
			  FR_JSON_TOO_MUCH);
		CHECK_INT(alloc_bytes, 0);
		fr_buf_fini(&text);
	}
	fr_json_fini(&json);
}

static void a_parser_is_used_again_and_keeps_its_memory(void **state)
{
	struct fr_json json = {0};

	(void)state;
	CHECK_INT(fr_json_parse(&json, FR_STR("[1,2,3,4,5,6,7,8]"), FR_JSON_LIMITS), FR_JSON_OK);
	alloc_bytes = 0;
	CHECK_INT(fr_json_parse(&json, FR_STR("{\"a\":[7]}"), FR_JSON_LIMITS), FR_JSON_OK);
	CHECK_INT(alloc_bytes, 0);
	CHECK_INT(json.count, 4);
	CHECK_STR(fr_json_raw(&json, fr_json_get(&json, 0, FR_STR("a"))), "[7]");
	CHECK_INT(fr_json_parse(&json, FR_STR("[1,"), FR_JSON_LIMITS), FR_JSON_BAD);
	CHECK(!fr_json_is(&json, 0, FR_JSON_ARRAY)); /* nothing is left of the text before */
	CHECK_STR(fr_json_raw(&json, 0), NULL);
	fr_json_fini(&json);
	fr_json_fini(&json);
}

static void running_out_of_memory_is_told(void **state)
{
	struct fr_buf scratch = FR_BUF_INIT;
	struct fr_json json = {0};

	(void)state;
	alloc_before_failure = 0;
	CHECK_INT(fr_json_parse(&json, FR_STR("[\"\\n\"]"), FR_JSON_LIMITS), -ENOMEM);
	CHECK_STR(fr_json_raw(&json, 0), NULL);
	alloc_before_failure = -1;
	CHECK_INT(fr_json_parse(&json, FR_STR("[\"\\n\"]"), FR_JSON_LIMITS), FR_JSON_OK);
	alloc_before_failure = 0;
	CHECK_STR(fr_json_str(&json, 1, &scratch), NULL);
	CHECK_INT(fr_buf_error(&scratch), -ENOMEM);
	CHECK_INT(fr_json_parse(&json, FR_STR("[1,2,3,4,5]"), FR_JSON_LIMITS), -ENOMEM);
	alloc_before_failure = -1;
	fr_buf_fini(&scratch);
	fr_json_fini(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_stand_in_document_order_and_are_linked),
		cmocka_unit_test(a_single_value_is_a_root_of_any_type),
		cmocka_unit_test(elements_are_found_by_index),
		cmocka_unit_test(members_are_found_by_name),
		cmocka_unit_test(strings_are_unescaped),
		cmocka_unit_test(a_long_string_finds_room),
		cmocka_unit_test(room_for_the_raw_texts_is_room_for_the_strings),
		cmocka_unit_test(integers_are_read_when_they_fit),
		cmocka_unit_test(what_is_too_much_costs_no_memory),
		cmocka_unit_test(a_parser_is_used_again_and_keeps_its_memory),
		cmocka_unit_test(running_out_of_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
