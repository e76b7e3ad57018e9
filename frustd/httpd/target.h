/* The request target's parts (RFC 9112 §3.2), of the origin and the absolute form. */
#ifndef HTTPD_TARGET_H
#define HTTPD_TARGET_H

#include "base/buf.h"

struct httpd_target {
	struct fr_str authority; /* absent in the origin form */
	struct fr_str path;      /* percent-decoded once; begins with '/' */
	struct fr_str query;     /* raw, without '?' */
};

/* Views of target, the decoded path also of scratch. False when target is of another form or holds
 * bytes that have no place in one; out of memory shows in scratch. */
bool httpd_target_split(struct fr_str target, struct fr_buf *scratch, struct httpd_target *out);

/* What Host and the absolute form name (RFC 9112 §3.2): nothing, or a name, an IPv4 or a bracketed
 * IPv6 address, perhaps with a port; never a user or a list. */
bool httpd_target_is_host(struct fr_str host);

#endif
