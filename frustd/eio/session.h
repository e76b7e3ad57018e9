/* One Engine.IO session as the layer above sees it. Valid from on_open until on_close returns. */
#ifndef EIO_SESSION_H
#define EIO_SESSION_H

#include "base/attr.h"
#include "base/str.h"
#include "net/address.h"

struct eio_session;
struct eio_broadcast;

/* Where a session stands, see internal.h. */
enum FR_BYTE eio_state {
	EIO_STATE_POLLING,
	EIO_STATE_PROBED, /* a WebSocket said `2probe`: every GET gets a noop, the outbox waits */
	EIO_STATE_WEBSOCKET,
	EIO_STATE_ENDING,
	EIO_STATE_KEPT,
};

enum FR_BYTE eio_reason {
	EIO_CLIENT_CLOSE,    /* a `1` packet, or the WebSocket's close */
	EIO_TRANSPORT_ERROR, /* the connection broke, or a poll was aborted */
	EIO_PROTOCOL_ERROR,  /* a malformed packet, a second GET or POST at once */
	EIO_TIMEOUT,         /* a ping or its answer did not come */
	EIO_SLOW,            /* fell out of the send window or over the queue's limit */
	EIO_SERVER_CLOSE,    /* eio_session_close */
	EIO_SHUTDOWN,        /* eio_server_close */
	EIO_FLOOD,           /* sent more than options.packet_rate */
	EIO_REASONS
};

/* Queues a message. 0, or -ENOMEM; over the queue's limit the session ends with EIO_SLOW later. */
int eio_session_send(struct eio_session *session, bool binary, struct fr_str data) FR_MUST_CHECK;
/* A text message made of two parts, without joining them first. */
int eio_session_send2(struct eio_session *session, struct fr_str a, struct fr_str b) FR_MUST_CHECK;
/*
 * From now on the session gets what eio_broadcast_send appends, in order with its own messages.
 * NULL: nothing any more. At most one broadcast at a time.
 */
int eio_session_follow(struct eio_session *session, struct eio_broadcast *broadcast) FR_MUST_CHECK;
/* Ends the session by our own decision: what is queued is sent, then the close. on_close follows.
 */
void eio_session_close(struct eio_session *session);
/*
 * Ends the session because its peer sent a message that it must not: just as a malformed packet
 * does (the POST that brought it gets 400, a WebSocket is closed). on_close(EIO_PROTOCOL_ERROR)
 * follows; no on_message comes before it.
 */
void eio_session_fail(struct eio_session *session);

/* The handshake request's query, raw. During on_open only; absent at any other time. */
struct fr_str eio_session_query(const struct eio_session *session);
/* 20 characters, NUL-terminated. */
const char *eio_session_sid(const struct eio_session *session);
/* 3 or 4. */
int eio_session_revision(const struct eio_session *session);
/* The client: the socket's peer, or whom a proxy on this machine names (X-Forwarded-For,
 * Forwarded). */
const struct net_address *eio_session_peer(const struct eio_session *session);
/* A pointer of the layer above. */
void eio_session_set_user(struct eio_session *session, void *user);
void *eio_session_user(const struct eio_session *session);

#endif
