/*
 * One connection while it speaks HTTP; private to httpd/. It takes one request at a time: while one
 * waits for its answer, what comes after it is kept as bytes, at most one header's limit of them.
 *
 *	IDLE ──▶ HEAD ──▶ BODY ──▶ ASKED ──▶ IDLE      a small answer: the next request is taken
 *	           │        ╲        │  ╲──▶ FULL ──▶ IDLE  once all answers have left
 *	           ╰─────────╲──▶ LAST ◀╯               the last answer leaves
 *	                           ╰──▶ LINGER ──▶ CLOSED   FIN sent: reads on, so that no reset
 *eats it
 *
 * and to CLOSED from anywhere; TAKEN from ASKED, and from BODY when another loop is to read it.
 */
#ifndef HTTPD_CONN_H
#define HTTPD_CONN_H

#include "httpd/parser.h"
#include "httpd/server.h"

/* What a connection needs while a request or an answer is under way; borrowed from the server. */
struct httpd_work {
	struct fr_list link; /* httpd_server.pool */
	struct httpd_parser *parser;
	struct httpd_exchange exchange;
	struct fr_buf in;        /* came behind a request that waits for its answer */
	struct fr_buf out;       /* heads and small bodies that have not left */
	struct net_chunk *chunk; /* a large body, after out */
	size_t chunk_sent;
	size_t incoming; /* what the body counts for in httpd_server.incoming */
	/* Where the connection goes with this request; NULL: it stays. */
	void (*moved)(void *ctx, struct net_parcel *parcel);
	void *moved_ctx;
};

struct httpd_conn {
	struct net_conn *net;
	struct httpd_server *server;
	struct fr_list link;             /* httpd_server.conns */
	struct fr_list queue;            /* httpd_server.ready or .resume */
	struct net_due due;              /* of the state's time-out */
	struct httpd_work *work;         /* NULL when nothing is under way but what is deferred */
	struct httpd_exchange *deferred; /* waits for its answer; NULL: none does */
	enum httpd_conn_state state;
	bool eof;     /* the peer sends no more */
	bool paused;  /* too much came behind an answer that does not leave */
	bool proxied; /* its seat is the client's for whom the proxy asks, see httpd_options.peers
		       */
	bool refused; /* it has no seat and gets one answer, unasked */
};

struct httpd_route {
	char *path;
	size_t len;
	unsigned methods;
	httpd_handler_fn fn;
	httpd_handler_fn early; /* NULL: none */
	void *ctx;
};

struct httpd_server {
	struct httpd_options options;
	struct net_timers *timers;
	struct httpd_limits limits;
	struct httpd_route *routes;
	size_t route_count;
	struct httpd_route fallback; /* fn NULL: none */
	struct fr_list conns;        /* httpd_conn.link */
	size_t conn_count;
	size_t refused_count; /* of them */
	struct httpd_counters counters;
	size_t incoming;       /* bytes of all bodies that are not whole */
	struct fr_list ready;  /* httpd_conn.queue: something to write */
	struct fr_list resume; /* httpd_conn.queue: bytes to go on with */
	struct net_timer resume_timer;
	struct net_due_list header_due, body_due, keep_alive_due, linger_due;
	struct fr_list pool; /* httpd_work.link */
	size_t pool_count;
	struct fr_buf common; /* the header lines of every answer, Date included */
	int64_t common_at;    /* the second that Date tells */
	bool closed;
};

/* --- conn.c --- */

/* Serves the connection. */
void httpd_conn_open(struct httpd_server *server, struct net_conn *net, bool proxied);
/* Answers with that status, whatever it may ask, and closes. */
void httpd_conn_refuse(struct httpd_server *server, struct net_conn *net, int status);
/* Writes what can be written; calls nothing upwards. */
void httpd_conn_flush(struct httpd_conn *conn);
/* The state's time is over. */
void httpd_conn_expire(struct httpd_conn *conn);
/* Closes now. on_abort, if the request was deferred, comes with the stream's end. */
void httpd_conn_close(struct httpd_conn *conn);
/* Takes no further request: closes when nothing is under way, else after the answer. */
void httpd_conn_wind_up(struct httpd_conn *conn);
/* The state's one way to change. */
void httpd_conn_move(struct httpd_conn *conn, enum httpd_conn_state to);
/* The work, borrowed if need be. NULL: no memory. */
struct httpd_work *httpd_conn_work(struct httpd_conn *conn) FR_MUST_CHECK;
/* A deferred request waits without the work, if nothing else is in it. */
void httpd_conn_wait(struct httpd_conn *conn);
/* The work's output has grown: it leaves on the next flush. */
void httpd_conn_ready(struct httpd_conn *conn);
/* What comes in is read again, if it was not. */
void httpd_conn_read_on(struct httpd_conn *conn);
/* The struct goes; the stream is somebody else's or at its end. */
void httpd_conn_free(struct httpd_conn *conn);

static inline bool httpd_conn_takes_requests(const struct httpd_conn *conn)
{
	return conn->state <= HTTPD_CONN_BODY;
}

/* --- conn_recv.c --- */

/* The stream's callbacks, with the connection as ctx. */
void httpd_conn_recv(void *ctx, const uint8_t *bytes, size_t n);
void httpd_conn_recv_eof(void *ctx);
/* Goes on with the bytes that were kept. */
void httpd_conn_resume(struct httpd_conn *conn);
/* Makes ready for a request. False: no memory, and the connection is closed. */
bool httpd_conn_begin(struct httpd_conn *conn);
/* Refuses what comes in with that status: counts it, tells of it, and ends the connection. */
void httpd_conn_turn_down(struct httpd_conn *conn, int status);
/* The same for what is counted elsewhere. */
void httpd_conn_send_refusal(struct httpd_conn *conn, int status);

/* --- exchange.c --- */

/* Carries out httpd_exchange_move; rest: what came behind the request's header. */
void httpd_conn_send_away(struct httpd_conn *conn, struct fr_str rest);

/* --- response.c --- */

/* How the answered request wants it. */
struct httpd_answer_mode {
	const struct httpd_request *request; /* NULL: there was none that could be read */
	bool head;                           /* no body (HEAD) */
	bool close;                          /* say so */
	bool old;                            /* HTTP/1.0: staying open has to be said */
};

/* Appends the answer to the work's output. 0 or -ENOMEM (the output is unusable then). */
int httpd_response_add(struct httpd_server *server, struct httpd_work *work,
		       const struct httpd_response *response,
		       struct httpd_answer_mode mode) FR_MUST_CHECK;
/* The JSON body of an error. */
void httpd_response_error_body(struct fr_buf *out, int status, struct fr_str text);

/* --- server.c --- */

/* Calls whoever serves the request, or answers 404 and 405. */
void httpd_server_dispatch(struct httpd_server *server, struct httpd_exchange *exchange);
/* Tells whoever wants to know that the request's body is to come. */
void httpd_server_foretell(struct httpd_server *server, struct httpd_exchange *exchange);
/* NULL: no memory. */
struct httpd_work *httpd_server_borrow(struct httpd_server *server) FR_MUST_CHECK;
void httpd_server_return(struct httpd_server *server, struct httpd_work *work);

#endif
