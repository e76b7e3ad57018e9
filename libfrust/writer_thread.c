/* The writer's thread: takes batch after batch, commits or runs it, and settles it. */
#include "writer_thread.h"

#include <errno.h>
#include <time.h>

#include "internal.h"

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t now_ms(void)
{
	return now_us() / 1000;
}

static void settle(struct frust_writer *w, struct frust__batch *batch)
{
	bool wake;

	batch->foreign = w->db->foreign && w->options.watch_ms;
	w->db->foreign = false;
	pthread_mutex_lock(&w->lock);
	wake = !w->settled.first;
	frust__queue_append(&w->settled, batch);
	pthread_mutex_unlock(&w->lock);
	if (wake && w->options.wake)
		w->options.wake(w->options.wake_ctx);
}

/* Settles another process's commit by itself. What fails here fails again, and tells, in a batch.
 */
static void watch(struct frust_writer *w)
{
	struct frust__batch *batch;

	if (frust__look(w->db, NULL) || !w->db->foreign)
		return;
	pthread_mutex_lock(&w->lock);
	batch = frust__batch_get(&w->spares);
	pthread_mutex_unlock(&w->lock);
	if (batch)
		settle(w, batch);
}

/* Waits for a push, a stop or the time `due`; the lock is held. */
static void wait_until(struct frust_writer *w, int64_t due)
{
	struct timespec t = {.tv_sec = due / 1000, .tv_nsec = due % 1000 * 1000000};
	int rc = 0;

	while (!w->incoming.first && !w->stopping && rc != ETIMEDOUT) {
		if (w->options.watch_ms)
			rc = pthread_cond_timedwait(&w->filled, &w->lock, &t);
		else
			rc = pthread_cond_wait(&w->filled, &w->lock);
	}
}

/* The next batch, now the thread's alone; NULL when the writer has stopped and all is done. */
static struct frust__batch *next_batch(struct frust_writer *w, int64_t *due)
{
	struct frust__batch *batch;
	bool stopping;

	do {
		if (w->options.watch_ms && now_ms() >= *due) {
			watch(w);
			*due = now_ms() + w->options.watch_ms;
		}
		pthread_mutex_lock(&w->lock);
		wait_until(w, *due);
		batch = frust__queue_pop(&w->incoming);
		stopping = w->stopping;
		pthread_mutex_unlock(&w->lock);
	} while (!batch && !stopping);
	return batch;
}

static void run_job(struct frust_writer *w, struct frust__batch *batch)
{
	/* a commit that the job may see settles before it */
	if (w->options.watch_ms)
		(void)!frust__look(w->db, NULL);
	batch->status = batch->job(batch->entries[0].ctx, w->db, &batch->error);
	frust_read_end(w->db);
}

static void commit(struct frust_writer *w, struct frust__batch *batch)
{
	int64_t begun = now_us();

	batch->status = frust_apply(w->db, batch->records, batch->record_count, &batch->error);
	pthread_mutex_lock(&w->lock);
	fr_histogram_add(&w->commit_us, (uint64_t)(now_us() - begun));
	if (batch->status < 0) {
		w->failed++;
	} else {
		w->committed += batch->record_count;
		fr_histogram_add(&w->batch_size, batch->record_count);
	}
	pthread_mutex_unlock(&w->lock);
}

void *frust__writer_work(void *ctx)
{
	struct frust_writer *w = ctx;
	struct frust__batch *batch;
	int64_t due = now_ms() + w->options.watch_ms;

	while ((batch = next_batch(w, &due))) {
		batch->error = (struct frust_error){0};
		if (w->aborting)
			batch->status = FRUST_ESTOPPED;
		else if (batch->job && batch->entry_count)
			run_job(w, batch);
		else if (batch->record_count)
			commit(w, batch);
		if (batch->status < 0 && !batch->error.code)
			frust__fail(&batch->error, batch->status, "%s",
				    frust_strerror(batch->status));
		settle(w, batch);
	}
	return NULL;
}
