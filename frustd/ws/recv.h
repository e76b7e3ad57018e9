/*
 * Receiving WebSocket messages (RFC 6455): whatever pieces the stream comes in. An idle connection
 * holds no machinery: a *desk* (frame context and the open message) is borrowed from the loop's
 * pool while a frame or message is open, and given back after it. A deflated message (RFC 7692) is
 * gathered as it came and inflated when it is whole, by the one inflater of the pool.
 */
#ifndef WS_RECV_H
#define WS_RECV_H

#include "base/attr.h"
#include "ws/frame.h"

struct ws_desks;

#define WS_MESSAGE_SMALL ((size_t)4096)

/* A pool for one loop. message_max: bytes of a message, inflated; one byte more is WS_TOO_BIG. */
struct ws_desks *ws_desks_new(size_t message_max) FR_MUST_CHECK;
/*
 * How many bytes all messages together may hold that are not whole yet (any number by default): a
 * message of more than WS_MESSAGE_SMALL bytes that goes beyond it gets WS_TRY_LATER.
 */
void ws_desks_bound(struct ws_desks *desks, size_t incoming_max);
/* Every receiver was given up before (ws_receiver_fini). Takes NULL. */
void ws_desks_free(struct ws_desks *desks);

struct ws_handler {
	/* A whole message; text is valid UTF-8; data is borrowed. */
	void (*on_message)(void *ctx, bool binary, struct fr_str data);
	void (*on_ping)(void *ctx, struct fr_str data); /* at most 125 bytes; answer with a pong */
	void (*on_pong)(void *ctx, struct fr_str data);
	/* The peer's close frame; code is WS_NO_STATUS when it had none. Nothing comes after it. */
	void (*on_close)(void *ctx, unsigned code, struct fr_str reason);
};

struct ws_receiver {
	struct ws_desks *desks;
	struct ws_desk *desk; /* NULL between frames */
	uint32_t frames;      /* that came whole, for its owner to look at and to reset */
	bool deflate;         /* permessage-deflate was agreed on; set after ws_receiver_init */
	bool done;            /* closed, failed or stopped: further bytes are ignored */
};

void ws_receiver_init(struct ws_receiver *receiver, struct ws_desks *desks);
/* Gives the desk back. Takes a zeroed receiver. */
void ws_receiver_fini(struct ws_receiver *receiver);
/*
 * Takes bytes as they came. 0; or the enum ws_close to answer with (> 0: the peer broke a rule, and
 * the receiver is done); or -ENOMEM. A callback may call ws_receiver_stop, not ws_receiver_fini.
 */
int ws_recv(struct ws_receiver *receiver, const uint8_t *bytes, size_t n,
	    const struct ws_handler *handler, void *ctx) FR_MUST_CHECK;
/* No callback comes any more; bytes are ignored. */
void ws_receiver_stop(struct ws_receiver *receiver);

#endif
