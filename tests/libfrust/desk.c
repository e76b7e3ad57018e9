#include "desk.h"

#include <stdlib.h>
#include <time.h>

#include "helpers/check.h"
#include "internal.h"

static void on_wake(void *ctx)
{
	struct desk *desk = ctx;

	sem_post(&desk->woken);
}

static void take(sem_t *sem)
{
	struct timespec limit;

	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += 60;
	CHECK_INT(sem_timedwait(sem, &limit), 0);
}

void desk_open(struct desk *desk, uint32_t queue_max, uint32_t batch_max, uint32_t watch_ms)
{
	struct frust_writer_options options = FRUST_WRITER_OPTIONS_INIT;
	struct frust *db;

	memset(desk, 0, sizeof(*desk));
	sem_init(&desk->woken, 0, 0);
	sem_init(&desk->running, 0, 0);
	sem_init(&desk->go, 0, 0);
	desk->kept = calloc(KEPT_MAX, sizeof(*desk->kept));
	scratch_init(&desk->scratch);
	desk->fault = store_fault_new(desk->scratch.db);
	CHECK_INT(frust__open(&desk->fault->store, &db, NULL), 0);
	options.queue_max = queue_max;
	options.batch_max = batch_max;
	options.watch_ms = watch_ms;
	options.wake = on_wake;
	options.wake_ctx = desk;
	CHECK_INT(frust_writer_open(db, &options, &desk->writer, NULL), 0);
}

void desk_close(struct desk *desk)
{
	frust_writer_close(desk->writer);
	free(desk->kept);
	sem_destroy(&desk->woken);
	sem_destroy(&desk->running);
	sem_destroy(&desk->go);
	scratch_fini(&desk->scratch);
}

void desk_keep(void *ctx, const struct frust_settled *settled)
{
	struct desk *desk = ctx;
	struct kept *k = &desk->kept[desk->count++];

	CHECK(desk->count <= KEPT_MAX);
	CHECK_INT(settled->error != NULL, settled->status < 0);
	*k = (struct kept){settled->kind, settled->status, settled->tag, 0, settled->job, ""};
	if (settled->error)
		snprintf(k->text, sizeof(k->text), "%.63s", settled->error->text);
	else if (settled->record)
		snprintf(k->text, sizeof(k->text), "%.*s", (int)settled->record->user.len,
			 settled->record->user.at);
	if (settled->record)
		k->id = settled->record->id;
}

void desk_wait(struct desk *desk)
{
	take(&desk->woken);
}

void desk_settle(struct desk *desk, size_t n)
{
	size_t until = desk->count + n;

	while (desk->count < until) {
		desk_wait(desk);
		frust_writer_poll(desk->writer, desk_keep, desk);
	}
	CHECK_INT(desk->count, until);
}

int desk_push(struct desk *desk, const char *user, uint64_t tag)
{
	struct frust_record click = click_of(user, NULL, NOW);

	return frust_writer_push(desk->writer, &click, tag);
}

static int hold(void *ctx, struct frust *db, struct frust_error *err)
{
	struct desk *desk = ctx;

	(void)db;
	(void)err;
	sem_post(&desk->running);
	sem_wait(&desk->go);
	return 0;
}

void desk_hold(struct desk *desk)
{
	CHECK_INT(frust_writer_run(desk->writer, hold, desk, 0), 0);
	take(&desk->running);
}

void desk_let_go(struct desk *desk)
{
	sem_post(&desk->go);
}
