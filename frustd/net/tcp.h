/* Listening sockets and the connections they accept. */
#ifndef NET_TCP_H
#define NET_TCP_H

#include "net/conn.h"
#include "net/loop.h"
#include "net/place.h"

struct net_listener;

/* A connection was accepted. Give it a handler (net_conn_handle) before returning, or close it. */
typedef void (*net_accept_fn)(void *ctx, struct net_conn *conn);

/*
 * Accepts on a socket that listens, which it owns from here, also on failure; with TCP_NODELAY. 0
 * or a negative errno. Out of file descriptors, accepting pauses for 100 ms and is tried again: who
 * comes meanwhile waits in the system's backlog, and those who are here notice nothing.
 */
int net_listener_adopt(struct net_loop *loop, int fd, net_accept_fn fn, void *ctx,
		       struct net_listener **listener) FR_MUST_CHECK;
/* The same on a socket of its own, see net_place_listen; port 0 takes a free one, see
 * net_listener_address. */
int net_listener_open(struct net_loop *loop, const struct net_address *address, net_accept_fn fn,
		      void *ctx, struct net_listener **listener) FR_MUST_CHECK;
const struct net_place *net_listener_place(const struct net_listener *listener);
/* Calls fn with the negative errno each time that accepting pauses. */
void net_listener_tell(struct net_listener *listener, void (*fn)(void *ctx, int error), void *ctx);

struct net_listener_counters {
	uint64_t accepted;
	uint64_t dropped; /* of them: closed at once, for want of memory */
	uint64_t pauses;  /* for want of file descriptors or memory */
};
/* Lives as long as the listener. */
const struct net_listener_counters *net_listener_counters(const struct net_listener *listener);
const struct net_address *net_listener_address(const struct net_listener *listener);
/* A socket was accepted. True: it goes elsewhere (see parcel.h) and is the callee's now. */
typedef bool (*net_pass_fn)(void *ctx, int fd, const struct net_address *peer);
/* From here on fn is asked first about each. */
void net_listener_pass(struct net_listener *listener, net_pass_fn fn, void *ctx);
/* Accepts no more; freed in the close callback. Takes NULL. */
void net_listener_close(struct net_listener *listener);

#endif
