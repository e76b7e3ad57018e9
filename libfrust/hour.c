/* Hours and days of UTC, and sums that cannot overflow. */
#include "internal.h"

static int64_t floor_to(int64_t t, int64_t step)
{
	int64_t rest = t % step;

	if (rest < 0)
		rest += step;
	return t < INT64_MIN + rest ? INT64_MIN : t - rest;
}

int64_t frust_hour_start(int64_t t)
{
	return floor_to(t, FRUST_HOUR);
}

int64_t frust_day_start(int64_t t)
{
	return floor_to(t, FRUST_DAY);
}

int64_t frust__add(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return a < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

int64_t frust__sub(int64_t a, int64_t b)
{
	int64_t difference;

	if (__builtin_sub_overflow(a, b, &difference))
		return a < 0 ? INT64_MIN : INT64_MAX;
	return difference;
}
