/* What all kinds of connections have in common: who may be called, and when no longer. */
#include "net/conn.h"

#include <assert.h>
#include <errno.h>

void net_conn_handle(struct net_conn *conn, const struct net_conn_handler *handler, void *ctx)
{
	conn->handler = handler;
	conn->ctx = ctx;
}

ssize_t net_conn_write(struct net_conn *conn, const struct net_span *spans, int n)
{
	if (conn->closing || conn->held)
		return 0;
	return conn->ops->write(conn, spans, n);
}

int net_conn_hold(struct net_conn *conn, const void *rest, size_t n)
{
	assert(n > 0 && !conn->held);
	if (conn->closing)
		return 0;
	return conn->ops->hold(conn, rest, n);
}

void net_conn_pause(struct net_conn *conn, bool paused)
{
	if (!conn->closing)
		conn->ops->pause(conn, paused);
}

void net_conn_finish(struct net_conn *conn)
{
	if (!conn->closing)
		conn->ops->finish(conn);
}

int net_conn_copy(struct net_conn *conn)
{
	assert(!conn->held);
	if (conn->closing)
		return -ENOTCONN;
	return conn->ops->copy ? conn->ops->copy(conn) : -ENOTSUP;
}

void net_conn_close(struct net_conn *conn)
{
	if (conn->closing)
		return;
	conn->closing = true;
	net_seat_leave(&conn->seat);
	conn->ops->close(conn);
}
