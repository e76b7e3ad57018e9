/* Which web pages may use the server: those of its own site, and no others unless the options say.
 */
#ifndef EIO_ORIGIN_H
#define EIO_ORIGIN_H

#include "eio/forwarded.h"

/* The request's Origin; absent when there is none or an empty one (not a page: anyone may). */
struct fr_str eio_origin_of(const struct httpd_request *request);
/* Whether it holds control bytes, or the request has more than one. */
bool eio_origin_malformed(const struct httpd_request *request);
/*
 * Whether the origin is the site's own: the same scheme and host, ports that are their scheme's
 * default being the same as none. wss:// and ws:// count as https:// and http://.
 */
bool eio_origin_same(struct fr_str origin, const struct eio_forwarded *site);

#endif
