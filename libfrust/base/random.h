/* Bytes from the system's random source (getrandom). */
#ifndef FR_RANDOM_H
#define FR_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/* Fills n bytes; 0 or a negative errno. */
int fr_random(void *bytes, size_t n) FR_MUST_CHECK;

/* Bytes fetched many at once, for who needs a few of them again and again. Zeroed: empty. */
struct fr_random_pool {
	uint8_t bytes[480];
	size_t left;
};
/* The same from the pool; n is at most its size. What was given is wiped there. */
int fr_random_pooled(struct fr_random_pool *pool, void *bytes, size_t n) FR_MUST_CHECK;

#endif
