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
	static const char *const cases[] = {"",
					    "*",
					    "host:80",
					    "x/y",
					    "?q",
					    "http://",
					    "http:///x",
					    "ftp://h/x",
					    "/a\tb",
					    "/a b",
					    "/\x7f",
					    "http://a@h/x",
					    "http://a:b@h/",
					    "http://h,i/",
					    "http://:80/",
					    "http://h:x/",
					    "http://[::1/"};
	struct fr_buf scratch = FR_BUF_INIT;
	struct httpd_target target;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++)
		CHECK(!httpd_target_split(fr_str_of(cases[i]), &scratch, &target));
	CHECK(!httpd_target_split(FR_STR("/a\0b"), &scratch, &target));
	fr_buf_fini(&scratch);
}

static void hosts_are_names_or_addresses_with_or_without_a_port(void **state)
{
	static const struct {
		const char *host;
		bool valid;
	} cases[] = {
		{"", true},
		{"a", true},
		{"a.example.", true},
		{"A-b_c~1", true},
		{"a:80", true},
		{"a:", true},
		{"127.0.0.1", true},
		{"1.2.3.4:5", true},
		{"[::1]", true},
		{"[::1]:8080", true},
		{"[2001:DB8::1]:", true},
		{"[::ffff:1.2.3.4]", true},
		{"%61%7a", true},
		{"!$&'()*+;=", true},

		{":80", false},
		{":", false},
		{"a b", false},
		{"a\tb", false},
		{"a/b", false},
		{"a?b", false},
		{"a#b", false},
		{"a@b", false},
		{"a:b@c", false},
		{"a,b", false},
		{"a:80,b", false},
		{"a\\b", false},
		{"a:b", false},
		{"a:80:80", false},
		{"a:-1", false},
		{"a:8 0", false},
		{"::1", false},
		{"[::1", false},
		{"[]", false},
		{"[a]", false},
		{"[1.2.3.4]", false},
		{"[::1]x", false},
		{"[::1]:x", false},
		{"[::1%25lo]", false},
		{"[:::]", false},
		{"a[::1]", false},
		{"]", false},
		{"%6", false},
		{"%6g", false},
		{"a\"", false},
		{"<a>", false},
		{"\xc3\xa4", false},
		{"a\x7f", false},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		bool valid = httpd_target_is_host(fr_str_of(cases[i].host));

		if (valid != cases[i].valid)
			print_error("of %s\n", cases[i].host);
		CHECK_INT(valid, cases[i].valid);
	}
	CHECK(!httpd_target_is_host(FR_STR("a\0b")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_are_split),
		cmocka_unit_test(other_forms_and_bytes_are_refused),
		cmocka_unit_test(hosts_are_names_or_addresses_with_or_without_a_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
