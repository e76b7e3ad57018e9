/*
 * One WebSocket connection after its 101:
 *
 *     probing ──`5`──▶ carrying a session ──the session ends, the peer closes──▶ alone ──▶ closed
 *        └───────────────────── failed ─────────────────────────────────────────┘
 *
 * An idle one is this struct and its connection: what only a probe or a goodbye needs is aside.
 */
#ifndef EIO_WEBSOCKET_H
#define EIO_WEBSOCKET_H

#include "eio/internal.h"

struct eio_websocket {
	struct net_conn *conn;
	struct eio_pong *pong; /* what answers the last ping; NULL: nothing is to be answered */
	struct eio_server *server;
	struct eio_session *session; /* NULL: alone */
	struct eio_aside *aside;     /* NULL: it carries the session */
	struct ws_receiver receiver;
	int window; /* permessage-deflate's, of what we send; 0: it was not agreed on */
};

/* A frame. There is one at most, for the most recent ping (RFC 6455 §5.5.3). */
struct eio_pong {
	size_t len;
	uint8_t bytes[WS_HEAD_MAX + WS_CONTROL_MAX];
};

/* Its own output while it carries no session. */
struct eio_aside {
	struct fr_list all;   /* eio_server.asides */
	struct fr_list dirty; /* eio_server.asides_dirty */
	struct net_due due;   /* the upgrade's or the goodbye's end */
	struct eio_outbox box;
	struct eio_websocket *ws;
	bool answered; /* the probe: a `5` may come, and no GET */
	bool heard;    /* the peer's close frame */
	bool finished; /* our end of the stream is on its way */
	bool eof;      /* the peer's came */
};

/* --- websocket.c --- */

/* Each answers the exchange, whose request asks for an upgrade: by taking its connection, or with
 * an error. */

/* Opens a new session on the WebSocket, and on that seat, which is zeroed then. */
void eio_websocket_open(struct eio_server *server, const struct eio_version *version, bool b64,
			struct httpd_exchange *exchange, struct net_seat *seat);
/* Begins an upgrade; when the session has a WebSocket already, this one gets a close. */
void eio_websocket_probe(struct eio_session *session, struct httpd_exchange *exchange);

/* --- aside.c --- */

/* Puts an empty outbox aside; `until` is what it waits for. 0 or -ENOMEM. */
int eio_aside_new(struct eio_websocket *ws, struct net_due_list *until) FR_MUST_CHECK;
/* Takes a WebSocket without one. */
void eio_aside_free(struct eio_websocket *ws);
/* Queues one frame; more than the bound is dropped. 0 or -ENOMEM. */
int eio_aside_send(struct eio_aside *aside, enum ws_opcode opcode, const struct fr_str *parts,
		   int n) FR_MUST_CHECK;
/* The next pass looks at it. */
void eio_aside_touch(struct eio_aside *aside);
/* A part of the flush pass. */
void eio_aside_flush(struct eio_aside *aside);
/* net_due_fn: the upgrade or the goodbye took too long. */
void eio_aside_expired(struct net_due *due, void *server);

/* Sends the pong if one is due, and what waits in box, as far as it goes now. */
void eio_websocket_write(struct eio_websocket *ws, struct eio_outbox *box);
/* Parts from the session, which goes on without it. */
void eio_websocket_detach(struct eio_websocket *ws);
/* Parts from the session and says goodbye: a close frame after what is aside, then the peer's
 * close, then the end. */
void eio_websocket_leave(struct eio_websocket *ws, unsigned code);
/* Parts and frees; its connection is closed or somebody else's. Takes NULL. */
void eio_websocket_free(struct eio_websocket *ws);
/* Closes the connection, which then finds nobody, and frees. */
void eio_websocket_drop(struct eio_websocket *ws);

#endif
