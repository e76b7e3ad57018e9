/*
 * A connection's socket. Writes are send(2) on the spot; what is held waits for room here. Reads
 * share the loop's one buffer. libuv knows nothing of it, see watch.h. The memory goes once
 * on_closed was called, before the poll that follows.
 */
#include "net/tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "net/internal.h"
#include "net/turns.h"

#define SPANS_MAX 64 /* of one system call */

/* What was given to net_conn_hold. */
struct tcp_hold {
	size_t size, sent;
	char bytes[];
};

struct tcp_conn {
	struct net_watch watch; /* more than is wanted, until the next event shows that */
	struct net_conn base;
	struct net_loop *loop;
	struct fr_list link;   /* net_loop.conns, or .closed */
	struct tcp_hold *hold; /* NULL: nothing is held */
	struct net_turn turn;
	int status;     /* for on_closed */
	bool finishing; /* FIN goes when the held bytes are gone */
	bool eof;
	bool paused;
};

static struct tcp_conn *tcp_of(struct net_conn *conn)
{
	return FR_CONTAINER_OF(conn, struct tcp_conn, base);
}

/* --- the end --- */

static void tcp_close(struct net_conn *base)
{
	struct tcp_conn *conn = tcp_of(base);
	int rc = net_watch_set(conn->loop, &conn->watch, 0);

	(void)rc; /* this way it cannot fail */
	close(conn->watch.fd);
	fr_list_remove(&conn->turn.link);
	fr_list_remove(&conn->link);
	fr_list_append(&conn->loop->closed, &conn->link);
}

/* The stream broke: on_closed tells with what. */
static void tcp_fail(struct tcp_conn *conn, int status)
{
	conn->status = status;
	net_conn_close(&conn->base);
}

void net_tcp_settle(struct net_loop *loop)
{
	struct fr_list *link;

	while ((link = fr_list_pop(&loop->closed))) {
		struct tcp_conn *conn = FR_CONTAINER_OF(link, struct tcp_conn, link);

		if (conn->base.handler)
			conn->base.handler->on_closed(conn->base.ctx, conn->status);
		free(conn->hold);
		free(conn);
	}
	if (fr_list_empty(&loop->conns))
		net_watch_hold(loop, false);
}

void net_tcp_drop(struct net_loop *loop)
{
	while (!fr_list_empty(&loop->conns))
		net_conn_close(&FR_CONTAINER_OF(loop->conns.next, struct tcp_conn, link)->base);
}

/* --- what is waited for --- */

static bool reads(const struct tcp_conn *conn)
{
	return !conn->paused && !conn->eof && !fr_list_linked(&conn->turn.link);
}

static void watch(struct tcp_conn *conn)
{
	uint32_t events = (reads(conn) ? EPOLLIN : 0u) | (conn->hold ? EPOLLOUT : 0u);
	int rc = net_watch_set(conn->loop, &conn->watch, events);

	if (rc < 0)
		tcp_fail(conn, rc);
}

/* --- reading --- */

static void stand_in_line(struct tcp_conn *conn)
{
	if (!fr_list_linked(&conn->turn.link))
		fr_list_append(&conn->loop->line, &conn->turn.link);
}

/* Bytes go up; the time that they took is on the connection's account. */
static void recv_some(struct tcp_conn *conn, size_t n, uint64_t began)
{
	struct net_loop *loop = conn->loop;
	uint64_t now;

	loop->counters.received += n;
	conn->base.handler->on_recv(conn->base.ctx, (const uint8_t *)loop->bytes, n);
	now = loop->timers.hrtime();
	net_turn_charge(&conn->turn, began, now);
	if (!conn->base.closing && !conn->paused && net_turn_waits(&conn->turn, now))
		stand_in_line(conn);
}

static void read_once(struct tcp_conn *conn)
{
	struct net_loop *loop = conn->loop;
	uint64_t began = loop->timers.hrtime();
	ssize_t n;

	do
		n = recv(conn->watch.fd, loop->bytes, sizeof(loop->bytes), 0);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		recv_some(conn, (size_t)n, began);
	} else if (n == 0) {
		conn->eof = true;
		conn->base.handler->on_eof(conn->base.ctx);
	} else if (errno != EAGAIN) {
		tcp_fail(conn, -errno);
	}
}

void net_tcp_next(struct net_loop *loop)
{
	uint64_t left = NET_TURN_NS;
	struct net_turn *turn;

	while ((turn = net_turns_next(&loop->line, &left)))
		watch(FR_CONTAINER_OF(turn, struct tcp_conn, turn));
}

/* --- writing --- */

/* One system call for at most SPANS_MAX spans. */
static ssize_t write_some(struct tcp_conn *conn, const struct net_span *spans, int n)
{
	struct iovec parts[SPANS_MAX];
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)n};
	ssize_t sent;

	for (int i = 0; i < n; i++) {
		/* a message's parts are not const, though these are only read */
		parts[i].iov_base = (void *)(uintptr_t)spans[i].at;
		parts[i].iov_len = spans[i].len;
	}
	do
		sent = n == 1 ? send(conn->watch.fd, spans->at, spans->len, MSG_NOSIGNAL)
			      : sendmsg(conn->watch.fd, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return errno == EAGAIN || errno == ENOBUFS ? 0 : -errno;
	conn->loop->counters.sent += (uint64_t)sent;
	return sent;
}

static ssize_t tcp_write(struct net_conn *base, const struct net_span *spans, int n)
{
	struct tcp_conn *conn = tcp_of(base);
	ssize_t total = 0;

	for (int i = 0; i < n; i += SPANS_MAX) {
		int some = n - i < SPANS_MAX ? n - i : SPANS_MAX;
		ssize_t asked = 0, rc;

		for (int k = i; k < i + some; k++)
			asked += (ssize_t)spans[k].len;
		rc = write_some(conn, spans + i, some);
		if (rc < 0) {
			tcp_fail(conn, (int)rc);
			return rc;
		}
		total += rc;
		if (rc < asked)
			break;
	}
	return total;
}

/* A socket that is not connected any more tells so by a read error. */
static void send_fin(struct tcp_conn *conn)
{
	shutdown(conn->watch.fd, SHUT_WR);
}

static void write_held(struct tcp_conn *conn)
{
	struct tcp_hold *hold = conn->hold;
	const struct net_span rest = {hold->bytes + hold->sent, hold->size - hold->sent};
	ssize_t n = write_some(conn, &rest, 1);

	if (n < 0) {
		tcp_fail(conn, (int)n);
		return;
	}
	hold->sent += (size_t)n;
	if (hold->sent < hold->size)
		return;
	free(hold);
	conn->hold = NULL;
	conn->base.held = false;
	if (conn->finishing)
		send_fin(conn);
	else
		conn->base.handler->on_writable(conn->base.ctx);
}

static int tcp_hold(struct net_conn *base, const void *rest, size_t n)
{
	struct tcp_conn *conn = tcp_of(base);
	struct tcp_hold *hold = malloc(sizeof(*hold) + n);
	int rc;

	if (!hold)
		return -ENOMEM;
	rc = net_watch_set(conn->loop, &conn->watch, conn->watch.events | EPOLLOUT);
	if (rc < 0) {
		free(hold);
		return rc;
	}
	*hold = (struct tcp_hold){.size = n};
	memcpy(hold->bytes, rest, n);
	conn->hold = hold;
	base->held = true;
	return 0;
}

/* --- the rest --- */

void net_tcp_ready(struct net_watch *ready, uint32_t events)
{
	struct tcp_conn *conn = FR_CONTAINER_OF(ready, struct tcp_conn, watch);

	if (!conn->base.closing)
		watch(conn);
	if (!conn->base.closing && reads(conn) && (events & ~(uint32_t)EPOLLOUT))
		read_once(conn);
	if (!conn->base.closing && conn->hold && (events & ~(uint32_t)EPOLLIN))
		write_held(conn);
}

static void tcp_pause(struct net_conn *base, bool paused)
{
	struct tcp_conn *conn = tcp_of(base);

	conn->paused = paused;
	if (paused)
		fr_list_remove(&conn->turn.link);
	else if (reads(conn) && net_turn_waits(&conn->turn, conn->loop->timers.hrtime()))
		stand_in_line(conn);
	else
		watch(conn);
}

static void tcp_finish(struct net_conn *base)
{
	struct tcp_conn *conn = tcp_of(base);

	conn->finishing = true;
	if (!base->held)
		send_fin(conn);
}

static int tcp_copy(struct net_conn *base)
{
	int copy = fcntl(tcp_of(base)->watch.fd, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -errno : copy;
}

static const struct net_conn_ops tcp_ops = {
	.write = tcp_write,
	.hold = tcp_hold,
	.pause = tcp_pause,
	.finish = tcp_finish,
	.close = tcp_close,
	.copy = tcp_copy,
};

int net_tcp_open(struct net_loop *loop, int fd, const struct net_address *peer,
		 struct net_conn **out)
{
	struct tcp_conn *conn = calloc(1, sizeof(*conn));

	if (!conn) {
		close(fd);
		return -ENOMEM;
	}
	conn->base.ops = &tcp_ops;
	conn->base.peer = *peer;
	conn->loop = loop;
	conn->watch.fd = fd;
	net_watch_hold(loop, true);
	fr_list_append(&loop->conns, &conn->link);
	*out = &conn->base;
	return 0;
}

void net_tcp_start(struct net_conn *conn)
{
	net_conn_pause(conn, false);
}
