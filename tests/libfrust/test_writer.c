#include "scratch.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "helpers/check.h"
#include "internal.h"
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

static void open_desk(struct desk *desk, uint32_t queue_max, uint32_t batch_max, uint32_t watch_ms)
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

static void close_desk(struct desk *desk)
{
	frust_writer_close(desk->writer);
	free(desk->kept);
	sem_destroy(&desk->woken);
	sem_destroy(&desk->running);
	sem_destroy(&desk->go);
	scratch_fini(&desk->scratch);
}

static void keep(void *ctx, const struct frust_settled *settled)
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

/* Polls until n more have settled. */
static void settle(struct desk *desk, size_t n)
{
	size_t until = desk->count + n;

	while (desk->count < until) {
		take(&desk->woken);
		frust_writer_poll(desk->writer, keep, desk);
	}
	CHECK_INT(desk->count, until);
}

static int push_as(struct desk *desk, const char *user, uint64_t tag)
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

/* Keeps the writer's thread in a job until let_go; the job settles as tag 0. */
static void hold_thread(struct desk *desk)
{
	CHECK_INT(frust_writer_run(desk->writer, hold, desk, 0), 0);
	take(&desk->running);
}

static void let_go(struct desk *desk)
{
	sem_post(&desk->go);
}

static void a_record_is_stored_before_it_settles(void **state)
{
	struct frust_record rickroll = event_of("B", "rickroll", NOW);
	struct desk d;

	(void)state;
	open_desk(&d, 100, 100, 0);
	CHECK_INT(push_as(&d, "Anna", 7), 0);
	CHECK_INT(frust_writer_pending(d.writer), 1);
	settle(&d, 1);
	CHECK_INT(frust_writer_pending(d.writer), 0);
	CHECK_INT(d.kept[0].kind, FRUST_SETTLED_RECORD);
	CHECK_INT(d.kept[0].status, 0);
	CHECK_INT(d.kept[0].tag, 7);
	CHECK_INT(d.kept[0].id, 1);
	CHECK_TEXT(d.kept[0].text, "Anna");
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT user FROM clicks"), "Anna");
	CHECK_INT(frust_writer_push(d.writer, &rickroll, 8), 0);
	settle(&d, 1);
	CHECK_INT(d.kept[1].id, 0);
	CHECK_INT(d.kept[1].status, 0);
	close_desk(&d);
}

static void what_gathers_during_a_commit_is_one_transaction(void **state)
{
	struct desk d;
	int mark;

	(void)state;
	open_desk(&d, 1000, 1000, 0);
	hold_thread(&d);
	for (uint64_t i = 1; i <= 100; i++) {
		CHECK_INT(push_as(&d, "A", i), 0);
		if (i == 50)
			CHECK_INT(frust_writer_run(d.writer, NULL, &mark, 1000), 0);
	}
	let_go(&d);
	settle(&d, 102);
	CHECK_INT(d.fault->calls[FAULT_COMMIT], 1);
	CHECK_INT(d.kept[50].tag, 50);
	CHECK_INT(d.kept[51].kind, FRUST_SETTLED_JOB);
	CHECK_INT(d.kept[51].tag, 1000);
	CHECK(d.kept[51].job == &mark);
	CHECK_INT(d.kept[52].tag, 51);
	CHECK_INT(d.kept[101].id, 100);
	close_desk(&d);
}

static void a_batch_has_its_size(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, 1000, 10, 0);
	hold_thread(&d);
	for (uint64_t i = 1; i <= 95; i++)
		CHECK_INT(push_as(&d, "A", i), 0);
	let_go(&d);
	settle(&d, 96);
	CHECK_INT(d.fault->calls[FAULT_COMMIT], 10);
	for (uint64_t i = 1; i <= 95; i++)
		CHECK_INT(d.kept[i].tag, i);
	close_desk(&d);
}

static int count_clicks(void *ctx, struct frust *db, struct frust_error *err)
{
	struct frust_stats stats;
	int status = frust_stats(db, NOW, &stats, err);

	*(int64_t *)ctx = stats.clicks_total;
	return status;
}

static int fail_job(void *ctx, struct frust *db, struct frust_error *err)
{
	(void)ctx;
	(void)db;
	(void)err;
	return FRUST_EIO;
}

/* A snapshot that a job forgets must not stop the commits that follow. */
static int leave_snapshot(void *ctx, struct frust *db, struct frust_error *err)
{
	(void)ctx;
	return frust_read_begin(db, err);
}

static void jobs_run_in_their_place(void **state)
{
	int64_t before = -1, after = -1;
	struct desk d;

	(void)state;
	open_desk(&d, 100, 100, 0);
	hold_thread(&d);
	CHECK_INT(push_as(&d, "A", 1), 0);
	CHECK_INT(frust_writer_run(d.writer, count_clicks, &before, 2), 0);
	CHECK_INT(push_as(&d, "A", 3), 0);
	CHECK_INT(frust_writer_run(d.writer, fail_job, NULL, 4), 0);
	CHECK_INT(frust_writer_run(d.writer, leave_snapshot, NULL, 5), 0);
	CHECK_INT(push_as(&d, "A", 6), 0);
	CHECK_INT(frust_writer_run(d.writer, count_clicks, &after, 7), 0);
	let_go(&d);
	settle(&d, 8);
	for (uint64_t i = 0; i < 8; i++)
		CHECK_INT(d.kept[i].tag, i);
	CHECK_INT(before, 1);
	CHECK_INT(after, 3);
	CHECK_INT(d.kept[2].status, 0);
	CHECK(d.kept[2].job == &before);
	CHECK_INT(d.kept[4].status, FRUST_EIO);
	CHECK_TEXT(d.kept[4].text, frust_strerror(FRUST_EIO));
	CHECK_INT(d.kept[6].status, 0);
	close_desk(&d);
}

static void a_failed_commit_settles_its_records_and_no_others(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, 100, 2, 0);
	hold_thread(&d);
	store_fault_arm(d.fault, FAULT_COMMIT, 1, FRUST_ENOSPC);
	CHECK_INT(push_as(&d, "A", 1), 0);
	CHECK_INT(frust_writer_run(d.writer, NULL, NULL, 2), 0);
	CHECK_INT(push_as(&d, "A", 3), 0);
	CHECK_INT(push_as(&d, "B", 4), 0);
	let_go(&d);
	settle(&d, 5);
	CHECK_INT(d.kept[1].status, FRUST_ENOSPC);
	CHECK_INT(d.kept[1].id, 0);
	CHECK_TEXT(d.kept[1].text, "the test says so");
	CHECK_INT(d.kept[2].status, 0);
	CHECK_INT(d.kept[3].status, FRUST_ENOSPC);
	CHECK_INT(d.kept[4].status, 0);
	CHECK_INT(d.kept[4].id, 1);
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT name, clicks FROM users"), "B|1");
	close_desk(&d);
}

static void a_full_queue_refuses_until_something_is_polled(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, 3, 100, 0);
	hold_thread(&d);
	CHECK_INT(push_as(&d, "A", 1), 0);
	CHECK_INT(push_as(&d, "A", 2), 0);
	CHECK_INT(push_as(&d, "A", 3), FRUST_EFULL);
	CHECK_INT(frust_writer_run(d.writer, NULL, NULL, 4), FRUST_EFULL);
	CHECK_INT(frust_writer_pending(d.writer), 3);
	let_go(&d);
	settle(&d, 3);
	CHECK_INT(push_as(&d, "A", 5), 0);
	settle(&d, 1);
	CHECK_INT(d.kept[3].tag, 5);
	CHECK_INT(d.kept[3].id, 3);
	close_desk(&d);
}

static void a_stopping_writer_stores_what_it_has_and_takes_no_more(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, 100, 2, 0);
	hold_thread(&d);
	for (uint64_t i = 1; i <= 5; i++)
		CHECK_INT(push_as(&d, "A", i), 0);
	frust_writer_stop(d.writer);
	CHECK_INT(push_as(&d, "A", 6), FRUST_ESTOPPED);
	CHECK_INT(frust_writer_run(d.writer, NULL, NULL, 7), FRUST_ESTOPPED);
	let_go(&d);
	settle(&d, 6);
	CHECK_INT(d.kept[5].status, 0);
	CHECK_INT(frust_writer_pending(d.writer), 0);
	close_desk(&d);
}

static void closing_stores_what_was_pushed(void **state)
{
	struct scratch s;
	struct frust_record click = click_of("A", NULL, NOW);
	struct frust_writer *writer;

	(void)state;
	scratch_init(&s);
	CHECK_INT(frust_writer_open(scratch_open(&s, FRUST_CREATE), NULL, &writer, NULL), 0);
	for (uint64_t i = 0; i < 1000; i++)
		CHECK_INT(frust_writer_push(writer, &click, i), 0);
	frust_writer_close(writer);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM clicks"), "1000");
	frust_writer_close(NULL);
	scratch_fini(&s);
}

static void a_foreign_commit_settles_exactly_in_its_place(void **state)
{
	struct desk d;
	int64_t total = -1;

	(void)state;
	open_desk(&d, 100, 1, 3600 * 1000);
	hold_thread(&d);
	CHECK_INT(push_as(&d, "A", 1), 0);
	scratch_exec(&d.scratch, "INSERT INTO users VALUES ('X', 1, 0)");
	CHECK_INT(push_as(&d, "A", 2), 0);
	CHECK_INT(frust_writer_run(d.writer, count_clicks, &total, 3), 0);
	let_go(&d);
	settle(&d, 5);
	CHECK_INT(d.kept[0].kind, FRUST_SETTLED_JOB);
	CHECK_INT(d.kept[1].kind, FRUST_SETTLED_CHANGED);
	CHECK_INT(d.kept[2].tag, 1);
	CHECK_INT(d.kept[3].tag, 2);
	CHECK_INT(d.kept[4].tag, 3);

	hold_thread(&d);
	CHECK_INT(frust_writer_run(d.writer, count_clicks, &total, 4), 0);
	scratch_exec(&d.scratch, "UPDATE hours SET clicks_total = 70");
	let_go(&d);
	settle(&d, 3);
	CHECK_INT(d.kept[6].kind, FRUST_SETTLED_CHANGED);
	CHECK_INT(d.kept[7].tag, 4);
	CHECK_INT(total, 70);
	close_desk(&d);
}

static void an_idle_writer_sees_a_foreign_commit_and_not_its_own(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, 100, 100, 1);
	CHECK_INT(push_as(&d, "A", 1), 0);
	settle(&d, 1);
	scratch_exec(&d.scratch, "INSERT INTO users VALUES ('X', 1, 0)");
	settle(&d, 1);
	CHECK_INT(d.kept[1].kind, FRUST_SETTLED_CHANGED);
	CHECK_INT(push_as(&d, "A", 2), 0);
	settle(&d, 1);
	CHECK_INT(d.kept[2].tag, 2);
	close_desk(&d);
}

static void who_does_not_watch_hears_of_no_change(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, 100, 100, 0);
	scratch_exec(&d.scratch, "INSERT INTO clicks (id) VALUES (41)");
	CHECK_INT(push_as(&d, "A", 1), 0);
	settle(&d, 1);
	CHECK_INT(d.kept[0].kind, FRUST_SETTLED_RECORD);
	CHECK_INT(d.kept[0].id, 42);
	close_desk(&d);
}

static void push_on(void *ctx, const struct frust_settled *settled)
{
	struct desk *d = ctx;

	keep(d, settled);
	if (settled->tag < 5)
		CHECK_INT(push_as(d, "A", settled->tag + 1), 0);
}

static void a_settlement_may_push_the_next_record(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, 1, 100, 0); /* the settled one makes room before its call */
	CHECK_INT(push_as(&d, "A", 1), 0);
	while (d.count < 5) {
		take(&d.woken);
		frust_writer_poll(d.writer, push_on, &d);
	}
	CHECK_INT(d.kept[4].tag, 5);
	close_desk(&d);
}

static void long_texts_are_kept_whole(void **state)
{
	static char text[300000];
	struct frust_record clicks[2] = {click_of("A", NULL, NOW), click_of("B", "", NOW)};
	struct desk d;

	(void)state;
	memset(text, 'x', sizeof(text));
	clicks[0].comment = (struct frust_str){text, sizeof(text)};
	open_desk(&d, 100, 100, 0);
	for (uint64_t i = 0; i < 2; i++)
		CHECK_INT(frust_writer_push(d.writer, &clicks[i], i), 0);
	settle(&d, 2);
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT length(comment) FROM clicks ORDER BY id"),
		   "300000\n0");
	close_desk(&d);
}

#define THREADS 4
#define EACH 10000

struct pusher {
	struct desk *desk;
	uint64_t number;
	pthread_t thread;
};

static void *push_many(void *ctx)
{
	struct pusher *p = ctx;
	char user[16];

	for (uint64_t i = 0; i < EACH; i++) {
		struct frust_record click;

		snprintf(user, sizeof(user), "u%d-%d", (int)p->number, (int)(i % 7));
		click = click_of(user, "hallo", NOW + (int64_t)i);
		while (frust_writer_push(p->desk->writer, &click, p->number << 32 | i) ==
		       FRUST_EFULL)
			sched_yield();
	}
	return NULL;
}

static void many_threads_lose_nothing_and_keep_their_orders(void **state)
{
	struct pusher pushers[THREADS];
	uint64_t next[THREADS] = {0};
	struct desk d;

	(void)state;
	open_desk(&d, 5000, 500, 1);
	for (uint64_t i = 0; i < THREADS; i++) {
		pushers[i] = (struct pusher){&d, i, 0};
		CHECK_INT(pthread_create(&pushers[i].thread, NULL, push_many, &pushers[i]), 0);
	}
	settle(&d, (size_t)THREADS * EACH);
	for (int i = 0; i < THREADS; i++)
		pthread_join(pushers[i].thread, NULL);
	for (size_t i = 0; i < d.count; i++) {
		CHECK_INT(d.kept[i].id, i + 1);
		CHECK_INT(d.kept[i].tag & UINT32_MAX, next[d.kept[i].tag >> 32]);
		next[d.kept[i].tag >> 32]++;
	}
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT count(*), sum(clicks) FROM users"), "28|40000");
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT count(*) FROM users WHERE clicks !="
					   " (SELECT count(*) FROM clicks WHERE user = name)"),
		   "0");
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT sum(clicks), max(clicks_total) FROM hours"),
		   "40000|40000");
	close_desk(&d);
}

static int signals_blocked(void *ctx, struct frust *db, struct frust_error *err)
{
	sigset_t blocked;

	(void)ctx;
	(void)db;
	(void)err;
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	return sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGINT) ? 0 : 1;
}

static void the_thread_takes_no_signals(void **state)
{
	struct desk d;
	sigset_t blocked;

	(void)state;
	open_desk(&d, 100, 100, 0);
	CHECK_INT(frust_writer_run(d.writer, signals_blocked, NULL, 1), 0);
	settle(&d, 1);
	CHECK_INT(d.kept[0].status, 0);
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	CHECK(!sigismember(&blocked, SIGTERM));
	close_desk(&d);
}

static void bad_arguments_are_told(void **state)
{
	struct frust_writer_options options = FRUST_WRITER_OPTIONS_INIT;
	struct frust_writer *writer;
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(frust_writer_open(db, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_writer_open(NULL, NULL, &writer, NULL), FRUST_EINVAL);
	options.queue_max = 0;
	CHECK_INT(frust_writer_open(db, &options, &writer, NULL), FRUST_EINVAL);
	CHECK(writer == NULL);
	CHECK_INT(frust_writer_push(NULL, NULL, 0), FRUST_EINVAL);
	CHECK_INT(frust_writer_run(NULL, NULL, NULL, 0), FRUST_EINVAL);
	CHECK_INT(frust_writer_poll(NULL, keep, NULL), 0);
	CHECK_INT(frust_writer_pending(NULL), 0);
	frust_writer_stop(NULL);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_stored_before_it_settles),
		cmocka_unit_test(what_gathers_during_a_commit_is_one_transaction),
		cmocka_unit_test(a_batch_has_its_size),
		cmocka_unit_test(jobs_run_in_their_place),
		cmocka_unit_test(a_failed_commit_settles_its_records_and_no_others),
		cmocka_unit_test(a_full_queue_refuses_until_something_is_polled),
		cmocka_unit_test(a_stopping_writer_stores_what_it_has_and_takes_no_more),
		cmocka_unit_test(closing_stores_what_was_pushed),
		cmocka_unit_test(a_foreign_commit_settles_exactly_in_its_place),
		cmocka_unit_test(an_idle_writer_sees_a_foreign_commit_and_not_its_own),
		cmocka_unit_test(who_does_not_watch_hears_of_no_change),
		cmocka_unit_test(a_settlement_may_push_the_next_record),
		cmocka_unit_test(long_texts_are_kept_whole),
		cmocka_unit_test(many_threads_lose_nothing_and_keep_their_orders),
		cmocka_unit_test(the_thread_takes_no_signals),
		cmocka_unit_test(bad_arguments_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
