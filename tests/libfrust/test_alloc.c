/* Every allocation of libfrust fails in turn: an error, never a crash, a leak or half a record. */
#include "desk.h"

#include <stdlib.h>

#include "helpers/alloc.h"
#include "helpers/check.h"
#include "internal.h"

/* All allocations but the first n fail while f runs. */
#define FAILING(n, f) (alloc_before_failure = (n), f)

static void fail_none(void)
{
	alloc_before_failure = -1;
}

static void opening_fails_whole(void **state)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct scratch s;
	int status = FRUST_ENOMEM;

	(void)state;
	scratch_init(&s);
	options.mode = FRUST_CREATE;
	for (int n = 0; status; n++) {
		struct frust_error err = {0};
		struct frust *db;

		status = FAILING(n, frust_open(s.db, &options, &db, &err));
		fail_none();
		CHECK_INT(status, status ? FRUST_ENOMEM : 0);
		CHECK_INT(err.code, status);
		CHECK((db == NULL) == (status != 0));
		frust_close(db);
		CHECK(n < 100);
	}
	scratch_fini(&s);
}

static void a_batch_fails_whole(void **state)
{
	struct frust_record records[40];
	char names[40][8];
	struct scratch s;
	int status = FRUST_ENOMEM;

	(void)state;
	scratch_init(&s);
	for (int i = 0; i < 40; i++) {
		snprintf(names[i], sizeof(names[i]), "u%d", i);
		records[i] = click_of(names[i], NULL, NOW + i * FRUST_HOUR);
	}
	frust_close(scratch_open(&s, FRUST_CREATE));
	for (int n = 0; status; n++) {
		struct frust *db = scratch_open(&s, FRUST_WRITE);

		status = FAILING(n, frust_apply(db, records, 40, NULL));
		fail_none();
		CHECK_INT(status, status ? FRUST_ENOMEM : 0);
		CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM clicks"), status ? "0" : "40");
		frust_close(db);
		CHECK(n < 100);
	}
	scratch_fini(&s);
}

static int no_job(void *ctx, struct frust *db, struct frust_error *err)
{
	(void)ctx;
	(void)db;
	(void)err;
	return 0;
}

static void a_push_that_fails_leaves_nothing_and_the_others_settle(void **state)
{
	static char text[70000];
	struct frust_record click = click_of("A", NULL, NOW);
	struct desk d;
	size_t taken = 1;
	bool all = false;

	(void)state;
	memset(text, 'x', sizeof(text));
	click.comment = (struct frust_str){text, sizeof(text)};
	desk_open(&d, 100000, 3, 0);
	desk_hold(&d);
	for (int n = 0; !all; n++) {
		all = true;
		for (uint64_t i = 0; i < 20; i++) {
			int status = i % 10 == 9
					     ? FAILING(n,
						       frust_writer_run(d.writer, no_job, NULL, i))
					     : FAILING(n, frust_writer_push(d.writer, &click, i));

			fail_none();
			CHECK_INT(status, status ? FRUST_ENOMEM : 0);
			all = all && !status;
			taken += !status;
		}
		CHECK(n < 20);
	}
	CHECK_INT(frust_writer_pending(d.writer), taken);
	desk_let_go(&d);
	desk_settle(&d, taken);
	for (size_t i = 0; i < d.count; i++)
		CHECK_INT(d.kept[i].status, 0);
	desk_close(&d);
}

static void opening_a_writer_fails_whole(void **state)
{
	struct scratch s;
	struct frust_writer *writer;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(FAILING(0, frust_writer_open(db, NULL, &writer, NULL)), FRUST_ENOMEM);
	fail_none();
	CHECK(writer == NULL);
	frust_close(db); /* still ours */
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_fails_whole),
		cmocka_unit_test(a_batch_fails_whole),
		cmocka_unit_test(a_push_that_fails_leaves_nothing_and_the_others_settle),
		cmocka_unit_test(opening_a_writer_fails_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
