/* An HTTP/1.1 server (RFC 9112) over connections of any kind: limits, routes, time-outs. */
#ifndef HTTPD_SERVER_H
#define HTTPD_SERVER_H

#include "httpd/exchange.h"
#include "net/timer.h"

/* Where a connection stands. */
enum httpd_conn_state {
	HTTPD_CONN_IDLE,   /* between requests */
	HTTPD_CONN_HEAD,   /* a header is coming in */
	HTTPD_CONN_BODY,   /* a body is coming in */
	HTTPD_CONN_ASKED,  /* the handler has the request */
	HTTPD_CONN_FULL,   /* answers must leave before the next request is taken */
	HTTPD_CONN_LAST,   /* no request is taken any more */
	HTTPD_CONN_LINGER, /* waits for the peer to close */
	HTTPD_CONN_TAKEN,  /* belongs to another layer; the struct goes right away */
	HTTPD_CONN_CLOSED, /* waits for on_closed */
};

#define HTTPD_BODY_SMALL ((size_t)4096)

struct httpd_options {
	size_t request_line_max; /* 8192 bytes, then 414 */
	size_t header_max;       /* 16384 bytes, then 431 */
	size_t body_max;         /* 1000000 bytes, then 413 */
	size_t incoming_max; /* 64 MiB: bodies in all that are not whole yet; then 503 for those of
			      * more than HTTPD_BODY_SMALL bytes */
	uint32_t header_timeout; /* 10000 ms from the first byte to the header's end, then 408; from
				  * accept to the first byte, then the connection is closed */
	uint32_t body_timeout;   /* 30000 ms for the body, then 408; for a peer to take some of an
				  * answer, then the connection is closed */
	uint32_t keep_alive;     /* 75000 ms between requests */
	/* The limits on connections: beyond them a new one gets 503 or 429 and is closed. A proxy's
	 * is its client's while a request is under way, which then gets the 429. NULL: none. */
	struct net_peers *peers;
	const struct net_cidr *proxies; /* trusted beside this machine's; borrowed, as the next */
	size_t proxy_count;
	const struct fr_str *cors_origins; /* pages of these may use the server, "*": all */
	size_t cors_count;
	struct fr_str server;             /* the Server header's value; absent: none */
	int64_t (*wall_clock)(void *ctx); /* seconds UTC, for Date; NULL: no Date */
	void *wall_clock_ctx;
	/*
	 * A request never reached its handler and was answered with this status (408, 413, 414,
	 * 431, …): for the operator's log. client is who asked, as trusted proxies tell; the
	 * socket's peer where the header was not read. target is borrowed, absent when it was not
	 * read. NULL: nobody asks. Calls nothing back.
	 */
	void (*refused)(void *ctx, const struct net_address *client, int status,
			struct fr_str target);
	/* For the trace: a connection from peer has moved. NULL: nobody asks. */
	void (*trace)(void *ctx, const struct net_address *peer, enum httpd_conn_state from,
		      enum httpd_conn_state to);
	void *log_ctx; /* of refused and trace */
};
struct httpd_options httpd_options_default(void);

/* What has happened since the start, for whoever shows it. */
struct httpd_counters {
	uint64_t conns;                    /* accepted and served */
	uint64_t conns_refused_full;       /* 503: there are net_peers_limits.all */
	uint64_t conns_refused_address;    /* 429: the address has its number */
	uint64_t conns_refused_rate;       /* 429: the address is over its rate */
	uint64_t requests;                 /* that reached a handler */
	uint64_t requests_refused_address; /* 429: a proxy's client has its number */
	uint64_t refused_malformed;        /* 400, 417, 501, 505 */
	uint64_t refused_header_size;      /* 414, 431 */
	uint64_t refused_incoming;         /* 503: incoming_max */
	uint64_t refused_body_size;        /* 413 */
	uint64_t refused_header_time;      /* 408: the header took too long */
	uint64_t refused_body_time;        /* 408: the body did */
	uint64_t refused_memory;           /* 503: there was none */
	uint64_t closed_idle;              /* no request came in time */
	uint64_t closed_unread;            /* the peer did not take its answers in time */
	uint64_t closed_pipelined;         /* too much came behind a request that waits */
};

struct httpd_server;

typedef void (*httpd_handler_fn)(void *ctx, struct httpd_exchange *exchange);

struct httpd_server *httpd_server_new(struct net_timers *timers,
				      const struct httpd_options *options) FR_MUST_CHECK;
/* Every connection is closed before; see httpd_server_close. Takes NULL. */
void httpd_server_free(struct httpd_server *server);
/*
 * Calls fn for requests on exactly that path (decoded) with one of the methods (a mask of enum
 * httpd_method); other methods on it get 405 with Allow. GET implies HEAD. path is copied.
 */
int httpd_server_route(struct httpd_server *server, struct fr_str path, unsigned methods,
		       httpd_handler_fn fn, void *ctx) FR_MUST_CHECK;
/*
 * Also calls early for requests on that route, which there is, once their header is here and while
 * their body is to come; the route's fn follows with the whole. Early may answer, after which the
 * body is not read, or put exchange->coming into a list of its own: it stays in there until the
 * body is here or will never be.
 */
void httpd_server_announce(struct httpd_server *server, struct fr_str path, httpd_handler_fn early);
/* Calls fn for what no route takes, whatever its method. Without it: 404. */
void httpd_server_fallback(struct httpd_server *server, httpd_handler_fn fn, void *ctx);
/* Serves a connection (a net_accept_fn with the server as ctx). */
void httpd_server_accept(void *server, struct net_conn *conn);
/* The same for one that another loop's server has accepted, and whose request is for this one: it
 * is answered whatever the limits are, and also when the server closes. */
void httpd_server_adopt(void *server, struct net_conn *conn);
/*
 * Writes what was answered; the loop's hook before poll, behind the hooks of those who answer in
 * theirs. Calls nothing upwards: requests that came behind a large or a deferred answer are taken
 * up by the timers' next run.
 */
void httpd_server_flush(struct httpd_server *server);
/* The status that answers a refusal of net_peers_take or net_seat_give. */
int httpd_peers_status(int refusal);
/* Connections in HTTP (not those taken out of it). */
size_t httpd_server_conns(const struct httpd_server *server);
/* Lives as long as the server. */
const struct httpd_counters *httpd_server_counters(const struct httpd_server *server);
/* Connections without a whole request are closed now, busy ones after their answer; new ones at
 * once. */
void httpd_server_close(struct httpd_server *server);

#endif
