/*
 * From bytes to one request (RFC 9112), in whatever pieces they come: http-parser sees the header
 * once it is whole. Stricter than http-parser: see head.h, head_refusal in parser.c, and chunked.h.
 */
#ifndef HTTPD_PARSER_H
#define HTTPD_PARSER_H

#include "httpd/exchange.h"

struct httpd_limits {
	size_t request_line; /* bytes, its CRLF included; then 414 */
	size_t header;       /* bytes after the request line; then 431 */
	size_t body;         /* bytes; then 413 */
};

enum httpd_parse {
	HTTPD_PARSE_MORE,    /* all bytes were taken, the request is not whole yet */
	HTTPD_PARSE_HEAD,    /* the header is whole and a body follows: call again */
	HTTPD_PARSE_DONE,    /* the request is whole; bytes after it were not taken */
	HTTPD_PARSE_REFUSED, /* answer httpd_parser_refusal, and close */
};

struct httpd_parser;

/* NULL: no memory. */
struct httpd_parser *httpd_parser_new(const struct httpd_limits *limits) FR_MUST_CHECK;
/* Takes NULL. */
void httpd_parser_free(struct httpd_parser *parser);
/* Ready for the next request; views of the last one are gone. Keeps memory of usual size only. */
void httpd_parser_reset(struct httpd_parser *parser);
/* Takes *used of n > 0 bytes. After DONE or REFUSED: reset first. */
enum httpd_parse httpd_parser_recv(struct httpd_parser *parser, const uint8_t *bytes, size_t n,
				   size_t *used) FR_MUST_CHECK;
/* From HEAD on all but the body, after DONE all; valid until the reset. */
const struct httpd_request *httpd_parser_request(const struct httpd_parser *parser);
/* The request line and the header with its empty line; valid like the request. */
struct fr_str httpd_parser_head(const struct httpd_parser *parser);
/* Whether the header is whole and well-formed, also of a request that is refused for its body. */
bool httpd_parser_head_done(const struct httpd_parser *parser);
/* Bytes of the body that are here. */
size_t httpd_parser_gathered(const struct httpd_parser *parser);
/* The status to refuse the request with. */
int httpd_parser_refusal(const struct httpd_parser *parser);

#endif
