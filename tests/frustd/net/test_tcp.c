/*
 * Real sockets on 127.0.0.1: the server's side is net/tcp.c on a loop, the peer's a blocking
 * socket, used from the loop's callbacks only where it cannot block.
 */
#include "helpers/check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/parcel.h"
#include "net/tcp.h"

#define BIG ((size_t)8 << 20)

struct server {
	struct net_loop *loop;
	struct net_listener *listener;
	struct net_conn *conn;
	struct net_timer timer;
	const struct net_conn_handler *handler;
	int peer; /* the other end */
	char in[64];
	size_t in_len;
	size_t left; /* of BIG, to be written */
	size_t peer_read;
	char *big;
	int status; /* of on_closed */
	int accepted, eofs, closes, passed;
};

static void on_recv(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;

	CHECK(s->in_len + n < sizeof(s->in));
	memcpy(s->in + s->in_len, bytes, n);
	s->in_len += n;
}

static void on_eof(void *ctx)
{
	struct server *s = ctx;

	s->eofs++;
	net_conn_close(s->conn);
}

static void on_writable(void *ctx)
{
	(void)ctx;
}

static void on_closed(void *ctx, int status)
{
	struct server *s = ctx;

	s->closes++;
	s->status = status;
	net_loop_stop(s->loop);
}

static const struct net_conn_handler plain = {on_recv, on_eof, on_writable, on_closed};

static void on_accept(void *ctx, struct net_conn *conn)
{
	struct server *s = ctx;

	CHECK_INT(conn->peer.family, NET_IPV4);
	CHECK(net_address_local(&conn->peer) && conn->peer.port != 0);
	s->accepted++;
	s->conn = conn;
	net_conn_handle(conn, s->handler, s);
}

static int connect_to(const struct net_listener *listener)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(net_listener_address(listener)->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(fd >= 0);
	CHECK_INT(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void setup(struct server *s, const struct net_conn_handler *handler)
{
	struct net_address address;

	*s = (struct server){.handler = handler};
	CHECK_INT(net_loop_open(&s->loop), 0);
	CHECK(net_address_parse(FR_STR("127.0.0.1:0"), &address));
	CHECK_INT(net_listener_open(s->loop, &address, on_accept, s, &s->listener), 0);
	s->peer = connect_to(s->listener);
}

static void teardown(struct server *s)
{
	net_listener_close(s->listener);
	net_listener_close(NULL);
	close(s->peer);
	net_loop_close(s->loop);
	free(s->big);
}

static void bytes_and_the_peers_end_arrive(void **state)
{
	struct server s;
	char text[NET_ADDRESS_TEXT];

	(void)state;
	setup(&s, &plain);
	CHECK_INT(write(s.peer, "hello", 5), 5);
	CHECK_INT(shutdown(s.peer, SHUT_WR), 0);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_MEM(s.in, s.in_len, "hello");
	CHECK_INT(s.eofs, 1);
	CHECK_INT(s.closes, 1);
	CHECK_INT(s.status, 0);
	net_address_text(net_listener_address(s.listener), text);
	CHECK(strncmp(text, "127.0.0.1:", 10) == 0);
	teardown(&s);
}

static void reset_peer(struct server *s)
{
	const struct linger hard = {1, 0};

	CHECK_INT(setsockopt(s->peer, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)), 0);
	close(s->peer);
	s->peer = -1;
}

static void a_reset_is_told_with_its_errno(void **state)
{
	struct server s;

	(void)state;
	setup(&s, &plain);
	reset_peer(&s);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_INT(s.status, -ECONNRESET);
	CHECK_INT(s.eofs, 0);
	teardown(&s);
}

/* Writes as the layers above do: what can be written, then a piece held. */
static void write_big(struct server *s)
{
	while (s->left) {
		struct net_span spans[2] = {
			{s->big + BIG - s->left, s->left / 2},
			{s->big + BIG - s->left + s->left / 2, s->left - s->left / 2}};
		ssize_t n = net_conn_write(s->conn, spans, 2);

		CHECK(n >= 0);
		s->left -= (size_t)n;
		if (s->left) {
			size_t piece = s->left < 1000 ? s->left : 1000;

			CHECK_INT(net_conn_hold(s->conn, s->big + BIG - s->left, piece), 0);
			CHECK(s->conn->held);
			s->left -= piece;
			CHECK_INT(net_conn_write(s->conn, spans, 2), 0);
			return;
		}
	}
	net_conn_finish(s->conn);
}

static void big_on_writable(void *ctx)
{
	struct server *s = ctx;

	write_big(s);
}

/* The peer reads a bit, in every turn of the timer, until FIN. */
static void read_some(struct net_timer *timer, void *ctx)
{
	struct server *s = ctx;
	static char buffer[1 << 20];
	ssize_t n = recv(s->peer, buffer, sizeof(buffer), MSG_DONTWAIT);

	if (n > 0) {
		CHECK(memcmp(buffer, s->big + s->peer_read, (size_t)n) == 0);
		s->peer_read += (size_t)n;
	}
	if (n == 0) {
		close(s->peer);
		s->peer = -1;
	} else {
		net_timer_start(timer, 0);
	}
}

static void big_on_recv(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;

	(void)bytes;
	(void)n;
	write_big(s);
	net_timer_init(&s->timer, net_loop_timers(s->loop), read_some, s);
	net_timer_start(&s->timer, 0);
}

static const struct net_conn_handler big = {big_on_recv, on_eof, big_on_writable, on_closed};

static void more_than_the_window_takes_arrives_whole(void **state)
{
	struct server s;

	(void)state;
	setup(&s, &big);
	s.left = BIG;
	s.big = malloc(BIG);
	CHECK(s.big != NULL);
	for (size_t i = 0; i < BIG; i++)
		s.big[i] = (char)(i * 7919 >> 8);
	CHECK_INT(write(s.peer, "go", 2), 2);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_INT(s.peer_read, BIG);
	CHECK_INT(s.eofs, 1);
	CHECK_INT(net_loop_counters(s.loop)->sent, BIG);
	CHECK_INT(net_loop_counters(s.loop)->received, 2);
	teardown(&s);
}

static void hold_and_close(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;

	(void)bytes;
	(void)n;
	while (net_conn_write(s->conn, &(struct net_span){s->big, BIG}, 1) > 0)
		;
	CHECK_INT(net_conn_hold(s->conn, s->big, BIG), 0);
	net_conn_close(s->conn);
	net_conn_close(s->conn);
	CHECK_INT(s->closes, 0);
	CHECK_INT(net_conn_write(s->conn, &(struct net_span){s->big, 1}, 1), 0);
}

static const struct net_conn_handler holder = {hold_and_close, on_eof, on_writable, on_closed};

static void closing_with_held_bytes_is_clean(void **state)
{
	struct server s;

	(void)state;
	setup(&s, &holder);
	s.big = calloc(1, BIG);
	CHECK(s.big != NULL);
	CHECK_INT(write(s.peer, "x", 1), 1);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_INT(s.closes, 1);
	CHECK_INT(s.status, 0);
	teardown(&s);
}

static void resume_reading(struct net_timer *timer, void *ctx)
{
	struct server *s = ctx;

	(void)timer;
	CHECK_MEM(s->in, s->in_len, "one");
	net_conn_pause(s->conn, false);
	net_conn_pause(s->conn, false);
}

static void recv_and_pause(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;

	on_recv(s, bytes, n);
	if (s->in_len > 3)
		return;
	net_conn_pause(s->conn, true);
	CHECK_INT(write(s->peer, "two", 3), 3);
	CHECK_INT(shutdown(s->peer, SHUT_WR), 0);
	net_timer_init(&s->timer, net_loop_timers(s->loop), resume_reading, s);
	net_timer_start(&s->timer, 5);
}

static const struct net_conn_handler pausing = {recv_and_pause, on_eof, on_writable, on_closed};

static void a_paused_connection_reads_later(void **state)
{
	struct server s;

	(void)state;
	setup(&s, &pausing);
	CHECK_INT(write(s.peer, "one", 3), 3);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_MEM(s.in, s.in_len, "onetwo");
	CHECK_INT(s.eofs, 1);
	teardown(&s);
}

static void count_turn(void *ctx)
{
	int *turns = ctx;

	(*turns)++;
}

static void pause_and_be_reset(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;

	on_recv(s, bytes, n);
	net_conn_pause(s->conn, true);
	reset_peer(s);
	net_timer_init(&s->timer, net_loop_timers(s->loop), resume_reading, s);
	net_timer_start(&s->timer, 20);
}

static const struct net_conn_handler patient = {pause_and_be_reset, on_eof, on_writable, on_closed};

/* Nor does it keep the loop busy. */
static void a_paused_connection_sees_no_reset(void **state)
{
	struct server s;
	int turns = 0;
	struct net_hook hook = {.fn = count_turn, .ctx = &turns};

	(void)state;
	setup(&s, &patient);
	net_loop_before_poll(s.loop, &hook);
	CHECK_INT(write(s.peer, "one", 3), 3);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_INT(s.status, -ECONNRESET);
	CHECK(turns < 20);
	net_hook_remove(&hook);
	teardown(&s);
}

struct pair {
	struct net_loop *loop;
	struct net_listener *listener;
	struct net_conn *conns[2];
	int peers[2]; /* the other ends */
	int accepted, recvs, closes;
};

/* Whoever is read first closes both. */
static void close_both(void *ctx, const uint8_t *bytes, size_t n)
{
	struct pair *pair = ctx;

	(void)bytes;
	(void)n;
	pair->recvs++;
	for (int i = 0; i < 2; i++)
		net_conn_close(pair->conns[i]);
	CHECK_INT(pair->closes, 0);
}

static void count_close(void *ctx, int status)
{
	struct pair *pair = ctx;

	CHECK_INT(status, 0);
	pair->closes++;
}

static const struct net_conn_handler closing = {close_both, on_eof, on_writable, count_close};

static void accept_two(void *ctx, struct net_conn *conn)
{
	struct pair *pair = ctx;

	net_conn_handle(conn, &closing, pair);
	pair->conns[pair->accepted++] = conn;
	if (pair->accepted < 2)
		return;
	net_listener_close(pair->listener);
	for (int i = 0; i < 2; i++)
		CHECK_INT(write(pair->peers[i], "x", 1), 1);
}

/* Without a listener the loop runs for the connections' sake, and ends with them. */
static void whoever_was_closed_is_not_read(void **state)
{
	struct pair pair = {0};
	struct net_address address;

	(void)state;
	CHECK_INT(net_loop_open(&pair.loop), 0);
	CHECK(net_address_parse(FR_STR("127.0.0.1:0"), &address));
	CHECK_INT(net_listener_open(pair.loop, &address, accept_two, &pair, &pair.listener), 0);
	for (int i = 0; i < 2; i++)
		pair.peers[i] = connect_to(pair.listener);
	CHECK_INT(net_loop_run(pair.loop), 0);
	CHECK_INT(pair.recvs, 1);
	CHECK_INT(pair.closes, 2);
	for (int i = 0; i < 2; i++)
		close(pair.peers[i]);
	net_loop_close(pair.loop);
}

static void stop_at_recv(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;

	(void)bytes;
	(void)n;
	net_loop_stop(s->loop);
}

static const struct net_conn_handler stopping = {stop_at_recv, on_eof, on_writable, on_closed};

static void what_is_left_at_the_end_is_dropped(void **state)
{
	struct server s;

	(void)state;
	setup(&s, &stopping);
	CHECK_INT(write(s.peer, "x", 1), 1);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_INT(s.closes, 0);
	net_listener_close(s.listener);
	s.listener = NULL;
	net_loop_drop_conns(s.loop);
	CHECK_INT(s.closes, 1);
	CHECK_INT(s.eofs, 0);
	teardown(&s);
}

static void the_unspecified_ipv6_address_takes_ipv4_peers(void **state)
{
	struct server s = {.handler = &plain};
	struct net_address address;
	int rc;

	(void)state;
	CHECK_INT(net_loop_open(&s.loop), 0);
	CHECK(net_address_parse(FR_STR("[::]:0"), &address));
	rc = net_listener_open(s.loop, &address, on_accept, &s, &s.listener);
	if (rc == -EAFNOSUPPORT || rc == -EADDRNOTAVAIL) {
		net_loop_close(s.loop);
		skip(); /* a system without IPv6 */
	}
	CHECK_INT(rc, 0);
	s.peer = connect_to(s.listener);
	CHECK_INT(write(s.peer, "4", 1), 1);
	CHECK_INT(shutdown(s.peer, SHUT_WR), 0);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_MEM(s.in, s.in_len, "4");
	teardown(&s);
}

static void a_port_in_use_is_an_error(void **state)
{
	struct server s;
	struct net_listener *second;

	(void)state;
	setup(&s, &plain);
	CHECK_INT(
		net_listener_open(s.loop, net_listener_address(s.listener), on_accept, &s, &second),
		-EADDRINUSE);
	teardown(&s);
}

/* Takes every second one to another loop. */
static bool pass_on(void *ctx, int fd, const struct net_address *peer)
{
	struct server *other = ctx;
	struct net_parcel *parcel;

	CHECK(net_address_local(peer));
	if (++other->passed % 2 == 0)
		return false;
	parcel = net_parcel_of(fd, peer);
	CHECK(parcel != NULL);
	net_parcel_open(parcel, other->loop, on_accept, other);
	return true;
}

static void a_listener_passes_connections_on(void **state)
{
	struct server s, other = {.handler = &plain};
	int second;

	(void)state;
	CHECK_INT(net_loop_open(&other.loop), 0);
	setup(&s, &plain);
	net_listener_pass(s.listener, pass_on, &other);
	CHECK_INT(write(s.peer, "a", 1), 1);
	CHECK_INT(shutdown(s.peer, SHUT_WR), 0);
	second = connect_to(s.listener);
	CHECK_INT(write(second, "b", 1), 1);
	CHECK_INT(shutdown(second, SHUT_WR), 0);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_INT(net_loop_run(other.loop), 0);
	CHECK_INT(s.accepted, 1);
	CHECK_MEM(s.in, s.in_len, "b");
	CHECK_INT(other.accepted, 1);
	CHECK_MEM(other.in, other.in_len, "a");
	close(second);
	net_loop_close(other.loop);
	teardown(&s);
}

static void ignore_closed(void *ctx, int status)
{
	(void)ctx;
	(void)status;
}

static const struct net_conn_handler left_behind = {.on_closed = ignore_closed};

static void move_on(void *ctx, const uint8_t *bytes, size_t n)
{
	struct server *s = ctx;
	const struct fr_str came = fr_str((const char *)bytes, n);
	struct net_parcel *parcel = net_parcel_pack(s->conn, &came, 1);

	CHECK(parcel != NULL);
	net_conn_handle(s->conn, &left_behind, NULL);
	net_conn_close(s->conn);
	s->handler = &pausing;
	net_parcel_open(parcel, s->loop, on_accept, s);
}

static const struct net_conn_handler moving = {move_on, on_eof, on_writable, on_closed};

static void what_a_parcel_brings_may_pause_the_connection(void **state)
{
	struct server s;

	(void)state;
	setup(&s, &moving);
	CHECK_INT(write(s.peer, "one", 3), 3);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK(!net_timer_running(&s.timer)); /* nothing came before it */
	CHECK_MEM(s.in, s.in_len, "onetwo");
	CHECK_INT(s.accepted, 2);
	CHECK_INT(s.closes, 1);
	teardown(&s);
}

static void on_accept_unix(void *ctx, struct net_conn *conn)
{
	struct server *s = ctx;

	CHECK_INT(conn->peer.family, NET_UNIX);
	CHECK(net_address_local(&conn->peer));
	s->accepted++;
	s->conn = conn;
	net_conn_handle(conn, s->handler, s);
}

static void a_unix_socket_is_served_alike(void **state)
{
	struct server s = {.handler = &plain};
	struct net_place place = {.address = {.family = NET_UNIX}};
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	(void)state;
	snprintf(place.path, sizeof(place.path), "/tmp/frust-tcp-%d", (int)getpid());
	memcpy(at.sun_path, place.path, sizeof(at.sun_path));
	CHECK_INT(net_loop_open(&s.loop), 0);
	CHECK_INT(net_listener_adopt(s.loop, net_place_listen(&place, 0600), on_accept_unix, &s,
				     &s.listener),
		  0);
	CHECK(net_place_fits(net_listener_place(s.listener), &place));
	s.peer = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK_INT(connect(s.peer, (const struct sockaddr *)&at, sizeof(at)), 0);
	CHECK_INT(write(s.peer, "unix", 4), 4);
	CHECK_INT(shutdown(s.peer, SHUT_WR), 0);
	CHECK_INT(net_loop_run(s.loop), 0);
	CHECK_INT(s.accepted, 1);
	CHECK_MEM(s.in, s.in_len, "unix");
	unlink(place.path);
	teardown(&s);
}

static void what_does_not_listen_is_not_adopted(void **state)
{
	struct server s = {.handler = &plain};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	CHECK_INT(net_loop_open(&s.loop), 0);
	CHECK_INT(net_listener_adopt(s.loop, fd, on_accept, &s, &s.listener), -EINVAL);
	CHECK_INT(close(fd), -1); /* it is closed */
	net_loop_close(s.loop);
}

static void free_descriptors(void *ctx, int error)
{
	struct server *s = ctx;
	struct rlimit limit;

	CHECK_INT(error, -EMFILE);
	CHECK_INT(s->accepted, 0);
	CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max < 1024 ? limit.rlim_max : 1024;
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void give_up(struct net_timer *timer, void *ctx)
{
	(void)timer;
	(void)ctx;
	fail_msg("nothing was accepted in a minute");
}

static void accepting_goes_on_when_descriptors_are_free_again(void **state)
{
	struct server s;
	struct rlimit limit;

	(void)state;
	setup(&s, &plain);
	CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = (rlim_t)s.peer + 1; /* the highest one that is open */
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
	net_listener_tell(s.listener, free_descriptors, &s);
	net_timer_init(&s.timer, net_loop_timers(s.loop), give_up, &s);
	net_timer_start(&s.timer, 60000);
	CHECK_INT(shutdown(s.peer, SHUT_WR), 0);
	CHECK_INT(net_loop_run(s.loop), 0);
	net_timer_stop(&s.timer);
	CHECK_INT(s.accepted, 1);
	CHECK_INT(net_listener_counters(s.listener)->pauses, 1);
	CHECK_INT(net_listener_counters(s.listener)->accepted, 1);
	teardown(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_and_the_peers_end_arrive),
		cmocka_unit_test(a_reset_is_told_with_its_errno),
		cmocka_unit_test(more_than_the_window_takes_arrives_whole),
		cmocka_unit_test(closing_with_held_bytes_is_clean),
		cmocka_unit_test(a_paused_connection_reads_later),
		cmocka_unit_test(a_paused_connection_sees_no_reset),
		cmocka_unit_test(whoever_was_closed_is_not_read),
		cmocka_unit_test(what_is_left_at_the_end_is_dropped),
		cmocka_unit_test(the_unspecified_ipv6_address_takes_ipv4_peers),
		cmocka_unit_test(a_port_in_use_is_an_error),
		cmocka_unit_test(a_listener_passes_connections_on),
		cmocka_unit_test(what_a_parcel_brings_may_pause_the_connection),
		cmocka_unit_test(a_unix_socket_is_served_alike),
		cmocka_unit_test(what_does_not_listen_is_not_adopted),
		cmocka_unit_test(accepting_goes_on_when_descriptors_are_free_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
