/*
 * One byte stream to one peer: what comes in is handed up, what goes out is written here and
 * nowhere else in the transport. Where the bytes go is behind `ops`: TCP in net/tcp.c, memory in
 * tests.
 *
 * Lifetime: a connection is valid until its on_closed callback has returned. on_closed comes
 * exactly once, after net_conn_close or the peer's end, and never from inside another function of
 * this header: so no callback ever finds itself freed under its feet.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include <sys/types.h>

#include "base/attr.h"
#include "base/str.h"
#include "net/address.h"
#include "net/peers.h"

struct net_conn;

struct net_span {
	const void *at;
	size_t len;
};

/* The layer above: whoever owns the connection at the moment. */
struct net_conn_handler {
	/* Bytes arrived; borrowed. */
	void (*on_recv)(void *ctx, const uint8_t *bytes, size_t n);
	/* The peer will send no more; the connection is still open for writing. */
	void (*on_eof)(void *ctx);
	/* What net_conn_hold was given has left: write again. */
	void (*on_writable)(void *ctx);
	/* The end: status is 0 after net_conn_close, else a negative errno. Free what is yours. */
	void (*on_closed)(void *ctx, int status);
};

struct net_conn_ops {
	ssize_t (*write)(struct net_conn *conn, const struct net_span *spans, int n);
	int (*hold)(struct net_conn *conn, const void *rest, size_t n);
	void (*pause)(struct net_conn *conn, bool paused);
	void (*finish)(struct net_conn *conn);
	void (*close)(struct net_conn *conn);
	int (*copy)(struct net_conn *conn); /* NULL: it cannot move */
};

/* The common head of every kind of connection. */
struct net_conn {
	const struct net_conn_ops *ops;
	const struct net_conn_handler *handler;
	void *ctx;
	bool closing;            /* net_conn_close was called or the stream failed */
	bool held;               /* bytes given to net_conn_hold are still here */
	struct net_address peer; /* of the socket, not what a proxy claims */
	struct net_seat seat;    /* its owner's to take; left with net_conn_close */
};

/* Hands the connection to another owner, for example from HTTP to WebSocket. */
void net_conn_handle(struct net_conn *conn, const struct net_conn_handler *handler, void *ctx);
/*
 * Writes without waiting: the number of bytes taken, 0 when the peer's window is full (or bytes are
 * held, or the connection is closing), negative errno when the stream is broken (on_closed
 * follows). After a short count, give net_conn_hold the rest of what must not be torn and wait for
 * on_writable: it is the only way to learn that the peer reads again.
 */
ssize_t net_conn_write(struct net_conn *conn, const struct net_span *spans, int n) FR_MUST_CHECK;
/* Copies n > 0 bytes and sends them when possible; on_writable follows. At most once at a time. */
int net_conn_hold(struct net_conn *conn, const void *rest, size_t n) FR_MUST_CHECK;
/* Stops reading, and starts again. A paused connection does not notice the peer's close. */
void net_conn_pause(struct net_conn *conn, bool paused);
/* Sends what is held, then FIN; reading goes on. */
void net_conn_finish(struct net_conn *conn);
/* Another descriptor of the same stream, for whoever takes it elsewhere; or a negative errno. */
int net_conn_copy(struct net_conn *conn) FR_MUST_CHECK;
/* Closes: nothing is called any more but on_closed. Held bytes are given up. Again: nothing. */
void net_conn_close(struct net_conn *conn);

#endif
