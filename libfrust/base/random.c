/* The one door to the system's random source. */
#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

int fr_random(void *bytes, size_t n)
{
	char *at = bytes;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0) {
			at += got;
			n -= (size_t)got;
		}
	}
	return 0;
}

int fr_random_pooled(struct fr_random_pool *pool, void *bytes, size_t n)
{
	int r;

	assert(n <= sizeof(pool->bytes));
	if (pool->left < n) {
		r = fr_random(pool->bytes, sizeof(pool->bytes));
		if (r < 0)
			return r;
		pool->left = sizeof(pool->bytes);
	}
	pool->left -= n;
	memcpy(bytes, pool->bytes + pool->left, n);
	explicit_bzero(pool->bytes + pool->left, n);
	return 0;
}
