/* Every step of a write and of a question fails in turn. */
#include "scratch.h"

#include "helpers/check.h"
#include "internal.h"
#include "store_fault.h"

#define NOW 1795371634

static const char all_sql[] = "SELECT (SELECT count(*) FROM clicks), (SELECT count(*) FROM events),"
			      " (SELECT group_concat(name || clicks || events) FROM users),"
			      " (SELECT group_concat(clicks || '.' || events_total) FROM hours),"
			      " (SELECT group_concat(name || count) FROM frust_unsaved)";

static void whatever_fails_nothing_is_stored_and_the_next_batch_succeeds(void **state)
{
	static const struct {
		enum fault_op op;
		unsigned n;
	} rows[] = {
		{FAULT_BEGIN, 1},    {FAULT_LOOK, 1},        {FAULT_LAST_IDS, 1},
		{FAULT_INSERT, 1},   {FAULT_INSERT, 2},      {FAULT_INSERT, 3},
		{FAULT_ADD_USER, 1}, {FAULT_ADD_USER, 2},    {FAULT_ADD_HOUR, 1},
		{FAULT_ADD_HOUR, 2}, {FAULT_ADD_UNSAVED, 1}, {FAULT_COMMIT, 1},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct frust_record records[] = {click_of("A", NULL, NOW), event_of("B", "fu", NOW),
						 event_of("B", "rickroll", NOW),
						 click_of("B", NULL, NOW + FRUST_HOUR)};
		struct frust_error err = {0};
		struct store_fault *fault;
		struct scratch s;
		struct frust *db;

		scratch_init(&s);
		fault = store_fault_new(s.db);
		CHECK_INT(frust__open(&fault->store, &db, NULL), 0);
		store_fault_arm(fault, rows[i].op, rows[i].n, FRUST_ENOSPC);
		CHECK_INT(frust_apply(db, records, 4, &err), FRUST_ENOSPC);
		CHECK_TEXT(err.text, "the test says so");
		for (int r = 0; r < 4; r++)
			CHECK_INT(records[r].id, 0);
		CHECK_INT(fault->rollbacks, rows[i].op != FAULT_BEGIN);
		CHECK_TEXT(scratch_ask(&s, all_sql), "0|0|||");

		CHECK_INT(frust_apply(db, records, 4, &err), 0);
		CHECK_INT(records[3].id, 2);
		CHECK_TEXT(scratch_ask(&s, all_sql), "2|1|A10,B11|1.2,1.2|rickroll1");
		frust_close(db);
		scratch_fini(&s);
	}
}

static void one_upsert_serves_all_records_of_a_user_and_an_hour(void **state)
{
	struct frust_record records[300];
	struct store_fault *fault;
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	fault = store_fault_new(s.db);
	CHECK_INT(frust__open(&fault->store, &db, NULL), 0);
	for (size_t i = 0; i < FR_ARRAY_LEN(records); i++)
		records[i] = click_of(i % 3 ? "A" : "B", NULL, NOW);
	CHECK_INT(frust_apply(db, records, FR_ARRAY_LEN(records), NULL), 0);
	CHECK_INT(fault->calls[FAULT_INSERT], 300);
	CHECK_INT(fault->calls[FAULT_ADD_USER], 2);
	CHECK_INT(fault->calls[FAULT_ADD_HOUR], 1);
	CHECK_INT(fault->calls[FAULT_COMMIT], 1);
	CHECK_INT(frust_apply(db, records, 1, NULL), 0);
	CHECK_INT(fault->calls[FAULT_LAST_IDS], 1); /* nobody else has written */
	frust_close(db);
	scratch_fini(&s);
}

static int no_record(void *ctx, const struct frust_record *record)
{
	(void)ctx;
	(void)record;
	return 0;
}

static int no_hour(void *ctx, const struct frust_hour *hour)
{
	(void)ctx;
	(void)hour;
	return 0;
}

static int no_user(void *ctx, const struct frust_user *user)
{
	(void)ctx;
	(void)user;
	return 0;
}

static void questions_pass_their_failure_up(void **state)
{
	struct store_fault *fault;
	struct frust_stats stats;
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	fault = store_fault_new(s.db);
	CHECK_INT(frust__open(&fault->store, &db, NULL), 0);
	store_fault_arm(fault, FAULT_TOUCH, 1, FRUST_EIO);
	CHECK_INT(frust_probe(db, NULL), FRUST_EIO);
	CHECK_INT(frust_probe(db, NULL), 0);
	for (int op = FAULT_HOURS; op <= FAULT_NEWEST_HOUR; op++) {
		store_fault_arm(fault, op, 1, FRUST_ECORRUPT);
		CHECK_INT(frust_stats(db, NOW, NULL, &stats, NULL), FRUST_ECORRUPT);
		CHECK_INT(frust_stats(db, NOW, NULL, &stats, NULL), 0);
	}
	store_fault_arm(fault, FAULT_READ_BEGIN, 1, FRUST_EIO);
	CHECK_INT(frust_stats(db, NOW, NULL, &stats, NULL), FRUST_EIO);
	CHECK_INT(frust_read_begin(db, NULL), 0);
	frust_read_end(db);
	store_fault_arm(fault, FAULT_RECORDS, 1, FRUST_EIO);
	CHECK_INT(frust_records(db, FRUST_CLICK, NULL, no_record, NULL, NULL), FRUST_EIO);
	store_fault_arm(fault, FAULT_HOURS, 1, FRUST_EIO);
	CHECK_INT(frust_hours(db, 0, 1, NULL, no_hour, NULL, NULL), FRUST_EIO);
	store_fault_arm(fault, FAULT_USERS, 1, FRUST_EIO);
	CHECK_INT(frust_users(db, no_user, NULL, NULL), FRUST_EIO);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_fails_nothing_is_stored_and_the_next_batch_succeeds),
		cmocka_unit_test(one_upsert_serves_all_records_of_a_user_and_an_hour),
		cmocka_unit_test(questions_pass_their_failure_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
