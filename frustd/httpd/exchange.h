/*
 * One request and its one response. Owned by its connection; a handler answers at once or *defers*:
 * then it holds what it gets for it until it answers or on_abort says that the peer is gone.
 */
#ifndef HTTPD_EXCHANGE_H
#define HTTPD_EXCHANGE_H

#include "base/buf.h"
#include "base/list.h"
#include "net/chunk.h"
#include "net/conn.h"
#include "net/parcel.h"

enum httpd_method {
	HTTPD_GET = 1,
	HTTPD_HEAD = 2,
	HTTPD_POST = 4,
	HTTPD_OPTIONS = 8,
	HTTPD_PUT = 16,
	HTTPD_DELETE = 32,
	HTTPD_PATCH = 64,
	HTTPD_OTHER = 128,
};

struct httpd_header {
	struct fr_str name, value; /* value without outer blanks */
};

#define HTTPD_HEADERS_MAX 100

/* What the request's Origin is to us, see origin.h. */
enum httpd_origin {
	HTTPD_ORIGIN_NONE,      /* none, or an empty one: not a page, anyone may */
	HTTPD_ORIGIN_SAME,      /* a page of our own site */
	HTTPD_ORIGIN_ALLOWED,   /* a page of another site that the options allow */
	HTTPD_ORIGIN_OTHER,     /* a page of any other site */
	HTTPD_ORIGIN_MALFORMED, /* control bytes, or several */
};

/* All views live until the exchange is answered (or aborted). */
struct httpd_request {
	enum httpd_method method;
	uint8_t minor;        /* HTTP/1.minor */
	bool keep_alive;      /* stays open: what the client asks for and the version implies */
	bool upgrade;         /* Connection: upgrade and Upgrade: websocket */
	struct fr_str target; /* as sent */
	struct fr_str path;   /* of the target, percent-decoded once; begins with '/' */
	struct fr_str query;  /* without '?', raw */
	struct fr_str body;
	const struct httpd_header *headers;
	size_t header_count;
	struct net_address peer; /* of the socket */
	/* As trusted proxies tell, see forwarded.h: */
	bool secure;               /* the site is https */
	struct fr_str host;        /* of the site, with its port if it was told; may be absent */
	struct net_address client; /* who asks */
	bool trusted; /* that is a proxy itself, or on this machine: no limit of an address holds */
	enum httpd_origin origin;
};

/* The first header of that name (without case); absent when there is none. */
struct fr_str httpd_request_header(const struct httpd_request *request, struct fr_str name);
/* Whether a comma-separated header of that name lists the token (without case). */
bool httpd_request_lists(const struct httpd_request *request, struct fr_str name,
			 struct fr_str token);

struct httpd_response {
	int status;
	struct fr_str type;      /* Content-Type; absent: none */
	struct fr_str headers;   /* further header lines, each with its CRLF; copied */
	struct fr_str body;      /* copied; ignored when chunk is set */
	struct net_chunk *chunk; /* the body, shared: the exchange takes its own reference */
	bool close;              /* end the connection after it */
};

struct httpd_exchange {
	struct httpd_request request;
	struct httpd_conn *conn;
	void (*on_abort)(
		void *ctx); /* deferred: the peer went away; the exchange is gone after it */
	void *ctx;
	struct fr_list coming; /* for who is told of bodies to come, see httpd_server_announce */
	bool deferred, answered;
};

/*
 * Answers. Date, Content-Length, Connection and the security headers that every answer has are
 * added; for HEAD and 304 the body is left out. Exactly once an exchange; it and the request's
 * views are gone after it. The bytes leave on the next flush, those of a small answer that was
 * deferred at once if they can.
 */
void httpd_exchange_respond(struct httpd_exchange *exchange, const struct httpd_response *response);
/* {"error": "<reason phrase or text>"} with that status; text may be absent. */
void httpd_exchange_error(struct httpd_exchange *exchange, int status, struct fr_str text);
/* 405, and in Allow the methods (a mask) that the resource has (RFC 9110 §10.2.1); a preflight of a
 * page that may ask is told the same by 204. */
void httpd_exchange_refuse_method(struct httpd_exchange *exchange, unsigned methods);
/*
 * Answer later: returns the exchange to do it with, the same request in memory of its own size, and
 * the one given may not be touched any more. NULL: no memory, 503 was the answer. The connection
 * goes on reading. When the peer closes or shuts down its side, or the connection ends otherwise,
 * on_abort comes (never from inside a function of this header); until it has returned the exchange
 * is there, and answering it does nothing.
 */
struct httpd_exchange *httpd_exchange_defer(struct httpd_exchange *exchange,
					    void (*on_abort)(void *ctx), void *ctx) FR_MUST_CHECK;
/*
 * Takes the connection out of HTTP after the given bytes (a 101 response, or nothing) were sent,
 * and gives it to the new handler, whose on_recv is first called with what the peer sent after the
 * request, once the request's handler has returned. Only from inside that handler, not after
 * httpd_exchange_defer. Nothing of the exchange may be touched after it. What did not fit into the
 * peer's window is held (conn->held): then the new handler's on_writable comes first.
 * 0, or a negative errno: the connection is closed, the new handler was never called.
 */
int httpd_exchange_take(struct httpd_exchange *exchange, struct fr_str head,
			const struct net_conn_handler *handler, void *ctx,
			struct net_conn **conn) FR_MUST_CHECK;
/*
 * The request is for a server on another loop: packs its connection up, with the request and what
 * came behind it, and gives the parcel to fn once the handler has returned (net_parcel_open there,
 * with httpd_server_adopt). Only from inside a handler: of a request whose body is to come the
 * early one. Nothing of the exchange may be touched after it. A peer that does not take the answers
 * to what it asked before, or a parcel that cannot be made, closes the connection instead.
 */
void httpd_exchange_move(struct httpd_exchange *exchange,
			 void (*fn)(void *ctx, struct net_parcel *parcel), void *ctx);

#endif
