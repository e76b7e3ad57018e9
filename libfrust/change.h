/* What the functions of care.h share: the frame of a change, progress, and sums over many rows. */
#ifndef FRUST_CHANGE_H
#define FRUST_CHANGE_H

#include "internal.h"

/* --- the frame --- */

/* Empties the receipt (may be NULL), checks the arguments and fills change from theirs (or NULL).
 */
int frust__change_begin(struct frust *db, const struct frust_change *theirs,
			struct frust_change *change, struct frust_receipt *receipt,
			struct frust_error *err) FR_MUST_CHECK;
/* One transaction as frust__write, taken back at its end when the change is a dry run. */
int frust__change_write(struct frust *db, const struct frust_change *change,
			int (*write)(struct frust *db, void *ctx, struct frust_error *err),
			void *ctx, struct frust_error *err) FR_MUST_CHECK;
/* Gives the receipt when status is 0; returns status. */
int frust__change_end(int status, const struct frust_receipt *ours, struct frust_receipt *theirs);

/* --- progress --- */

struct frust__progress {
	frust_progress_fn fn; /* NULL: none */
	void *ctx;
	int64_t done, total;
};

/* One row more; what fn returns. */
int frust__progress_step(struct frust__progress *progress) FR_MUST_CHECK;
int frust__progress_end(struct frust__progress *progress) FR_MUST_CHECK;

/* --- many rows --- */

/* Copies of records, until there are enough of them to be worth a turn. */
struct frust__chunk {
	struct frust_record *records; /* their texts are offsets until frust__chunk_seal */
	size_t count, size;
	struct fr_buf texts;
};

#define FRUST__CHUNK_ROWS 4096

/* Adds a copy; 0 or FRUST_ENOMEM. */
int frust__chunk_add(struct frust__chunk *chunk, const struct frust_record *record) FR_MUST_CHECK;
/* Lets the records' texts point into the chunk; nothing may be added until it is emptied. */
void frust__chunk_seal(struct frust__chunk *chunk);
/* Empties it and keeps its memory. */
void frust__chunk_clear(struct frust__chunk *chunk);
/* Takes a zeroed chunk. */
void frust__chunk_fini(struct frust__chunk *chunk);

/* What hours are to count more or less, and from there on the totals. */
struct frust__shift {
	struct frust__erased *hours; /* ascending; clicks and events are differences */
	size_t count, size;
};

/* 0 or FRUST_ENOMEM. */
int frust__shift_add(struct frust__shift *shift, int64_t hour, int64_t clicks,
		     int64_t events) FR_MUST_CHECK;
/*
 * Changes the hours' rows within a write. An hour without a row gets one if it counts more; it
 * never counts less than 0. In *changed how many hours count something else, in *made how many are
 * new.
 */
int frust__shift_write(const struct frust__shift *shift, struct frust__store *store,
		       int64_t *changed, int64_t *made, struct frust_error *err) FR_MUST_CHECK;
void frust__shift_fini(struct frust__shift *shift);

#endif
