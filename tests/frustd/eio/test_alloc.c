/* Every allocation fails in turn: the server refuses, ends sessions, but never crashes or leaks. */
#include "helpers/check.h"

#include <stdlib.h>

#include "eio/broadcast.h"
#include "eio/server.h"
#include "helpers/alloc.h"
#include "helpers/memconn.h"

#define CONNS 5
#define MEDIUM 1500 /* bytes, enough to be compressed */
#define LARGE 3000  /* over a quarter of the window too */
#define OUT (1 << 20)

#define UPGRADE                                                                                    \
	" HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"                    \
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"             \
	"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"

struct world {
	struct net_timers timers;
	struct httpd_server *httpd;
	struct eio_server *eio;
	struct eio_broadcast *broadcast;
	struct memconn *conns[CONNS];
	struct eio_session *last;
	char sid[24];
	int open;
	bool once;   /* after the first failure there is memory again */
	bool failed; /* an allocation had to */
};

static uint64_t no_hrtime(void)
{
	return 0;
}

static void echo(struct eio_session *session, bool binary, struct fr_str data)
{
	if (eio_session_send(session, binary, data) < 0 ||
	    eio_session_send2(session, FR_STR("a"), FR_STR("b")) < 0)
		eio_session_close(session);
}

static void on_open(void *ctx, struct eio_session *session)
{
	struct world *world = ctx;

	world->open++;
	world->last = session;
	snprintf(world->sid, sizeof(world->sid), "%s", eio_session_sid(session));
	if (eio_session_follow(session, world->broadcast) < 0)
		eio_session_close(session);
	echo(session, false, FR_STR("hello"));
}

static void on_message(void *ctx, struct eio_session *session, bool binary, struct fr_str data)
{
	(void)ctx;
	echo(session, binary, data);
}

static void on_close(void *ctx, struct eio_session *session, enum eio_reason reason)
{
	struct world *world = ctx;

	(void)reason;
	world->open--;
	if (world->last == session)
		world->last = NULL;
}

static const struct eio_handler handler = {on_open, on_message, on_close};

/* False: no memory, nothing is open. */
static bool world_open(struct world *world)
{
	struct httpd_options httpd = httpd_options_default();
	struct eio_options options = eio_options_default();

	options.send_window = 8192;
	options.deflate = true;
	world->timers.now = 1000;
	net_timers_init(&world->timers, 1000, no_hrtime);
	world->httpd = httpd_server_new(&world->timers, &httpd);
	world->eio = eio_server_new(&world->timers, &options, &handler, world);
	world->broadcast = world->eio ? eio_broadcast_new(world->eio) : NULL;
	if (world->httpd && world->broadcast &&
	    eio_server_mount(world->eio, world->httpd, FR_STR("/e")) == 0)
		return true;
	eio_broadcast_free(world->broadcast);
	eio_server_free(world->eio);
	httpd_server_free(world->httpd);
	return false;
}

static void note_failure(struct world *world)
{
	if (alloc_before_failure != 0)
		return;
	world->failed = true;
	if (world->once)
		alloc_before_failure = -1;
}

static void turn(struct world *world)
{
	note_failure(world);
	for (int i = 0; i < 4; i++) {
		eio_server_flush(world->eio);
		httpd_server_flush(world->httpd);
		net_timers_run(&world->timers, world->timers.now + 1);
		for (int c = 0; c < CONNS; c++)
			memconn_pump(world->conns[c]);
	}
}

static void recv_bytes(struct world *world, int c, const void *bytes, size_t n)
{
	struct net_conn *conn = &world->conns[c]->conn;

	/* Not memconn_recv: that one needs memory of its own. */
	if (!conn->closing && n)
		conn->handler->on_recv(conn->ctx, bytes, n);
	turn(world);
}

static void say(struct world *world, int c, const char *text)
{
	recv_bytes(world, c, text, strlen(text));
}

/* A request on the last session; body NULL: a GET. */
static void ask(struct world *world, int c, const char *query, const char *body)
{
	char request[512];

	snprintf(request, sizeof(request),
		 "%s /e/?%s&sid=%s HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n"
		 "Content-Length: %zu\r\n\r\n%s",
		 body ? "POST" : "GET", query, world->sid, body ? strlen(body) : 0,
		 body ? body : "");
	say(world, c, request);
}

static int send_zeros(struct eio_session *session, size_t n)
{
	static const char zeros[LARGE];

	return eio_session_send(session, true, fr_str(zeros, n));
}

static void broadcast(struct world *world, size_t n)
{
	static char bytes[LARGE];
	const struct fr_str message = {bytes, n};

	memset(bytes, 'x', n);
	if (eio_broadcast_send(world->broadcast, &message, 1) < 0)
		CHECK(n == LARGE);
	turn(world);
}

/* A polling session on 0 and 1, upgraded on 2. */
static void converse_polling(struct world *world)
{
	char request[512];

	say(world, 0, "GET /e/?EIO=3&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n");
	ask(world, 0, "EIO=3&transport=polling", NULL);
	ask(world, 1, "EIO=3&transport=polling", "6:4hello6:b4AQID1:2");
	broadcast(world, 10);
	broadcast(world, LARGE);
	ask(world, 0, "EIO=3&transport=polling", NULL);
	ask(world, 0, "EIO=3&transport=polling&j=1", NULL);
	ask(world, 1, "EIO=3&transport=polling&j=1", "d=2%3A4x");
	snprintf(request, sizeof(request), "GET /e/?EIO=3&transport=websocket&sid=%s" UPGRADE,
		 world->sid);
	say(world, 2, request);
	recv_bytes(world, 2,
		   "\x81\x86\0\0\0\0"
		   "2probe",
		   12);
	broadcast(world, 10);
	recv_bytes(world, 2,
		   "\x81\x81\0\0\0\0"
		   "5",
		   7);
	recv_bytes(world, 2,
		   "\x81\x82\0\0\0\0"
		   "4x",
		   8);
	recv_bytes(world, 2, "\x82\x82\0\0\0\0\x04\x01", 8);
	recv_bytes(world, 2,
		   "\x81\x86\0\0\0\0"
		   "b4AQID",
		   12);
}

/* A WebSocket session on 3, with a slow peer that takes no binary frames, ended by us; a polling
 * one on 4. */
static void converse_websocket(struct world *world)
{
	say(world, 3, "GET /e/?EIO=4&b64=1&transport=websocket" UPGRADE);
	recv_bytes(world, 3,
		   "\x89\x81\0\0\0\0p\x81\x82\0\0\0\0"
		   "4y",
		   15);
	recv_bytes(world, 3, "\xc1\x88\0\0\0\0\x32\xf1\x48\xcd\xc9\xc9\x07\x00", 14);
	world->conns[3]->window = 7;
	broadcast(world, 10);
	broadcast(world, MEDIUM);
	broadcast(world, LARGE);
	if (world->last && send_zeros(world->last, MEDIUM) < 0)
		eio_session_close(world->last);
	if (world->last)
		CHECK(eio_session_follow(world->last, NULL) <= 0);
	if (world->last)
		eio_session_close(world->last);
	turn(world);
	world->conns[3]->window = SIZE_MAX;
	turn(world);
	say(world, 4, "GET /e/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n");
	ask(world, 4, "EIO=4&transport=polling", NULL);
	broadcast(world, LARGE);
	if (world->last)
		eio_session_close(world->last);
	turn(world);
	ask(world, 4, "EIO=4&transport=polling", NULL);
}

static void world_close(struct world *world)
{
	eio_server_close(world->eio);
	turn(world);
	for (int i = 0; i < CONNS; i++)
		memconn_reset(world->conns[i]);
	turn(world);
	CHECK_INT(world->open, 0);
	CHECK_INT(eio_server_sessions(world->eio), 0);
	eio_broadcast_free(world->broadcast);
	eio_server_free(world->eio);
	httpd_server_free(world->httpd);
}

/* once: only one allocation fails, otherwise all from there on. False: none had to. */
static bool run(int before_failure, bool once)
{
	struct world world = {.once = once};

	alloc_before_failure = -1;
	for (int i = 0; i < CONNS; i++) {
		world.conns[i] = memconn_new();
		CHECK_INT(fr_buf_reserve(&world.conns[i]->out, OUT), 0);
	}
	alloc_before_failure = before_failure;
	if (world_open(&world)) {
		for (int i = 0; i < CONNS; i++)
			httpd_server_accept(world.httpd, &world.conns[i]->conn);
		converse_polling(&world);
		converse_websocket(&world);
		world_close(&world);
	}
	note_failure(&world);
	alloc_before_failure = -1;
	for (int i = 0; i < CONNS; i++)
		memconn_free(world.conns[i]);
	return world.failed;
}

static void every_allocation_may_fail(void **state)
{
	int n = 0;

	(void)state;
	while (run(n, false))
		n++;
	CHECK(n > 50);
	n = 0;
	while (run(n, true))
		n++;
	CHECK(n > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
