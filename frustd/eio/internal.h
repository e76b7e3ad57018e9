/*
 * What the files of this layer share: the server and the session as they are in memory, and the
 * table of a session's moves:
 *
 *     POLLING ◀─────▶ PROBED ──5──▶ WEBSOCKET       a session may begin as either end of this line
 *        │  2probe/     │              │
 *        │  failed      │              │
 *        └──────────────┴── ENDING ◀───┘            marked and queued; on_close is due
 *                             │
 *                 freed ◀─────┴────▶ KEPT           our own close: `1` waits for the next GET, or
 *                                                   for the upgrade that has begun
 */
#ifndef EIO_INTERNAL_H
#define EIO_INTERNAL_H

#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "base/random.h"
#include "eio/outbox.h"
#include "eio/packet.h"
#include "eio/server.h"
#include "eio/version.h"
#include "ws/recv.h"

#define EIO_SID_LEN 20

/* First what a flush pass looks at, side by side: with thousands of followers each line of the
 * cache that it touches comes from memory. */
struct eio_session {
	struct fr_list follower; /* eio_broadcast.followers */
	struct fr_list queue;    /* eio_server.dirty or .ending */
	struct eio_outbox box;
	const struct eio_transport *transport;
	struct eio_websocket *ws; /* the transport, or the one that probes */
	enum eio_state state;
	enum eio_reason reason; /* from ENDING on */
	bool b64; /* the handshake's: binary messages go as text, over either transport */
	char sid[EIO_SID_LEN + 1];
	struct eio_server *server;
	const struct eio_version *version;
	struct net_due due; /* the heartbeat; KEPT: the end of its stay */
	struct fr_list all; /* eio_server.sessions */
	struct httpd_exchange *get;
	struct fr_list posts; /* httpd_exchange.coming: one at most */
	void *user;
	struct net_seat seat;
	uint64_t paid_until; /* µs: when what it has sent is within the rate again */
	struct net_address peer;
};

struct eio_server {
	struct net_timers *timers;
	struct eio_options options;
	struct eio_handler handler;
	void *ctx;
	struct ws_desks *desks;
	struct net_deflater *deflater; /* NULL: permessage-deflate is off */
	struct fr_map sids;
	struct fr_list sessions; /* eio_session.all */
	size_t open;             /* those between on_open and on_close */
	bool closing;
	struct eio_counters counters;
	struct fr_str opening; /* the query of the session in on_open */

	struct fr_list dirty;      /* eio_session.queue: something waits for the next pass */
	struct fr_list ending;     /* eio_session.queue */
	struct fr_list broadcasts; /* eio_broadcast.dirty */
	struct fr_list asides;     /* eio_aside.all */
	struct fr_list asides_dirty;

	struct net_due_list ping;    /* revision 4: the next ping */
	struct net_due_list pong;    /* revision 4: its answer */
	struct net_due_list silence; /* revision 3: no ping came */
	struct net_due_list upgrade; /* eio_aside.due */
	struct net_due_list goodbye; /* eio_aside.due: the peer's close */
	struct net_due_list kept;

	struct net_timer gather;
	uint64_t pass_at;   /* ns, when the last pass ended */
	uint64_t pass_cost; /* ns */
	bool hasty;         /* not all that was appended may be left for later */
	bool urgent;        /* much was appended: no gathering now */

	struct fr_buf out;     /* a body or head that is being composed */
	struct fr_buf scratch; /* of what is being decoded */
	struct fr_random_pool random;
};

/* What many sessions get alike, see broadcast.h. */
struct eio_broadcast {
	struct eio_server *server;
	struct net_log log;
	uint64_t flushed;         /* the log's head at the last pass */
	struct fr_list followers; /* eio_session.follower */
	struct fr_list dirty;     /* eio_server.broadcasts */
};

/* --- session.c --- */

/* A session with its sid, its `0` packet queued and its heartbeat begun, on that seat, which is
 * zeroed; NULL: no memory or no random bytes. Above it is unknown until eio_session_open. */
struct eio_session *eio_session_new(struct eio_server *server, const struct eio_version *version,
				    enum eio_state state, const struct net_address *peer,
				    struct net_seat *seat) FR_MUST_CHECK;
/* Calls on_open; query: of the request that asked for the session. */
void eio_session_open(struct eio_session *session, struct fr_str query);
/* Outright, without a word to anyone. Takes NULL. */
void eio_session_free(struct eio_session *session);
/* Another state; EIO_STATE_ENDING by eio_session_end alone. */
void eio_session_move(struct eio_session *session, enum eio_state state);
/* Marks the session as over and queues its end; again: nothing. */
void eio_session_end(struct eio_session *session, enum eio_reason reason);
/* Calls on_close, says goodbye and frees: what eio_session_end has queued. */
void eio_session_settle(struct eio_session *session);
/* Something can be sent: the next pass looks at it. */
void eio_session_touch(struct eio_session *session);
/* Queues a packet's frame within the queue's limit; nothing once the session is ending. */
int eio_session_queue(struct eio_session *session, enum ws_opcode opcode,
		      const struct fr_str *parts, int n) FR_MUST_CHECK;
/* The same with a frame that others get too. */
void eio_session_queue_shared(struct eio_session *session, struct net_chunk *frame);
/* So many packets came, or what counts as much. False: they are too many, and the session ends. */
bool eio_session_charge(struct eio_session *session, size_t packets);
/* A packet came in over either transport. */
void eio_session_recv(struct eio_session *session, const struct eio_packet *packet);
static inline bool eio_session_over(const struct eio_session *session)
{
	return session->state >= EIO_STATE_ENDING;
}
/* The index of the server whose session has that sid, as far as it tells; else our own. */
uint32_t eio_session_loop(const struct eio_server *server, struct fr_str sid);
/* Whether the end is our own decision, of which the peer is told when it asks. */
bool eio_reason_is_ours(enum eio_reason reason);

/* --- request.c --- */

/* A request on the server's path: an httpd_handler_fn with the server as ctx. */
void eio_request(void *server, struct httpd_exchange *exchange);
/* The same whose body is to come. */
void eio_request_begun(void *server, struct httpd_exchange *exchange);
/* 400 with code 3. */
void eio_request_bad(struct httpd_exchange *exchange);

/* --- server.c --- */

void eio_server_notice(struct eio_server *server, enum eio_notice notice,
		       const struct net_address *peer, const char *sid, struct fr_str text);
/* Counts and tells of a message over max_payload. */
void eio_server_too_large(struct eio_server *server, const struct net_address *peer,
			  const char *sid);

#endif
