/* Bytes from the system's random source (getrandom). */
#ifndef FR_RANDOM_H
#define FR_RANDOM_H

#include <stddef.h>

#include "attr.h"

/* Fills n bytes; 0 or a negative errno. */
int fr_random(void *bytes, size_t n) FR_MUST_CHECK;

#endif
