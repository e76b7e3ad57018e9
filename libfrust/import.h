/* How what an import has read comes into a database: all of it, or what is not there yet. */
#ifndef FRUST_IMPORT_H
#define FRUST_IMPORT_H

#include "rows.h"

struct frust__import_job {
	struct frust__store *from; /* the scratch store */
	bool whole;                /* it holds an export, complete and with its ids */
	bool merge;
	struct frust__progress progress;
	struct frust_receipt receipt;
};

/* Within a write; ctx is a job. */
int frust__import_write(struct frust *db, void *ctx, struct frust_error *err) FR_MUST_CHECK;
/* merge.c: adds what is not there yet, within a write. */
int frust__import_merge(struct frust *db, struct frust__import_job *job,
			struct frust_error *err) FR_MUST_CHECK;
/* Nothing that counts is in the store. */
int frust__import_is_empty(struct frust__store *store, bool *empty,
			   struct frust_error *err) FR_MUST_CHECK;
/* FRUST_EEXIST */
int frust__import_not_empty(struct frust_error *err);

#endif
