/*
 * In place of base/random for fuzz targets, linked with --wrap=fr_random: the same input has to do
 * the same again.
 */
#include "fuzz/random.h"

#include "fuzz/fuzz.h"

int __wrap_fr_random(void *out, size_t n);

static struct fuzz_dice dice;

void fuzz_random_restart(void)
{
	dice = (struct fuzz_dice){0};
}

int __wrap_fr_random(void *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((uint8_t *)out)[i] = (uint8_t)fuzz_roll(&dice, 256);
	return 0;
}
