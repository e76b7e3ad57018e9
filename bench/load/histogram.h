/* How long things took, in 16 steps an octave: a quantile is within 5 % of the truth. */
#ifndef LOAD_HISTOGRAM_H
#define LOAD_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS 16
#define HISTOGRAM_OCTAVES 40

struct histogram {
	uint64_t count;
	uint64_t steps[HISTOGRAM_OCTAVES * HISTOGRAM_STEPS];
};

void histogram_add(struct histogram *histogram, uint64_t ns);
/* The time within which that part (0 to 1) of them stayed, in ms. */
double histogram_ms(const struct histogram *histogram, double part);

#endif
