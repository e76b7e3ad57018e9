/* The two halves of a merge. */
#ifndef FRUST_MERGE_H
#define FRUST_MERGE_H

#include "import.h"

/*
 * merge_counts.c: what counts beyond rows, and bans; before any row is added. What the hours count
 * more by it is added to `hours`.
 */
int frust__merge_counts(struct frust *db, struct frust__import_job *job, struct frust__shift *hours,
			struct frust_error *err) FR_MUST_CHECK;

#endif
