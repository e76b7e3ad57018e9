#include "app/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t read_system(void *ctx)
{
	struct timespec now;

	(void)ctx;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct clock_source clock_system(int64_t shift_seconds)
{
	return (struct clock_source){read_system, NULL, shift_seconds * 1000};
}

int64_t clock_ms(const struct clock_source *clock)
{
	return clock->read(clock->ctx) + clock->shift;
}

int64_t clock_now(const struct clock_source *clock)
{
	return clock_ms(clock) / 1000;
}
