/*
 * What the transport has to tell the operator, as lines of the log. Whoever drowns the server must
 * not drown the log too: of each kind there is one line a second at most, which tells how many were
 * left out before it; of the trace, which is asked for, there is all. One for each loop.
 */
#ifndef NOTICES_H
#define NOTICES_H

#include "base/log.h"
#include "sio/server.h"

/* Kinds beyond enum eio_notice, which is told as it is. */
enum notices_kind {
	NOTICES_TOO_LARGE = EIO_NOTICES, /* a body, 413 */
	NOTICES_FULL,                    /* 503 */
	NOTICES_ADDRESS,                 /* 429 */
	NOTICES_EXHAUSTED,               /* no file descriptors */
	NOTICES_KINDS
};

struct notices {
	const struct fr_log *log;
	const struct net_timers *timers;
	struct notices_told {
		uint64_t again; /* ms, from when on the next one is told */
		uint64_t left_out;
	} told[NOTICES_KINDS];
};

/* Borrows both. */
void notices_init(struct notices *notices, const struct fr_log *log,
		  const struct net_timers *timers);

/* All of these take the notices as ctx. */

/* eio_options.notice */
void notices_eio(void *ctx, enum eio_notice notice, const struct net_address *peer, const char *sid,
		 struct fr_str text);
/* eio_options.trace, sio_options.trace, httpd_options.trace: a line for each, all of them. */
void notices_session(void *ctx, const struct eio_session *session, enum eio_state from,
		     enum eio_state to);
void notices_socket(void *ctx, const struct sio_socket *socket, enum sio_socket_state from,
		    enum sio_socket_state to);
void notices_conn(void *ctx, const struct net_address *peer, enum httpd_conn_state from,
		  enum httpd_conn_state to);
/* httpd_options.refused */
void notices_refused(void *ctx, const struct net_address *client, int status, struct fr_str target);
/* net_listener_tell */
void notices_exhausted(void *ctx, int error);

#endif
