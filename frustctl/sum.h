/* Adding up counters and moments, whatever they are: a sum ends at the end of the range. */
#ifndef FRUSTCTL_SUM_H
#define FRUSTCTL_SUM_H

#include <stdint.h>

static inline int64_t sum_of(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return a < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

#endif
