/* Owns the descriptor while it is under way. */
#include "net/parcel.h"

#include <stdlib.h>
#include <unistd.h>

#include "net/internal.h"

struct net_parcel *net_parcel_pack(struct net_conn *conn, const struct fr_str *bytes, int n)
{
	struct net_parcel *parcel;
	size_t len = 0;

	for (int i = 0; i < n; i++)
		len += bytes[i].len;
	parcel = malloc(sizeof(*parcel) + len);
	if (!parcel)
		return NULL;
	parcel->fd = net_conn_copy(conn);
	if (parcel->fd < 0) {
		free(parcel);
		return NULL;
	}
	parcel->peer = conn->peer;
	parcel->len = 0;
	for (int i = 0; i < n; i++) {
		if (bytes[i].len)
			memcpy(parcel->bytes + parcel->len, bytes[i].at, bytes[i].len);
		parcel->len += bytes[i].len;
	}
	return parcel;
}

void net_parcel_open(struct net_parcel *parcel, struct net_loop *loop, net_accept_fn fn, void *ctx)
{
	struct net_conn *conn;

	if (net_tcp_open(loop, parcel->fd, &parcel->peer, &conn) == 0) {
		fn(ctx, conn);
		if (parcel->len && !conn->closing)
			conn->handler->on_recv(conn->ctx, parcel->bytes, parcel->len);
		net_tcp_start(conn);
	}
	free(parcel);
}

void net_parcel_free(struct net_parcel *parcel)
{
	close(parcel->fd);
	free(parcel);
}
