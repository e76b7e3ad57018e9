/*
 * An Engine.IO server, revisions 3 and 4 (see PROTOCOL.md): sessions over HTTP long-polling and
 * WebSocket, and the upgrade from one to the other. The layer above sees sessions and messages.
 *
 * Nothing is written inside a call of this header: what is sent leaves in eio_server_flush, which
 * the loop calls once a turn before poll.
 */
#ifndef EIO_SERVER_H
#define EIO_SERVER_H

#include "eio/session.h"
#include "httpd/server.h"
#include "net/timer.h"

#define EIO_LOOPS_MAX 64

enum eio_notice {
	EIO_NOTICE_ORIGIN_REFUSED, /* text: the origin and what was expected */
	EIO_NOTICE_TOO_LARGE,      /* a message over max_payload */
	EIO_NOTICE_FLOOD,          /* a client sent more than packet_rate and was closed */
	EIO_NOTICE_SLOW,           /* a client did not read fast enough and was closed */
	EIO_NOTICE_NO_UPGRADE,     /* transport=websocket without an upgrade: a proxy dropped the
				      header? */
	EIO_NOTICES
};

#define EIO_PACKET_BURST 10  /* seconds */
#define EIO_PACKET_SIZE 4096 /* bytes */

struct eio_options {
	uint32_t ping_interval;   /* ms, 25000 */
	uint32_t ping_timeout;    /* ms; 0: 20000 for revision 4 and 60000 for revision 3 */
	uint32_t upgrade_timeout; /* ms, 10000 */
	uint32_t closed_kept;     /* ms a `1` waits for the next GET after our close, 30000 */
	size_t max_payload;       /* bytes, 1000000 */
	size_t incoming_max;  /* bytes of all WebSockets' messages that are not whole yet, 64 MiB;
			       * then 1013 for those of more than WS_MESSAGE_SMALL */
	uint32_t packet_rate; /* packets a second of one session, EIO_PACKET_BURST seconds' worth at
			       * once; beyond it the session ends; 0: any number, the default. Each
			       * EIO_PACKET_SIZE bytes count as one more, and so does each frame of
			       * a WebSocket. */
	size_t send_window;   /* bytes of a broadcast log, a power of two, 4 MiB */
	size_t queue_max;     /* bytes of memory queued for one session beyond the log, 1 MiB */
	uint32_t gather;      /* ms a loaded server gathers before it writes, 5; 0: never */
	struct net_peers *peers; /* the limits on sessions: 503 or 429; NULL: none */
	bool deflate; /* agree on permessage-deflate with WebSockets that offer it; off */
	/*
	 * Of several servers, one a loop: how many there are (EIO_LOOPS_MAX at most; 0 or 1: this
	 * one alone), and which this is. The first character of a sid tells whose session it is: a
	 * request for another's goes to `elsewhere`, before or instead of its body, which is to
	 * call httpd_exchange_move.
	 */
	uint32_t loops, loop;
	void (*elsewhere)(void *ctx, uint32_t loop, struct httpd_exchange *exchange);
	void *elsewhere_ctx;
	/* Notices for the operator's log; may be NULL. All is borrowed; sid NULL: of no session. */
	void (*notice)(void *ctx, enum eio_notice notice, const struct net_address *peer,
		       const char *sid, struct fr_str text);
	/* For the trace: a session has moved, or begun (from is to). May be NULL. */
	void (*trace)(void *ctx, const struct eio_session *session, enum eio_state from,
		      enum eio_state to);
	void *ctx;
};
struct eio_options eio_options_default(void);

/* The layer above. Callbacks come from inside reads, timers and after flushes, never from inside a
 * function of this header or session.h. */
struct eio_handler {
	/* A session was made; set eio_session_set_user. Messages sent here leave with the
	 * handshake. */
	void (*on_open)(void *ctx, struct eio_session *session);
	/* A message; data is borrowed. Text is valid UTF-8. */
	void (*on_message)(void *ctx, struct eio_session *session, bool binary, struct fr_str data);
	/* The session is over and freed after this call; it comes once for each on_open. */
	void (*on_close)(void *ctx, struct eio_session *session, enum eio_reason reason);
};

/* What has happened since the start, for whoever shows it. */
struct eio_counters {
	uint64_t sessions;                 /* begun */
	uint64_t ended[EIO_REASONS];       /* by enum eio_reason */
	uint64_t upgrades;                 /* from polling to WebSocket, carried out */
	uint64_t upgrades_failed;          /* begun, and given up by either side or late */
	uint64_t sessions_refused_full;    /* 503: there are net_peers_limits.all, or we close */
	uint64_t sessions_refused_address; /* 429: the address has its number */
	uint64_t sessions_refused_rate;    /* 429: the address is over its rate */
	uint64_t refused_transport;        /* code 0 */
	uint64_t refused_sid;              /* code 1: unknown, guessed or outlived */
	uint64_t refused_method;           /* code 2, 405 */
	uint64_t refused_request;          /* code 3 */
	uint64_t refused_origin;           /* code 4 */
	uint64_t refused_version;          /* code 5 */
	uint64_t pongs_merged;             /* to pings that came before the last one was answered */
	uint64_t messages_no_room;         /* 1013: incoming_max */
	uint64_t messages_too_large;       /* 413, 1009 */
};

struct eio_server;

/* timers and options->ctx outlive the server. NULL: no memory. */
struct eio_server *eio_server_new(struct net_timers *timers, const struct eio_options *options,
				  const struct eio_handler *handler, void *ctx) FR_MUST_CHECK;
/* Sessions are over before (eio_server_close). Takes NULL. */
void eio_server_free(struct eio_server *server);
/* Serves path (with and without a trailing slash) on that HTTP server. */
int eio_server_mount(struct eio_server *server, struct httpd_server *httpd,
		     struct fr_str path) FR_MUST_CHECK;
/*
 * The flush pass: writes each session's pending bytes, one write a session, and ends sessions
 * (on_close). Large answers to polls leave with the httpd_server_flush that comes after it. False
 * when it gathers what is in haste: that leaves with the next call or a later one.
 */
bool eio_server_flush(struct eio_server *server);
/* Closes every session politely (`1` to polls, 1001 to WebSockets); on_close(EIO_SHUTDOWN) for
 * each. */
void eio_server_close(struct eio_server *server);
size_t eio_server_sessions(const struct eio_server *server);
/* Lives as long as the server. */
const struct eio_counters *eio_server_counters(const struct eio_server *server);

#define EIO_CENSUS_FIRST 3 /* the first revision */

/* Who is there and what waits for them. */
struct eio_census {
	size_t polling[2], websocket[2]; /* sessions by revision: [0] is EIO_CENSUS_FIRST's */
	uint64_t waiting;                /* bytes that have not left yet */
};
/* Goes through all sessions. */
void eio_server_census(const struct eio_server *server, struct eio_census *census);
/* What has not left yet: sessions and connections that still have bytes or a close to send. A
 * session that has to be asked for its close is none: who knows whether anybody will. */
size_t eio_server_unfinished(const struct eio_server *server);

#endif
