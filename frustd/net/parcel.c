/* Owns the descriptor while it is under way. */
#include "net/parcel.h"

#include <stdlib.h>
#include <unistd.h>

#include "net/internal.h"

/* With room for that many bytes, and none yet. */
static struct net_parcel *make(int fd, const struct net_address *peer, size_t size)
{
	struct net_parcel *parcel = malloc(sizeof(*parcel) + size);

	if (!parcel) {
		close(fd);
		return NULL;
	}
	parcel->fd = fd;
	parcel->peer = *peer;
	parcel->seat = (struct net_seat){0};
	parcel->len = 0;
	return parcel;
}

struct net_parcel *net_parcel_of(int fd, const struct net_address *peer)
{
	return make(fd, peer, 0);
}

struct net_parcel *net_parcel_pack(struct net_conn *conn, const struct fr_str *bytes, int n)
{
	struct net_parcel *parcel;
	int fd = net_conn_copy(conn);
	size_t size = 0;

	if (fd < 0)
		return NULL;
	for (int i = 0; i < n; i++)
		size += bytes[i].len;
	parcel = make(fd, &conn->peer, size);
	for (int i = 0; parcel && i < n; i++) {
		if (bytes[i].len)
			memcpy(parcel->bytes + parcel->len, bytes[i].at, bytes[i].len);
		parcel->len += bytes[i].len;
	}
	if (parcel) {
		parcel->seat = conn->seat;
		conn->seat = (struct net_seat){0};
	}
	return parcel;
}

void net_parcel_open(struct net_parcel *parcel, struct net_loop *loop, net_accept_fn fn, void *ctx)
{
	struct net_conn *conn;

	if (net_tcp_open(loop, parcel->fd, &parcel->peer, &conn) == 0) {
		conn->seat = parcel->seat;
		fn(ctx, conn);
		net_tcp_start(conn); /* before the bytes, which may be so many that it is paused */
		if (parcel->len && !conn->closing)
			conn->handler->on_recv(conn->ctx, parcel->bytes, parcel->len);
	} else {
		net_seat_leave(&parcel->seat);
	}
	free(parcel);
}

void net_parcel_free(struct net_parcel *parcel)
{
	net_seat_leave(&parcel->seat);
	close(parcel->fd);
	free(parcel);
}
