/*
 * A request's line and its fields as they come, up to and with the empty line that ends them: held
 * against their limits and looked at line by line (RFC 9112 §2.2, §5.2), so that whoever reads them
 * has them whole and nothing depends on where a packet was cut.
 */
#ifndef HTTPD_HEAD_H
#define HTTPD_HEAD_H

#include "base/buf.h"

struct httpd_head {
	size_t line_max;     /* bytes of the request line, its CRLF included; then 414 */
	size_t fields_max;   /* bytes after it; then 431 */
	struct fr_buf bytes; /* as sent, but for blank lines before and tabs behind */
	size_t line_start;   /* of the line that is not whole yet */
	size_t request_line; /* its bytes; 0: not whole yet */
	bool whole;
};

/* Ready for a request; takes a zeroed struct or a used one, whose memory is kept. */
void httpd_head_begin(struct httpd_head *head, size_t line_max, size_t fields_max);
void httpd_head_fini(struct httpd_head *head);
/*
 * Takes *used of n bytes, not those after the head's end. 0, or the status to refuse the request
 * with: 400, 414, 431, or 503 without memory.
 */
int httpd_head_recv(struct httpd_head *head, const uint8_t *bytes, size_t n,
		    size_t *used) FR_MUST_CHECK;

#endif
