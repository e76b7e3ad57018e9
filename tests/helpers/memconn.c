/* A net_conn without a socket. */
#include "helpers/memconn.h"

#include <errno.h>
#include <stdlib.h>

static struct memconn *memconn_of(struct net_conn *conn)
{
	return FR_CONTAINER_OF(conn, struct memconn, conn);
}

static size_t take(struct memconn *m, const void *bytes, size_t n)
{
	if (n > m->window)
		n = m->window;
	if (m->window != SIZE_MAX)
		m->window -= n;
	if (n)
		fr_buf_add(&m->out, bytes, n);
	return n;
}

static ssize_t mem_write(struct net_conn *conn, const struct net_span *spans, int n)
{
	struct memconn *m = memconn_of(conn);
	ssize_t total = 0;

	if (m->fail) {
		m->status = m->fail;
		net_conn_close(conn);
		return m->fail;
	}
	for (int i = 0; i < n; i++) {
		size_t taken = take(m, spans[i].at, spans[i].len);

		total += (ssize_t)taken;
		if (taken < spans[i].len)
			break;
	}
	m->writes += total > 0;
	return total;
}

static int mem_hold(struct net_conn *conn, const void *rest, size_t n)
{
	struct memconn *m = memconn_of(conn);

	fr_buf_add(&m->held, rest, n);
	conn->held = true;
	return 0;
}

static void mem_pause(struct net_conn *conn, bool paused)
{
	memconn_of(conn)->paused = paused;
}

static void mem_finish(struct net_conn *conn)
{
	struct memconn *m = memconn_of(conn);

	m->finishing = true;
	m->finished = !conn->held;
}

static void mem_close(struct net_conn *conn)
{
	(void)conn; /* memconn_pump sees `closing` */
}

static const struct net_conn_ops mem_ops = {
	.write = mem_write,
	.hold = mem_hold,
	.pause = mem_pause,
	.finish = mem_finish,
	.close = mem_close,
};

struct memconn *memconn_new(void)
{
	struct memconn *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	m->conn.ops = &mem_ops;
	m->conn.peer = (struct net_address){NET_IPV4, 50000, {127, 0, 0, 1}};
	m->window = SIZE_MAX;
	return m;
}

void memconn_free(struct memconn *m)
{
	if (!m)
		return;
	fr_buf_fini(&m->out);
	fr_buf_fini(&m->held);
	fr_buf_fini(&m->in);
	free(m);
}

static void deliver(struct memconn *m, const void *bytes, size_t n)
{
	/* A copy of its own, so that a sanitizer sees whoever reads past it or keeps it. */
	uint8_t *copy = malloc(n);

	if (!copy)
		abort();
	memcpy(copy, bytes, n);
	m->conn.handler->on_recv(m->conn.ctx, copy, n);
	free(copy);
}

void memconn_recv(struct memconn *m, const void *bytes, size_t n)
{
	if (m->conn.closing || n == 0)
		return;
	if (m->paused)
		fr_buf_add(&m->in, bytes, n);
	else
		deliver(m, bytes, n);
}

void memconn_recv_pieces(struct memconn *m, const void *bytes, size_t n, size_t piece)
{
	for (size_t at = 0; at < n; at += piece)
		memconn_recv(m, (const char *)bytes + at, n - at < piece ? n - at : piece);
}

void memconn_say(struct memconn *m, const char *text)
{
	memconn_recv(m, text, strlen(text));
}

void memconn_eof(struct memconn *m)
{
	if (m->paused)
		m->eof = true;
	else if (!m->conn.closing)
		m->conn.handler->on_eof(m->conn.ctx);
}

void memconn_reset(struct memconn *m)
{
	if (m->conn.closing)
		return;
	m->status = -ECONNRESET;
	net_conn_close(&m->conn);
}

static bool pump_held(struct memconn *m)
{
	fr_buf_drop(&m->held, take(m, m->held.at, m->held.len));
	if (m->held.len)
		return false;
	m->conn.held = false;
	m->finished = m->finishing;
	if (!m->finishing)
		m->conn.handler->on_writable(m->conn.ctx);
	return true;
}

static void pump_in(struct memconn *m)
{
	size_t n;
	char *bytes = fr_buf_take(&m->in, &n);

	if (bytes)
		deliver(m, bytes, n);
	free(bytes);
	if (m->eof && !m->paused && !m->conn.closing) {
		m->eof = false;
		m->conn.handler->on_eof(m->conn.ctx);
	}
}

bool memconn_pump(struct memconn *m)
{
	bool called = false;

	if (m->closed)
		return false;
	if (!m->conn.closing && m->conn.held && m->window)
		called = pump_held(m);
	if (!m->conn.closing && !m->paused && (m->in.len || m->eof)) {
		pump_in(m);
		called = true;
	}
	if (m->conn.closing) {
		m->closed = true;
		if (m->conn.handler)
			m->conn.handler->on_closed(m->conn.ctx, m->status);
		called = true;
	}
	return called;
}

struct fr_str memconn_out(const struct memconn *m)
{
	return fr_buf_str(&m->out);
}

void memconn_clear(struct memconn *m)
{
	fr_buf_clear(&m->out);
}
