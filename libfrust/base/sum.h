/* Sums of counters and times that come from files: at the ends of the range, not beyond them. */
#ifndef FR_SUM_H
#define FR_SUM_H

#include <stdint.h>

static inline int64_t fr_sum(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return a < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

static inline int64_t fr_difference(int64_t a, int64_t b)
{
	int64_t difference;

	if (__builtin_sub_overflow(a, b, &difference))
		return a < 0 ? INT64_MIN : INT64_MAX;
	return difference;
}

#endif
