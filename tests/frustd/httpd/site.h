/*
 * A small site for the tests of httpd: a server under a hand-driven clock and one connection in
 * memory. Included by test files alone.
 *
 *	GET  /hello  "hello"            POST /echo  the body
 *	GET  /big    a shared body      GET  /wait  deferred: the test answers site->waiting
 *	GET  /take   101, then the connection is the test's
 */
#ifndef TESTS_FRUSTD_HTTPD_SITE_H
#define TESTS_FRUSTD_HTTPD_SITE_H

#include "helpers/check.h"
#include "helpers/memconn.h"
#include "httpd/server.h"

#define SITE_BIG ((size_t)100000)
#define SITE_START 5000 /* ms */

struct site {
	struct net_timers timers;
	struct httpd_server *server;
	struct memconn *m;
	struct net_chunk *big;
	struct net_peers *peers; /* of site_open */
	struct httpd_exchange *waiting;
	int requests, aborts;
	/* of a taken connection */
	struct net_conn *taken;
	struct fr_buf taken_in;
	int taken_eofs, taken_closes;
	bool take_closes; /* the new owner closes at once */
};

static inline void site_hello(void *ctx, struct httpd_exchange *exchange)
{
	struct site *site = ctx;

	site->requests++;
	httpd_exchange_respond(exchange, &(struct httpd_response){
						 .status = 200,
						 .type = FR_STR("text/plain"),
						 .body = FR_STR("hello"),
					 });
}

static inline void site_echo(void *ctx, struct httpd_exchange *exchange)
{
	struct site *site = ctx;

	site->requests++;
	httpd_exchange_respond(exchange, &(struct httpd_response){
						 .status = 200,
						 .body = exchange->request.body,
					 });
}

static inline void site_big(void *ctx, struct httpd_exchange *exchange)
{
	struct site *site = ctx;

	site->requests++;
	httpd_exchange_respond(exchange,
			       &(struct httpd_response){.status = 200, .chunk = site->big});
}

static inline void site_on_abort(void *ctx)
{
	struct site *site = ctx;

	site->aborts++;
	site->waiting = NULL;
}

static inline void site_wait(void *ctx, struct httpd_exchange *exchange)
{
	struct site *site = ctx;

	site->requests++;
	site->waiting = httpd_exchange_defer(exchange, site_on_abort, site);
}

static inline void site_taken_recv(void *ctx, const uint8_t *bytes, size_t n)
{
	struct site *site = ctx;

	fr_buf_add(&site->taken_in, bytes, n);
}

static inline void site_taken_eof(void *ctx)
{
	struct site *site = ctx;

	site->taken_eofs++;
}

static inline void site_taken_writable(void *ctx)
{
	(void)ctx;
}

static inline void site_taken_closed(void *ctx, int status)
{
	struct site *site = ctx;

	(void)status;
	site->taken_closes++;
}

static inline void site_take(void *ctx, struct httpd_exchange *exchange)
{
	static const struct net_conn_handler handler = {site_taken_recv, site_taken_eof,
							site_taken_writable, site_taken_closed};
	struct site *site = ctx;

	site->requests++;
	if (httpd_exchange_take(exchange, FR_STR("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
				&handler, site, &site->taken) == 0 &&
	    site->take_closes)
		net_conn_close(site->taken);
}

static inline int64_t site_wall_clock(void *ctx)
{
	(void)ctx;
	return 784111777; /* RFC 9110's example */
}

/* The server without a connection. */
static inline void site_open_with(struct site *site, const struct httpd_options *options)
{
	static const struct {
		const char *path;
		unsigned methods;
		httpd_handler_fn fn;
	} routes[] = {
		{"/hello", HTTPD_GET, site_hello}, {"/echo", HTTPD_POST, site_echo},
		{"/big", HTTPD_GET, site_big},     {"/wait", HTTPD_GET, site_wait},
		{"/take", HTTPD_GET, site_take},
	};

	*site = (struct site){0};
	net_timers_init(&site->timers, SITE_START, NULL);
	site->server = httpd_server_new(&site->timers, options);
	CHECK(site->server != NULL);
	for (size_t i = 0; i < FR_ARRAY_LEN(routes); i++)
		CHECK_INT(httpd_server_route(site->server, fr_str_of(routes[i].path),
					     routes[i].methods, routes[i].fn, site),
			  0);
	site->big = net_chunk_new(SITE_BIG);
	CHECK(site->big != NULL);
	for (size_t i = 0; i < SITE_BIG; i++)
		site->big->bytes[i] = (uint8_t)(i * 7919 >> 8);
}

static inline struct memconn *site_connect(struct site *site)
{
	struct memconn *m = memconn_new();

	httpd_server_accept(site->server, &m->conn);
	return m;
}

static inline void site_open(struct site *site)
{
	const struct net_peers_limits limits = {.all = 2};
	struct httpd_options options = httpd_options_default();
	struct net_peers *peers = net_peers_new(&limits);

	CHECK(peers != NULL);
	options.peers = peers;
	options.wall_clock = site_wall_clock;
	site_open_with(site, &options);
	site->peers = peers;
	site->m = site_connect(site);
}

/* Turns of the loop until nothing happens any more. */
static inline void site_turn(struct site *site)
{
	do {
		net_timers_run(&site->timers, site->timers.now);
		httpd_server_flush(site->server);
	} while (memconn_pump(site->m) || net_timers_next(&site->timers) <= site->timers.now);
}

static inline void site_pass(struct site *site, uint64_t ms)
{
	net_timers_run(&site->timers, site->timers.now + ms);
	site_turn(site);
}

/* The peer says text; then turns. */
static inline void site_say(struct site *site, const char *text)
{
	memconn_say(site->m, text);
	site_turn(site);
}

static inline void site_close(struct site *site)
{
	net_conn_close(&site->m->conn);
	site_turn(site);
	CHECK(site->m->closed);
	CHECK_INT(httpd_server_conns(site->server), 0);
	httpd_server_free(site->server);
	net_peers_free(site->peers);
	CHECK_INT(site->big->ref.count, 1);
	net_chunk_unref(site->big);
	memconn_free(site->m);
	fr_buf_fini(&site->taken_in);
}

/* How often text occurs in what the peer has received. */
static inline int site_count(const struct site *site, const char *text)
{
	struct fr_str out = memconn_out(site->m);
	size_t n = strlen(text);
	int count = 0;

	for (size_t i = 0; i + n <= out.len; i++)
		count += memcmp(out.at + i, text, n) == 0;
	return count;
}

/* Whether what the peer has received begins so. */
static inline bool site_begins(const struct site *site, const char *text)
{
	return fr_str_starts(memconn_out(site->m), fr_str_of(text));
}

/* Whether it ends so. */
static inline bool site_ends(const struct site *site, const char *text)
{
	struct fr_str out = memconn_out(site->m);
	size_t n = strlen(text);

	return out.len >= n && memcmp(out.at + out.len - n, text, n) == 0;
}

#define HOST " HTTP/1.1\r\nHost: a\r\n"
#define GET_HELLO "GET /hello" HOST "\r\n"
#define GET_BIG "GET /big" HOST "\r\n"
#define GET_WAIT "GET /wait" HOST "\r\n"
#define GET_TAKE "GET /take" HOST "\r\n"

#endif
