/*
 * A connection on its way to another loop: its socket, and what was read from it and is to be read
 * there again. The peer notices nothing.
 */
#ifndef NET_PARCEL_H
#define NET_PARCEL_H

#include "net/mailbox.h"
#include "net/tcp.h"

struct net_parcel {
	struct net_letter letter; /* for whoever sends it */
	int fd;
	struct net_address peer;
	struct net_seat seat;
	size_t len;
	uint8_t bytes[];
};

/*
 * Packs the connection's stream, its seat, and the bytes, which are copied; the connection is for
 * the caller to close. Nothing must be held in it. NULL: no memory, no descriptor, or no kind of
 * stream that can move.
 */
struct net_parcel *net_parcel_pack(struct net_conn *conn, const struct fr_str *bytes,
				   int n) FR_MUST_CHECK;
/* Of a socket that was just accepted, which it owns from here; on failure (NULL) it is closed. */
struct net_parcel *net_parcel_of(int fd, const struct net_address *peer) FR_MUST_CHECK;
/* Serves the connection on that loop, as a listener does: fn gives it a handler, which gets the
 * bytes at once. The parcel is freed. */
void net_parcel_open(struct net_parcel *parcel, struct net_loop *loop, net_accept_fn fn, void *ctx);
/* Closes the stream. */
void net_parcel_free(struct net_parcel *parcel);

#endif
