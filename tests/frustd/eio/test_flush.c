/* The flush pass: one write a session and turn, nothing allocated for a delivery, and gathering. */
#include "helpers/check.h"

#include <stdlib.h>

#include "eio/broadcast.h"
#include "eio/server.h"
#include "helpers/alloc.h"
#include "helpers/memconn.h"

#define CONNS 3
#define MS 1000000u

static const char upgrade[] = "GET /e/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\n"
			      "Connection: Upgrade\r\nUpgrade: websocket\r\n"
			      "Sec-WebSocket-Version: 13\r\n"
			      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

static uint64_t clock_ns;     /* what hrtime tells */
static uint64_t ns_per_write; /* so long takes each write to a peer */

struct world {
	struct net_timers timers;
	struct httpd_server *httpd;
	struct eio_server *eio;
	struct eio_broadcast *broadcast;
	struct memconn *conns[CONNS];
	struct net_conn_ops slow; /* a memconn's, and time passes */
	const struct net_conn_ops *fast;
	struct eio_session *last;
};

static struct world *of_write;

static uint64_t hrtime(void)
{
	return clock_ns;
}

static ssize_t slow_write(struct net_conn *conn, const struct net_span *spans, int n)
{
	clock_ns += ns_per_write;
	return of_write->fast->write(conn, spans, n);
}

static void on_open(void *ctx, struct eio_session *session)
{
	struct world *world = ctx;

	world->last = session;
	CHECK_INT(eio_session_follow(session, world->broadcast), 0);
}

static void on_message(void *ctx, struct eio_session *session, bool binary, struct fr_str data)
{
	(void)ctx;
	(void)session;
	(void)binary;
	(void)data;
}

static void on_close(void *ctx, struct eio_session *session, enum eio_reason reason)
{
	(void)ctx;
	(void)session;
	(void)reason;
}

static const struct eio_handler handler = {on_open, on_message, on_close};

static void world_open(struct world *world)
{
	struct httpd_options httpd = httpd_options_default();
	struct eio_options options = eio_options_default();

	*world = (struct world){0};
	of_write = world;
	clock_ns = 5000000000u;
	ns_per_write = 0;
	options.send_window = 4096;
	net_timers_init(&world->timers, 1000, hrtime);
	world->httpd = httpd_server_new(&world->timers, &httpd);
	world->eio = eio_server_new(&world->timers, &options, &handler, world);
	world->broadcast = eio_broadcast_new(world->eio);
	CHECK_INT(eio_server_mount(world->eio, world->httpd, FR_STR("/e")), 0);
	for (int i = 0; i < CONNS; i++) {
		struct memconn *m = world->conns[i] = memconn_new();

		world->fast = m->conn.ops;
		world->slow = *world->fast;
		world->slow.write = slow_write;
		httpd_server_accept(world->httpd, &m->conn);
		memconn_say(m, upgrade);
	}
	eio_server_flush(world->eio);
	for (int i = 0; i < CONNS; i++) {
		memconn_clear(world->conns[i]);
		world->conns[i]->writes = 0;
		world->conns[i]->conn.ops = &world->slow;
	}
}

static void world_close(struct world *world)
{
	eio_server_close(world->eio);
	eio_server_flush(world->eio);
	for (int i = 0; i < CONNS; i++) {
		memconn_reset(world->conns[i]);
		memconn_pump(world->conns[i]);
		memconn_free(world->conns[i]);
	}
	eio_broadcast_free(world->broadcast);
	eio_server_free(world->eio);
	httpd_server_free(world->httpd);
}

static void say(struct world *world, const char *text)
{
	const struct fr_str message = fr_str_of(text);

	CHECK_INT(eio_broadcast_send(world->broadcast, &message, 1), 0);
}

static void check_written(struct world *world, size_t writes, const char *bytes)
{
	for (int i = 0; i < CONNS; i++) {
		CHECK_INT(world->conns[i]->writes, writes);
		CHECK_STR(memconn_out(world->conns[i]), bytes);
	}
}

static void pass_time(struct world *world, uint64_t ms)
{
	clock_ns += ms * MS;
	net_timers_run(&world->timers, world->timers.now + ms);
	eio_server_flush(world->eio);
}

static void say_later(struct world *world, const char *text)
{
	const struct fr_str message = fr_str_of(text);

	CHECK_INT(eio_broadcast_send_later(world->broadcast, &message, 1), 0);
}

static void a_session_begins_with_one_write(void **state)
{
	struct memconn *m = memconn_new();
	struct world world;

	(void)state;
	world_open(&world);
	httpd_server_accept(world.httpd, &m->conn);
	memconn_say(m, upgrade);
	eio_server_flush(world.eio);
	CHECK_INT(m->writes, 1);
	CHECK(fr_str_starts(memconn_out(m), FR_STR("HTTP/1.1 101 ")));
	CHECK(memmem(memconn_out(m).at, memconn_out(m).len, "0{\"sid\":", 8) != NULL);
	memconn_reset(m);
	memconn_pump(m);
	memconn_free(m);
	world_close(&world);
}

static void a_turn_is_one_write_a_session(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	say(&world, "a");
	say(&world, "b");
	CHECK_INT(eio_session_send(world.last, false, FR_STR("own")), 0);
	say(&world, "c");
	CHECK_INT(world.conns[0]->writes, 0);
	eio_server_flush(world.eio);
	eio_server_flush(world.eio);
	for (int i = 0; i < CONNS; i++)
		CHECK_INT(world.conns[i]->writes, 1);
	CHECK_STR(memconn_out(world.conns[0]), "\x81\x02"
					       "4a\x81\x02"
					       "4b\x81\x02"
					       "4c");
	CHECK_STR(memconn_out(world.conns[CONNS - 1]), "\x81\x02"
						       "4a\x81\x02"
						       "4b\x81\x04"
						       "4own\x81\x02"
						       "4c");
	world_close(&world);
}

static void a_delivery_allocates_nothing(void **state)
{
	struct world world;
	size_t before;

	(void)state;
	world_open(&world);
	for (int i = 0; i < CONNS; i++) {
		CHECK_INT(fr_buf_reserve(&world.conns[i]->out, 65536), 0);
	}
	before = alloc_bytes;
	for (int i = 0; i < 1000; i++) {
		say(&world, "a message of some length");
		eio_server_flush(world.eio);
	}
	CHECK_INT(alloc_bytes - before, 0);
	CHECK_INT(world.conns[0]->writes, 1000);
	world_close(&world);
}

static void an_idle_server_writes_at_once(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	say(&world, "a");
	eio_server_flush(world.eio);
	check_written(&world, 1,
		      "\x81\x02"
		      "4a");
	say(&world, "b");
	eio_server_flush(world.eio);
	check_written(&world, 2,
		      "\x81\x02"
		      "4a\x81\x02"
		      "4b");
	world_close(&world);
}

static void after_a_costly_pass_the_next_one_gathers(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	ns_per_write = MS / 4;
	say(&world, "a");
	eio_server_flush(world.eio);
	CHECK_INT(world.conns[0]->writes, 1);
	say(&world, "b");
	CHECK(!eio_server_flush(world.eio));
	CHECK_INT(world.conns[0]->writes, 1);
	CHECK_INT(net_timers_next(&world.timers) - world.timers.now, 5);
	pass_time(&world, 2);
	say(&world, "c");
	CHECK_INT(eio_session_send(world.last, false, FR_STR("own")), 0);
	eio_server_flush(world.eio);
	CHECK_INT(world.conns[0]->writes, 1);
	pass_time(&world, 3);
	for (int i = 0; i < CONNS; i++)
		CHECK_INT(world.conns[i]->writes, 2);
	pass_time(&world, 100);
	say(&world, "d");
	CHECK(eio_server_flush(world.eio));
	CHECK(eio_server_flush(world.eio)); /* nothing waits */
	CHECK_INT(world.conns[0]->writes, 3);
	world_close(&world);
}

static void passes_longer_than_the_gathering_do_not_wait(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	ns_per_write = 2 * MS;
	for (size_t i = 1; i < 5; i++) {
		say(&world, "a");
		eio_server_flush(world.eio);
		CHECK_INT(world.conns[0]->writes, i);
	}
	world_close(&world);
}

static void what_is_in_no_haste_waits_longer_and_alone(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	say_later(&world, "a");
	eio_server_flush(world.eio);
	CHECK_INT(world.conns[0]->writes, 1); /* idle: at once */
	pass_time(&world, 1000);
	ns_per_write = MS;
	say(&world, "b");
	eio_server_flush(world.eio);
	CHECK_INT(world.conns[0]->writes, 2);
	say_later(&world, "c");
	CHECK(eio_server_flush(world.eio)); /* all that is in haste has left */
	CHECK_INT(world.conns[0]->writes, 2);
	CHECK_INT(net_timers_next(&world.timers) - world.timers.now, 3 * 15);
	CHECK_INT(eio_session_send(world.last, false, FR_STR("own")), 0);
	CHECK(eio_server_flush(world.eio)); /* its own goes, and what is before it */
	CHECK_INT(world.conns[CONNS - 1]->writes, 3);
	CHECK(fr_str_eq(memconn_out(world.conns[CONNS - 1]), FR_STR("\x81\x02"
								    "4a\x81\x02"
								    "4b\x81\x02"
								    "4c\x81\x04"
								    "4own")));
	CHECK_INT(world.conns[0]->writes, 2);
	pass_time(&world, 3 * 15 - 1);
	CHECK_INT(world.conns[0]->writes, 3);
	CHECK_INT(world.conns[CONNS - 1]->writes, 3);
	world_close(&world);
}

static void what_is_in_haste_takes_along_what_is_not(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	ns_per_write = 2 * MS;
	say(&world, "a");
	eio_server_flush(world.eio);
	say_later(&world, "b");
	CHECK(eio_server_flush(world.eio));
	CHECK_INT(net_timers_next(&world.timers) - world.timers.now, 50);
	CHECK_INT(world.conns[0]->writes, 1);
	say(&world, "c");
	CHECK(eio_server_flush(world.eio));
	check_written(&world, 2,
		      "\x81\x02"
		      "4a\x81\x02"
		      "4b\x81\x02"
		      "4c");
	world_close(&world);
}

static void much_that_was_appended_does_not_wait(void **state)
{
	struct world world;

	(void)state;
	world_open(&world);
	ns_per_write = MS / 4;
	say(&world, "a");
	eio_server_flush(world.eio);
	for (int i = 0; i < 400; i++) {
		say(&world, "b");
		eio_server_flush(world.eio);
	}
	CHECK(world.conns[0]->writes >= 2);
	CHECK_INT(eio_server_sessions(world.eio), CONNS);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_begins_with_one_write),
		cmocka_unit_test(a_turn_is_one_write_a_session),
		cmocka_unit_test(a_delivery_allocates_nothing),
		cmocka_unit_test(an_idle_server_writes_at_once),
		cmocka_unit_test(after_a_costly_pass_the_next_one_gathers),
		cmocka_unit_test(passes_longer_than_the_gathering_do_not_wait),
		cmocka_unit_test(what_is_in_no_haste_waits_longer_and_alone),
		cmocka_unit_test(what_is_in_haste_takes_along_what_is_not),
		cmocka_unit_test(much_that_was_appended_does_not_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
