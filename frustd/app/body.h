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

/* The header lines of an answer, which begin with its tag. */
struct body_lines {
	char text[160];
	size_t len; /* 0: not written yet */
	size_t tag; /* of the tag with its quotes, behind "ETag: " */
};

/* Zeroed: there is none. */
struct body {
	struct net_chunk *plain,
		*gzip;    /* plain NULL: none; gzip: made when it is first asked for */
	uint64_t version; /* what it was composed of */
	/* Of either form: two encodings are two representations, and each has its own tag. */
	struct body_lines plain_lines, gzip_lines;
};

typedef void (*body_fn)(void *ctx, struct fr_buf *out);

void body_fini(struct body *body);
/* Whether it is there as of `version`. */
bool body_is(const struct body *body, uint64_t version);
/* Has fn compose it as of `version`, unless it is there. 0 or -ENOMEM. */
int body_make(struct body *body, uint64_t version, body_fn fn, void *ctx) FR_MUST_CHECK;
/* Takes one that was composed elsewhere; the reference is the body's. */
void body_take(struct body *body, uint64_t version, struct net_chunk *plain);
/*
 * Answers with it. ETag of boot and version, If-None-Match → 304, gzip when accepted and worth it,
 * Cache-Control: no-cache.
 */
void body_respond(struct body *body, struct httpd_exchange *exchange, uint64_t boot);

/* Whether If-None-Match's value names the tag (weak comparison, RFC 9110 §13.1.2). */
bool body_etag_matches(struct fr_str header, struct fr_str tag);
/* Whether Accept-Encoding's value takes gzip (RFC 9110 §12.5.3). */
bool body_accepts_gzip(struct fr_str header);

#endif
