/*
 * What leaves compressed (permessage-deflate, RFC 7692), and for whom: text and binary messages of
 * EIO_DEFLATE_FROM bytes on, on WebSockets that agreed on it, if it makes them smaller. Everything
 * else, and all that a session has queued before its upgrade, goes as it is, which the extension
 * allows for every message. So a deflated frame waits for nobody but a WebSocket that takes it.
 */
#ifndef EIO_DEFLATE_H
#define EIO_DEFLATE_H

#include "eio/internal.h"
#include "net/deflate.h"

#define EIO_DEFLATE_FROM 1024 /* bytes; less is not worth it */

/* The deflated frame of a message for that session alone, whose payload is the parts, joined. NULL:
 * it goes as it is. The reference is the caller's. */
struct net_chunk *eio_deflate(struct eio_session *session, enum ws_opcode opcode,
			      const struct fr_str *parts, int n) FR_MUST_CHECK;

/* A text message for many: deflated once for each window that one of them has agreed on. */
struct eio_deflated {
	struct eio_server *server;
	struct fr_str payload; /* borrowed */
	bool tried[NET_WINDOW_MAX + 1];
	struct net_chunk *frames[NET_WINDOW_MAX + 1]; /* by window; tried and NULL: as it is */
};
void eio_deflated_init(struct eio_deflated *deflated, struct eio_server *server,
		       struct fr_str payload);
void eio_deflated_fini(struct eio_deflated *deflated);
/* The frame for that session, borrowed; NULL: it goes as it is. */
struct net_chunk *eio_deflated_for(struct eio_deflated *deflated,
				   const struct eio_session *session);

#endif
