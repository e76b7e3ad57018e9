/*
 * Which site a request was for and who sent it, as the proxies in front of us saw it. Only trusted
 * proxies are believed: peers on this machine (loopback, Unix sockets), and the networks given.
 */
#ifndef HTTPD_FORWARDED_H
#define HTTPD_FORWARDED_H

#include "httpd/exchange.h"

/*
 * Sets request->secure, host, client and trusted: from X-Forwarded-Proto, -Host and -For, or, where
 * there are none, from Forwarded (RFC 7239); what is not told, or told by somebody who is no proxy
 * of ours, comes from the request itself. The client is the last address before our proxies' own.
 */
void httpd_forwarded_read(struct httpd_request *request, const struct net_cidr *proxies, size_t n);

#endif
