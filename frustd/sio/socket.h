/* One client in one namespace. */
#ifndef SIO_SOCKET_H
#define SIO_SOCKET_H

#include "sio/core.h"
#include "sio/kept.h"
#include "sio/packet.h"

/* What waits between a client and its socket; few ever need that. */
struct sio_queues {
	struct fr_list waiting; /* sio_kept.link: events that came before accept */
	size_t waiting_size;    /* their bytes */
	struct fr_list asked;   /* what the client has yet to answer, see emit.c */
	uint64_t ask_id;        /* of the next question */
};

struct sio_socket {
	struct fr_list link;      /* sio_client.sockets */
	struct fr_list unsettled; /* sio_server.unsettled */
	struct fr_list other;     /* sio_namespace.others */
	struct sio_client *client;
	struct sio_namespace *nsp;
	void *user;
	struct sio_queues *queues; /* NULL: nothing has waited yet */
	uint32_t slot;             /* its place in the namespace, see sio_socket_id */
	enum sio_socket_state state;
	bool goodbye; /* the client left by a packet of its own */
};

/* The client is in the namespace; the caller calls on_connect. NULL: no memory. */
struct sio_socket *sio_socket_new(struct sio_client *client,
				  struct sio_namespace *nsp) FR_MUST_CHECK;
/* Made when first needed; NULL: no memory. */
struct sio_queues *sio_socket_queues(struct sio_socket *socket) FR_MUST_CHECK;
/* Whether it has not begun to leave. */
bool sio_socket_is_live(const struct sio_socket *socket);
/* Whether it gets what is sent to the whole namespace. */
bool sio_socket_follows(const struct sio_socket *socket);
/*
 * Hands an event to the namespace's handler, or lets it wait for the socket to be accepted. text is
 * the packet's, whose payload is in the server's json. *kept is what holds it, or NULL when the
 * text is borrowed. When the event has to wait, *kept is taken over (and NULL then), or else the
 * caller's to free, even if it was NULL before. 0, SIO_PACKET_BAD when too much waits already, or
 * -ENOMEM.
 */
int sio_socket_recv(struct sio_socket *socket, const struct sio_packet *packet, struct fr_str text,
		    struct sio_kept **kept) FR_MUST_CHECK;
/* Sends a whole packet; nothing unless the socket is connected. 0 or -ENOMEM. */
int sio_socket_send(struct sio_socket *socket, struct fr_str packet,
		    struct sio_binary binary) FR_MUST_CHECK;
/* The end: calls on_disconnect if it was accepted, and frees it. */
void sio_socket_end(struct sio_socket *socket, enum eio_reason reason);
/* Does what could not be done from inside a callback; see sio_server.unsettled. */
void sio_socket_settle(struct sio_socket *socket);

#endif
