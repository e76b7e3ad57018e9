/*
 * What a writer is to its own thread and to those that push and poll. The lock guards both queues,
 * the spares and what is counted; it is never held over a commit, a job or a callback.
 */
#ifndef FRUST_WRITER_THREAD_H
#define FRUST_WRITER_THREAD_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/histogram.h"
#include "queue.h"

struct frust_writer {
	struct frust *db; /* the thread's */
	struct frust_writer_options options;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled; /* incoming is not empty, or stopping */
	struct frust__queue incoming, settled;
	struct frust__spares spares;
	uint64_t committed, failed; /* records, transactions */
	struct fr_histogram commit_us, batch_size;
	bool stopping;
	_Atomic bool aborting;
	_Atomic size_t pending;
};

/* The thread's body: ctx is its writer; ends when that has stopped and all is settled. */
void *frust__writer_work(void *ctx);

#endif
