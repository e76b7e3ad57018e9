#include "helpers/check.h"

#include "base/attr.h"
#include "httpd/target.h"

static void targets_are_split(void **state)
{
	static const struct {
		const char *target, *authority, *path, *query;
	} cases[] = {
		{"/", NULL, "/", ""},
		{"/api/users", NULL, "/api/users", ""},
		{"/a?b=c&d", NULL, "/a", "b=c&d"},
		{"/a?b?c", NULL, "/a", "b?c"},
		{"/a?", NULL, "/a", ""},
		{"/a#f?g", NULL, "/a", ""},
		{"/a?b#f", NULL, "/a", "b"},
		{"/%61pi%2fx?%61", NULL, "/api/x", "%61"},
		{"/%", NULL, "/%", ""},
		{"//a//b/../c", NULL, "//a//b/../c", ""},
		{"/\x80", NULL, "/\x80", ""},
		{"http://host", "host", "/", ""},
		{"http://host:80?q", "host:80", "/", "q"},
		{"HTTPS://host/x?y", "host", "/x", "y"},
		{"http://[::1]:8080/x", "[::1]:8080", "/x", ""},
		{"http://host#f", "host", "/", ""},
	};
	struct fr_buf scratch = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct httpd_target target;

		fr_buf_clear(&scratch);
		CHECK(httpd_target_split(fr_str_of(cases[i].target), &scratch, &target));
		CHECK_STR(target.authority, cases[i].authority);
		CHECK_STR(target.path, cases[i].path);
		CHECK_STR(target.query, cases[i].query);
	}
	fr_buf_fini(&scratch);
}

static void other_forms_and_bytes_are_refused(void **state)
{
	static const char *const cases[] = {"",      "*",       "host:80",   "x/y",
					    "?q",    "http://", "http:///x", "ftp://h/x",
					    "/a\tb", "/a b",    "/\x7f"};
	struct fr_buf scratch = FR_BUF_INIT;
	struct httpd_target target;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++)
		CHECK(!httpd_target_split(fr_str_of(cases[i]), &scratch, &target));
	CHECK(!httpd_target_split(FR_STR("/a\0b"), &scratch, &target));
	fr_buf_fini(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_are_split),
		cmocka_unit_test(other_forms_and_bytes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
