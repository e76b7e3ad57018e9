/*
 * How values spread: counted in buckets that double, so that adding one costs a few instructions.
 * Bucket 0 holds 0 and 1, bucket i what is above 2^(i-1) and at most 2^i, the last all that is
 * more. One thread.
 */
#ifndef FR_HISTOGRAM_H
#define FR_HISTOGRAM_H

#include <stdint.h>

#define FR_HISTOGRAM_BUCKETS 25

struct fr_histogram {
	uint64_t counts[FR_HISTOGRAM_BUCKETS];
	uint64_t sum; /* of the values */
};

static inline void fr_histogram_add(struct fr_histogram *histogram, uint64_t value)
{
	/* the bits of value - 1: how many doublings of 1 it takes to reach value */
	unsigned i = value > 1 ? 64 - (unsigned)__builtin_clzll(value - 1) : 0;

	histogram->counts[i < FR_HISTOGRAM_BUCKETS ? i : FR_HISTOGRAM_BUCKETS - 1]++;
	histogram->sum += value;
}

#endif
