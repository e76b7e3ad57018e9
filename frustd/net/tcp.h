/* Listening sockets and the connections they accept. */
#ifndef NET_TCP_H
#define NET_TCP_H

#include "net/conn.h"
#include "net/loop.h"

struct net_listener;

/* A connection was accepted. Give it a handler (net_conn_handle) before returning, or close it. */
typedef void (*net_accept_fn)(void *ctx, struct net_conn *conn);

/* Who else listens on the address. */
enum net_share {
	NET_ALONE,
	NET_SHARED, /* nobody yet: the first of several listeners, which take turns by the kernel's
		     * choice (SO_REUSEPORT) */
	NET_JOINS,  /* a NET_SHARED one, on another loop */
};

/*
 * Binds and listens (SO_REUSEADDR, TCP_NODELAY on what it accepts). Port 0 takes a free one, see
 * net_listener_address; "[::]" takes IPv4 peers too. 0 or a negative errno. Out of file
 * descriptors, accepting pauses for 100 ms and goes on.
 */
int net_listener_open(struct net_loop *loop, const struct net_address *address,
		      enum net_share share, net_accept_fn fn, void *ctx,
		      struct net_listener **listener) FR_MUST_CHECK;
const struct net_address *net_listener_address(const struct net_listener *listener);
/* Accepts no more; freed in the close callback. Takes NULL. */
void net_listener_close(struct net_listener *listener);

#endif
