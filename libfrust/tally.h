/*
 * What a batch of records adds to the users and to the hours, each of them once. Pure memory; the
 * names are borrowed from the records.
 */
#ifndef FRUST_TALLY_H
#define FRUST_TALLY_H

#include <frust/types.h>

#include "base/attr.h"
#include "base/map.h"

#define FRUST__UNSAVED 2 /* names of unsaved events, see record.c */

struct frust__user_sum {
	struct frust_str name;
	int64_t clicks, events;
};

struct frust__hour_sum {
	int64_t hour;
	int64_t clicks, events;          /* events: unsaved ones too */
	int64_t unsaved[FRUST__UNSAVED]; /* by name */
};

/* Reused from batch to batch; keeps its memory. */
struct frust__tally {
	struct frust__user_sum *users; /* in order of first appearance */
	struct frust__hour_sum *hours; /* ascending */
	size_t user_count, user_size, hour_count, hour_size;
	struct fr_map by_name; /* empty but during frust__tally_count */
};

/* 0 or a negative FRUST_E… */
int frust__tally_init(struct frust__tally *tally) FR_MUST_CHECK;
/* Takes a zeroed tally. */
void frust__tally_fini(struct frust__tally *tally);
/*
 * Forgets the batch before and counts this one; stored: all of it is rows, also where names are
 * those of unsaved events. A record without a user counts for its hour alone. 0 or FRUST_ENOMEM.
 */
int frust__tally_count(struct frust__tally *tally, const struct frust_record *records, size_t n,
		       bool stored) FR_MUST_CHECK;

#endif
