/* What differs between Engine.IO's revisions 3 and 4. Nobody else asks for the number. */
#ifndef EIO_VERSION_H
#define EIO_VERSION_H

#include "eio/packet.h"
#include "eio/payload.h"

struct eio_server;
struct eio_session;
struct net_due;

struct eio_version {
	int revision;
	bool tells_max_payload;                                    /* in the handshake */
	uint32_t (*ping_timeout)(const struct eio_server *server); /* ms */

	enum eio_form text; /* of a polling body */
	enum eio_form
		binary; /* the same, when a packet in it is binary and the client may have that */
	bool (*binary_packet)(struct fr_str bytes,
			      struct eio_packet *out); /* in a WebSocket message */
	struct fr_str binary_head;                     /* before a binary message's data */
	struct fr_str base64_mark;                     /* before its base64, as text */

	/* The heartbeat. recv_ping and recv_pong return false when the client must not send it. */
	void (*start)(struct eio_session *session);
	bool (*recv_ping)(struct eio_session *session, struct fr_str data);
	bool (*recv_pong)(struct eio_session *session);
};

extern const struct eio_version eio_version_3, eio_version_4;

/* The version that an EIO parameter names, or NULL. */
const struct eio_version *eio_version_find(struct fr_str revision);

/* net_due_fn of eio_server's lists; due is eio_session.due. */
void eio_ping_due(struct net_due *due, void *server);
void eio_heartbeat_missed(struct net_due *due, void *server);

#endif
