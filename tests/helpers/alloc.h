/*
 * Allocations that fail on demand, for tests linked with --wrap=malloc, calloc and realloc (see
 * tests/base/CMakeLists.txt). Included by the test's own file alone.
 */
#ifndef TESTS_HELPERS_ALLOC_H
#define TESTS_HELPERS_ALLOC_H

#include <stddef.h>

static int alloc_before_failure = -1; /* how many still succeed; below 0: all */
static size_t alloc_bytes;            /* asked for in all */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *at, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *at, size_t size);

static inline int alloc_fails(size_t size)
{
	alloc_bytes += size;
	return alloc_before_failure == 0 || (alloc_before_failure > 0 && !alloc_before_failure--);
}

void *__wrap_malloc(size_t size)
{
	return alloc_fails(size) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return alloc_fails(n * size) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *at, size_t size)
{
	return alloc_fails(size) ? NULL : __real_realloc(at, size);
}

#endif
