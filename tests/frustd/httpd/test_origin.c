/* Which origins are the site's own, which are allowed, and what they are told. */
#include "helpers/check.h"

#include "httpd/origin.h"

static enum httpd_origin judge(const char *origin, bool secure, const char *host,
			       const struct fr_str *allowed, size_t n)
{
	const struct httpd_header header = {FR_STR("origin"), fr_str_of(origin)};
	const struct httpd_request request = {
		.headers = &header,
		.header_count = origin ? 1 : 0,
		.secure = secure,
		.host = fr_str_of(host),
	};

	return httpd_origin_judge(&request, allowed, n);
}

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
		bool same = judge(cases[i].origin, cases[i].secure, cases[i].host, NULL, 0) ==
			    HTTPD_ORIGIN_SAME;

		if (same != cases[i].same)
			print_error("origin %s\n", cases[i].origin);
		CHECK_INT(same, cases[i].same);
	}
}

static void an_absent_or_empty_origin_is_none(void **state)
{
	(void)state;
	CHECK_INT(judge(NULL, false, "a", NULL, 0), HTTPD_ORIGIN_NONE);
	CHECK_INT(judge("", false, "a", NULL, 0), HTTPD_ORIGIN_NONE);
	CHECK_INT(judge("http://b", false, "a", NULL, 0), HTTPD_ORIGIN_OTHER);
}

static void the_options_list_what_else_is_allowed(void **state)
{
	static const struct fr_str all[] = {FR_STR_INIT("*")};
	static const struct fr_str some[] = {FR_STR_INIT("https://x.org"), FR_STR_INIT("null")};
	static const struct {
		const char *origin;
		bool allowed;
	} cases[] = {
		{"https://x.org", true},       {"https://X.org:443", true},
		{"wss://x.org", true},         {"null", true},
		{"http://x.org", false},       {"https://x.org:8443", false},
		{"https://sub.x.org", false},  {"https://x.org/", false},
		{"https://x.org.evil", false}, {"chrome-extension://a", false},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		CHECK_INT(judge(cases[i].origin, false, "a", some, FR_ARRAY_LEN(some)),
			  cases[i].allowed ? HTTPD_ORIGIN_ALLOWED : HTTPD_ORIGIN_OTHER);
		CHECK_INT(judge(cases[i].origin, false, "a", all, 1), HTTPD_ORIGIN_ALLOWED);
	}
	CHECK_INT(judge("http://a", false, "a", all, 1), HTTPD_ORIGIN_SAME);
}

static enum httpd_origin judge_all(const struct httpd_header *headers, size_t n)
{
	return httpd_origin_judge(&(struct httpd_request){.headers = headers, .header_count = n},
				  NULL, 0);
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
	CHECK_INT(judge_all(two, 2), HTTPD_ORIGIN_OTHER);
	CHECK_INT(judge_all(two, 3), HTTPD_ORIGIN_MALFORMED);
	CHECK_INT(judge_all(&tab, 1), HTTPD_ORIGIN_MALFORMED);
	CHECK_INT(judge_all(&del, 1), HTTPD_ORIGIN_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_origin_is_the_sites_when_scheme_host_and_port_agree),
		cmocka_unit_test(an_absent_or_empty_origin_is_none),
		cmocka_unit_test(the_options_list_what_else_is_allowed),
		cmocka_unit_test(two_origins_or_control_bytes_are_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
