#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

static int merge(struct frust *db, struct fr_str text, struct frust_receipt *receipt)
{
	struct frust_import_options options = FRUST_IMPORT_OPTIONS_INIT;
	struct frust_error err = {0};
	int status;

	options.merge = true;
	status = stock_import(db, text, 1000, &options, receipt, &err);
	if (status)
		print_error("%s\n", err.text);
	return status;
}

static void merging_what_is_there_changes_nothing(void **state)
{
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = stock_open(&s);
	struct fr_buf text;
	char *before, *after;

	(void)state;
	before = stock_dump(&s);
	stock_export(db, FRUST_NDJSON, false, &text);
	CHECK_INT(merge(db, fr_buf_str(&text), &receipt), 0);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	CHECK_INT(receipt.clicks + receipt.events + receipt.users + receipt.hours, 0);
	CHECK_INT(receipt.unsaved + receipt.bans, 0);
	CHECK_INT(receipt.clicks_known, 6);
	CHECK_INT(receipt.events_known, 2);
	fr_buf_fini(&text);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

static void another_databases_rows_are_added_once(void **state)
{
	struct frust_record others[] = {
		click_of("Anna", NULL, NOON + 1), /* as the stock has it */
		click_of("Anna", NULL, NOON + 1), /* and one more of the same */
		click_of("Zoe", "new", NOON - FRUST_HOUR),
		event_of("Anna", "rickroll", NOON),
		event_of("Zoe", "rickroll", NOON + 9 * FRUST_HOUR),
		event_of("-Bob", "@fu", NOON + FRUST_HOUR + 5),
	};
	struct frust_receipt receipt;
	struct scratch here, there;
	struct frust *db, *other;
	struct fr_buf text;
	char *once, *twice;

	(void)state;
	scratch_init(&there);
	other = scratch_open(&there, FRUST_CREATE);
	CHECK_INT(frust_apply(other, others, FR_ARRAY_LEN(others), NULL), 0);
	stock_export(other, FRUST_CSV, true, &text);
	frust_close(other);
	db = stock_open(&here);
	CHECK_INT(merge(db, fr_buf_str(&text), &receipt), 0);
	CHECK_INT(receipt.clicks, 2);
	CHECK_INT(receipt.clicks_known, 1);
	CHECK_INT(receipt.events, 0);
	CHECK_INT(receipt.events_known, 1);
	CHECK_INT(receipt.users, 1);
	CHECK_INT(receipt.hours, 2);
	CHECK_INT(receipt.unsaved, 1); /* noon has one here and one there */
	/* ids that were given here are not given again, not even deleted ones */
	CHECK_TEXT(scratch_ask(&here, "SELECT id, user, timestamp FROM clicks WHERE id > 8"),
		   "9|Zoe|1795345200\n10|Anna|1795348801");
	CHECK_TEXT(scratch_ask(&here, "SELECT clicks, events FROM users WHERE name = 'Anna'"),
		   "3|1");
	CHECK_INT(stock_check(db, NULL), 0);
	once = stock_dump(&here);
	CHECK_INT(merge(db, fr_buf_str(&text), &receipt), 0);
	twice = stock_dump(&here);
	CHECK_TEXT(twice, once);
	CHECK_INT(receipt.clicks_known, 3);
	fr_buf_fini(&text);
	free(once);
	free(twice);
	frust_close(db);
	scratch_fini(&here);
	scratch_fini(&there);
}

static void an_id_that_is_free_is_kept(void **state)
{
	static const char text[] =
		"{\"type\":\"click\",\"id\":3,\"timestamp\":1795348900,\"user\":\"Y\"}\n"
		"{\"type\":\"click\",\"id\":100,\"timestamp\":1795348800,\"user\":\"X\"}\n"
		"{\"type\":\"click\",\"timestamp\":1795348900,\"user\":\"Z\"}\n";
	struct frust_record click = click_of("A", NULL, NOON);
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	CHECK_INT(merge(db, fr_str_of(text), &receipt), 0);
	CHECK_TEXT(scratch_ask(&s, "SELECT id, user FROM clicks WHERE id > 8 ORDER BY user"),
		   "100|X\n102|Y\n101|Z");
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 103);
	frust_close(db);
	scratch_fini(&s);
}

static void what_is_nearly_the_same_is_another_row(void **state)
{
	static const char text[] =
		"{\"type\":\"click\",\"timestamp\":1795348801,\"user\":\"Anna\",\"comment\":\"\"}\n"
		"{\"type\":\"click\",\"timestamp\":1795348801,\"user\":\"Anna\",\"style\":\"\"}\n"
		"{\"type\":\"click\",\"timestamp\":1795348802,\"user\":\"Anna\"}\n"
		"{\"type\":\"click\",\"timestamp\":1795348801,\"user\":\"anna\"}\n"
		"{\"type\":\"click\",\"timestamp\":1795348801,\"user\":null}\n"
		"{\"type\":\"event\",\"timestamp\":1795348801,\"user\":\"Anna\",\"name\":\"fu\"}\n";
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	CHECK_INT(merge(db, fr_str_of(text), &receipt), 0);
	CHECK_INT(receipt.clicks, 5);
	CHECK_INT(receipt.events, 1);
	CHECK_INT(merge(db, fr_str_of(text), &receipt), 0);
	CHECK_INT(receipt.clicks_known, 5);
	CHECK_INT(receipt.clicks, 0);
	CHECK_INT(stock_check(db, NULL), 100); /* a note: a row without a user */
	frust_close(db);
	scratch_fini(&s);
}

static void what_hours_count_beyond_rows_becomes_the_greater_of_both(void **state)
{
	struct frust_receipt receipt;
	struct scratch here, there;
	struct frust *db;
	struct fr_buf text;

	(void)state;
	/* hours of the Python server: here 2 and 1 events beyond the rows, there 1 and 3 */
	scratch_init(&here);
	scratch_init(&there);
	frust_close(scratch_open(&here, FRUST_CREATE));
	frust_close(scratch_open(&there, FRUST_CREATE));
	scratch_exec(&here, "INSERT INTO hours VALUES (1795348800, 0, 2, 0, 2),"
			    " (1795352400, 0, 1, 0, 3), (1795356000, 0, 0, 0, 3)");
	scratch_exec(&there, "INSERT INTO hours VALUES (1795348800, 1, 1, 1, 1),"
			     " (1795352400, 0, 3, 1, 4);"
			     "INSERT INTO clicks VALUES (1, 'A', NULL, NULL, 1795348800);"
			     "INSERT INTO users VALUES ('A', 1, 0);"
			     "INSERT INTO frust_erased VALUES (1795338000, 2, 0);"
			     "INSERT INTO hours VALUES (1795338000, 2, 0, 2, 0)");
	db = scratch_open(&there, FRUST_READ);
	stock_export(db, FRUST_NDJSON, false, &text);
	frust_close(db);
	db = scratch_open(&here, FRUST_WRITE);
	for (int round = 0; round < 2; round++) {
		CHECK_INT(merge(db, fr_buf_str(&text), &receipt), 0);
		CHECK_TEXT(scratch_ask(&here, "SELECT * FROM hours ORDER BY timestamp"),
			   "1795338000|2|0|2|0\n1795348800|1|2|3|2\n1795352400|0|3|3|5\n"
			   "1795356000|0|0|3|5");
		CHECK_TEXT(scratch_ask(&here, "SELECT * FROM frust_erased"), "1795338000|2|0");
	}
	CHECK_INT(stock_check(db, NULL), 200);
	fr_buf_fini(&text);
	frust_close(db);
	scratch_fini(&here);
	scratch_fini(&there);
}

/* Many rows, many of them alike, in random order and in two overlapping halves. */
static void two_halves_make_a_whole(void **state)
{
	enum { ROWS = 12000 };
	static struct frust_record rows[ROWS];
	static const char *const names[] = {"A", "B", "C"};
	struct fr_buf halves[2], whole;
	struct frust_receipt receipt;
	struct scratch all, half[2], joined;
	struct frust *db;
	unsigned seed = 7;

	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		rows[i] = click_of(names[rand_r(&seed) % 3], NULL, NOON + (int64_t)(i / 5));
	for (int h = 0; h < 2; h++) {
		scratch_init(&half[h]);
		db = scratch_open(&half[h], FRUST_CREATE);
		CHECK_INT(frust_apply(db, rows + h * ROWS / 3 / 5 * 5, ROWS * 2 / 3 / 5 * 5, NULL),
			  0);
		stock_export(db, FRUST_NDJSON, false, &halves[h]);
		frust_close(db);
		scratch_fini(&half[h]);
	}
	scratch_init(&all);
	db = scratch_open(&all, FRUST_CREATE);
	CHECK_INT(frust_apply(db, rows, ROWS, NULL), 0);
	stock_export(db, FRUST_NDJSON, false, &whole);
	frust_close(db);
	scratch_init(&joined);
	db = scratch_open(&joined, FRUST_CREATE);
	CHECK_INT(merge(db, fr_buf_str(&halves[1]), &receipt), 0);
	CHECK_INT(receipt.clicks, ROWS * 2 / 3);
	CHECK_INT(merge(db, fr_buf_str(&halves[0]), &receipt), 0);
	CHECK_INT(receipt.clicks, ROWS / 3);
	CHECK_INT(stock_check(db, NULL), 0);
	CHECK_INT(merge(db, fr_buf_str(&whole), &receipt), 0);
	CHECK_INT(receipt.clicks, 0);
	frust_close(db);
	for (int h = 0; h < 2; h++)
		fr_buf_fini(&halves[h]);
	fr_buf_fini(&whole);
	scratch_fini(&all);
	scratch_fini(&joined);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merging_what_is_there_changes_nothing),
		cmocka_unit_test(another_databases_rows_are_added_once),
		cmocka_unit_test(an_id_that_is_free_is_kept),
		cmocka_unit_test(what_is_nearly_the_same_is_another_row),
		cmocka_unit_test(what_hours_count_beyond_rows_becomes_the_greater_of_both),
		cmocka_unit_test(two_halves_make_a_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
