/*
 * A connection that floods and one that says a byte now and then, on real sockets. Each read takes
 * a millisecond by the loop's clock, which is more than anybody's share.
 */
#include "helpers/check.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/tcp.h"

#define FLOOD 200000 /* bytes; a dozen reads */

struct server {
	struct net_loop *loop;
	struct net_listener *listener;
	struct net_conn *flooding, *quiet;
	int flooder, whisperer; /* their other ends */
	size_t flooded;
	bool said;    /* the quiet one's byte is on its way */
	int overtook; /* how often the flood was read meanwhile */
	int overtook_most, heard, closes;
	struct net_timer later;
	const struct net_conn_handler *handler; /* of the quiet one */
};

static uint64_t slow_clock(void)
{
	static uint64_t now = 1000000000;

	return now += 1000000;
}

static void on_eof(void *ctx)
{
	struct server *s = ctx;

	net_conn_close(s->flooding);
	net_conn_close(s->quiet);
}

static void on_writable(void *ctx)
{
	(void)ctx;
}

static void on_closed(void *ctx, int status)
{
	struct server *s = ctx;

	(void)status;
	if (++s->closes == 2)
		net_loop_stop(s->loop);
}

/* Returns when the other end has the byte: a busy system may take its time. */
static void say(int fd)
{
	int left;

	CHECK_INT(write(fd, "x", 1), 1);
	do
		CHECK_INT(ioctl(fd, SIOCOUTQ, &left), 0);
	while (left > 0 && poll(NULL, 0, 1) == 0);
}

static void on_flood(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;

	(void)bytes;
	s->flooded += n;
	if (s->said) {
		if (++s->overtook > s->overtook_most)
			s->overtook_most = s->overtook;
	} else {
		s->said = true;
		say(s->whisperer);
	}
}

static void on_whisper(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;

	(void)bytes;
	CHECK_INT(n, 1);
	s->heard++;
	s->said = false;
	s->overtook = 0;
}

static const struct net_conn_handler flood = {on_flood, on_eof, on_writable, on_closed};
static const struct net_conn_handler whisper = {on_whisper, on_eof, on_writable, on_closed};

/* The first to come floods. */
static void on_accept(void *ctx, struct net_conn *conn)
{
	struct server *s = ctx;

	net_conn_handle(conn, s->flooding ? s->handler : &flood, s);
	*(s->flooding ? &s->quiet : &s->flooding) = conn;
}

static int connect_to(const struct net_listener *listener)
{
	const int room = 2 * FLOOD;
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(net_listener_address(listener)->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(fd >= 0);
	CHECK_INT(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)), 0);
	CHECK_INT(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void setup(struct server *s, const struct net_conn_handler *handler)
{
	static const char bytes[FLOOD];
	struct net_address address;

	*s = (struct server){.handler = handler};
	CHECK_INT(net_loop_open(&s->loop), 0);
	net_loop_timers(s->loop)->hrtime = slow_clock;
	CHECK(net_address_parse(FR_STR("127.0.0.1:0"), &address));
	CHECK_INT(net_listener_open(s->loop, &address, on_accept, s, &s->listener), 0);
	s->flooder = connect_to(s->listener);
	s->whisperer = connect_to(s->listener);
	CHECK_INT(send(s->flooder, bytes, sizeof(bytes), MSG_DONTWAIT), FLOOD);
}

static void teardown(struct server *s)
{
	net_listener_close(s->listener);
	close(s->flooder);
	close(s->whisperer);
	net_loop_close(s->loop);
}

static void a_flood_delays_nobody(void **state)
{
	struct server s;

	(void)state;
	setup(&s, &whisper);
	CHECK_INT(shutdown(s.flooder, SHUT_WR), 0);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_INT(s.flooded, FLOOD);
	CHECK(s.heard > 3);
	/* Both may be read in one turn, in either order. */
	CHECK(s.overtook_most <= 1);
	teardown(&s);
}

static void go_on(struct net_timer *timer, void *ctx)
{
	struct server *s = ctx;

	(void)timer;
	CHECK(s->flooded < FLOOD);
	CHECK_INT(shutdown(s->flooder, SHUT_WR), 0);
	net_conn_pause(s->flooding, false);
}

static void pause_the_flood(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;

	on_whisper(ctx, bytes, n);
	if (s->heard != 2)
		return;
	net_conn_pause(s->flooding, true);
	net_timer_init(&s->later, net_loop_timers(s->loop), go_on, s);
	net_timer_start(&s->later, 20);
}

static const struct net_conn_handler pausing = {pause_the_flood, on_eof, on_writable, on_closed};

static void whoever_stands_in_line_can_be_paused(void **state)
{
	struct server s;

	(void)state;
	setup(&s, &pausing);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_INT(s.flooded, FLOOD);
	teardown(&s);
}

static void stop_at_whisper(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;

	on_whisper(ctx, bytes, n);
	net_loop_stop(s->loop);
}

static const struct net_conn_handler stopping = {stop_at_whisper, on_eof, on_writable, on_closed};

static void whoever_stands_in_line_at_the_end_is_dropped(void **state)
{
	struct server s;

	(void)state;
	setup(&s, &stopping);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK(s.flooded < FLOOD);
	net_listener_close(s.listener);
	s.listener = NULL;
	net_loop_drop_conns(s.loop);
	CHECK_INT(s.closes, 2);
	teardown(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flood_delays_nobody),
		cmocka_unit_test(whoever_stands_in_line_can_be_paused),
		cmocka_unit_test(whoever_stands_in_line_at_the_end_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
