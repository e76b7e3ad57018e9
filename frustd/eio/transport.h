/* The two ways in which a session's outbox leaves, and what each says at the end. */
#ifndef EIO_TRANSPORT_H
#define EIO_TRANSPORT_H

#include "eio/internal.h"

struct eio_transport {
	/* Sends what waits, as far as it goes now. A part of the flush pass: calls nothing upwards,
	 * queues nothing. */
	void (*flush)(struct eio_session *session);
	/* The session is over, on_close was called: tells the peer. True: the session is KEPT;
	 * false: nothing points to it any more. */
	bool (*end)(struct eio_session *session);
};

extern const struct eio_transport eio_polling;
extern const struct eio_transport eio_websocket;

#endif
