/*
 * A writer over a store_fault, and what it has settled. The test's thread polls; it waits on
 * semaphores, never on time.
 */
#ifndef TESTS_LIBFRUST_DESK_H
#define TESTS_LIBFRUST_DESK_H

#include <semaphore.h>

#include "scratch.h"
#include "store_fault.h"

#define NOW 1795371634
#define KEPT_MAX 60000

/* One settlement, without the views that die with the call. */
struct kept {
	enum frust_settled_kind kind;
	int status;
	uint64_t tag;
	int64_t id;
	void *job;
	char text[64]; /* of the error, or the record's user */
};

struct desk {
	struct scratch scratch;
	struct store_fault *fault;
	struct frust_writer *writer;
	sem_t woken;
	sem_t running, go; /* of the job that holds the writer's thread */
	struct kept *kept;
	size_t count;
};

/* Opens a fresh database and a writer with these options. */
void desk_open(struct desk *desk, uint32_t queue_max, uint32_t batch_max, uint32_t watch_ms);
void desk_close(struct desk *desk);
/* A frust_settled_fn with the desk as its ctx: keeps what settled. */
void desk_keep(void *ctx, const struct frust_settled *settled);
/* Waits until the writer has called wake. */
void desk_wait(struct desk *desk);
/* Polls until n more have settled. */
void desk_settle(struct desk *desk, size_t n);
/* Pushes a click; what frust_writer_push says. */
int desk_push(struct desk *desk, const char *user, uint64_t tag);
/* Keeps the writer's thread in a job until desk_let_go; the job settles as tag 0. */
void desk_hold(struct desk *desk);
void desk_let_go(struct desk *desk);

#endif
