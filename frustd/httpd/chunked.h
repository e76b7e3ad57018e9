/*
 * Chunked bodies (RFC 9112 §7.1), in whatever pieces they come, and nothing that only resembles
 * them: a proxy in front of us that saw the body's end elsewhere would let requests be smuggled.
 * Extensions and trailers are checked and thrown away.
 */
#ifndef HTTPD_CHUNKED_H
#define HTTPD_CHUNKED_H

#include "base/buf.h"

enum httpd_chunked_state {
	HTTPD_CHUNKED_SIZE,     /* the line with a chunk's size */
	HTTPD_CHUNKED_DATA,     /* a chunk's data */
	HTTPD_CHUNKED_DATA_END, /* the CRLF behind it */
	HTTPD_CHUNKED_TRAILER,  /* a trailer's line, or the empty one that ends the body */
	HTTPD_CHUNKED_END,      /* the body is whole */
};

struct httpd_chunked {
	enum httpd_chunked_state state;
	size_t body_max;    /* bytes; then 413 */
	size_t extra_max;   /* bytes of all extensions and trailers; then 431 */
	size_t extra;       /* of the lines that are whole */
	size_t left;        /* of the chunk's data */
	struct fr_buf line; /* what is here of one, without its CRLF */
	bool cr;            /* the line's CR is here */
};

/* Ready for a body; takes a zeroed struct or a used one, whose memory is kept. */
void httpd_chunked_begin(struct httpd_chunked *chunked, size_t body_max, size_t extra_max);
void httpd_chunked_fini(struct httpd_chunked *chunked);
/*
 * Takes *used of n bytes, not those after the body's end, and appends the data among them to body.
 * 0, or the status to refuse the request with: 400, 413, 431, or 503 without memory.
 */
int httpd_chunked_recv(struct httpd_chunked *chunked, const uint8_t *bytes, size_t n,
		       struct fr_buf *body, size_t *used) FR_MUST_CHECK;

#endif
