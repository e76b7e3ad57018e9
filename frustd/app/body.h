/*
 * A ready answer of an HTTP route: composed when it is asked for and something changed, then shared
 * by all who ask, plain and gzip, until the next change.
 */
#ifndef APP_BODY_H
#define APP_BODY_H

#include "base/buf.h"
#include "httpd/exchange.h"
#include "net/chunk.h"

#define BODY_GZIP_MIN 1024 /* bytes; below it gzip is not worth it */

struct body {
	struct net_chunk *plain, *gzip; /* gzip: made when it is first asked for */
	uint64_t version;
	uint64_t boot; /* random: two runs of the server never share an ETag */
	bool made;
};

typedef void (*body_fn)(void *ctx, struct fr_buf *out);

/* 0 or a negative errno. */
int body_init(struct body *body) FR_MUST_CHECK;
/* Takes a zeroed body. */
void body_fini(struct body *body);
/*
 * Answers with the body as of `version`; fn composes it anew when it was made for another one.
 * ETag, If-None-Match → 304, gzip when accepted and worth it, Cache-Control: no-cache.
 */
void body_respond(struct body *body, struct httpd_exchange *exchange, uint64_t version, body_fn fn,
		  void *ctx);

/* Whether If-None-Match's value names the tag (weak comparison, RFC 9110 §13.1.2). */
bool body_etag_matches(struct fr_str header, struct fr_str tag);
/* Whether Accept-Encoding's value takes gzip (RFC 9110 §12.5.3). */
bool body_accepts_gzip(struct fr_str header);

#endif
