/*
 * Group commit on a thread of its own. What is pushed while a commit runs is the next batch, so a
 * lone record waits for nothing and a flood shares its commits.
 *
 *     your thread:   push, push, run, push …            (any thread)
 *     its thread:    one transaction for all that is pending, then `wake`
 *     your thread:   poll → settled, settled, settled … (one thread, in the order of the pushes)
 */
#ifndef FRUST_WRITER_H
#define FRUST_WRITER_H

#include <frust/db.h>

#ifdef __cplusplus
extern "C" {
#endif

struct frust_writer;

/* The buckets of a histogram. */
#define FRUST_HISTOGRAM_BUCKETS 25

/* How a writer works. */
struct frust_writer_options {
	size_t size;
	uint32_t queue_max; /* records and jobs not yet settled; beyond it push gives FRUST_EFULL */
	uint32_t batch_max; /* records in one transaction */
	uint32_t watch_ms;  /* milliseconds between looks for other commits; 0: never */
	/* Something settled where nothing waited for poll; on the writer's thread, never block */
	void (*wake)(void *ctx);
	void *wake_ctx; /* wake's first argument */
};
#define FRUST_WRITER_OPTIONS_INIT                                                                  \
	{                                                                                          \
		sizeof(struct frust_writer_options), 100000, 4096, 0, NULL, NULL                   \
	}

/*
 * Runs on the writer's thread between batches; what it returns is the settled status. A snapshot
 * that it leaves open (frust_read_begin) ends with it.
 */
typedef int (*frust_job_fn)(void *ctx, struct frust *db, struct frust_error *err);

/* What has settled. */
enum frust_settled_kind {
	FRUST_SETTLED_RECORD, /* a pushed record was committed (status 0) or was not (status < 0) */
	FRUST_SETTLED_JOB,    /* a job has run */
	FRUST_SETTLED_CHANGED, /* another process has committed since the settlement before */
};

/* The end of a push, of a run, or news of other processes. */
struct frust_settled {
	enum frust_settled_kind kind;      /* which of the fields below count */
	int status;                        /* 0 or FRUST_E… */
	uint64_t tag;                      /* the caller's, as pushed */
	const struct frust_record *record; /* RECORD: with its id; the writer's copy */
	void *job;                         /* JOB: the job's ctx */
	const struct frust_error *error;   /* status < 0 */
};
/* Takes one settlement, on the polling thread. */
typedef void (*frust_settled_fn)(void *ctx, const struct frust_settled *settled);

/*
 * Starts the thread; it owns db until frust_writer_close and no one else may use it. On failure
 * *writer is NULL and db is still the caller's. options NULL: the defaults. FRUST_EINVAL, or
 * FRUST_ENOMEM (no memory, no thread).
 */
FRUST_API int frust_writer_open(struct frust *db, const struct frust_writer_options *options,
				struct frust_writer **writer, struct frust_error *err);
/*
 * Queues a copy of the record. 0, FRUST_EFULL, FRUST_ESTOPPED, FRUST_ENOMEM, or FRUST_EINVAL (it
 * lacks its kind, user or name, see frust_apply). Never blocks on the disk. Any thread. What was
 * taken settles exactly once.
 */
FRUST_API int frust_writer_push(struct frust_writer *writer, const struct frust_record *record,
				uint64_t tag);
/*
 * The same without waking the thread: what is added until frust_writer_flush becomes one
 * transaction, instead of a first one of a single record and a second one of the rest. A commit
 * that ends meanwhile takes it along.
 */
FRUST_API int frust_writer_add(struct frust_writer *writer, const struct frust_record *record,
			       uint64_t tag);
/* Wakes the thread for what was added. Any thread. */
FRUST_API void frust_writer_flush(struct frust_writer *writer);
/*
 * Queues a job; fn NULL: a mark, which settles in its place, does nothing and parts no transaction.
 * ctx stays the caller's and must live until it settles. Results as frust_writer_push; any thread.
 */
FRUST_API int frust_writer_run(struct frust_writer *writer, frust_job_fn fn, void *ctx,
			       uint64_t tag);
/*
 * Gives what has settled, in the order of the pushes, to fn; returns how many. Views in a
 * settlement live during the call. One thread. fn may push and run.
 */
FRUST_API size_t frust_writer_poll(struct frust_writer *writer, frust_settled_fn fn, void *ctx);
/* What is queued and not yet given out by poll. Any thread. */
FRUST_API size_t frust_writer_pending(const struct frust_writer *writer);
/* How values spread. */
struct frust_histogram {
	/* [0]: of 0 and 1; [i]: above 2^(i-1), at most 2^i; the last one: all that is more */
	uint64_t counts[FRUST_HISTOGRAM_BUCKETS];
	uint64_t sum; /* of the values */
};

/* What a writer has done since it was opened. */
struct frust_writer_gauge {
	uint64_t pending; /* as frust_writer_pending */
	uint64_t records; /* committed */
	uint64_t failed;  /* transactions that did not commit */
	struct frust_histogram
		commit_us; /* microseconds that each transaction took, failed or not */
	struct frust_histogram batch_size; /* records of each transaction that committed */
};
/* Fills *gauge; 0 or FRUST_EINVAL. Any thread. */
FRUST_API int frust_writer_gauge(struct frust_writer *writer, struct frust_writer_gauge *gauge);
/* Refuses from now on; what is queued is still committed and settles. Any thread. */
FRUST_API void frust_writer_stop(struct frust_writer *writer);
/*
 * Stops and gives up: what no transaction has begun with settles with FRUST_ESTOPPED, and a wait
 * for another process's lock ends (FRUST_EBUSY). The commit that runs at this moment still counts.
 * Poll gives all of it out as ever. Any thread.
 */
FRUST_API void frust_writer_abort(struct frust_writer *writer);
/*
 * Stops, waits for the thread, closes the database. What settled and was not polled is dropped
 * (it is stored, if its commit succeeded). Takes NULL. The polling thread.
 */
FRUST_API void frust_writer_close(struct frust_writer *writer);

#ifdef __cplusplus
}
#endif

#endif
