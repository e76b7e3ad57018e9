#include "app/body.h"

#include "helpers/check.h"

static void if_none_match_is_a_list_of_tags(void **state)
{
	static const struct {
		const char *header;
		bool matches;
	} cases[] = {
		{NULL, false},
		{"", false},
		{"\"a-1\"", true},
		{"W/\"a-1\"", true},
		{"\"b\", \"a-1\"", true},
		{"\"b\" ,  W/\"a-1\" , \"c\"", true},
		{"*", true},
		{"a-1", false},
		{"\"a-1", false},
		{"\"a-11\"", false},
		{",,", false},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		if (body_etag_matches(fr_str_of(cases[i].header), FR_STR("\"a-1\"")) !=
		    cases[i].matches)
			fail_msg("If-None-Match: %s", cases[i].header);
	}
}

static void accept_encoding_is_weighed(void **state)
{
	static const struct {
		const char *header;
		bool gzip;
	} cases[] = {
		{NULL, false},
		{"", false},
		{"gzip", true},
		{"GZIP", true},
		{"deflate, gzip;q=1.0, *;q=0.5", true},
		{"gzip;q=0", false},
		{"gzip;q=0.000", false},
		{"gzip; q=0.001", true},
		{"*", true},
		{"*;q=0", false},
		{"*, gzip;q=0", false},
		{"gzip;q=0, *", false},
		{"identity", false},
		{"br", false},
		{"gzipped", false},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		if (body_accepts_gzip(fr_str_of(cases[i].header)) != cases[i].gzip)
			fail_msg("Accept-Encoding: %s", cases[i].header);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(if_none_match_is_a_list_of_tags),
		cmocka_unit_test(accept_encoding_is_weighed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
