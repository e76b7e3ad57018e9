#include "helpers/check.h"

#include "base/attr.h"
#include "httpd/query.h"

static void percent_decoding(void **state)
{
	static const struct {
		const char *text;
		bool plus;
		const char *decoded;
	} cases[] = {
		{"", false, ""},
		{"plain", true, "plain"},
		{"a%20b", false, "a b"},
		{"%41%4a%4A", false, "AJJ"},
		{"a+b", false, "a+b"},
		{"a+b", true, "a b"},
		{"%2B", true, "+"},
		{"100%", false, "100%"},
		{"%4", false, "%4"},
		{"%zz%41", false, "%zzA"},
		{"%%41", false, "%A"},
		{"%25%34%31", false, "%41"},
		{"%f0%9F%98%80", false, "\xf0\x9f\x98\x80"},
		{"%2f..%2F", false, "/../"},
	};
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		fr_buf_clear(&out);
		CHECK_STR(httpd_percent_decode(&out, fr_str_of(cases[i].text), cases[i].plus),
			  cases[i].decoded);
	}
	fr_buf_clear(&out);
	struct fr_str zero = httpd_percent_decode(&out, FR_STR("a%00b"), false);
	CHECK_MEM(zero.at, zero.len, "a\0b");
	fr_buf_fini(&out);
}

static void what_needs_no_decoding_is_not_copied(void **state)
{
	struct fr_buf out = FR_BUF_INIT;
	struct fr_str text = FR_STR("a+b");

	(void)state;
	CHECK(httpd_percent_decode(&out, text, false).at == text.at);
	CHECK_INT(out.size, 0);
	fr_buf_add_str(&out, FR_STR("kept"));
	CHECK_STR(httpd_percent_decode(&out, FR_STR("%41"), false), "A");
	CHECK_STR(fr_buf_str(&out), "keptA");
	fr_buf_fini(&out);
}

static void a_query_is_stepped_through(void **state)
{
	struct fr_str rest = FR_STR("&EIO=4&&flag&=x&a=b=c&"), name, value;
	static const char *const pairs[][2] = {{"EIO", "4"}, {"flag", ""}, {"", "x"}, {"a", "b=c"}};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(pairs); i++) {
		CHECK(httpd_query_next(&rest, &name, &value));
		CHECK_STR(name, pairs[i][0]);
		CHECK_STR(value, pairs[i][1]);
	}
	CHECK(!httpd_query_next(&rest, &name, &value));
	rest = FR_STR_NULL;
	CHECK(!httpd_query_next(&rest, &name, &value));
}

static void parameters_are_found_by_their_decoded_name(void **state)
{
	struct fr_str query = FR_STR("si%64=a%2Bb+c&sid=second&empty=&bad=%");
	struct fr_buf scratch = FR_BUF_INIT;
	struct fr_str value;

	(void)state;
	CHECK(httpd_query_get(query, FR_STR("sid"), &scratch, &value));
	CHECK_STR(value, "a+b c");
	CHECK(httpd_query_get(query, FR_STR("empty"), &scratch, &value));
	CHECK_STR(value, "");
	CHECK(httpd_query_get(query, FR_STR("bad"), &scratch, &value));
	CHECK_STR(value, "%");
	CHECK(!httpd_query_get(query, FR_STR("SID"), &scratch, &value));
	CHECK(!httpd_query_get(FR_STR(""), FR_STR("sid"), &scratch, &value));
	fr_buf_fini(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percent_decoding),
		cmocka_unit_test(what_needs_no_decoding_is_not_copied),
		cmocka_unit_test(a_query_is_stepped_through),
		cmocka_unit_test(parameters_are_found_by_their_decoded_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
