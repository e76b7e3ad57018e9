/*
 * The writer's batches: what is pushed gathers in the last one, which becomes one transaction, and
 * comes back in the same order. Pure memory; the writer's lock guards it.
 */
#ifndef FRUST_QUEUE_H
#define FRUST_QUEUE_H

#include <frust/writer.h>

#include "base/attr.h"

/* One push, run or mark, in order. */
struct frust__entry {
	uint64_t tag;
	void *ctx;   /* jobs and marks: the caller's */
	bool record; /* the next of the batch's records; otherwise the batch's job, or a mark */
};

/* Records with marks among them, or one job. */
struct frust__batch {
	struct frust__batch *next;
	struct frust__entry *entries;
	struct frust_record *records; /* their texts are in pieces */
	struct frust__piece *pieces;  /* the newest first */
	size_t entry_count, entry_size, record_count, record_size;
	frust_job_fn job;
	bool foreign; /* another process committed before it */
	int status;   /* of the records or of the job */
	struct frust_error error;
};

struct frust__queue {
	struct frust__batch *first, *last;
};

/* Batches at rest, with their memory, for the next ones. */
struct frust__spares {
	struct frust__batch *first;
	size_t count;
};

void frust__queue_append(struct frust__queue *queue, struct frust__batch *batch);
/* NULL when the queue is empty. */
struct frust__batch *frust__queue_pop(struct frust__queue *queue);
void frust__queue_fini(struct frust__queue *queue);

/* An empty batch, or NULL. */
struct frust__batch *frust__batch_get(struct frust__spares *spares) FR_MUST_CHECK;
/* Empties the batch and keeps it, or frees it when enough are kept. */
void frust__batch_put(struct frust__spares *spares, struct frust__batch *batch);
void frust__spares_fini(struct frust__spares *spares);

/* Copies the record and its texts; 0 or FRUST_ENOMEM, and then the batch is as before. */
int frust__batch_add_record(struct frust__batch *batch, const struct frust_record *record,
			    uint64_t tag) FR_MUST_CHECK;
int frust__batch_add_mark(struct frust__batch *batch, void *ctx, uint64_t tag) FR_MUST_CHECK;

#endif
