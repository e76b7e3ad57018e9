/*
 * Which clicks people are shown when there are more of them than anybody can follow: a fair sample,
 * spread evenly over time, each click with the same chance whoever pressed it. Pure memory; time
 * comes in.
 */
#ifndef APP_SAMPLE_H
#define APP_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

struct sample {
	uint32_t rate;        /* clicks a second that are shown; 0: all */
	uint64_t since;       /* ms, when the running second began */
	uint64_t before, now; /* clicks of the second before it, and of the running one */
	double credit;        /* of what is shown; one shows a click */
	uint64_t random;      /* the generator's state, never 0 */
};

/* random: anything, best from the system's random source. */
void sample_init(struct sample *sample, uint32_t rate, uint64_t random);
/* A click came at that moment (ms, monotonic): whether it is shown. */
bool sample_take(struct sample *sample, uint64_t now);

#endif
