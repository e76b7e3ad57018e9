#include "desk.h"

#include <pthread.h>
#include <signal.h>

#include "helpers/check.h"
#include "internal.h"

static void a_record_is_stored_before_it_settles(void **state)
{
	struct frust_record rickroll = event_of("B", "rickroll", NOW);
	struct desk d;

	(void)state;
	desk_open(&d, 100, 100, 0);
	CHECK_INT(desk_push(&d, "Anna", 7), 0);
	CHECK_INT(frust_writer_pending(d.writer), 1);
	desk_settle(&d, 1);
	CHECK_INT(frust_writer_pending(d.writer), 0);
	CHECK_INT(d.kept[0].kind, FRUST_SETTLED_RECORD);
	CHECK_INT(d.kept[0].status, 0);
	CHECK_INT(d.kept[0].tag, 7);
	CHECK_INT(d.kept[0].id, 1);
	CHECK_TEXT(d.kept[0].text, "Anna");
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT user FROM clicks"), "Anna");
	CHECK_INT(frust_writer_push(d.writer, &rickroll, 8), 0);
	desk_settle(&d, 1);
	CHECK_INT(d.kept[1].id, 0);
	CHECK_INT(d.kept[1].status, 0);
	desk_close(&d);
}

static void what_gathers_during_a_commit_is_one_transaction(void **state)
{
	struct desk d;
	int mark;

	(void)state;
	desk_open(&d, 1000, 1000, 0);
	desk_hold(&d);
	for (uint64_t i = 1; i <= 100; i++) {
		CHECK_INT(desk_push(&d, "A", i), 0);
		if (i == 50)
			CHECK_INT(frust_writer_run(d.writer, NULL, &mark, 1000), 0);
	}
	desk_let_go(&d);
	desk_settle(&d, 102);
	CHECK_INT(d.fault->calls[FAULT_COMMIT], 1);
	CHECK_INT(d.kept[50].tag, 50);
	CHECK_INT(d.kept[51].kind, FRUST_SETTLED_JOB);
	CHECK_INT(d.kept[51].tag, 1000);
	CHECK(d.kept[51].job == &mark);
	CHECK_INT(d.kept[52].tag, 51);
	CHECK_INT(d.kept[101].id, 100);
	desk_close(&d);
}

/* Held, for a thread that does not sleep takes at once what it finds. */
static void what_is_added_before_the_flush_is_one_transaction(void **state)
{
	struct frust_record click = click_of("A", NULL, NOW);
	struct desk d;

	(void)state;
	desk_open(&d, 100, 100, 0);
	desk_hold(&d);
	for (uint64_t i = 1; i <= 10; i++)
		CHECK_INT(frust_writer_add(d.writer, &click, i), 0);
	CHECK_INT(frust_writer_pending(d.writer), 11);
	frust_writer_flush(d.writer);
	frust_writer_flush(d.writer);
	desk_let_go(&d);
	desk_settle(&d, 11);
	CHECK_INT(d.fault->calls[FAULT_COMMIT], 1);
	CHECK_INT(d.kept[10].tag, 10);
	CHECK_INT(frust_writer_add(NULL, &click, 1), FRUST_EINVAL);
	CHECK_INT(frust_writer_add(d.writer, NULL, 1), FRUST_EINVAL);
	frust_writer_flush(NULL);
	desk_close(&d);
}

static void a_record_that_lacks_something_spoils_nobodys_batch(void **state)
{
	struct frust_record nobody = click_of("A", NULL, NOW), nothing = event_of("A", "x", NOW),
			    neither = nobody;
	struct desk d;

	(void)state;
	nobody.user.at = NULL;
	nothing.name.at = NULL;
	neither.kind = (enum frust_kind)0;
	desk_open(&d, 100, 100, 0);
	desk_hold(&d);
	CHECK_INT(desk_push(&d, "A", 1), 0);
	CHECK_INT(frust_writer_push(d.writer, &nobody, 2), FRUST_EINVAL);
	CHECK_INT(frust_writer_push(d.writer, &nothing, 3), FRUST_EINVAL);
	CHECK_INT(frust_writer_push(d.writer, &neither, 4), FRUST_EINVAL);
	desk_let_go(&d);
	desk_settle(&d, 2);
	CHECK_INT(d.kept[1].tag, 1);
	CHECK_INT(d.kept[1].status, 0);
	desk_close(&d);
}

static void a_batch_has_its_size(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 1000, 10, 0);
	desk_hold(&d);
	for (uint64_t i = 1; i <= 95; i++)
		CHECK_INT(desk_push(&d, "A", i), 0);
	desk_let_go(&d);
	desk_settle(&d, 96);
	CHECK_INT(d.fault->calls[FAULT_COMMIT], 10);
	for (uint64_t i = 1; i <= 95; i++)
		CHECK_INT(d.kept[i].tag, i);
	desk_close(&d);
}

static uint64_t total(const struct frust_histogram *histogram)
{
	uint64_t count = 0;

	for (size_t i = 0; i < FRUST_HISTOGRAM_BUCKETS; i++)
		count += histogram->counts[i];
	return count;
}

static void a_gauge_tells_of_transactions_and_what_they_held(void **state)
{
	struct frust_writer_gauge gauge;
	struct desk d;

	(void)state;
	desk_open(&d, 1000, 10, 0);
	CHECK_INT(frust_writer_gauge(d.writer, NULL), FRUST_EINVAL);
	CHECK_INT(frust_writer_gauge(NULL, &gauge), FRUST_EINVAL);
	desk_hold(&d);
	for (uint64_t i = 1; i <= 23; i++)
		CHECK_INT(desk_push(&d, "A", i), 0);
	CHECK_INT(frust_writer_gauge(d.writer, &gauge), 0);
	CHECK_INT(gauge.pending, 24);
	CHECK_INT(gauge.records, 0);
	desk_let_go(&d);
	desk_settle(&d, 24);
	CHECK_INT(frust_writer_gauge(d.writer, &gauge), 0);
	CHECK_INT(gauge.pending, 0);
	CHECK_INT(gauge.records, 23);
	CHECK_INT(gauge.failed, 0);
	CHECK_INT(total(&gauge.commit_us), 3); /* and none of the job */
	CHECK(gauge.commit_us.sum > 0);
	CHECK_INT(gauge.batch_size.counts[4], 2); /* of ten */
	CHECK_INT(gauge.batch_size.counts[2], 1); /* of three */
	CHECK_INT(gauge.batch_size.sum, 23);
	desk_close(&d);
}

static void a_gauge_counts_what_failed(void **state)
{
	struct frust_writer_gauge gauge;
	struct desk d;

	(void)state;
	desk_open(&d, 1000, 10, 0);
	store_fault_arm(d.fault, FAULT_COMMIT, 1, FRUST_EIO);
	CHECK_INT(desk_push(&d, "A", 1), 0);
	desk_settle(&d, 1);
	CHECK_INT(frust_writer_gauge(d.writer, &gauge), 0);
	CHECK_INT(gauge.failed, 1);
	CHECK_INT(gauge.records, 0);
	CHECK_INT(total(&gauge.commit_us), 1);
	CHECK_INT(total(&gauge.batch_size), 0);
	desk_close(&d);
}

static int count_clicks(void *ctx, struct frust *db, struct frust_error *err)
{
	struct frust_stats stats;
	int status = frust_stats(db, NOW, NULL, &stats, err);

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
	desk_open(&d, 100, 100, 0);
	desk_hold(&d);
	CHECK_INT(desk_push(&d, "A", 1), 0);
	CHECK_INT(frust_writer_run(d.writer, count_clicks, &before, 2), 0);
	CHECK_INT(desk_push(&d, "A", 3), 0);
	CHECK_INT(frust_writer_run(d.writer, fail_job, NULL, 4), 0);
	CHECK_INT(frust_writer_run(d.writer, leave_snapshot, NULL, 5), 0);
	CHECK_INT(desk_push(&d, "A", 6), 0);
	CHECK_INT(frust_writer_run(d.writer, count_clicks, &after, 7), 0);
	desk_let_go(&d);
	desk_settle(&d, 8);
	for (uint64_t i = 0; i < 8; i++)
		CHECK_INT(d.kept[i].tag, i);
	CHECK_INT(before, 1);
	CHECK_INT(after, 3);
	CHECK_INT(d.kept[2].status, 0);
	CHECK(d.kept[2].job == &before);
	CHECK_INT(d.kept[4].status, FRUST_EIO);
	CHECK_TEXT(d.kept[4].text, frust_strerror(FRUST_EIO));
	CHECK_INT(d.kept[6].status, 0);
	desk_close(&d);
}

static void a_failed_commit_settles_its_records_and_no_others(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 100, 2, 0);
	desk_hold(&d);
	store_fault_arm(d.fault, FAULT_COMMIT, 1, FRUST_ENOSPC);
	CHECK_INT(desk_push(&d, "A", 1), 0);
	CHECK_INT(frust_writer_run(d.writer, NULL, NULL, 2), 0);
	CHECK_INT(desk_push(&d, "A", 3), 0);
	CHECK_INT(desk_push(&d, "B", 4), 0);
	desk_let_go(&d);
	desk_settle(&d, 5);
	CHECK_INT(d.kept[1].status, FRUST_ENOSPC);
	CHECK_INT(d.kept[1].id, 0);
	CHECK_TEXT(d.kept[1].text, "the test says so");
	CHECK_INT(d.kept[2].status, 0);
	CHECK_INT(d.kept[3].status, FRUST_ENOSPC);
	CHECK_INT(d.kept[4].status, 0);
	CHECK_INT(d.kept[4].id, 1);
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT name, clicks FROM users"), "B|1");
	desk_close(&d);
}

static void a_full_queue_refuses_until_something_is_polled(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 3, 100, 0);
	desk_hold(&d);
	CHECK_INT(desk_push(&d, "A", 1), 0);
	CHECK_INT(desk_push(&d, "A", 2), 0);
	CHECK_INT(desk_push(&d, "A", 3), FRUST_EFULL);
	CHECK_INT(frust_writer_run(d.writer, NULL, NULL, 4), FRUST_EFULL);
	CHECK_INT(frust_writer_pending(d.writer), 3);
	desk_let_go(&d);
	desk_settle(&d, 3);
	CHECK_INT(desk_push(&d, "A", 5), 0);
	desk_settle(&d, 1);
	CHECK_INT(d.kept[3].tag, 5);
	CHECK_INT(d.kept[3].id, 3);
	desk_close(&d);
}

static void a_stopping_writer_stores_what_it_has_and_takes_no_more(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 100, 2, 0);
	desk_hold(&d);
	for (uint64_t i = 1; i <= 5; i++)
		CHECK_INT(desk_push(&d, "A", i), 0);
	frust_writer_stop(d.writer);
	CHECK_INT(desk_push(&d, "A", 6), FRUST_ESTOPPED);
	CHECK_INT(frust_writer_run(d.writer, NULL, NULL, 7), FRUST_ESTOPPED);
	desk_let_go(&d);
	desk_settle(&d, 6);
	CHECK_INT(d.kept[5].status, 0);
	CHECK_INT(frust_writer_pending(d.writer), 0);
	desk_close(&d);
}

static int never_run(void *ctx, struct frust *db, struct frust_error *err)
{
	(void)ctx;
	(void)db;
	(void)err;
	fail_msg("the job ran");
	return 0;
}

/* Another process holds the lock: the first record waits for it, the others for that one. */
static void an_aborted_writer_stores_no_more_and_settles_all(void **state)
{
	struct scratch_lock *lock;
	struct desk desk;

	(void)state;
	desk_open(&desk, 100, 1, 0);
	lock = scratch_lock(&desk.scratch);
	for (uint64_t tag = 0; tag < 3; tag++)
		CHECK_INT(desk_push(&desk, "u", tag), 0);
	CHECK_INT(frust_writer_run(desk.writer, never_run, NULL, 3), 0);
	frust_writer_abort(desk.writer);
	CHECK_INT(desk_push(&desk, "u", 4), FRUST_ESTOPPED);
	desk_settle(&desk, 4);
	for (size_t i = 0; i < 4; i++)
		CHECK_INT(desk.kept[i].tag, i);
	CHECK(desk.kept[0].status == FRUST_EBUSY || desk.kept[0].status == FRUST_ESTOPPED);
	for (size_t i = 1; i < 4; i++)
		CHECK_INT(desk.kept[i].status, FRUST_ESTOPPED);
	scratch_unlock(lock);
	desk_close(&desk);
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
	desk_open(&d, 100, 1, 3600 * 1000);
	desk_hold(&d);
	CHECK_INT(desk_push(&d, "A", 1), 0);
	scratch_exec(&d.scratch, "INSERT INTO users VALUES ('X', 1, 0)");
	CHECK_INT(desk_push(&d, "A", 2), 0);
	CHECK_INT(frust_writer_run(d.writer, count_clicks, &total, 3), 0);
	desk_let_go(&d);
	desk_settle(&d, 5);
	CHECK_INT(d.kept[0].kind, FRUST_SETTLED_JOB);
	CHECK_INT(d.kept[1].kind, FRUST_SETTLED_CHANGED);
	CHECK_INT(d.kept[2].tag, 1);
	CHECK_INT(d.kept[3].tag, 2);
	CHECK_INT(d.kept[4].tag, 3);

	desk_hold(&d);
	CHECK_INT(frust_writer_run(d.writer, count_clicks, &total, 4), 0);
	scratch_exec(&d.scratch, "UPDATE hours SET clicks_total = 70");
	desk_let_go(&d);
	desk_settle(&d, 3);
	CHECK_INT(d.kept[6].kind, FRUST_SETTLED_CHANGED);
	CHECK_INT(d.kept[7].tag, 4);
	CHECK_INT(total, 70);
	desk_close(&d);
}

static void an_idle_writer_sees_a_foreign_commit_and_not_its_own(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 100, 100, 1);
	CHECK_INT(desk_push(&d, "A", 1), 0);
	desk_settle(&d, 1);
	scratch_exec(&d.scratch, "INSERT INTO users VALUES ('X', 1, 0)");
	desk_settle(&d, 1);
	CHECK_INT(d.kept[1].kind, FRUST_SETTLED_CHANGED);
	CHECK_INT(desk_push(&d, "A", 2), 0);
	desk_settle(&d, 1);
	CHECK_INT(d.kept[2].tag, 2);
	desk_close(&d);
}

static void who_does_not_watch_hears_of_no_change(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 100, 100, 0);
	scratch_exec(&d.scratch, "INSERT INTO clicks (id) VALUES (41)");
	CHECK_INT(desk_push(&d, "A", 1), 0);
	desk_settle(&d, 1);
	CHECK_INT(d.kept[0].kind, FRUST_SETTLED_RECORD);
	CHECK_INT(d.kept[0].id, 42);
	desk_close(&d);
}

static void push_on(void *ctx, const struct frust_settled *settled)
{
	struct desk *d = ctx;

	desk_keep(d, settled);
	if (settled->tag < 5)
		CHECK_INT(desk_push(d, "A", settled->tag + 1), 0);
}

static void a_settlement_may_push_the_next_record(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d, 1, 100, 0); /* the settled one makes room before its call */
	CHECK_INT(desk_push(&d, "A", 1), 0);
	while (d.count < 5) {
		desk_wait(&d);
		frust_writer_poll(d.writer, push_on, &d);
	}
	CHECK_INT(d.kept[4].tag, 5);
	desk_close(&d);
}

static void long_texts_are_kept_whole(void **state)
{
	static char text[300000];
	struct frust_record clicks[2] = {click_of("A", NULL, NOW), click_of("B", "", NOW)};
	struct desk d;

	(void)state;
	memset(text, 'x', sizeof(text));
	clicks[0].comment = (struct frust_str){text, sizeof(text)};
	desk_open(&d, 100, 100, 0);
	for (uint64_t i = 0; i < 2; i++)
		CHECK_INT(frust_writer_push(d.writer, &clicks[i], i), 0);
	desk_settle(&d, 2);
	CHECK_TEXT(scratch_ask(&d.scratch, "SELECT length(comment) FROM clicks ORDER BY id"),
		   "300000\n0");
	desk_close(&d);
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
	desk_open(&d, 100, 100, 0);
	CHECK_INT(frust_writer_run(d.writer, signals_blocked, NULL, 1), 0);
	desk_settle(&d, 1);
	CHECK_INT(d.kept[0].status, 0);
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	CHECK(!sigismember(&blocked, SIGTERM));
	desk_close(&d);
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
	CHECK_INT(frust_writer_poll(NULL, desk_keep, NULL), 0);
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
		cmocka_unit_test(what_is_added_before_the_flush_is_one_transaction),
		cmocka_unit_test(a_record_that_lacks_something_spoils_nobodys_batch),
		cmocka_unit_test(a_batch_has_its_size),
		cmocka_unit_test(a_gauge_tells_of_transactions_and_what_they_held),
		cmocka_unit_test(a_gauge_counts_what_failed),
		cmocka_unit_test(jobs_run_in_their_place),
		cmocka_unit_test(a_failed_commit_settles_its_records_and_no_others),
		cmocka_unit_test(a_full_queue_refuses_until_something_is_polled),
		cmocka_unit_test(a_stopping_writer_stores_what_it_has_and_takes_no_more),
		cmocka_unit_test(an_aborted_writer_stores_no_more_and_settles_all),
		cmocka_unit_test(closing_stores_what_was_pushed),
		cmocka_unit_test(a_foreign_commit_settles_exactly_in_its_place),
		cmocka_unit_test(an_idle_writer_sees_a_foreign_commit_and_not_its_own),
		cmocka_unit_test(who_does_not_watch_hears_of_no_change),
		cmocka_unit_test(a_settlement_may_push_the_next_record),
		cmocka_unit_test(long_texts_are_kept_whole),
		cmocka_unit_test(the_thread_takes_no_signals),
		cmocka_unit_test(bad_arguments_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
