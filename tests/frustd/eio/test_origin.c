/* Which origins are the site's own. */
#include "helpers/check.h"

#include "eio/origin.h"

static void an_origin_is_the_sites_when_scheme_host_and_port_agree(void **state)
{
	static const struct {
		const char *origin;
		bool secure;
		const char *host; /* NULL: absent */
		bool same;
	} cases[] = {
		{"http://x.org", false, "x.org", true},
		{"http://X.org", false, "x.ORG", true},
		{"HTTP://x.org", false, "x.org", true},
		{"http://x.org:80", false, "x.org", true},
		{"http://x.org", false, "x.org:80", true},
		{"https://x.org", true, "x.org:443", true},
		{"https://x.org:443", true, "x.org", true},
		{"https://x.org:8080", true, "x.org:8080", true},
		{"ws://x.org", false, "x.org", true},
		{"wss://x.org", true, "x.org", true},
		{"wss://x.org:443", true, "x.org", true},
		{"http://[::1]:8080", false, "[::1]:8080", true},
		{"http://[::1]", false, "[::1]:80", true},
		{"https://x.org", false, "x.org", false},
		{"http://x.org", true, "x.org", false},
		{"http://x.org:443", false, "x.org", false},
		{"https://x.org:80", true, "x.org", false},
		{"http://x.org:8080", false, "x.org", false},
		{"http://x.org", false, "x.org:8080", false},
		{"http://x.org.evil.example", false, "x.org", false},
		{"http://evil-x.org", false, "x.org", false},
		{"http://x.org/", false, "x.org", false},
		{"http://u@x.org", false, "x.org", false},
		{"http://", false, "", false},
		{"http://", false, NULL, false},
		{"null", false, "null", false},
		{"x.org", false, "x.org", false},
		{"file://", false, "x.org", false},
		{"http:", false, "x.org", false},
		{"http://:80", false, ":80", true},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		const struct eio_forwarded site = {
			.secure = cases[i].secure,
			.host = fr_str_of(cases[i].host),
		};
		bool same = eio_origin_same(fr_str_of(cases[i].origin), &site);

		if (same != cases[i].same)
			print_error("origin %s\n", cases[i].origin);
		CHECK_INT(same, cases[i].same);
	}
}

static void an_absent_or_empty_origin_is_none(void **state)
{
	const struct httpd_header header = {FR_STR("origin"), FR_STR("")};
	const struct httpd_header named = {FR_STR("ORIGIN"), FR_STR("http://a")};
	struct httpd_request request = {.headers = &header, .header_count = 0};

	(void)state;
	CHECK_STR(eio_origin_of(&request), NULL);
	request.header_count = 1;
	CHECK_STR(eio_origin_of(&request), NULL);
	request.headers = &named;
	CHECK_STR(eio_origin_of(&request), "http://a");
}

static void two_origins_or_control_bytes_are_malformed(void **state)
{
	const struct httpd_header two[] = {
		{FR_STR("Origin"), FR_STR("http://a")},
		{FR_STR("Host"), FR_STR("a\x01")},
		{FR_STR("origin"), FR_STR("http://a")},
	};
	const struct httpd_header tab = {FR_STR("Origin"), FR_STR("http://a\tb")};
	const struct httpd_header del = {FR_STR("Origin"), FR_STR("http://a\x7f")};

	(void)state;
	CHECK(!eio_origin_malformed(&(struct httpd_request){.headers = two, .header_count = 2}));
	CHECK(eio_origin_malformed(&(struct httpd_request){.headers = two, .header_count = 3}));
	CHECK(eio_origin_malformed(&(struct httpd_request){.headers = &tab, .header_count = 1}));
	CHECK(eio_origin_malformed(&(struct httpd_request){.headers = &del, .header_count = 1}));
	CHECK(!eio_origin_malformed(&(struct httpd_request){0}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_origin_is_the_sites_when_scheme_host_and_port_agree),
		cmocka_unit_test(an_absent_or_empty_origin_is_none),
		cmocka_unit_test(two_origins_or_control_bytes_are_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
