/* gzip for HTTP answers; the one door to zlib. */
#ifndef NET_DEFLATE_H
#define NET_DEFLATE_H

#include "base/buf.h"

/* Appends the gzip form (RFC 1952) of bytes at zlib's given level (1 to 9); 0 or -ENOMEM. */
int net_gzip(struct fr_buf *out, struct fr_str bytes, int level) FR_MUST_CHECK;

#endif
