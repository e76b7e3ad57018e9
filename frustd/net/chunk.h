/* Immutable bytes shared by several owners, on any threads. */
#ifndef NET_CHUNK_H
#define NET_CHUNK_H

#include "base/attr.h"
#include "base/ref.h"
#include "base/str.h"

struct net_chunk {
	struct fr_ref ref;
	size_t len;
	uint8_t bytes[];
};

/* A chunk of n bytes with one owner, to be filled before it is shared; NULL: no memory. */
struct net_chunk *net_chunk_new(size_t n) FR_MUST_CHECK;
/* A copy of bytes. */
struct net_chunk *net_chunk_of(const void *bytes, size_t n) FR_MUST_CHECK;
struct net_chunk *net_chunk_ref(struct net_chunk *chunk);
/* Takes NULL. */
void net_chunk_unref(struct net_chunk *chunk);
static inline struct fr_str net_chunk_str(const struct net_chunk *chunk)
{
	return (struct fr_str){(const char *)chunk->bytes, chunk->len};
}

#endif
