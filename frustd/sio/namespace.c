/*
 * Owns the table of socket ids and the broadcast. An id is a slot and the slot's generation, which
 * grows with each use: an old id finds nothing.
 */
#include "sio/namespace.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "eio/broadcast.h"
#include "sio/client.h"
#include "sio/packet.h"
#include "sio/socket.h"

#define SLOTS_FIRST 16

struct sio_slot {
	struct sio_socket *socket; /* NULL: free */
	uint32_t generation;       /* of the socket, or of the one before */
	uint32_t next_free;
};

struct sio_namespace *sio_namespace_new(struct sio_server *server, struct fr_str name,
					const struct sio_handler *handler, void *ctx)
{
	struct sio_namespace *nsp = calloc(1, sizeof(*nsp) + name.len);

	if (!nsp)
		return NULL;
	nsp->server = server;
	nsp->handler = *handler;
	nsp->ctx = ctx;
	for (size_t i = 0; i < FR_ARRAY_LEN(nsp->lanes); i++)
		fr_list_init(&nsp->lanes[i].others);
	memcpy(nsp->name, name.at, name.len);
	nsp->name_len = name.len;
	return nsp;
}

void sio_namespace_free(struct sio_namespace *nsp)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(nsp->lanes); i++) {
		assert(fr_list_empty(&nsp->lanes[i].others));
		eio_broadcast_free(nsp->lanes[i].broadcast);
	}
	free(nsp->slots);
	free(nsp);
}

struct fr_str sio_namespace_name(const struct sio_namespace *nsp)
{
	return fr_str(nsp->name, nsp->name_len);
}

/* --- ids --- */

static int grow(struct sio_namespace *nsp)
{
	uint32_t count = nsp->slot_count ? 2 * nsp->slot_count : SLOTS_FIRST;
	struct sio_slot *slots = NULL;

	if (count > nsp->slot_count) /* else 32 bits are used up */
		slots = realloc(nsp->slots, count * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (uint32_t i = nsp->slot_count; i < count; i++)
		slots[i] = (struct sio_slot){.next_free = i + 1};
	nsp->slots = slots;
	nsp->slot_count = count;
	return 0;
}

int sio_namespace_enter(struct sio_socket *socket)
{
	struct sio_namespace *nsp = socket->nsp;
	uint32_t index = nsp->free_slot;
	struct sio_slot *slot;

	if (index == nsp->slot_count && grow(nsp) < 0)
		return -ENOMEM;
	slot = &nsp->slots[index];
	nsp->free_slot = slot->next_free;
	slot->socket = socket;
	slot->generation++;
	socket->slot = index;
	return 0;
}

uint64_t sio_socket_id(const struct sio_socket *socket)
{
	return (uint64_t)socket->nsp->slots[socket->slot].generation << 32 | socket->slot;
}

static struct sio_slot *slot_of(struct sio_namespace *nsp, uint64_t id)
{
	uint32_t index = (uint32_t)id;
	struct sio_slot *slot = index < nsp->slot_count ? &nsp->slots[index] : NULL;

	return slot && slot->socket && slot->generation == id >> 32 ? slot : NULL;
}

void sio_namespace_leave(struct sio_socket *socket)
{
	struct sio_namespace *nsp = socket->nsp;
	struct sio_slot *slot = &nsp->slots[socket->slot];

	assert(slot->socket == socket);
	slot->socket = NULL;
	if (slot->generation == UINT32_MAX) /* used up: it stays empty */
		return;
	slot->next_free = nsp->free_slot;
	nsp->free_slot = socket->slot;
}

struct sio_socket *sio_namespace_find(struct sio_namespace *nsp, uint64_t id)
{
	struct sio_slot *slot = slot_of(nsp, id);

	return slot && sio_socket_is_live(slot->socket) ? slot->socket : NULL;
}

void sio_namespace_disconnect(struct sio_namespace *nsp)
{
	for (uint32_t i = 0; i < nsp->slot_count; i++)
		if (nsp->slots[i].socket)
			sio_socket_disconnect(nsp->slots[i].socket, true);
}

size_t sio_namespace_count(const struct sio_namespace *nsp)
{
	return nsp->connected;
}

/* --- broadcasts --- */

static int emit_to_others(struct sio_namespace *nsp, struct fr_list *others,
			  const struct fr_str *parts)
{
	struct fr_buf *out = sio_server_out(nsp->server);

	for (size_t i = 0; i < SIO_PACKET_PARTS; i++)
		fr_buf_add_str(out, parts[i]);
	if (fr_buf_error(out) < 0)
		return -ENOMEM;
	FR_LIST_EACH(it, others)
	{
		struct sio_socket *socket = FR_CONTAINER_OF(it, struct sio_socket, other);

		/* Whoever would miss one must not go on as if it had all. */
		if (sio_socket_send(socket, fr_buf_str(out), (struct sio_binary){0}) < 0)
			sio_client_close(socket->client);
	}
	return 0;
}

typedef int (*send_fn)(struct eio_broadcast *broadcast, const struct fr_str *parts, int n);

static int emit_in_lane(struct sio_namespace *nsp, struct sio_lane *lane, send_fn send,
			struct fr_str event, struct fr_str args, struct fr_str offset)
{
	struct fr_str parts[SIO_PACKET_PARTS];
	int r = 0;

	if (!lane->broadcast && fr_list_empty(&lane->others))
		return 0;
	sio_packet_event_parts(sio_namespace_name(nsp), event, args, offset, parts);
	if (lane->broadcast)
		r = send(lane->broadcast, parts, SIO_PACKET_PARTS);
	if (r == 0 && !fr_list_empty(&lane->others))
		r = emit_to_others(nsp, &lane->others, parts);
	return r;
}

static int emit(struct sio_namespace *nsp, send_fn send, struct fr_str event, struct fr_str args,
		struct fr_str offset)
{
	int r = emit_in_lane(nsp, &nsp->lanes[false], send, event, args, FR_STR_NULL);
	int s = emit_in_lane(nsp, &nsp->lanes[true], send, event, args, offset);

	return r < 0 ? r : s;
}

int sio_namespace_emit_at(struct sio_namespace *nsp, struct fr_str event, struct fr_str args,
			  struct fr_str offset)
{
	return emit(nsp, eio_broadcast_send, event, args, offset);
}

int sio_namespace_emit_later(struct sio_namespace *nsp, struct fr_str event, struct fr_str args)
{
	return emit(nsp, eio_broadcast_send_later, event, args, FR_STR_NULL);
}

int sio_namespace_emit(struct sio_namespace *nsp, struct fr_str event, struct fr_str args)
{
	return sio_namespace_emit_at(nsp, event, args, FR_STR_NULL);
}

/* Not through the broadcast's log: the revisions frame binary data differently. */
int sio_namespace_emit_binary(struct sio_namespace *nsp, struct fr_str event, struct fr_str args,
			      struct sio_binary binary)
{
	struct fr_buf *out = sio_server_out(nsp->server);
	const struct sio_packet head = {
		.attachments = binary.count,
		.nsp = sio_namespace_name(nsp),
	};

	sio_packet_add_event(out, &head, event, args);
	if (fr_buf_error(out) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < nsp->slot_count; i++) {
		struct sio_socket *socket = nsp->slots[i].socket;

		if (socket && sio_socket_follows(socket) &&
		    sio_socket_send(socket, fr_buf_str(out), binary) < 0)
			sio_client_close(socket->client);
	}
	return 0;
}
