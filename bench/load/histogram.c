#include "histogram.h"

static unsigned step_of(uint64_t ns)
{
	unsigned octave;

	if (ns < HISTOGRAM_STEPS)
		return (unsigned)ns;
	octave = 63 - (unsigned)__builtin_clzll(ns) - 3; /* its top 5 bits decide, one is implied */
	if (octave >= HISTOGRAM_OCTAVES)
		return HISTOGRAM_OCTAVES * HISTOGRAM_STEPS - 1;
	return octave * HISTOGRAM_STEPS + (unsigned)(ns >> (octave - 1)) % HISTOGRAM_STEPS;
}

/* The smallest time of the step after it. */
static double end_of(unsigned step)
{
	unsigned octave = ++step / HISTOGRAM_STEPS;

	if (octave == 0)
		return step;
	return (double)(HISTOGRAM_STEPS + step % HISTOGRAM_STEPS) * (double)(1ull << (octave - 1));
}

void histogram_add(struct histogram *histogram, uint64_t ns)
{
	histogram->steps[step_of(ns)]++;
	histogram->count++;
}

double histogram_ms(const struct histogram *histogram, double part)
{
	double wanted = part * (double)histogram->count;
	uint64_t seen = 0;
	unsigned step = 0;

	while (step < HISTOGRAM_OCTAVES * HISTOGRAM_STEPS - 1) {
		seen += histogram->steps[step];
		if (seen > 0 && (double)seen >= wanted)
			break;
		step++;
	}
	return histogram->count ? end_of(step) / 1e6 : 0;
}
