/*
 * A short life of a database on libfrust's public API, lived again and again while its n-th call to
 * the system fails, for every n and every kind of call: what was acked is stored, what was refused
 * is not, nothing crashes, and when the fault has gone the next press is taken. At last the process
 * is killed in place of each call.
 */
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acts.h"
#include "helpers/check.h"
#include "internal.h"
#include "kinds.h"

#define PRESSES 9
#define N_MAX 20000 /* no act takes so many calls */

struct life {
	struct shim shim;
	struct scratch scratch;
	sem_t woken;
	int status; /* of what settled last */
	int64_t id;
	int64_t acked[PRESSES + 1]; /* the id of each press that was acked, otherwise 0 */
	int64_t unsaved;            /* acked without a row */
};

/* --- a life --- */

static void on_wake(void *ctx)
{
	sem_post(ctx);
}

static void on_settled(void *ctx, const struct frust_settled *settled)
{
	struct life *life = ctx;

	if (settled->kind == FRUST_SETTLED_CHANGED)
		return;
	if (settled->status < 0 && !settled->error->text[0])
		abort(); /* a failure without a word */
	life->status = settled->status;
	life->id = settled->record ? settled->record->id : 0;
}

/* Waits for the one thing that is under way; what it came to. */
static int settle(struct life *life, struct frust_writer *writer)
{
	while (frust_writer_pending(writer)) {
		sem_wait(&life->woken);
		frust_writer_poll(writer, on_settled, life);
	}
	return life->status;
}

static void press(struct life *life, struct frust_writer *writer, int i)
{
	char text[8];
	struct frust_record record;
	int status;

	snprintf(text, sizeof(text), "%d", i);
	record = click_of(i % 2 ? "Anna" : "Zoe", text, NOON + i * 1800);
	if (i % 3 == 1)
		record = event_of("Anna", i == 4 ? "rickroll" : text, NOON + i * 1800);
	status = frust_writer_push(writer, &record, 0);
	if (!status)
		status = settle(life, writer);
	if (status)
		return;
	life->acked[i] = life->id;
	life->unsaved += !life->id;
}

static int no_user(void *ctx, const struct frust_user *user)
{
	(void)ctx;
	(void)user;
	return 0;
}

static int no_record(void *ctx, const struct frust_record *record)
{
	(void)ctx;
	(void)record;
	return 0;
}

static int look(void *ctx, struct frust *db, struct frust_error *err)
{
	struct frust_stats stats;
	int status = frust_read_begin(db, err);

	(void)ctx;
	if (!status)
		status = frust_stats(db, NOON, NULL, &stats, err);
	if (!status)
		status = frust_users(db, no_user, NULL, err);
	if (!status)
		status = frust_records(db, FRUST_CLICK, NULL, no_record, NULL, err);
	frust_read_end(db);
	return status;
}

static void live_open(struct life *life, struct frust_writer *writer)
{
	for (int i = 0; i < PRESSES; i++) {
		press(life, writer, i);
		if (i == PRESSES / 2 && frust_writer_run(writer, look, NULL, 0) == 0)
			settle(life, writer);
	}
	if (!life->shim.failed)
		return; /* what is to come fails */
	shim_disarm(&life->shim);
	press(life, writer, PRESSES);
	if (life->status)
		abort(); /* the fault has gone: this one must be taken */
}

static void live(struct life *life)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust_writer_options writer_options = FRUST_WRITER_OPTIONS_INIT;
	struct frust_error err = {0};
	struct frust_writer *writer;
	struct frust *db;

	options.mode = FRUST_CREATE;
	writer_options.wake = on_wake;
	writer_options.wake_ctx = &life->woken;
	if (frust_open(life->scratch.db, &options, &db, &err) < 0) {
		if (!err.text[0])
			abort();
		return;
	}
	if (frust_writer_open(db, &writer_options, &writer, &err) < 0) {
		frust_close(db);
		return;
	}
	live_open(life, writer);
	frust_writer_close(writer);
}

/* --- before and after it --- */

static struct life *life_new(const struct kind *kind, int64_t n, int64_t times)
{
	struct life *life = mmap(NULL, sizeof(*life), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CHECK(life != MAP_FAILED);
	memset(life, 0, sizeof(*life));
	scratch_init(&life->scratch);
	snprintf(life->shim.under, sizeof(life->shim.under), "%s/", life->scratch.dir);
	sem_init(&life->woken, 0, 0);
	life->shim.lazy = 1;
	shim_use(&life->shim);
	shim_arm(&life->shim, kind->kind, n, times, kind->error, kind->how);
	return life;
}

static void life_free(struct life *life)
{
	shim_use(NULL);
	sem_destroy(&life->woken);
	scratch_fini(&life->scratch);
	munmap(life, sizeof(*life));
}

/* All that was acked is there; nothing else is, unless the process was killed at it. */
static void check_what_is_left(struct life *life, bool killed)
{
	struct frust *db = scratch_open(&life->scratch, FRUST_CREATE);
	struct fr_buf findings = FR_BUF_INIT;
	int64_t rows, acked = 0;
	char sql[100];

	if (stock_check(db, &findings))
		fail_msg("%.*s", (int)findings.len, findings.at);
	fr_buf_fini(&findings);
	frust_close(db);
	for (int i = 0; i <= PRESSES; i++) {
		if (!life->acked[i])
			continue;
		acked++;
		snprintf(sql, sizeof(sql), "SELECT %s FROM %s WHERE id = %d",
			 i % 3 == 1 ? "name" : "comment", i % 3 == 1 ? "events" : "clicks",
			 (int)life->acked[i]);
		CHECK_INT(strtol(scratch_ask(&life->scratch, sql), NULL, 10), i);
	}
	rows = strtol(scratch_ask(&life->scratch, "SELECT (SELECT count(*) FROM clicks) +"
						  " (SELECT count(*) FROM events)"),
		      NULL, 10);
	CHECK(rows == acked || (killed && rows == acked + 1));
}

static void each_call_fails_once_or_from_then_on(void **state)
{
	(void)state;
	for (size_t k = 0; k < kind_count; k++) {
		const int step = kinds_step(&kinds[k], 1);
		int64_t n = 0, lives = 0;
		bool failed = true;

		for (; failed; n += step) {
			CHECK(n < N_MAX);
			for (int once = kinds[k].once; once < 2; once++) {
				struct life *life = life_new(&kinds[k], n,
							     once ? 1 : KINDS_FOREVER);

				live(life);
				shim_disarm(&life->shim);
				failed = life->shim.failed > 0;
				check_what_is_left(life, false);
				life_free(life);
				lives++;
			}
		}
		print_message("%s: %d calls, %d lives\n", kinds[k].name, (int)(n - step),
			      (int)lives);
		CHECK(lives > 2);
	}
}

static void killed_in_place_of_each_call_it_loses_nothing(void **state)
{
	static const enum shim_kind at[] = {SHIM_OPEN, SHIM_WRITE,    SHIM_SYNC,
					    SHIM_LOCK, SHIM_TRUNCATE, SHIM_UNLINK};
	int killed = 0;

	(void)state;
	for (size_t k = 0; k < FR_ARRAY_LEN(at); k++) {
		const struct kind kind = {"kill", at[k], 0, SHIM_DIE, 1, true};
		int status = 1;

		for (int64_t n = 0; status; n += kinds_long() ? 1 : 3) {
			struct life *life = life_new(&kind, n, 1);
			pid_t child = fork();

			CHECK(child >= 0);
			if (child == 0) {
				live(life);
				_exit(0);
			}
			CHECK_INT(waitpid(child, &status, 0), child);
			CHECK(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
			shim_disarm(&life->shim);
			check_what_is_left(life, status != 0);
			life_free(life);
			killed += status != 0;
		}
	}
	print_message("killed %d times\n", killed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_fails_once_or_from_then_on),
		cmocka_unit_test(killed_in_place_of_each_call_it_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
