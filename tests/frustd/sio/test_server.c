/* Clients, namespaces and sockets: connects, events, broadcasts and ends. */
#include "sio/core.h"

#include "frustd/sio/talk.h"

#define TWENTY "01234567890123456789"
#define HUNDRED TWENTY TWENTY TWENTY TWENTY TWENTY

static const struct conversation conversations[] = {
	{"a client of today",
	 4,
	 {"0", "2[\"hello\",1]", "1"},
	 "connect() <0{\"sid\":\"*\"} hello(1) <2[\"hi\"] left(client) "},
	{"an old client",
	 3,
	 {"2[\"hello\",1]", "1"},
	 "connect() <0 hello(1) <2[\"hi\"] left(client) "},
	{"auth",
	 4,
	 {"0{\"token\":[1]}"},
	 "connect({\"token\":[1]}) <0{\"sid\":\"*\"} left(error) "},
	{"a refused connect",
	 4,
	 {"0{\"refuse\":1}", "2[\"e\"]", "0"},
	 "connect({\"refuse\":1}) <4{\"message\":\"not you\",\"data\":1} connect() "
	 "<0{\"sid\":\"*\"} left(error) "},
	{"a repeated connect",
	 4,
	 {"0", "0", "2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} e() left(error) "},
	{"a repeated connect, old", 3, {"0", "0/", "2[\"e\"]"}, "connect() <0 e() left(error) "},
	{"a connect after a disconnect",
	 4,
	 {"0", "1", "0"},
	 "connect() <0{\"sid\":\"*\"} left(client) connect() <0{\"sid\":\"*\"} left(error) "},

	{"another namespace",
	 4,
	 {"0/custom,{\"a\":1}", "2/custom,[\"hello\"]", "2[\"e\"]", "1/custom,"},
	 "connect({\"a\":1}) <0/custom,{\"sid\":\"*\"} hello() <2/custom,[\"hi\"] left(client) "},
	{"another namespace, old",
	 3,
	 {"0/custom?token=1,", "2/custom,[\"hello\"]", "1/custom", "2[\"e\"]"},
	 "connect() <0 connect() <0/custom, hello() <2/custom,[\"hi\"] left(client) e() "
	 "left(error) "},
	{"a query is part of the name today",
	 4,
	 {"0/custom?token=1,"},
	 "<4/custom?token=1,{\"message\":\"Invalid namespace\"} "},
	{"an unknown namespace",
	 4,
	 {"0", "0/x,", "2/x,[\"e\"]", "2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} <4/x,{\"message\":\"Invalid namespace\"} e() left(error) "},
	{"an unknown namespace, old",
	 3,
	 {"0/x?a=b,", "2[\"e\"]"},
	 "connect() <0 <4/x,\"Invalid namespace\" e() left(error) "},
	{"too many namespaces",
	 4,
	 {"0", "0/custom", "0/slow", "1", "0/slow"},
	 "connect() <0{\"sid\":\"*\"} connect() <0/custom,{\"sid\":\"*\"} "
	 "<4/slow,{\"message\":\"Too many namespaces\"} left(client) asked() left(error) "},

	{"an event before the connect", 4, {"2[\"e\"]"}, "[fail] "},
	{"a disconnect before the connect", 4, {"1"}, "[fail] "},
	{"an attachment's event before the connect", 4, {"51-[\"e\"]"}, "[fail] "},
	{"an event after an unknown namespace alone",
	 4,
	 {"0/x", "2[\"e\"]"},
	 "<4/x,{\"message\":\"Invalid namespace\"} [fail] "},
	{"no connect in time",
	 4,
	 {"0/x", "wait", "0/x", "wait", "0"},
	 "<4/x,{\"message\":\"Invalid namespace\"} <4/x,{\"message\":\"Invalid namespace\"} "
	 "[close] "},
	{"a connect in time",
	 4,
	 {"0", "wait", "wait", "2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} e() left(error) "},
	{"long in no namespace",
	 4,
	 {"0", "1", "wait", "wait"},
	 "connect() <0{\"sid\":\"*\"} left(client) [close] "},

	{"an ack",
	 4,
	 {"0", "27[\"e\"]", "2/custom,0[\"e\"]", "29223372036854775808[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} e() <37[1] e() <39223372036854775808[1] left(error) "},
	{"an ack from the client",
	 4,
	 {"0", "31[\"x\"]", "61-1[{\"_placeholder\":true,\"num\":0}]", "b:x", "2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} e() left(error) "},
	{"reserved events",
	 4,
	 {"0", "2[\"connect\"]", "2[\"disconnect\"]", "21[\"error\",2]",
	  "2[\"disc\\u006fnnecting\"]", "22[\"newListener\"]", "2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} <31[{\"error\":\"unknown event\"}] "
	 "<32[{\"error\":\"unknown event\"}] e() left(error) "},
	{"reserved events, old",
	 3,
	 {"2[\"connect_error\"]", "20[\"removeListener\"]", "2[\"disconnecting\"]"},
	 "connect() <0 <30[{\"error\":\"unknown event\"}] left(error) "},
	{"a number as a name",
	 4,
	 {"0", "2[42,1]"},
	 "connect() <0{\"sid\":\"*\"} 42(1) left(error) "},
	{"an escaped name",
	 4,
	 {"0", "2[\"\\u0068ello\"]"},
	 "connect() <0{\"sid\":\"*\"} hello() <2[\"hi\"] left(error) "},

	{"a malformed packet",
	 4,
	 {"0", "abc", "2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} [fail] left(protocol) "},
	{"an object as an event",
	 4,
	 {"0", "2{}"},
	 "connect() <0{\"sid\":\"*\"} [fail] left(protocol) "},
	{"letters before an event",
	 4,
	 {"0", "2abc[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} [fail] left(protocol) "},
	{"a malformed packet, old", 3, {"abc"}, "connect() <0 [fail] left(protocol) "},
	{"one's malformed packet and another's event",
	 4,
	 {"0", "2>0", "2[", "2>2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} connect() <0{\"sid\":\"*\"} [fail] left(protocol) e() "
	 "left(error) "},

	{"attachments",
	 4,
	 {"0", "52-[\"e\",{\"_placeholder\":true,\"num\":1},{\"_placeholder\":true,\"num\":0}]",
	  "b:one", "b:two", "2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} "
	 "e({\"_placeholder\":true,\"num\":1},{\"_placeholder\":true,\"num\":0}|one|two) e() "
	 "left(error) "},
	{"attachments with an ack",
	 3,
	 {"51-/custom,3[\"e\"]", "b:x", "0/custom", "51-/custom,3[\"e\"]", "b:"},
	 "connect() <0 connect() <0/custom, e(|) <3/custom,3[1] left(error) left(error) "},
	{"no attachments after all",
	 4,
	 {"0", "50-[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} e() left(error) "},
	{"an attachment missing",
	 4,
	 {"0", "51-[\"e\"]", "2[\"f\"]"},
	 "connect() <0{\"sid\":\"*\"} [fail] left(protocol) "},
	{"an attachment of nothing",
	 4,
	 {"0", "b:x"},
	 "connect() <0{\"sid\":\"*\"} [fail] left(protocol) "},
	{"ten attachments are the most",
	 4,
	 {"0", "510-[\"e\"]", "b:x"},
	 "connect() <0{\"sid\":\"*\"} left(error) "},
	{"eleven attachments",
	 4,
	 {"0", "511-[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} [fail] left(protocol) "},

	{"attachments that are too much together",
	 4,
	 {"0", "53-[\"e\"]", "b:" HUNDRED HUNDRED HUNDRED, "b:" HUNDRED HUNDRED HUNDRED, "b:x"},
	 "connect() <0{\"sid\":\"*\"} [fail] left(protocol) "},
	{"leaving in a callback",
	 4,
	 {"0", "21[\"leave\"]", "2[\"e\"]", "0", "2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} leave() <31[1] <1 left(server) "
	 "connect() <0{\"sid\":\"*\"} e() left(error) "},
	{"closing in a callback",
	 4,
	 {"0", "2[\"kick\"]", "2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} kick() <1 [close] left(server) "},
	{"closing one of two namespaces",
	 4,
	 {"0", "0/custom", "2/custom,[\"kick\"]"},
	 "connect() <0{\"sid\":\"*\"} connect() <0/custom,{\"sid\":\"*\"} kick() <1/custom, "
	 "[close] "
	 "left(server) left(server) "},
	{"ending another in a callback",
	 4,
	 {"0", "2>0", "2>2[\"kick first\"]", "2[\"e\"]", "2>2[\"e\"]"},
	 "connect() <0{\"sid\":\"*\"} connect() <0{\"sid\":\"*\"} kick first() <1 left(server) e() "
	 "left(error) "},

	{"a broadcast",
	 4,
	 {"0", "2>0", "3>0", "2[\"follow\"]", "2>2[\"follow\"]", "2>2[\"follow\"]", "2>2[\"all\"]",
	  "2>1"},
	 "connect() <0{\"sid\":\"*\"} connect() <0{\"sid\":\"*\"} connect() <0{\"sid\":\"*\"} "
	 "follow() [follow] follow() [follow] follow() all() follow(2[\"n\",1]) follow(2[\"n\",1]) "
	 "[unfollow] left(client) left(error) left(error) "},
	{"nobody follows",
	 4,
	 {"0", "2[\"all\"]"},
	 "connect() <0{\"sid\":\"*\"} all() left(error) "},
	{"a broadcast in no haste",
	 4,
	 {"0", "2[\"follow\"]", "2[\"all, later\"]"},
	 "connect() <0{\"sid\":\"*\"} follow() [follow] all, later() later(2[\"n\",1]) "
	 "left(error) "},
	{"two namespaces followed",
	 4,
	 {"0", "0/custom", "2[\"follow\"]", "2/custom,[\"follow\"]", "2[\"all\"]", "1",
	  "2/custom,[\"all\"]", "2/custom,[\"leave\"]"},
	 "connect() <0{\"sid\":\"*\"} connect() <0/custom,{\"sid\":\"*\"} follow() [follow] "
	 "follow() "
	 "all() follow(2[\"n\",1]) <2/custom,[\"n\",2] [unfollow] left(client) "
	 "all() <2/custom,[\"n\",2] leave() <1/custom, left(server) "},
	{"a leaver gets no broadcast, not even in the same callback",
	 4,
	 {"0", "2[\"follow\"]", "2[\"leave, then all\"]"},
	 "connect() <0{\"sid\":\"*\"} follow() [follow] leave, then all() <1 [unfollow] "
	 "left(server) "},
	{"a leaver gets no broadcast",
	 4,
	 {"0", "2[\"follow\"]", "2[\"leave\"]", "2>0", "2>2[\"all\"]"},
	 "connect() <0{\"sid\":\"*\"} follow() [follow] leave() <1 [unfollow] left(server) "
	 "connect() <0{\"sid\":\"*\"} all() left(error) "},

	{"accepted later",
	 4,
	 {"0/slow", "2/slow,[\"a\"]", "51-/slow,4[\"b\"]", "b:x", "2>0", "2>2[\"yes\"]",
	  "2/slow,[\"c\"]"},
	 "asked() connect() <0{\"sid\":\"*\"} yes() <0/slow,{\"sid\":\"*\"} a() b(|x) <3/slow,4[1] "
	 "c() "
	 "left(error) left(error) "},
	{"refused later",
	 4,
	 {"0/slow", "2/slow,[\"a\"]", "2>0", "2>2[\"no\"]", "2/slow,[\"c\"]"},
	 "asked() connect() <0{\"sid\":\"*\"} no() <4/slow,{\"message\":\"\\\"no\\\"\"} "
	 "left(error) "},
	{"what waited can leave",
	 4,
	 {"0/slow", "2/slow,[\"leave\"]", "2/slow,[\"b\"]", "2>0", "2>2[\"yes\"]",
	  "2/slow,[\"c\"]"},
	 "asked() connect() <0{\"sid\":\"*\"} yes() <0/slow,{\"sid\":\"*\"} leave() <1/slow, "
	 "left(server) "
	 "left(error) "},
	{"gone before the answer",
	 4,
	 {"0/slow", "2/slow,[\"a\"]", "1/slow", "2/slow,[\"b\"]"},
	 "asked() "},
	{"never answered", 4, {"0/slow", "wait", "wait"}, "asked() [close] "},
};

static void conversations_go_as_written(void **state)
{
	(void)state;
	hold(conversations, FR_ARRAY_LEN(conversations));
}

static void an_id_is_never_given_again(void **state)
{
	struct app app;
	uint64_t ids[100];

	(void)state;
	app_init(&app);
	for (size_t i = 0; i < FR_ARRAY_LEN(ids); i++) {
		app.first = 0;
		take_step(&app, 4, "0");
		ids[i] = app.first;
		CHECK(ids[i] != 0);
		CHECK(sio_namespace_find(app.root, ids[i]) != NULL);
		CHECK_INT(sio_namespace_count(app.root), 1);
		for (size_t k = 0; k < i; k++) {
			CHECK(ids[k] != ids[i]);
			CHECK(!sio_namespace_find(app.root, ids[k]));
		}
		take_step(&app, 4, "1");
		CHECK(!sio_namespace_find(app.root, ids[i]));
		CHECK_INT(sio_namespace_count(app.root), 0);
	}
	CHECK(!sio_namespace_find(app.root, 0));
	CHECK(!sio_namespace_find(app.root, UINT64_MAX));
	app_fini(&app);
}

static void a_namespace_can_end_all_its_sockets(void **state)
{
	struct eio_session sessions[3] = {0};
	struct app app;

	(void)state;
	app_init(&app);
	for (size_t i = 0; i < FR_ARRAY_LEN(sessions); i++)
		fake_open(&sessions[i], sio_server_eio(app.server), 3, &app.log);
	CHECK_INT(sio_namespace_count(app.root), FR_ARRAY_LEN(sessions));
	sio_namespace_disconnect(app.root);
	sio_namespace_disconnect(app.root);
	for (size_t i = 0; i < FR_ARRAY_LEN(sessions); i++) {
		CHECK(sessions[i].ended);
		fake_pump(&sessions[i]);
	}
	CHECK_INT(sio_namespace_count(app.root), 0);
	app_fini(&app);
}

static void many_sockets_are_all_found(void **state)
{
	enum { N = 1000 };
	static struct eio_session sessions[N];
	static uint64_t ids[N];
	struct app app;

	(void)state;
	app_init(&app);
	for (int i = 0; i < N; i++) {
		app.first = 0;
		fake_open(&sessions[i], sio_server_eio(app.server), 3, &app.log);
		ids[i] = app.first;
	}
	CHECK_INT(sio_namespace_count(app.root), N);
	for (int i = 0; i < N; i++)
		CHECK_INT(sio_socket_id(sio_namespace_find(app.root, ids[i])), ids[i]);
	for (int i = 0; i < N; i++) {
		sessions[i].ended = true;
		fake_pump(&sessions[i]);
		CHECK(!sio_namespace_find(app.root, ids[i]));
	}
	app_fini(&app);
}

static void what_waits_for_an_answer_is_bounded(void **state)
{
	struct app app;
	int sent = 0;

	(void)state;
	app_init(&app);
	take_step(&app, 4, "0/slow");
	while (!app.sessions[0].ended && sent < 100000) {
		take_step(&app, 4, "2/slow,[\"an event\"]");
		sent++;
	}
	CHECK(sent > 100 && sent < 2000);
	CHECK_STR(fr_buf_str(&app.log), "asked() [fail] ");
	app_fini(&app);
}

/* Events that come between the answer and the next turn of the loop do not overtake. */
static void what_waited_comes_first(void **state)
{
	struct app app;

	(void)state;
	app_init(&app);
	take_step(&app, 4, "0/slow");
	take_step(&app, 4, "2/slow,[\"a\"]");
	CHECK_INT(sio_socket_accept(sio_namespace_find(app.slow, app.pending)), 0);
	fake_recv(&app.sessions[0], false, FR_STR("2/slow,[\"b\"]"));
	settle(&app, 0);
	take_step(&app, 4, "2/slow,[\"c\"]");
	CHECK_STR(fr_buf_str(&app.log), "asked() <0/slow,{\"sid\":\"*\"} a() b() c() ");
	app_fini(&app);
}

/* A client that cannot be sent something must not go on as if it had it. */
static void a_failed_send_ends_that_client_alone(void **state)
{
	static const char *const steps[] = {"2[\"leave\"]", "21[\"error\"]", "0/x", "2>2[\"all\"]"};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(steps); i++) {
		struct app app;

		app_init(&app);
		take_step(&app, 4, "0/custom");
		take_step(&app, 4, "0");
		take_step(&app, 4, "2/custom,[\"follow\"]");
		take_step(&app, 4, "2[\"follow\"]");
		take_step(&app, 4, "2>0");
		app.sessions[0].fail_sends = true;
		take_step(&app, 4, steps[i]);
		CHECK(!app.sessions[0].server);
		CHECK(app.sessions[1].server != NULL);
		CHECK_INT(sio_namespace_count(app.root), 1);
		CHECK_INT(sio_namespace_count(app.custom), 0);
		app_fini(&app);
	}
}

static void a_failed_unfollow_ends_the_client(void **state)
{
	struct app app;

	(void)state;
	app_init(&app);
	take_step(&app, 4, "0");
	take_step(&app, 4, "2[\"follow\"]");
	app.sessions[0].fail_follow = true;
	take_step(&app, 4, "2[\"leave\"]");
	CHECK(!app.sessions[0].server);
	app_fini(&app);
}

/* However early memory runs out: nothing is torn, and each client's end is told. */
static void any_allocation_may_fail(void **state)
{
	static const char *const steps[] = {
		"0",
		"0/custom,{\"a\":1}",
		"0/slow",
		"0/x",
		"2>2[\"follow\"]",
		"2[\"follow\"]",
		"2/custom,[\"follow\"]",
		"21[\"\\u0068ello\"]",
		"2/slow,[\"leave\"]",
		"51-/slow,[\"e\"]",
		"b:x",
		"2[\"ask\"]",
		"31[]",
		"21[\"give back\"]",
		"2[\"give all\"]",
		"2>2[\"yes\"]",
		"2[\"all\"]",
		"21[\"error\"]",
		"2[\"leave\"]",
		"2>2[\"kick\"]",
	};

	(void)state;
	for (int n = 0; n < 100; n++) {
		struct app app;

		app_init(&app);
		app.short_of_memory = true;
		fr_buf_reserve(&app.log, 4096);
		alloc_before_failure = n;
		for (size_t i = 0; i < FR_ARRAY_LEN(steps); i++)
			take_step(&app, 3 + n % 2, steps[i]);
		alloc_before_failure = -1;
		app_fini(&app);
	}
}

static void a_server_is_whole_or_not_at_all(void **state)
{
	const struct sio_options options = sio_options_default();
	const struct eio_options eio = eio_options_default();
	struct net_timers timers;
	int n = 0;

	(void)state;
	net_timers_init(&timers, 0, NULL);
	for (struct sio_server *server = NULL; !server; n++) {
		alloc_before_failure = n;
		server = sio_server_new(&timers, &options, &eio);
		alloc_before_failure = 0;
		if (server)
			CHECK(!sio_server_namespace(server, FR_STR("/"), &(struct sio_handler){0},
						    NULL));
		alloc_before_failure = -1;
		sio_server_free(server);
	}
	CHECK_INT(n, 3);
}

static void what_comes_and_is_refused_is_counted(void **state)
{
	static const struct {
		const char *steps[6];
		struct sio_counters counters;
	} cases[] = {
		{{"0", "0"}, {.connects = 1}},
		{{"0", "0/x,", "0/y,"}, {.connects = 1, .connects_unknown = 2}},
		{{"0", "0/custom", "0/slow"}, {.connects = 2, .connects_too_many = 1}},
		{{"wait", "tick", "tick"}, {.connects_timed_out = 1}},
		{{"0", "4x"}, {.connects = 1, .packets_malformed = 1}},
		{{"0", "511-[\"e\"]"}, {.connects = 1, .packets_too_many_attachments = 1}},
		{{"0", "52-[\"e\"]", "b:" HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED},
		 {.connects = 1, .packets_too_large = 1}},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		const struct sio_counters *counters;
		struct app app;

		app_init(&app);
		counters = sio_server_counters(app.server);
		for (int k = 0; k < 6 && cases[i].steps[k]; k++)
			take_step(&app, 4, cases[i].steps[k]);
		CHECK(memcmp(counters, &cases[i].counters, sizeof(*counters)) == 0);
		fr_buf_clear(&app.log);
		app_fini(&app);
	}
}

static void packets_that_wait_for_attachments_have_so_much_room(void **state)
{
	static char mine[5000] = "b:", others[5002] = "2>b:";
	struct app app;

	(void)state;
	memset(mine + 2, 'x', sizeof(mine) - 3);
	memset(others + 4, 'x', sizeof(others) - 5);
	app_init(&app);
	app.server->options.packet_max = 100000;
	app.server->options.incoming_max = 7000;
	take_step(&app, 4, "0");
	take_step(&app, 4, "52-[\"e\"]");
	take_step(&app, 4, mine);
	CHECK(app.server->incoming > sizeof(mine));
	take_step(&app, 4, "2>0");
	take_step(&app, 4, "2>52-[\"e\"]");
	take_step(&app, 4, others);
	CHECK_INT(sio_server_counters(app.server)->packets_no_room, 1);
	take_step(&app, 4, "b:y"); /* whole: handed on */
	CHECK_INT(app.server->incoming, 0);
	take_step(&app, 4, "51-[\"e\"]");
	CHECK(app.server->incoming > 0);
	fr_buf_clear(&app.log);
	app_fini(&app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversations_go_as_written),
		cmocka_unit_test(an_id_is_never_given_again),
		cmocka_unit_test(a_namespace_can_end_all_its_sockets),
		cmocka_unit_test(many_sockets_are_all_found),
		cmocka_unit_test(what_waits_for_an_answer_is_bounded),
		cmocka_unit_test(what_waited_comes_first),
		cmocka_unit_test(a_failed_send_ends_that_client_alone),
		cmocka_unit_test(a_failed_unfollow_ends_the_client),
		cmocka_unit_test(any_allocation_may_fail),
		cmocka_unit_test(a_server_is_whole_or_not_at_all),
		cmocka_unit_test(what_comes_and_is_refused_is_counted),
		cmocka_unit_test(packets_that_wait_for_attachments_have_so_much_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
