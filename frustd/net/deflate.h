/*
 * The one door to zlib: gzip for HTTP answers, and DEFLATE for messages that stand alone, as
 * WebSocket's permessage-deflate has them without context takeover (RFC 7692 §7.2). Since nothing
 * is kept from one message to the next, one deflater and one inflater serve a whole loop.
 */
#ifndef NET_DEFLATE_H
#define NET_DEFLATE_H

#include "base/buf.h"

/* Appends the gzip form (RFC 1952) of bytes at zlib's given level (1 to 9); 0 or -ENOMEM. */
int net_gzip(struct fr_buf *out, struct fr_str bytes, int level) FR_MUST_CHECK;

/* log2 of the bytes that a back reference reaches. zlib compresses with no smaller window. */
#define NET_WINDOW_MIN 9
#define NET_WINDOW_MAX 15

struct net_deflater;

/* zlib's own 256 KiB come with the first message. NULL: no memory. */
struct net_deflater *net_deflater_new(void) FR_MUST_CHECK;
/* Takes NULL. */
void net_deflater_free(struct net_deflater *deflater);
/*
 * Appends the message made of the parts, joined: byte-aligned DEFLATE blocks without the last four
 * bytes 00 00 ff ff. window: NET_WINDOW_MIN to _MAX. 0 or -ENOMEM.
 */
int net_deflate(struct net_deflater *deflater, int window, const struct fr_str *parts, int n,
		struct fr_buf *out) FR_MUST_CHECK;

struct net_inflater;

enum net_inflate {
	NET_INFLATE_BAD = 1,       /* no DEFLATE blocks, or cut short */
	NET_INFLATE_TOO_LARGE = 2, /* told when max is reached, however much would follow */
};

/* For messages of any window; zlib's own 40 KiB come with the first one. NULL: no memory. */
struct net_inflater *net_inflater_new(void) FR_MUST_CHECK;
/* Takes NULL. */
void net_inflater_free(struct net_inflater *inflater);
/*
 * Appends the message that bytes, without their last 00 00 ff ff, inflate to: at most max bytes. 0,
 * an enum net_inflate (out holds a part of it then), or -ENOMEM.
 */
int net_inflate(struct net_inflater *inflater, struct fr_str bytes, size_t max,
		struct fr_buf *out) FR_MUST_CHECK;

#endif
