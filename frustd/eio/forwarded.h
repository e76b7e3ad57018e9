/*
 * Where a request came from and which site it was for, as the nearest proxy saw it. Only peers on
 * this machine (loopback, Unix sockets) are believed to be proxies.
 */
#ifndef EIO_FORWARDED_H
#define EIO_FORWARDED_H

#include "httpd/exchange.h"

struct eio_forwarded {
	bool secure;             /* the site is https */
	struct fr_str host;      /* of the site, with its port if it was told; may be absent */
	struct net_address peer; /* the client */
};

/* X-Forwarded-Proto, -Host and -For, or, where there are none, Forwarded (RFC 7239); what is not
 * told comes from the request itself. Views of the request. */
void eio_forwarded_read(const struct httpd_request *request, struct eio_forwarded *out);

#endif
