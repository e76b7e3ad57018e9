/* What proxies on this machine tell, and that others are not believed. */
#include "helpers/check.h"

#include "httpd/forwarded.h"

#define HEADERS 4

static const struct net_address local = {NET_IPV4, 50000, {127, 0, 0, 1}};
static const struct net_address remote = {NET_IPV4, 50000, {192, 0, 2, 1}};

static struct httpd_request read_of(const struct httpd_header *headers,
				    const struct net_address *peer, const struct net_cidr *proxies,
				    size_t n)
{
	struct httpd_request request = {.headers = headers, .peer = *peer};

	while (request.header_count < HEADERS && headers[request.header_count].name.at)
		request.header_count++;
	httpd_forwarded_read(&request, proxies, n);
	return request;
}

static void check_peer(const struct net_address *peer, const char *expected)
{
	char text[NET_ADDRESS_TEXT];

	net_address_text(peer, text);
	CHECK_TEXT(text, expected);
}

static void local_proxies_are_believed(void **state)
{
	static const struct {
		struct httpd_header headers[HEADERS];
		bool secure;
		const char *host, *peer;
	} cases[] = {
		{{{FR_STR_INIT("Host"), FR_STR_INIT("a:1")}}, false, "a:1", "127.0.0.1:50000"},
		{{{FR_STR_INIT("Foo"), FR_STR_INIT("")}}, false, NULL, "127.0.0.1:50000"},
		{{{FR_STR_INIT("Host"), FR_STR_INIT("a")},
		  {FR_STR_INIT("x-forwarded-proto"), FR_STR_INIT("HTTPS")}},
		 true,
		 "a",
		 "127.0.0.1:50000"},
		{{{FR_STR_INIT("Host"), FR_STR_INIT("a")},
		  {FR_STR_INIT("X-Forwarded-Proto"), FR_STR_INIT("https, http")},
		  {FR_STR_INIT("X-Forwarded-Host"), FR_STR_INIT("b:8 , c")},
		  {FR_STR_INIT("X-Forwarded-For"), FR_STR_INIT("198.51.100.7, 203.0.113.9")}},
		 true,
		 "b:8",
		 "203.0.113.9"},
		{{{FR_STR_INIT("Host"), FR_STR_INIT("a")},
		  {FR_STR_INIT("X-Forwarded-For"), FR_STR_INIT("nonsense")}},
		 false,
		 "a",
		 "127.0.0.1:50000"},
		{{{FR_STR_INIT("X-Forwarded-For"), FR_STR_INIT("2001:db8::1")}},
		 false,
		 NULL,
		 "2001:db8::1"},
		{{{FR_STR_INIT("Forwarded"),
		   FR_STR_INIT("for=198.51.100.7;Proto=https; host=\"b:8\", "
			       "for=\"[2001:db8::2]:77\"")}},
		 true,
		 "b:8",
		 "[2001:db8::2]:77"},
		{{{FR_STR_INIT("Forwarded"), FR_STR_INIT("for=\"[2001:db8::2]\"")},
		  {FR_STR_INIT("Host"), FR_STR_INIT("a")}},
		 false,
		 "a",
		 "2001:db8::2"},
		{{{FR_STR_INIT("Forwarded"), FR_STR_INIT("proto=https;host=b;for=_hidden")},
		  {FR_STR_INIT("Host"), FR_STR_INIT("a")}},
		 true,
		 "b",
		 "127.0.0.1:50000"},
		/* X-Forwarded-* come first */
		{{{FR_STR_INIT("Forwarded"), FR_STR_INIT("proto=https;host=b")},
		  {FR_STR_INIT("X-Forwarded-Proto"), FR_STR_INIT("http")},
		  {FR_STR_INIT("Host"), FR_STR_INIT("a")}},
		 false,
		 "a",
		 "127.0.0.1:50000"},
		{{{FR_STR_INIT("Forwarded"), FR_STR_INIT(";;=;proto;host=;for=\"")}},
		 false,
		 NULL,
		 "127.0.0.1:50000"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct httpd_request got = read_of(cases[i].headers, &local, NULL, 0);

		CHECK_INT(got.secure, cases[i].secure);
		CHECK_STR(got.host, cases[i].host);
		check_peer(&got.client, cases[i].peer);
	}
}

static void others_are_not(void **state)
{
	const struct httpd_header headers[HEADERS] = {
		{FR_STR("Host"), FR_STR("a")},
		{FR_STR("X-Forwarded-Proto"), FR_STR("https")},
		{FR_STR("X-Forwarded-Host"), FR_STR("b")},
		{FR_STR("X-Forwarded-For"), FR_STR("203.0.113.9")},
	};
	struct httpd_request got = read_of(headers, &remote, NULL, 0);

	(void)state;
	CHECK(!got.secure);
	CHECK_STR(got.host, "a");
	check_peer(&got.client, "192.0.2.1:50000");
}

/* Each proxy appends whom it saw: the client is the last one that is no proxy of ours. */
static void the_client_is_found_behind_several_proxies(void **state)
{
	static const struct {
		const char *list, *client;
	} cases[] = {
		{"203.0.113.9", "203.0.113.9"},
		{"198.51.100.7, 203.0.113.9", "203.0.113.9"},
		{"203.0.113.9, 10.1.2.3", "203.0.113.9"},
		{"198.51.100.7, 203.0.113.9 ,10.1.2.3,127.0.0.1", "203.0.113.9"},
		{"10.9.9.9, 10.1.2.3", "10.9.9.9"},
		{"nonsense, 10.1.2.3", "10.1.2.3"},
		{"", "10.0.0.1:50000"},
	};
	static const struct net_address proxy = {NET_IPV4, 50000, {10, 0, 0, 1}};
	struct net_cidr ten;

	(void)state;
	CHECK(net_cidr_parse(FR_STR("10.0.0.0/8"), &ten));
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct httpd_header headers[HEADERS] = {
			{FR_STR("X-Forwarded-For"), fr_str_of(cases[i].list)}};
		struct httpd_request got = read_of(headers, &proxy, &ten, 1);

		check_peer(&got.client, cases[i].client);
	}
}

/* Some proxies add a line of their own; several lines are one list. */
static void lines_of_their_own_are_the_lists_end(void **state)
{
	static const struct net_address proxy = {NET_IPV4, 50000, {10, 0, 0, 1}};
	const struct httpd_header x[HEADERS] = {
		{FR_STR("X-Forwarded-For"), FR_STR("6.6.6.6")},
		{FR_STR("Host"), FR_STR("a")},
		{FR_STR("x-forwarded-for"), FR_STR("9.9.9.9, 10.1.1.1")},
	};
	const struct httpd_header standard[HEADERS] = {
		{FR_STR("Forwarded"), FR_STR("for=6.6.6.6")},
		{FR_STR("Forwarded"), FR_STR("for=9.9.9.9;proto=https")},
	};
	struct httpd_request got;
	struct net_cidr ten;

	(void)state;
	CHECK(net_cidr_parse(FR_STR("10.0.0.0/8"), &ten));
	got = read_of(x, &proxy, &ten, 1);
	check_peer(&got.client, "9.9.9.9");
	got = read_of(standard, &proxy, &ten, 1);
	check_peer(&got.client, "9.9.9.9");
}

static void a_websockets_scheme_is_secure_too(void **state)
{
	const struct httpd_header headers[HEADERS] = {
		{FR_STR("Host"), FR_STR("a")},
		{FR_STR("X-Forwarded-Proto"), FR_STR("wss")},
	};

	(void)state;
	CHECK(read_of(headers, &local, NULL, 0).secure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local_proxies_are_believed),
		cmocka_unit_test(others_are_not),
		cmocka_unit_test(lines_of_their_own_are_the_lists_end),
		cmocka_unit_test(a_websockets_scheme_is_secure_too),
		cmocka_unit_test(the_client_is_found_behind_several_proxies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
