/* The limits on connections: in all, of an address, and of those for whom a proxy asks. */
#include "frustd/httpd/site.h"

#define FOR(address) HOST "X-Forwarded-For: " address "\r\n"

static void open_with(struct site *site, uint32_t all, uint32_t address, uint32_t rate)
{
	const struct net_peers_limits limits = {all, address, rate};
	struct httpd_options options = httpd_options_default();
	struct net_peers *peers = net_peers_new(&limits);

	CHECK(peers != NULL);
	options.peers = peers;
	site_open_with(site, &options);
	site->peers = peers;
	site->m = site_connect(site); /* from this machine */
}

static struct memconn *connect_from(struct site *site, const char *address)
{
	struct memconn *m = memconn_new();

	CHECK(net_address_parse_host(fr_str_of(address), &m->conn.peer));
	httpd_server_accept(site->server, &m->conn);
	return m;
}

static void pump(struct site *site, struct memconn *m)
{
	do
		site_turn(site);
	while (memconn_pump(m));
}

static void leave(struct site *site, struct memconn *m)
{
	net_conn_close(&m->conn);
	pump(site, m);
	CHECK(m->closed);
	memconn_free(m);
}

static bool gets(struct site *site, struct memconn *m, const char *request, const char *answer)
{
	memconn_clear(m);
	memconn_say(m, request);
	pump(site, m);
	return fr_str_starts(memconn_out(m), fr_str_of(answer));
}

static void an_address_has_its_number_of_connections(void **state)
{
	const struct httpd_counters *counters;
	struct memconn *one, *two, *three;
	struct site site;

	(void)state;
	open_with(&site, 100, 2, 0);
	counters = httpd_server_counters(site.server);
	one = connect_from(&site, "192.0.2.1");
	two = connect_from(&site, "192.0.2.1");
	CHECK(gets(&site, two, GET_TAKE, "HTTP/1.1 101")); /* it counts on */
	three = connect_from(&site, "192.0.2.1");
	CHECK(gets(&site, three, GET_HELLO, "HTTP/1.1 429 Too Many Requests\r\n"));
	CHECK(three->finished);
	leave(&site, three);
	three = connect_from(&site, "192.0.2.2");
	CHECK(gets(&site, three, GET_HELLO, "HTTP/1.1 200"));
	leave(&site, three);
	leave(&site, two);
	two = connect_from(&site, "192.0.2.1");
	/* what it says of others is not believed */
	CHECK(gets(&site, two, "GET /hello" FOR("192.0.2.9") "\r\n", "HTTP/1.1 200"));
	CHECK(gets(&site, one, GET_HELLO, "HTTP/1.1 200"));
	CHECK_INT(counters->conns, 5);
	CHECK_INT(counters->conns_refused_address, 1);
	CHECK_INT(counters->conns_refused_full, 0);
	leave(&site, one);
	leave(&site, two);
	site_close(&site);
}

static void an_address_has_its_rate_of_connections(void **state)
{
	struct memconn *m;
	struct site site;

	(void)state;
	open_with(&site, 100, 0, 1);
	for (int i = 0; i < NET_PEERS_BURST; i++)
		leave(&site, connect_from(&site, "192.0.2.1"));
	m = connect_from(&site, "192.0.2.1");
	CHECK(gets(&site, m, GET_HELLO, "HTTP/1.1 429"));
	leave(&site, m);
	site_pass(&site, 1000);
	m = connect_from(&site, "192.0.2.1");
	CHECK(gets(&site, m, GET_HELLO, "HTTP/1.1 200"));
	leave(&site, m);
	CHECK_INT(httpd_server_counters(site.server)->conns_refused_rate, 1);
	site_close(&site);
}

static void refusals_are_answered_up_to_a_number_of_them(void **state)
{
	struct memconn *more[65];
	struct site site;

	(void)state;
	open_with(&site, 1, 0, 0);
	for (size_t i = 0; i < FR_ARRAY_LEN(more); i++) {
		more[i] = connect_from(&site, "192.0.2.1");
		CHECK_INT(more[i]->conn.closing, i == 64);
	}
	for (size_t i = 0; i < FR_ARRAY_LEN(more); i++)
		leave(&site, more[i]);
	more[0] = connect_from(&site, "192.0.2.1");
	CHECK(gets(&site, more[0], GET_HELLO, "HTTP/1.1 503"));
	leave(&site, more[0]);
	CHECK_INT(httpd_server_counters(site.server)->conns_refused_full, 66);
	CHECK_INT(site.requests, 0);
	site_close(&site);
}

static void a_proxys_connection_counts_for_whom_it_asks(void **state)
{
	struct memconn *one, *two;
	struct site site;

	(void)state;
	open_with(&site, 100, 1, 1);
	one = connect_from(&site, "127.0.0.1");
	two = connect_from(&site, "127.0.0.1");
	/* while a request waits */
	CHECK(gets(&site, one, "GET /wait" FOR("192.0.2.1") "\r\n", ""));
	CHECK(gets(&site, two, "GET /hello" FOR("192.0.2.1") "\r\n",
		   "HTTP/1.1 429 Too Many Requests\r\n"));
	CHECK(!two->finished); /* it is the proxy's, and good for others */
	CHECK(gets(&site, two, "GET /hello" FOR("192.0.2.2") "\r\n", "HTTP/1.1 200"));
	CHECK(gets(&site, two, GET_HELLO, "HTTP/1.1 200"));
	/* and no longer */
	httpd_exchange_error(site.waiting, 404, FR_STR_NULL);
	CHECK(gets(&site, two, "GET /hello" FOR("192.0.2.1") "\r\n", "HTTP/1.1 200"));
	/* or while what it was taken for lasts */
	CHECK(gets(&site, one, "GET /take" FOR("192.0.2.1") "\r\n", "HTTP/1.1 101"));
	CHECK(gets(&site, two, "GET /hello" FOR("192.0.2.1") "\r\n", "HTTP/1.1 429"));
	CHECK_INT(httpd_server_counters(site.server)->requests_refused_address, 2);
	leave(&site, one);
	CHECK(gets(&site, two, "GET /hello" FOR("192.0.2.1") "\r\n", "HTTP/1.1 200"));
	/* no rate holds for a proxy */
	for (int i = 0; i < 2 * NET_PEERS_BURST; i++)
		CHECK(gets(&site, two, "GET /hello" FOR("192.0.2.1") "\r\n", "HTTP/1.1 200"));
	leave(&site, two);
	site_close(&site);
}

static void a_proxys_body_to_come_is_refused_before_it_comes(void **state)
{
	struct memconn *one, *two;
	struct site site;

	(void)state;
	open_with(&site, 100, 1, 0);
	one = connect_from(&site, "127.0.0.1");
	two = connect_from(&site, "127.0.0.1");
	CHECK(gets(&site, one, "POST /echo" FOR("192.0.2.1") "Content-Length: 5\r\n\r\nhe", ""));
	CHECK(gets(&site, two, "POST /echo" FOR("192.0.2.1") "Content-Length: 5\r\n\r\nhe",
		   "HTTP/1.1 429"));
	CHECK(gets(&site, one, "llo", "HTTP/1.1 200"));
	leave(&site, one);
	leave(&site, two);
	site_close(&site);
}

static void what_ends_early_is_counted_by_its_reason(void **state)
{
#define COUNTER(name) offsetof(struct httpd_counters, name)
	static const struct {
		const char *request;
		uint64_t ms;
		size_t counter;
	} cases[] = {
		{"BREW / HTTP/1.1\r\n\r\n", 0, COUNTER(refused_malformed)},
		{"POST /echo" HOST "Content-Length: 1000001\r\n\r\n", 0,
		 COUNTER(refused_body_size)},
		{"GET /hel", 10000, COUNTER(refused_header_time)},
		{"POST /echo" HOST "Content-Length: 9\r\n\r\nx", 30000, COUNTER(refused_body_time)},
		{"", 10000, COUNTER(closed_idle)},
		{GET_HELLO, 75000, COUNTER(closed_idle)},
		{GET_HELLO, 0, COUNTER(requests)},
	};
#undef COUNTER

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		const char *counters;
		struct site site;
		uint64_t count;

		site_open(&site);
		counters = (const char *)httpd_server_counters(site.server);
		site_say(&site, cases[i].request);
		site_pass(&site, cases[i].ms);
		memcpy(&count, counters + cases[i].counter, sizeof(count));
		CHECK_INT(count, 1);
		site_close(&site);
	}
}

static void a_peer_that_takes_no_answer_is_counted(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site.m->window = 10;
	site_say(&site, GET_BIG GET_HELLO);
	site_pass(&site, 30000);
	CHECK_INT(httpd_server_counters(site.server)->closed_unread, 1);
	CHECK_INT(httpd_server_counters(site.server)->requests, 1);
	site_close(&site);
}

#define BODY(n) "POST /echo" HOST "Content-Length: " n "\r\n\r\n"

static void send_zeros(struct site *site, struct memconn *m, size_t n)
{
	static char zeros[8000];

	CHECK(n <= sizeof(zeros));
	memconn_recv(m, zeros, n);
	pump(site, m);
}

static void bodies_that_are_not_whole_have_so_much_room(void **state)
{
	struct httpd_options options = httpd_options_default();
	struct memconn *one, *two, *three;
	struct site site;

	(void)state;
	options.incoming_max = 10000;
	site_open_with(&site, &options);
	site.m = site_connect(&site);
	one = site_connect(&site);
	two = site_connect(&site);
	three = site_connect(&site);
	memconn_say(one, BODY("9000"));
	send_zeros(&site, one, 8000);
	CHECK(gets(&site, two, BODY("9000"), ""));
	send_zeros(&site, two, 5000);
	CHECK(fr_str_starts(memconn_out(two), FR_STR("HTTP/1.1 503")));
	/* small ones always have a place */
	memconn_say(three, BODY("4096"));
	send_zeros(&site, three, 4000);
	CHECK_STR(memconn_out(three), "");
	send_zeros(&site, one, 1000);
	CHECK(fr_str_starts(memconn_out(one), FR_STR("HTTP/1.1 200")));
	/* and there is room again for what is whole, or broke off */
	for (int i = 0; i < 3; i++) {
		leave(&site, two);
		two = site_connect(&site);
		memconn_say(two, BODY("9000"));
		send_zeros(&site, two, 6000);
		CHECK_STR(memconn_out(two), "");
		memconn_reset(two);
	}
	CHECK_INT(httpd_server_counters(site.server)->refused_incoming, 1);
	leave(&site, one);
	leave(&site, two);
	leave(&site, three);
	site_close(&site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_its_number_of_connections),
		cmocka_unit_test(an_address_has_its_rate_of_connections),
		cmocka_unit_test(refusals_are_answered_up_to_a_number_of_them),
		cmocka_unit_test(a_proxys_connection_counts_for_whom_it_asks),
		cmocka_unit_test(a_proxys_body_to_come_is_refused_before_it_comes),
		cmocka_unit_test(what_ends_early_is_counted_by_its_reason),
		cmocka_unit_test(a_peer_that_takes_no_answer_is_counted),
		cmocka_unit_test(bodies_that_are_not_whole_have_so_much_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
