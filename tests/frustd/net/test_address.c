#include "helpers/check.h"

#include "base/attr.h"
#include "net/address.h"

static void text_and_back(void **state)
{
	static const struct {
		const char *text;
		enum net_family family;
		unsigned port;
		const char *back;
	} cases[] = {
		{"127.0.0.1:80", NET_IPV4, 80, "127.0.0.1:80"},
		{"0.0.0.0:65535", NET_IPV4, 65535, "0.0.0.0:65535"},
		{"127.0.0.1:0", NET_IPV4, 0, "127.0.0.1"},
		{"[::1]:8080", NET_IPV6, 8080, "[::1]:8080"},
		{"[2001:DB8::1]:1", NET_IPV6, 1, "[2001:db8::1]:1"},
		{"[::ffff:10.1.2.3]:9", NET_IPV4, 9, "10.1.2.3:9"},
		{"[::]:0", NET_IPV6, 0, "::"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct net_address address;
		char text[NET_ADDRESS_TEXT];

		CHECK(net_address_parse(fr_str_of(cases[i].text), &address));
		CHECK_INT(address.family, cases[i].family);
		CHECK_INT(address.port, cases[i].port);
		net_address_text(&address, text);
		CHECK_TEXT(text, cases[i].back);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		":",
		":80",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:65536",
		"1:80",
		"::1:80",
		"[::1]",
		"[::1]80",
		"localhost:1",
		"127.0.0.1:-1",
		"[]:80",
		"[::1:80",
		"127.0.0.1:x",
		"256.0.0.1:80",
		"[127.0.0.1:80",
		"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:80",
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct net_address address;

		CHECK(!net_address_parse(fr_str_of(cases[i]), &address));
	}
}

static void hosts_are_parsed_without_a_port(void **state)
{
	struct net_address address;

	(void)state;
	CHECK(net_address_parse_host(FR_STR("10.0.0.1"), &address));
	CHECK_INT(address.port, 0);
	CHECK(net_address_parse_host(FR_STR("fe80::1"), &address));
	CHECK_INT(address.family, NET_IPV6);
	CHECK(!net_address_parse_host(FR_STR("10.0.0.1:80"), &address));
	CHECK(!net_address_parse_host(FR_STR("10.0.0.1\0"), &address));
	CHECK(!net_address_parse_host(FR_STR_NULL, &address));
}

static void loopback_and_unix_sockets_are_local(void **state)
{
	struct net_address address;

	(void)state;
	CHECK(net_address_parse_host(FR_STR("127.9.9.9"), &address));
	CHECK(net_address_local(&address));
	CHECK(net_address_parse_host(FR_STR("::ffff:127.0.0.1"), &address));
	CHECK(net_address_local(&address));
	CHECK(net_address_parse_host(FR_STR("::1"), &address));
	CHECK(net_address_local(&address));
	CHECK(net_address_parse_host(FR_STR("128.0.0.1"), &address));
	CHECK(!net_address_local(&address));
	CHECK(net_address_parse_host(FR_STR("::2"), &address));
	CHECK(!net_address_local(&address));
	CHECK(net_address_local(&(struct net_address){.family = NET_UNIX}));
	CHECK(!net_address_local(&(struct net_address){.family = NET_NONE}));
}

static void families_without_an_address_have_a_text_too(void **state)
{
	char text[NET_ADDRESS_TEXT];

	(void)state;
	net_address_text(&(struct net_address){.family = NET_UNIX, .port = 1}, text);
	CHECK_TEXT(text, "unix");
	net_address_text(&(struct net_address){.family = NET_NONE}, text);
	CHECK_TEXT(text, "-");
}

static void networks_hold_their_addresses(void **state)
{
	static const struct {
		const char *cidr, *address;
		bool has;
	} cases[] = {
		{"10.0.0.0/8", "10.255.1.2", true},
		{"10.0.0.0/8", "11.0.0.1", false},
		{"10.1.2.3", "10.1.2.3", true},
		{"10.1.2.3", "10.1.2.4", false},
		{"10.1.2.128/25", "10.1.2.200", true},
		{"10.1.2.128/25", "10.1.2.100", false},
		{"0.0.0.0/0", "1.2.3.4", true},
		{"0.0.0.0/0", "::2", false},
		{"fd00::/8", "fd12::1", true},
		{"fd00::/8", "fe80::1", false},
		{"::1", "::1", true},
	};
	static const char *const bad[] = {
		"",       "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0/8",
		"::/129", "x",           "/8",        "10.0.0.0/8/8"};
	struct net_address address;
	struct net_cidr cidr;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		CHECK(net_cidr_parse(fr_str_of(cases[i].cidr), &cidr));
		CHECK(net_address_parse_host(fr_str_of(cases[i].address), &address));
		CHECK_INT(net_cidr_has(&cidr, &address), cases[i].has);
	}
	for (size_t i = 0; i < FR_ARRAY_LEN(bad); i++)
		CHECK(!net_cidr_parse(fr_str_of(bad[i]), &cidr));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_back),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(hosts_are_parsed_without_a_port),
		cmocka_unit_test(loopback_and_unix_sockets_are_local),
		cmocka_unit_test(families_without_an_address_have_a_text_too),
		cmocka_unit_test(networks_hold_their_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
