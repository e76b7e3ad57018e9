/* One namespace: its sockets by id, and what is broadcast in it. */
#ifndef SIO_NAMESPACE_H
#define SIO_NAMESPACE_H

#include "sio/core.h"

/* Those who get the same bytes. */
struct sio_lane {
	struct eio_broadcast *broadcast; /* NULL before the first follower */
	struct fr_list others;           /* sio_socket.other: followers beside the broadcast */
};

struct sio_namespace {
	struct fr_list link; /* sio_server.namespaces */
	struct sio_server *server;
	struct sio_handler handler;
	void *ctx;
	struct sio_slot *slots;
	uint32_t slot_count, free_slot; /* free_slot: the first free one, slot_count: none */
	size_t connected;
	struct sio_lane lanes[2]; /* by sio_client.recoverable: without offsets, and with them */
	size_t name_len;
	char name[];
};

struct sio_namespace *sio_namespace_new(struct sio_server *server, struct fr_str name,
					const struct sio_handler *handler, void *ctx) FR_MUST_CHECK;
/* Its sockets are gone. */
void sio_namespace_free(struct sio_namespace *nsp);
struct fr_str sio_namespace_name(const struct sio_namespace *nsp);
/* Gives the socket, which is of this namespace, its slot. 0 or -ENOMEM. */
int sio_namespace_enter(struct sio_socket *socket) FR_MUST_CHECK;
/* Its id is never given again. */
void sio_namespace_leave(struct sio_socket *socket);

#endif
