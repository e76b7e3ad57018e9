/* Counted immutable bytes. */
#include "net/chunk.h"

#include <stdlib.h>

struct net_chunk *net_chunk_new(size_t n)
{
	struct net_chunk *chunk;

	if (n > SIZE_MAX - sizeof(*chunk))
		return NULL;
	chunk = malloc(sizeof(*chunk) + n);
	if (!chunk)
		return NULL;
	fr_ref_init(&chunk->ref);
	chunk->len = n;
	return chunk;
}

struct net_chunk *net_chunk_of(const void *bytes, size_t n)
{
	struct net_chunk *chunk = net_chunk_new(n);

	if (chunk && n)
		memcpy(chunk->bytes, bytes, n);
	return chunk;
}

struct net_chunk *net_chunk_ref(struct net_chunk *chunk)
{
	fr_ref_up(&chunk->ref);
	return chunk;
}

void net_chunk_unref(struct net_chunk *chunk)
{
	if (chunk && fr_ref_down(&chunk->ref))
		free(chunk);
}
