/* The wall clock: read here and nowhere else, so that tests and tools can shift or replace it. */
#ifndef APP_CLOCK_H
#define APP_CLOCK_H

#include <stdint.h>

struct clock_source {
	int64_t (*read)(void *ctx); /* ms since the epoch, UTC */
	void *ctx;
	int64_t shift; /* ms added to what read says */
};

/* The system's clock, shifted by so many seconds. */
struct clock_source clock_system(int64_t shift_seconds);
/* ms since the epoch. */
int64_t clock_ms(const struct clock_source *clock);
/* Seconds since the epoch. */
int64_t clock_now(const struct clock_source *clock);

#endif
