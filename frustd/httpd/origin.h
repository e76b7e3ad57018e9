/*
 * Which web pages may use the server: those of its own site, and those that the options name. And
 * what a browser must be told so that it lets them (CORS, the Fetch standard).
 */
#ifndef HTTPD_ORIGIN_H
#define HTTPD_ORIGIN_H

#include "httpd/exchange.h"

/*
 * Judges the request's Origin; request->secure and host are set. `allowed`: origins as browsers
 * send them, "*" for any. Default ports are the same as none; wss and ws count as https and http.
 */
enum httpd_origin httpd_origin_judge(const struct httpd_request *request,
				     const struct fr_str *allowed, size_t n);
/* The lines that tell a page of an allowed origin that it may read the answer. */
void httpd_origin_add_lines(const struct httpd_request *request, struct fr_buf *out);
/* Whether a browser asks what a page of an allowed origin may send. */
bool httpd_origin_is_preflight(const struct httpd_request *request);
/* The further lines that answer a preflight for these methods ("GET, POST"). */
void httpd_origin_add_preflight(const struct httpd_request *request, struct fr_str methods,
				struct fr_buf *out);

#endif
