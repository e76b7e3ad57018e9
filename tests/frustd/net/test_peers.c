/* What each address may have, under a hand-driven clock. */
#include "helpers/check.h"

#include <pthread.h>

#include "net/peers.h"

#define START 5000 /* ms */
#define MANY 20000

static struct net_address at(const char *text)
{
	struct net_address address;

	CHECK(net_address_parse_host(fr_str_of(text), &address));
	return address;
}

static int take(struct net_peers *peers, enum net_seat_kind kind, const char *address, uint64_t now,
		struct net_seat *seat)
{
	struct net_address from = address ? at(address) : (struct net_address){0};

	return net_peers_take(peers, kind, address ? &from : NULL, now, seat);
}

static struct net_peers *make(uint32_t all, uint32_t address, uint32_t rate)
{
	const struct net_peers_limits limits = {all, address, rate};
	struct net_peers *peers = net_peers_new(&limits);

	CHECK(peers != NULL);
	return peers;
}

static void there_are_so_many_seats_in_all(void **state)
{
	struct net_peers *peers = make(2, 0, 0);
	struct net_seat seats[3];

	(void)state;
	CHECK_INT(take(peers, NET_SEAT_CONN, "192.0.2.1", START, &seats[0]), 0);
	CHECK_INT(take(peers, NET_SEAT_CONN, NULL, START, &seats[1]), 0);
	CHECK_INT(take(peers, NET_SEAT_CONN, "192.0.2.2", START, &seats[2]), NET_PEERS_FULL);
	CHECK_INT(take(peers, NET_SEAT_CONN, NULL, START, &seats[2]), NET_PEERS_FULL);
	CHECK(!seats[2].peer);
	/* the other kind has its own */
	CHECK_INT(take(peers, NET_SEAT_SESSION, "192.0.2.2", START, &seats[2]), 0);
	net_seat_leave(&seats[2]);
	net_seat_leave(&seats[1]);
	net_seat_leave(&seats[1]);
	CHECK_INT(take(peers, NET_SEAT_CONN, "192.0.2.2", START, &seats[1]), 0);
	net_seat_leave(&seats[0]);
	net_seat_leave(&seats[1]);
	CHECK_INT(net_peers_known(peers), 0);
	net_peers_free(peers);
}

static void an_address_has_its_number(void **state)
{
	static const struct {
		const char *mine, *other;
		int refusal;
	} cases[] = {
		{"192.0.2.1", "192.0.2.1", NET_PEERS_MANY},
		{"192.0.2.1", "192.0.2.2", 0},
		{"192.0.2.1", "::ffff:192.0.2.1", NET_PEERS_MANY},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", NET_PEERS_MANY}, /* one /64 */
		{"2001:db8:1:2::1", "2001:db8:1:3::1", 0},
		{"2001:db8:1:2::1", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct net_peers *peers = make(10, 2, 0);
		struct net_seat seats[3];

		CHECK_INT(take(peers, NET_SEAT_CONN, cases[i].mine, START, &seats[0]), 0);
		CHECK_INT(take(peers, NET_SEAT_CONN, cases[i].mine, START, &seats[1]), 0);
		CHECK_INT(take(peers, NET_SEAT_CONN, cases[i].other, START, &seats[2]),
			  cases[i].refusal);
		net_seat_leave(&seats[2]);
		net_seat_leave(&seats[0]);
		CHECK_INT(take(peers, NET_SEAT_CONN, cases[i].mine, START, &seats[0]), 0);
		net_seat_leave(&seats[0]);
		net_seat_leave(&seats[1]);
		CHECK_INT(net_peers_known(peers), 0);
		net_peers_free(peers);
	}
}

static int comes_and_goes(struct net_peers *peers, const char *address, uint64_t now)
{
	struct net_seat seat;
	int refusal = take(peers, NET_SEAT_CONN, address, now, &seat);

	net_seat_leave(&seat);
	return refusal;
}

static void an_address_has_its_rate_over_ten_seconds(void **state)
{
	struct net_peers *peers = make(10, 0, 2);
	struct net_seat seat;

	(void)state;
	for (int i = 0; i < 2 * NET_PEERS_BURST; i++)
		CHECK_INT(comes_and_goes(peers, "192.0.2.1", START), 0);
	CHECK_INT(comes_and_goes(peers, "192.0.2.1", START), NET_PEERS_FAST);
	CHECK_INT(comes_and_goes(peers, "192.0.2.2", START), 0);
	CHECK_INT(comes_and_goes(peers, NULL, START), 0);
	CHECK_INT(take(peers, NET_SEAT_SESSION, "192.0.2.1", START, &seat), 0);
	net_seat_leave(&seat);
	CHECK_INT(comes_and_goes(peers, "192.0.2.1", START + 499), NET_PEERS_FAST);
	CHECK_INT(comes_and_goes(peers, "192.0.2.1", START + 500), 0);
	CHECK_INT(comes_and_goes(peers, "192.0.2.1", START + 500), NET_PEERS_FAST);
	/* another loop's clock may be a little behind */
	CHECK_INT(comes_and_goes(peers, "192.0.2.1", START + 400), NET_PEERS_FAST);
	CHECK_INT(comes_and_goes(peers, "192.0.2.1", START + 1000), 0);
	/* once its rate allows, nothing is remembered */
	CHECK_INT(comes_and_goes(peers, NULL, START + 60000), 0);
	CHECK_INT(net_peers_known(peers), 0);
	net_peers_free(peers);
}

static void limits_can_change_and_who_has_more_keeps_it(void **state)
{
	struct net_peers *peers = make(3, 0, 0);
	struct net_seat seats[4];

	(void)state;
	for (int i = 0; i < 3; i++)
		CHECK_INT(take(peers, NET_SEAT_CONN, "192.0.2.1", START, &seats[i]), 0);
	net_peers_set_limits(peers, &(struct net_peers_limits){10, 2, 0});
	CHECK_INT(take(peers, NET_SEAT_CONN, "192.0.2.1", START, &seats[3]), NET_PEERS_MANY);
	CHECK_INT(take(peers, NET_SEAT_CONN, "192.0.2.2", START, &seats[3]), 0);
	net_seat_leave(&seats[0]);
	CHECK_INT(take(peers, NET_SEAT_CONN, "192.0.2.1", START, &seats[0]), NET_PEERS_MANY);
	net_peers_set_limits(peers, &(struct net_peers_limits){1, 2, 0});
	CHECK_INT(take(peers, NET_SEAT_CONN, "192.0.2.3", START, &seats[0]), NET_PEERS_FULL);
	for (int i = 1; i < 4; i++)
		net_seat_leave(&seats[i]);
	CHECK_INT(net_peers_known(peers), 0);
	net_peers_free(peers);
}

static void a_seat_goes_from_one_client_to_the_next(void **state)
{
	struct net_peers *peers = make(10, 1, 1);
	struct net_address a = at("192.0.2.1"), b = at("192.0.2.2");
	struct net_seat proxy, other, none = {0};

	(void)state;
	CHECK_INT(take(peers, NET_SEAT_CONN, NULL, START, &proxy), 0);
	CHECK_INT(take(peers, NET_SEAT_CONN, "192.0.2.2", START, &other), 0);
	for (int i = 0; i < 100; i++) /* no rate counts */
		CHECK_INT(net_seat_give(&proxy, &a), 0);
	CHECK_INT(comes_and_goes(peers, "192.0.2.1", START), NET_PEERS_MANY);
	CHECK_INT(net_seat_give(&proxy, &b), NET_PEERS_MANY);
	CHECK_INT(comes_and_goes(peers, "192.0.2.1", START), 0); /* it is nobody's now */
	CHECK_INT(net_seat_give(&proxy, &a), 0);
	net_seat_take_back(&proxy);
	net_seat_take_back(&proxy);
	net_seat_leave(&other);
	CHECK_INT(net_seat_give(&proxy, &b), 0);
	net_seat_leave(&proxy);
	CHECK_INT(net_seat_give(&none, &a), 0);
	net_seat_take_back(&none);
	net_seat_leave(&none);
	net_peers_free(peers);
}

static void addresses_that_come_and_go_cost_bounded_memory(void **state)
{
	struct net_peers *peers = make(10, 5, 1);
	char text[32];

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "2001:db8:%x:%x::1", i >> 8, i & 0xff);
		CHECK_INT(comes_and_goes(peers, text, START), 0);
		CHECK(net_peers_known(peers) <= NET_PEERS_IDLE);
	}
	CHECK_INT(net_peers_known(peers), NET_PEERS_IDLE);
	CHECK_INT(comes_and_goes(peers, "192.0.2.1", START + 2000), 0);
	CHECK_INT(net_peers_known(peers), 1);
	net_peers_free(peers);
	net_peers_free(NULL);
}

static void without_a_table_there_are_no_limits(void **state)
{
	struct net_seat seat;

	(void)state;
	CHECK_INT(take(NULL, NET_SEAT_CONN, "192.0.2.1", START, &seat), 0);
	net_seat_leave(&seat);
}

static void *come_and_go(void *ctx)
{
	for (unsigned i = 0; i < MANY; i++)
		comes_and_goes(ctx, i % 2 ? "192.0.2.1" : "192.0.2.2", START + i / 100);
	return NULL;
}

static void several_threads_share_a_table(void **state)
{
	struct net_peers *peers = make(3, 2, 1000);
	pthread_t threads[2];

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(threads); i++)
		CHECK_INT(pthread_create(&threads[i], NULL, come_and_go, peers), 0);
	for (size_t i = 0; i < FR_ARRAY_LEN(threads); i++)
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	CHECK_INT(comes_and_goes(peers, NULL, START + 60000), 0);
	CHECK_INT(net_peers_known(peers), 0);
	net_peers_free(peers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_so_many_seats_in_all),
		cmocka_unit_test(an_address_has_its_number),
		cmocka_unit_test(an_address_has_its_rate_over_ten_seconds),
		cmocka_unit_test(limits_can_change_and_who_has_more_keeps_it),
		cmocka_unit_test(a_seat_goes_from_one_client_to_the_next),
		cmocka_unit_test(addresses_that_come_and_go_cost_bounded_memory),
		cmocka_unit_test(without_a_table_there_are_no_limits),
		cmocka_unit_test(several_threads_share_a_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
