/*
 * What every fuzz target shares. A target is LLVMFuzzerTestOneInput: it takes any bytes, and aborts
 * when something does not hold that must. With libFuzzer it looks for such bytes (script/fuzz),
 * with replay.c it goes through its corpus as an ordinary test.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Also with NDEBUG. */
#define FUZZ_CHECK(expr) fuzz_check((expr), #expr, __FILE__, __LINE__)

static inline void fuzz_check(bool holds, const char *expr, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, expr);
	abort();
}

/* Decisions that cost the input no bytes: where a stream is cut, how much a peer reads. */
struct fuzz_dice {
	uint64_t state;
};

static inline struct fuzz_dice fuzz_dice_of(const uint8_t *data, size_t size)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ data[i]) * 1099511628211u;
	return (struct fuzz_dice){hash};
}

/* 0 to sides - 1. */
static inline uint32_t fuzz_roll(struct fuzz_dice *dice, uint32_t sides)
{
	dice->state = dice->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(dice->state >> 33) % sides;
}

/* The size of a stream's next piece, of `left` bytes; mode 0: all, 1: single bytes, else by dice.
 */
static inline size_t fuzz_piece(struct fuzz_dice *dice, unsigned mode, size_t left)
{
	size_t most = mode % 2 ? 7 : 300;

	if (mode == 0)
		return left;
	if (mode == 1)
		return 1;
	if (left < most)
		most = left;
	return 1 + fuzz_roll(dice, (uint32_t)most);
}

/* Takes one byte off the input's front; 0 at its end. */
static inline uint8_t fuzz_byte(struct fr_str *input)
{
	uint8_t byte;

	if (input->len == 0)
		return 0;
	byte = (uint8_t)input->at[0];
	*input = fr_str_skip(*input, 1);
	return byte;
}

/* Takes what comes before the next c off the input's front, and the c. */
static inline struct fr_str fuzz_until(struct fr_str *input, char c)
{
	size_t n = fr_str_find(*input, c);
	struct fr_str taken = fr_str(input->at, n);

	*input = fr_str_skip(*input, n < input->len ? n + 1 : n);
	return taken;
}

/* The input as a view; never at NULL. */
static inline struct fr_str fuzz_input(const uint8_t *data, size_t size)
{
	return size ? fr_str((const char *)data, size) : FR_STR("");
}

/* Whether part lies in whole, byte by byte. */
static inline bool fuzz_within(struct fr_str part, struct fr_str whole)
{
	return part.len == 0 || (part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}

#endif
