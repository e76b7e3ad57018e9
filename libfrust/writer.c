/*
 * Group commit, as whoever pushes and polls sees it: what gathers while the writer's thread commits
 * is its next batch. Batches and their memory are in queue.c, the thread in writer_thread.c.
 *
 *     push → incoming ──(writer's thread)→ settled → poll
 */
#include <frust/writer.h>

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "writer_thread.h"

/* --- pushing --- */

static bool fits(const struct frust_writer *w, const struct frust__batch *batch, frust_job_fn job)
{
	return batch && !batch->job && !job && batch->record_count < w->options.batch_max;
}

/* The batch that the next entry belongs to; a job has one of its own. NULL without memory. */
static struct frust__batch *open_batch(struct frust_writer *w, frust_job_fn job)
{
	struct frust__batch *batch = w->incoming.last;

	if (fits(w, batch, job))
		return batch;
	batch = frust__batch_get(&w->spares);
	if (!batch)
		return NULL;
	batch->job = job;
	frust__queue_append(&w->incoming, batch);
	return batch;
}

/* Adds the record, or the job or mark when record is NULL. The lock is held. */
static int add(struct frust_writer *w, const struct frust_record *record, frust_job_fn job,
	       void *ctx, uint64_t tag)
{
	struct frust__batch *batch;
	int status;

	if (w->stopping)
		return FRUST_ESTOPPED;
	if (atomic_load_explicit(&w->pending, memory_order_relaxed) >= w->options.queue_max)
		return FRUST_EFULL;
	batch = open_batch(w, job);
	if (!batch)
		return FRUST_ENOMEM;
	/* should this fail, a new batch stays empty and settles as nothing */
	status = record ? frust__batch_add_record(batch, record, tag)
			: frust__batch_add_mark(batch, ctx, tag);
	if (status)
		return status;
	atomic_fetch_add_explicit(&w->pending, 1, memory_order_relaxed);
	return 0;
}

static int locked_add(struct frust_writer *w, const struct frust_record *record, frust_job_fn job,
		      void *ctx, uint64_t tag)
{
	int status;

	pthread_mutex_lock(&w->lock);
	status = add(w, record, job, ctx, tag);
	pthread_mutex_unlock(&w->lock);
	return status;
}

int frust_writer_add(struct frust_writer *writer, const struct frust_record *record, uint64_t tag)
{
	if (!writer || !record || !frust__record_whole(record))
		return FRUST_EINVAL;
	return locked_add(writer, record, NULL, NULL, tag);
}

void frust_writer_flush(struct frust_writer *writer)
{
	if (!writer)
		return;
	pthread_mutex_lock(&writer->lock);
	pthread_cond_signal(&writer->filled);
	pthread_mutex_unlock(&writer->lock);
}

int frust_writer_push(struct frust_writer *writer, const struct frust_record *record, uint64_t tag)
{
	int status = frust_writer_add(writer, record, tag);

	if (!status)
		frust_writer_flush(writer);
	return status;
}

int frust_writer_run(struct frust_writer *writer, frust_job_fn fn, void *ctx, uint64_t tag)
{
	int status = writer ? locked_add(writer, NULL, fn, ctx, tag) : FRUST_EINVAL;

	if (!status)
		frust_writer_flush(writer);
	return status;
}

size_t frust_writer_pending(const struct frust_writer *writer)
{
	return writer ? atomic_load_explicit(&writer->pending, memory_order_relaxed) : 0;
}

static struct frust_histogram public_histogram(const struct fr_histogram *histogram)
{
	struct frust_histogram copy;

	static_assert(sizeof(copy) == sizeof(*histogram), "one is the public form of the other");
	memcpy(&copy, histogram, sizeof(copy));
	return copy;
}

int frust_writer_gauge(struct frust_writer *w, struct frust_writer_gauge *gauge)
{
	if (!w || !gauge)
		return FRUST_EINVAL;
	pthread_mutex_lock(&w->lock);
	*gauge = (struct frust_writer_gauge){
		.records = w->committed,
		.failed = w->failed,
		.commit_us = public_histogram(&w->commit_us),
		.batch_size = public_histogram(&w->batch_size),
	};
	pthread_mutex_unlock(&w->lock);
	gauge->pending = frust_writer_pending(w);
	return 0;
}

/* --- polling --- */

static void give(struct frust_writer *w, const struct frust__batch *batch, frust_settled_fn fn,
		 void *ctx)
{
	const struct frust_record *record = batch->records;

	for (size_t i = 0; i < batch->entry_count; i++) {
		const struct frust__entry *entry = &batch->entries[i];
		struct frust_settled settled = {.kind = FRUST_SETTLED_JOB, .tag = entry->tag};

		if (entry->record) {
			settled.kind = FRUST_SETTLED_RECORD;
			settled.record = record++;
		} else {
			settled.job = entry->ctx;
		}
		if (entry->record || batch->job)
			settled.status = batch->status;
		if (settled.status < 0)
			settled.error = &batch->error;
		atomic_fetch_sub_explicit(&w->pending, 1, memory_order_relaxed);
		fn(ctx, &settled);
	}
}

size_t frust_writer_poll(struct frust_writer *w, frust_settled_fn fn, void *ctx)
{
	static const struct frust_settled changed = {.kind = FRUST_SETTLED_CHANGED};
	struct frust__queue settled;
	struct frust__batch *batch;
	size_t count = 0;

	if (!w || !fn)
		return 0;
	pthread_mutex_lock(&w->lock);
	settled = w->settled;
	w->settled = (struct frust__queue){NULL, NULL};
	pthread_mutex_unlock(&w->lock);
	while ((batch = frust__queue_pop(&settled))) {
		if (batch->foreign)
			fn(ctx, &changed);
		give(w, batch, fn, ctx);
		count += batch->entry_count + batch->foreign;
		pthread_mutex_lock(&w->lock);
		frust__batch_put(&w->spares, batch);
		pthread_mutex_unlock(&w->lock);
	}
	return count;
}

/* --- life --- */

/* The thread takes no signals: they are for the program that we are a part of. */
static int start_thread(struct frust_writer *w)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	rc = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (rc)
		return rc;
	rc = pthread_create(&w->thread, NULL, frust__writer_work, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static int init_locks(struct frust_writer *w)
{
	pthread_condattr_t attr;
	int rc = pthread_condattr_init(&attr);

	if (rc)
		return rc;
	rc = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (!rc)
		rc = pthread_cond_init(&w->filled, &attr);
	pthread_condattr_destroy(&attr);
	if (rc)
		return rc;
	rc = pthread_mutex_init(&w->lock, NULL);
	if (rc)
		pthread_cond_destroy(&w->filled);
	return rc;
}

static void fini_locks(struct frust_writer *w)
{
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->filled);
}

int frust_writer_open(struct frust *db, const struct frust_writer_options *options,
		      struct frust_writer **writer, struct frust_error *err)
{
	struct frust_writer_options of = FRUST_WRITER_OPTIONS_INIT;
	struct frust_writer *w;
	int rc;

	if (!writer)
		return frust__fail(err, FRUST_EINVAL, "no place for the writer");
	*writer = NULL;
	if (!db || db->reading || (options && !frust__options_copy(&of, sizeof(of), options)) ||
	    !of.queue_max || !of.batch_max)
		return frust__fail(err, FRUST_EINVAL, "bad database or options");
	w = calloc(1, sizeof(*w));
	if (!w)
		return frust__fail(err, FRUST_ENOMEM, "out of memory");
	w->db = db;
	w->options = of;
	rc = init_locks(w);
	if (rc)
		goto fail;
	rc = start_thread(w);
	if (rc)
		goto fail_locks;
	*writer = w;
	return 0;
fail_locks:
	fini_locks(w);
fail:
	free(w);
	return frust__fail(err, FRUST_ENOMEM, "no thread: %s", strerror(rc));
}

void frust_writer_stop(struct frust_writer *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_signal(&w->filled);
	pthread_mutex_unlock(&w->lock);
}

void frust_writer_abort(struct frust_writer *w)
{
	if (!w)
		return;
	w->aborting = true;
	frust__hurry(w->db);
	frust_writer_stop(w);
}

void frust_writer_close(struct frust_writer *w)
{
	if (!w)
		return;
	frust_writer_stop(w);
	pthread_join(w->thread, NULL);
	frust__queue_fini(&w->incoming);
	frust__queue_fini(&w->settled);
	frust__spares_fini(&w->spares);
	fini_locks(w);
	frust_close(w->db);
	free(w);
}
