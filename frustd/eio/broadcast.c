/* Owns the encoding of what many sessions get alike. Writes nothing to anyone itself. */
#include "eio/broadcast.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "eio/deflate.h"

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

/* Writes the frame of a text message made of the parts; size is its payload's, which it returns. */
static struct fr_str encode(uint8_t *at, size_t size, const struct fr_str *parts, int n)
{
	struct fr_str payload;

	at += ws_frame_head(at, WS_TEXT, size);
	payload = fr_str((const char *)at, size);
	*at++ = EIO_MESSAGE;
	for (int i = 0; i < n; at += parts[i].len, i++) {
		if (parts[i].len)
			memcpy(at, parts[i].at, parts[i].len);
	}
	return payload;
}

/* Who has agreed on compression gets the log's last record, from `from` on, in that form. */
static void deflate_last(struct eio_broadcast *broadcast, uint64_t from, struct fr_str payload)
{
	struct eio_deflated deflated;

	eio_deflated_init(&deflated, broadcast->server, payload);
	FR_LIST_EACH(it, &broadcast->followers)
	{
		struct eio_session *session = FR_CONTAINER_OF(it, struct eio_session, follower);
		struct net_chunk *frame = eio_deflated_for(&deflated, session);

		if (frame)
			eio_outbox_replace(&session->box, from, frame);
	}
	eio_deflated_fini(&deflated);
}

static void append(struct eio_broadcast *broadcast, size_t size, const struct fr_str *parts, int n)
{
	struct net_log *log = &broadcast->log;
	uint64_t from = log->head;
	struct fr_str payload;

	payload = encode(net_log_reserve(log, ws_frame_size(size)), size, parts, n);
	net_log_commit(log, ws_frame_size(size));
	if (size >= EIO_DEFLATE_FROM && broadcast->server->deflater)
		deflate_last(broadcast, from, payload);
	if (log->head - broadcast->flushed > log->size / URGENT_SHARE)
		broadcast->server->urgent = true;
	if (!fr_list_linked(&broadcast->dirty))
		fr_list_append(&broadcast->server->broadcasts, &broadcast->dirty);
}

static int share(struct eio_broadcast *broadcast, size_t size, const struct fr_str *parts, int n)
{
	struct net_chunk *frame = net_chunk_new(ws_frame_size(size));
	struct eio_deflated deflated;

	if (!frame)
		return -ENOMEM;
	eio_deflated_init(&deflated, broadcast->server, encode(frame->bytes, size, parts, n));
	FR_LIST_EACH(it, &broadcast->followers)
	{
		struct eio_session *session = FR_CONTAINER_OF(it, struct eio_session, follower);
		struct net_chunk *smaller = eio_deflated_for(&deflated, session);

		eio_session_queue_shared(session, smaller ? smaller : frame);
	}
	eio_deflated_fini(&deflated);
	net_chunk_unref(frame);
	return 0;
}

int eio_broadcast_send(struct eio_broadcast *broadcast, const struct fr_str *parts, int n)
{
	if (!fr_list_empty(&broadcast->followers))
		broadcast->server->hasty = true;
	return eio_broadcast_send_later(broadcast, parts, n);
}

int eio_broadcast_send_later(struct eio_broadcast *broadcast, const struct fr_str *parts, int n)
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
