/* Every kind of call that may fail, each with the errors that matter. */
#ifndef TESTS_FAULTS_KINDS_H
#define TESTS_FAULTS_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "shim.h"

#define KINDS_FOREVER (INT64_MAX / 2) /* times, for shim_arm */

struct kind {
	const char *name;
	enum shim_kind kind;
	int error;
	enum shim_how how;
	int step;  /* the short form's, from one n to the next */
	bool once; /* if it lasts, SQLite tries again for ten seconds before it gives up */
};

extern const struct kind kinds[];
extern const size_t kind_count;

/* FRUST_LONG is set: nothing is left out. */
bool kinds_long(void);
/* From one n to the next; scale: of the short form, for what takes longer. */
int kinds_step(const struct kind *kind, int scale);

#endif
