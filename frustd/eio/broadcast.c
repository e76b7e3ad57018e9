/* Owns the encoding of what many sessions get alike. Writes nothing to anyone itself. */
#include "eio/broadcast.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "eio/internal.h"

/* Much that was appended since the last pass is not made to wait for more. */
#define URGENT_SHARE 4

struct eio_broadcast *eio_broadcast_new(struct eio_server *server)
{
	struct eio_broadcast *broadcast = calloc(1, sizeof(*broadcast));

	if (!broadcast)
		return NULL;
	if (net_log_init(&broadcast->log, server->options.send_window) < 0) {
		free(broadcast);
		return NULL;
	}
	broadcast->server = server;
	fr_list_init(&broadcast->followers);
	return broadcast;
}

void eio_broadcast_free(struct eio_broadcast *broadcast)
{
	if (!broadcast)
		return;
	assert(fr_list_empty(&broadcast->followers));
	fr_list_remove(&broadcast->dirty);
	net_log_fini(&broadcast->log);
	free(broadcast);
}

/* Writes the frame of a text message made of the parts; n is its payload's size. */
static void encode(uint8_t *at, size_t payload, const struct fr_str *parts, int n)
{
	at += ws_frame_head(at, WS_TEXT, payload);
	*at++ = EIO_MESSAGE;
	for (int i = 0; i < n; at += parts[i].len, i++) {
		if (parts[i].len)
			memcpy(at, parts[i].at, parts[i].len);
	}
}

static void append(struct eio_broadcast *broadcast, size_t payload, const struct fr_str *parts,
		   int n)
{
	struct net_log *log = &broadcast->log;
	size_t size = ws_frame_size(payload);

	encode(net_log_reserve(log, size), payload, parts, n);
	net_log_commit(log, size);
	if (log->head - broadcast->flushed > log->size / URGENT_SHARE)
		broadcast->server->urgent = true;
	if (!fr_list_linked(&broadcast->dirty))
		fr_list_append(&broadcast->server->broadcasts, &broadcast->dirty);
}

static int share(struct eio_broadcast *broadcast, size_t payload, const struct fr_str *parts, int n)
{
	struct net_chunk *frame = net_chunk_new(ws_frame_size(payload));

	if (!frame)
		return -ENOMEM;
	encode(frame->bytes, payload, parts, n);
	FR_LIST_EACH(it, &broadcast->followers)
	eio_session_queue_shared(FR_CONTAINER_OF(it, struct eio_session, follower), frame);
	net_chunk_unref(frame);
	return 0;
}

int eio_broadcast_send(struct eio_broadcast *broadcast, const struct fr_str *parts, int n)
{
	size_t payload = 1;

	if (fr_list_empty(&broadcast->followers))
		return 0;
	for (int i = 0; i < n; i++)
		payload += parts[i].len;
	if (ws_frame_size(payload) > broadcast->log.size / 4)
		return share(broadcast, payload, parts, n);
	append(broadcast, payload, parts, n);
	return 0;
}
