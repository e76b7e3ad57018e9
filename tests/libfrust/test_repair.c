#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

static int add_text(void *ctx, const struct frust_finding *finding)
{
	fr_buf_printf(ctx, "%s\n", finding->text);
	return 0;
}

static void what_is_right_stays_as_it_is(void **state)
{
	struct frust_receipt receipt;
	struct fr_buf out = FR_BUF_INIT;
	struct scratch s;
	struct frust *db = stock_open(&s);
	char *before = stock_dump(&s), *after;

	(void)state;
	CHECK_INT(frust_repair(db, NULL, add_text, &out, &receipt, NULL), 0);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	CHECK_INT(out.len, 0);
	CHECK_INT(receipt.users + receipt.hours, 0);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

static void everything_is_rebuilt_from_rows(void **state)
{
	static const char *const faults[] = {
		"UPDATE users SET clicks = clicks + 5, events = 0",
		"DELETE FROM users WHERE name = 'Anna'",
		"INSERT INTO users VALUES ('ghost', 1, 2), ('nobody', 0, 0)",
		"UPDATE hours SET clicks = 1, clicks_total = 2, events_total = NULL",
		"UPDATE hours SET events = 0",
		"DELETE FROM hours WHERE timestamp = 1795352400",
		"DELETE FROM hours",
		"INSERT INTO hours VALUES (1795352401, 1, 2, 3, 4)",
		"UPDATE hours SET clicks = -3, clicks_total = -3",
		"UPDATE hours SET events_total = 0 WHERE timestamp = 1795359600",
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(faults); i++) {
		struct frust_change dry = FRUST_CHANGE_INIT;
		struct frust_receipt told, done;
		struct fr_buf before = FR_BUF_INIT, after = FR_BUF_INIT;
		struct scratch s;
		struct frust *db = stock_open(&s);
		char *right = stock_dump(&s), *wrong, *same, *mended;

		print_message("%s\n", faults[i]);
		scratch_exec(&s, faults[i]);
		wrong = stock_dump(&s);
		dry.dry_run = true;
		CHECK_INT(frust_repair(db, &dry, add_text, &before, &told, NULL), 0);
		same = stock_dump(&s);
		CHECK_TEXT(same, wrong);
		CHECK_INT(frust_repair(db, NULL, add_text, &after, &done, NULL), 0);
		mended = stock_dump(&s);
		CHECK(told.users == done.users && told.hours == done.hours);
		CHECK(done.users + done.hours > 0);
		CHECK(fr_str_eq(fr_buf_str(&before), fr_buf_str(&after)));
		CHECK_INT(stock_check(db, NULL) % 100, 0);
		/* whoever lost the counters comes last among the users now */
		if (i != 1)
			CHECK_TEXT(mended, right);
		fr_buf_fini(&before);
		fr_buf_fini(&after);
		free(right);
		free(wrong);
		free(same);
		free(mended);
		frust_close(db);
		scratch_fini(&s);
	}
}

static void what_changes_is_told(void **state)
{
	struct fr_buf out = FR_BUF_INIT;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	scratch_exec(&s, "UPDATE users SET clicks = 7 WHERE name = 'Anna'");
	scratch_exec(&s, "UPDATE hours SET clicks = 1 WHERE timestamp = 1795348800");
	scratch_exec(&s, "UPDATE hours SET events_total = 0 WHERE timestamp = 1795359600");
	CHECK_INT(frust_repair(db, NULL, add_text, &out, NULL, NULL), 0);
	CHECK_STR(fr_buf_str(&out), "user Anna: 7 clicks become 2\n"
				    "the hour 2026-11-22 12:00 UTC: 1 clicks become 3\n"
				    "the hour 2026-11-22 15:00 UTC: 0 events in all become 5\n");
	fr_buf_fini(&out);
	frust_close(db);
	scratch_fini(&s);
}

static void events_beyond_the_rows_are_kept(void **state)
{
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	/* as the Python server left them, which kept no count of the unsaved ones */
	scratch_exec(&s, "DELETE FROM frust_unsaved;"
			 "UPDATE users SET clicks = 0 WHERE name = 'Anna'");
	CHECK_INT(frust_repair(db, NULL, NULL, NULL, NULL, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, "SELECT group_concat(events), max(events_total) FROM hours"),
		   "1,1,3|5");
	frust_close(db);
	scratch_fini(&s);
}

static void totals_go_on_from_where_the_first_hour_began(void **state)
{
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	/* hours of long ago are gone, but counted; then one comes to light */
	scratch_exec(&s, "UPDATE hours SET clicks_total = clicks_total + 100;"
			 "UPDATE hours SET clicks_total = 1 WHERE timestamp = 1795352400;"
			 "INSERT INTO clicks VALUES (99, 'Anna', NULL, NULL, 1795345200)");
	CHECK_INT(frust_repair(db, NULL, NULL, NULL, NULL, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, "SELECT group_concat(clicks_total) FROM hours"),
		   "100,103,106,107");
	frust_close(db);
	scratch_fini(&s);
}

static int stop(void *ctx, const struct frust_finding *finding)
{
	(void)ctx;
	(void)finding;
	return -500;
}

static void a_callback_that_stops_leaves_nothing_changed(void **state)
{
	struct scratch s;
	struct frust *db = stock_open(&s);
	char *before, *after;

	(void)state;
	scratch_exec(&s, "UPDATE users SET clicks = 7; UPDATE hours SET clicks = 7");
	before = stock_dump(&s);
	CHECK_INT(frust_repair(db, NULL, stop, NULL, NULL, NULL), -500);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	CHECK_INT(frust_repair(NULL, NULL, NULL, NULL, NULL, NULL), FRUST_EINVAL);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_right_stays_as_it_is),
		cmocka_unit_test(everything_is_rebuilt_from_rows),
		cmocka_unit_test(what_changes_is_told),
		cmocka_unit_test(events_beyond_the_rows_are_kept),
		cmocka_unit_test(totals_go_on_from_where_the_first_hour_began),
		cmocka_unit_test(a_callback_that_stops_leaves_nothing_changed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
