/* Each allocation of a conversation fails in turn: nothing leaks, nothing crashes. */
#include "helpers/check.h"

#include "helpers/alloc.h"
#include "httpd/server.h"

static ssize_t write_all(struct net_conn *conn, const struct net_span *spans, int n)
{
	ssize_t total = 0;

	(void)conn;
	for (int i = 0; i < n; i++)
		total += (ssize_t)spans[i].len;
	return total;
}

static int hold_all(struct net_conn *conn, const void *rest, size_t n)
{
	(void)conn;
	(void)rest;
	(void)n;
	return 0;
}

static void pause_none(struct net_conn *conn, bool paused)
{
	(void)conn;
	(void)paused;
}

static void end(struct net_conn *conn)
{
	(void)conn;
}

static const struct net_conn_ops ops = {
	.write = write_all,
	.hold = hold_all,
	.pause = pause_none,
	.finish = end,
	.close = end,
};

static void big_echo(void *ctx, struct httpd_exchange *exchange)
{
	static char big[10000];

	(void)ctx;
	httpd_exchange_respond(exchange, &(struct httpd_response){
						 .status = 200,
						 .body = exchange->request.body.len
								 ? exchange->request.body
								 : fr_str(big, sizeof(big)),
					 });
}

static void on_abort(void *ctx)
{
	*(struct httpd_exchange **)ctx = NULL;
}

static void wait_for_us(void *ctx, struct httpd_exchange *exchange)
{
	*(struct httpd_exchange **)ctx = httpd_exchange_defer(exchange, on_abort, ctx);
}

#define HOST " HTTP/1.1\r\nHost: a\r\n"

static void say(struct httpd_server *server, struct net_conn *conn, const char *text)
{
	if (!conn->closing)
		conn->handler->on_recv(conn->ctx, (const uint8_t *)text, strlen(text));
	httpd_server_flush(server);
}

static void answer(struct net_conn *conn, struct httpd_exchange **waiting)
{
	if (*waiting && !conn->closing)
		httpd_exchange_error(*waiting, 400, FR_STR("text"));
	*waiting = NULL;
}

static void converse(struct net_timers *timers, struct httpd_server *server)
{
	struct net_conn conn = {.ops = &ops};
	struct httpd_exchange *waiting = NULL;

	if (httpd_server_route(server, FR_STR("/big"), HTTPD_GET | HTTPD_POST, big_echo, NULL) <
		    0 ||
	    httpd_server_route(server, FR_STR("/wait"), HTTPD_GET, wait_for_us, &waiting) < 0)
		return;
	httpd_server_accept(server, &conn);
	say(server, &conn, "GET /big" HOST "X: y\r\nY: z%41\r\n\r\n");
	say(server, &conn,
	    "POST /b%69g" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n");
	say(server, &conn, "GET /wait" HOST "\r\nGET /none" HOST "\r\nGET");
	answer(&conn, &waiting);
	httpd_server_flush(server);
	net_timers_run(timers, timers->now);
	say(server, &conn, " /big" HOST "\r\n");
	say(server, &conn, "GET /wait" HOST "\r\n");
	answer(&conn, &waiting);
	say(server, &conn, "GET /wait" HOST "\r\n");
	say(server, &conn, "GET /none" HOST "\r\n");
	answer(&conn, &waiting);
	httpd_server_flush(server);
	net_timers_run(timers, timers->now);
	say(server, &conn, "POST /wait" HOST "\r\nnonsense\r\n\r\n");
	net_conn_close(&conn);
	if (conn.handler)
		conn.handler->on_closed(conn.ctx, 0);
}

static void every_failed_allocation_is_survived(void **state)
{
	struct httpd_options options = httpd_options_default();
	int failures = -1, left;

	(void)state;
	do {
		struct net_timers timers;
		struct httpd_server *server;

		net_timers_init(&timers, 1, NULL);
		alloc_before_failure = ++failures;
		server = httpd_server_new(&timers, &options);
		if (server)
			converse(&timers, server);
		left = alloc_before_failure;
		alloc_before_failure = -1;
		if (server)
			CHECK_INT(httpd_server_conns(server), 0);
		httpd_server_free(server);
	} while (left == 0);
	CHECK(failures > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
