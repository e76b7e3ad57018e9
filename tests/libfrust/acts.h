/* Everything that can be done to a stock database, for tests in which each step of it fails. */
#ifndef TESTS_LIBFRUST_ACTS_H
#define TESTS_LIBFRUST_ACTS_H

#include "stock.h"

/* What an act needs beside the database: made once, by acts_init. */
struct acts {
	struct scratch other; /* another database, and a backup beside it */
	char backup[160];
	char target[160]; /* for a backup that is made; not there */
	struct fr_buf text;
};

struct act {
	const char *name;
	int (*run)(struct frust *db, struct acts *acts, struct frust_error *err);
	bool reads; /* it changes nothing */
};

extern const struct act all_acts[];
extern const size_t act_count;

void acts_init(struct acts *acts);
void acts_fini(struct acts *acts);

#endif
