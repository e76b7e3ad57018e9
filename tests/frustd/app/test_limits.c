#include "app/limits.h"

#include "helpers/check.h"

static struct net_address address(const char *text)
{
	struct net_address out;

	CHECK(net_address_parse_host(fr_str_of(text), &out));
	return out;
}

static struct limits *open_limits(uint32_t client, uint32_t of_address)
{
	const struct limits_options options = {.client = client, .address = of_address};
	struct limits *limits = limits_new(&options);

	CHECK(limits != NULL);
	return limits;
}

/* How many of n presses at that moment are taken. */
static int taken(struct limits *limits, struct limits_bucket *bucket, uint64_t place, uint64_t now,
		 int n)
{
	int count = 0;

	while (n-- > 0)
		count += limits_take(limits, bucket, place, now) == LIMITS_FINE;
	return count;
}

static void a_client_has_a_burst_and_then_its_rate(void **state)
{
	struct limits *limits = open_limits(30, 0);
	struct limits_bucket bucket = {0};

	(void)state;
	CHECK_INT(taken(limits, &bucket, 0, 5000, 1000), 300);
	CHECK_INT(limits_take(limits, &bucket, 0, 5000), LIMITS_CLIENT);
	CHECK_INT(taken(limits, &bucket, 0, 5033, 10), 0);
	CHECK_INT(taken(limits, &bucket, 0, 5034, 10), 1);
	CHECK_INT(taken(limits, &bucket, 0, 6000, 1000), 29);
	/* What is refused costs nothing: pressing on does not lengthen the wait. */
	CHECK_INT(taken(limits, &bucket, 0, 7000, 1000), 30);
	CHECK_INT(taken(limits, &bucket, 0, 16999, 1000), 299);
	/* Full is full, however long the pause. */
	CHECK_INT(taken(limits, &bucket, 0, 100000, 1000), 300);
	limits_free(limits);
}

static void each_client_has_a_bucket_of_its_own(void **state)
{
	struct limits *limits = open_limits(1, 0);
	struct limits_bucket first = {0}, second = {0};

	(void)state;
	CHECK_INT(taken(limits, &first, 0, 1, 20), 10);
	CHECK_INT(taken(limits, &second, 0, 1, 20), 10);
	limits_free(limits);
}

static void rates_can_change(void **state)
{
	struct limits *limits = open_limits(1, 0);
	struct limits_bucket bucket = {0}, other = {0};
	struct net_address at = address("192.0.2.1");
	uint64_t place = limits_place(limits, &at);

	(void)state;
	CHECK_INT(taken(limits, &bucket, place, 5000, 20), 10);
	limits_set_rates(limits, 2, 3);
	CHECK_INT(taken(limits, &bucket, place, 15000, 40), 20);
	CHECK_INT(limits_take(limits, &other, place, 15000), LIMITS_FINE);
	CHECK_INT(taken(limits, &other, place, 15000, 40),
		  9); /* the address has had 20 of its 30 */
	limits_set_rates(limits, 0, 0);
	CHECK_INT(taken(limits, &bucket, place, 15000, 1000), 1000);
	limits_free(limits);
}

static void zero_is_no_limit(void **state)
{
	struct net_address anyone = address("192.0.2.1");
	struct limits *limits = open_limits(0, 0);
	struct limits_bucket bucket = {0};

	(void)state;
	CHECK_INT(taken(limits, &bucket, limits_place(limits, &anyone), 1, 100000), 100000);
	limits_free(limits);
}

static void the_fastest_rate_is_exact_too(void **state)
{
	struct limits *limits = open_limits(1000000, 0);
	struct limits_bucket bucket = {0};

	(void)state;
	CHECK_INT(taken(limits, &bucket, 0, 1, 10000001), 10000000);
	CHECK_INT(taken(limits, &bucket, 0, 2, 2000), 1000);
	limits_free(limits);
}

static void clients_of_one_address_share_its_bucket(void **state)
{
	struct net_address home = address("192.0.2.1"), other = address("192.0.2.2");
	struct limits *limits = open_limits(0, 2);
	struct limits_bucket buckets[3] = {0};
	uint64_t place = limits_place(limits, &home);

	(void)state;
	CHECK_INT(taken(limits, &buckets[0], place, 1000, 15), 15);
	CHECK_INT(taken(limits, &buckets[1], place, 1000, 15), 5);
	CHECK_INT(limits_take(limits, &buckets[1], place, 1000), LIMITS_ADDRESS);
	CHECK_INT(taken(limits, &buckets[2], limits_place(limits, &other), 1000, 30), 20);
	CHECK_INT(taken(limits, &buckets[0], place, 1500, 15), 1);
	limits_free(limits);
}

static void what_the_address_refuses_costs_the_client_nothing(void **state)
{
	struct limits *limits = open_limits(2, 1);
	struct limits_bucket client = {0}, neighbour = {0};
	struct net_address of = address("192.0.2.7");
	uint64_t place = limits_place(limits, &of);

	(void)state;
	CHECK_INT(taken(limits, &neighbour, place, 1000, 10), 10);
	for (int i = 0; i < 100; i++)
		CHECK_INT(limits_take(limits, &client, place, 1000), LIMITS_ADDRESS);
	CHECK_INT(taken(limits, &client, 0, 1000, 100), 20);
	limits_free(limits);
}

static void an_address_of_ipv6_is_its_first_64_bits(void **state)
{
	static const char *const same[][2] = {
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"},
		{"::ffff:192.0.2.1", "192.0.2.1"},
	};
	static const char *const different[][2] = {
		{"2001:db8:1:2::1", "2001:db8:1:3::1"},
		{"192.0.2.1", "192.0.2.2"},
		{"192.0.2.1", "c000:201::1"},
	};
	struct limits *limits = open_limits(0, 1);

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(same); i++) {
		struct net_address a = address(same[i][0]), b = address(same[i][1]);

		CHECK(limits_place(limits, &a) == limits_place(limits, &b));
	}
	for (size_t i = 0; i < FR_ARRAY_LEN(different); i++) {
		struct net_address a = address(different[i][0]), b = address(different[i][1]);

		CHECK(limits_place(limits, &a) != limits_place(limits, &b));
	}
	limits_free(limits);
}

static void proxies_of_ours_are_never_limited(void **state)
{
	static const char *const trusted[] = {"127.0.0.1", "::1", "10.1.2.3"};
	struct limits_options options = {.address = 1};
	struct net_cidr networks[1];
	struct net_address at;
	struct limits *limits;

	(void)state;
	CHECK(net_cidr_parse(FR_STR("10.0.0.0/8"), &networks[0]));
	options.trusted = networks;
	options.trusted_count = 1;
	limits = limits_new(&options);
	CHECK(limits != NULL);
	for (size_t i = 0; i < FR_ARRAY_LEN(trusted); i++) {
		at = address(trusted[i]);
		CHECK_INT(limits_place(limits, &at), 0);
	}
	at = (struct net_address){.family = NET_UNIX};
	CHECK_INT(limits_place(limits, &at), 0);
	at = (struct net_address){.family = NET_NONE};
	CHECK_INT(limits_place(limits, &at), 0);
	at = address("11.1.2.3");
	CHECK(limits_place(limits, &at) != 0);
	limits_free(limits);
}

/* More addresses than there is room for: those that press the most are remembered. */
static void a_crowd_of_addresses_does_not_hide_one_that_floods(void **state)
{
	struct net_address flood = address("2001:db8::1"), other = flood;
	struct limits *limits = open_limits(0, 10);
	struct limits_bucket bucket = {0};
	uint64_t place = limits_place(limits, &flood);

	(void)state;
	CHECK_INT(taken(limits, &bucket, place, 1000, 200), 100);
	for (uint32_t i = 1; i <= 100000; i++) {
		memcpy(other.bytes + 4, &i, sizeof(i));
		CHECK_INT(limits_take(limits, &bucket, limits_place(limits, &other), 1000),
			  LIMITS_FINE);
	}
	CHECK_INT(taken(limits, &bucket, place, 1000, 200), 0);
	limits_free(limits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_has_a_burst_and_then_its_rate),
		cmocka_unit_test(each_client_has_a_bucket_of_its_own),
		cmocka_unit_test(rates_can_change),
		cmocka_unit_test(zero_is_no_limit),
		cmocka_unit_test(the_fastest_rate_is_exact_too),
		cmocka_unit_test(clients_of_one_address_share_its_bucket),
		cmocka_unit_test(what_the_address_refuses_costs_the_client_nothing),
		cmocka_unit_test(an_address_of_ipv6_is_its_first_64_bits),
		cmocka_unit_test(proxies_of_ours_are_never_limited),
		cmocka_unit_test(a_crowd_of_addresses_does_not_hide_one_that_floods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
