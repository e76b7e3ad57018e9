/*
 * Of n clicks in the last second each is shown with the chance p = rate / n. Tossing a coin for
 * each would do, but shows a few too many in one moment and too few in the next. So every click
 * brings p of a credit, and is shown when the credit there is beats a random number; being shown
 * costs 1. In the long run exactly p of them are shown, no gap is long, and no rhythm in which
 * people press can fall in step with it (in printing: error diffusion with a random threshold).
 */
#include "app/sample.h"

#define SECOND 1000u /* ms */

void sample_init(struct sample *sample, uint32_t rate, uint64_t random)
{
	*sample = (struct sample){.rate = rate, .random = random | 1};
}

/* In [0, 1): xorshift64* (Marsaglia; Vigna 2016), good enough for a draw. */
static double draw(struct sample *sample)
{
	uint64_t x = sample->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	sample->random = x;
	return (double)(x * 0x2545f4914f6cdd1d >> 11) / (double)((uint64_t)1 << 53);
}

/*
 * Counts the click; how many there were in the second that ends with this millisecond: all of the
 * running one, and of the one before as much as still belongs to it, as if they had come evenly.
 */
static double count(struct sample *sample, uint64_t now)
{
	uint64_t passed = now - sample->since;

	if (passed >= 2 * SECOND) {
		sample->before = sample->now = passed = 0;
		sample->since = now;
	} else if (passed >= SECOND) {
		sample->before = sample->now;
		sample->now = 0;
		sample->since += SECOND;
		passed -= SECOND;
	}
	sample->now++;
	return (double)sample->now +
	       (double)sample->before * (double)(SECOND - 1 - passed) / (double)SECOND;
}

bool sample_take(struct sample *sample, uint64_t now)
{
	double last_second = count(sample, now);

	/* One more: how the two seconds share their border is not known to a click. */
	if (!sample->rate || last_second < sample->rate + 1.0) {
		sample->credit = 0;
		return true;
	}
	sample->credit += sample->rate / last_second;
	if (sample->credit <= draw(sample))
		return false;
	sample->credit -= 1;
	return true;
}
