/*
 * A TCP connection on libuv. Writes are send(2) on the spot, which costs less than uv_try_write's
 * write(2); libuv's queue holds at most what net_conn_hold was given. Reads share the loop's one
 * buffer. The memory goes in the close callback.
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

struct tcp_conn {
	struct net_conn base;
	int fd;         /* of tcp */
	int status;     /* for on_closed */
	bool finishing; /* FIN goes when the held bytes are gone */
	bool eof;
	bool paused;
	struct net_turn turn;
	uv_tcp_t tcp;
};

/* What was given to net_conn_hold. */
struct tcp_hold {
	uv_write_t req;
	struct tcp_conn *conn;
	size_t size;
	char bytes[];
};

static struct tcp_conn *tcp_of(struct net_conn *conn)
{
	return FR_CONTAINER_OF(conn, struct tcp_conn, base);
}

static uv_stream_t *stream_of(struct tcp_conn *conn)
{
	return (uv_stream_t *)&conn->tcp;
}

static void on_close(uv_handle_t *handle)
{
	struct tcp_conn *conn = handle->data;

	net_loop_entered(handle->loop);
	if (conn->base.handler)
		conn->base.handler->on_closed(conn->base.ctx, conn->status);
	free(conn);
}

static void tcp_close(struct net_conn *base)
{
	struct tcp_conn *conn = tcp_of(base);

	fr_list_remove(&conn->turn.link);
	uv_close((uv_handle_t *)&conn->tcp, on_close);
}

/* The stream broke: on_closed tells with what. */
static void tcp_fail(struct tcp_conn *conn, int status)
{
	conn->status = status;
	net_conn_close(&conn->base);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct net_loop *loop = handle->loop->data;

	(void)suggested;
	loop->read_began = loop->timers.hrtime();
	*buf = uv_buf_init(loop->bytes, sizeof(loop->bytes));
}

/* --- reading --- */

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf);

static void begin_reading(struct tcp_conn *conn)
{
	int rc = uv_read_start(stream_of(conn), on_alloc, on_read);

	if (rc < 0 && rc != UV_EALREADY)
		tcp_fail(conn, rc);
}

static void stand_in_line(struct tcp_conn *conn)
{
	struct net_loop *loop = conn->tcp.loop->data;

	if (fr_list_linked(&conn->turn.link))
		return;
	uv_read_stop(stream_of(conn));
	fr_list_append(&loop->line, &conn->turn.link);
}

/* Bytes go up; the time that they took is on the connection's account. */
static void recv_some(struct tcp_conn *conn, const uint8_t *bytes, size_t n)
{
	struct net_loop *loop = conn->tcp.loop->data;
	uint64_t now;

	conn->base.handler->on_recv(conn->base.ctx, bytes, n);
	now = loop->timers.hrtime();
	net_turn_charge(&conn->turn, loop->read_began, now);
	if (!conn->base.closing && !conn->paused && net_turn_waits(&conn->turn, now))
		stand_in_line(conn);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct tcp_conn *conn = stream->data;

	struct net_loop *loop = net_loop_entered(stream->loop);

	if (n > 0) {
		loop->counters.received += (uint64_t)n;
		recv_some(conn, (const uint8_t *)buf->base, (size_t)n);
	} else if (n == UV_EOF) {
		conn->eof = true;
		conn->base.handler->on_eof(conn->base.ctx);
	} else if (n < 0) {
		tcp_fail(conn, (int)n);
	}
}

static void on_idle(uv_idle_t *idle)
{
	(void)idle; /* that it runs is all */
}

void net_tcp_next(struct net_loop *loop)
{
	uint64_t left = NET_TURN_NS;
	struct net_turn *turn;

	while ((turn = net_turns_next(&loop->line, &left)))
		begin_reading(FR_CONTAINER_OF(turn, struct tcp_conn, turn));
	if (fr_list_empty(&loop->line))
		uv_idle_stop(&loop->impatience);
	else
		uv_idle_start(&loop->impatience, on_idle);
}

/* --- writing --- */

static void count_sent(struct tcp_conn *conn, size_t n)
{
	struct net_loop *loop = conn->tcp.loop->data;

	loop->counters.sent += n;
}

/* One system call for at most SPANS_MAX spans. Nothing is queued in libuv: nothing is held. */
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
		sent = n == 1 ? send(conn->fd, spans->at, spans->len, MSG_NOSIGNAL)
			      : sendmsg(conn->fd, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return errno == EAGAIN || errno == ENOBUFS ? 0 : -errno;
	count_sent(conn, (size_t)sent);
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

/* Not uv_shutdown: nothing is queued, and this needs no request. A socket that is not connected any
 * more tells so by a read error. */
static void send_fin(struct tcp_conn *conn)
{
	shutdown(conn->fd, SHUT_WR);
}

static void on_held(uv_write_t *req, int status)
{
	struct tcp_hold *hold = req->data;
	struct tcp_conn *conn = hold->conn;

	net_loop_entered(conn->tcp.loop);
	if (status == 0)
		count_sent(conn, hold->size);
	free(hold);
	conn->base.held = false;
	if (conn->base.closing)
		return;
	if (status < 0)
		tcp_fail(conn, status);
	else if (conn->finishing)
		send_fin(conn);
	else
		conn->base.handler->on_writable(conn->base.ctx);
}

static int tcp_hold(struct net_conn *base, const void *rest, size_t n)
{
	struct tcp_conn *conn = tcp_of(base);
	struct tcp_hold *hold = malloc(sizeof(*hold) + n);
	uv_buf_t buf;
	int rc;

	if (!hold)
		return UV_ENOMEM;
	hold->conn = conn;
	hold->size = n;
	hold->req.data = hold;
	memcpy(hold->bytes, rest, n);
	buf = uv_buf_init(hold->bytes, (unsigned)n);
	rc = uv_write(&hold->req, stream_of(conn), &buf, 1, on_held);
	if (rc < 0) {
		free(hold);
		return rc;
	}
	base->held = true;
	return 0;
}

static void tcp_pause(struct net_conn *base, bool paused)
{
	struct tcp_conn *conn = tcp_of(base);
	struct net_loop *loop = conn->tcp.loop->data;

	conn->paused = paused;
	if (paused) {
		uv_read_stop(stream_of(conn));
		fr_list_remove(&conn->turn.link);
	} else if (!conn->eof) {
		if (net_turn_waits(&conn->turn, loop->timers.hrtime()))
			stand_in_line(conn);
		else
			begin_reading(conn);
	}
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
	int copy = fcntl(tcp_of(base)->fd, F_DUPFD_CLOEXEC, 0);

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
	int rc;

	if (!conn) {
		close(fd);
		return -ENOMEM;
	}
	conn->base.ops = &tcp_ops;
	conn->base.peer = *peer;
	conn->fd = fd;
	uv_tcp_init(&loop->uv, &conn->tcp); /* cannot fail: it makes no socket */
	conn->tcp.data = conn;
	rc = uv_tcp_open(&conn->tcp, fd);
	if (rc < 0) {
		close(fd);
		net_conn_close(&conn->base);
		return rc;
	}
	*out = &conn->base;
	return 0;
}

void net_tcp_start(struct net_conn *conn)
{
	net_conn_pause(conn, false);
}

void net_tcp_drop(uv_handle_t *handle)
{
	struct tcp_conn *conn = handle->data;

	net_conn_close(&conn->base);
}
