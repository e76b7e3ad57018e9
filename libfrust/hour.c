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
