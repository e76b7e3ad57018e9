#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

static struct frust_filter all(void)
{
	struct frust_filter filter = FRUST_FILTER_INIT;

	return filter;
}

static void what_goes_takes_its_counts_along(void **state)
{
	struct frust_change dry = FRUST_CHANGE_INIT;
	struct frust_filter filter = all();
	struct frust_record click = click_of("A", NULL, NOON);
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = stock_open(&s);
	char *before = stock_dump(&s), *after;

	(void)state;
	filter.user = text_of("-Bob");
	filter.text = text_of("*<b>");
	dry.dry_run = true;
	CHECK_INT(frust_records_delete(db, FRUST_CLICK, &filter, &dry, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 2);
	CHECK_INT(receipt.hours, 1);
	CHECK_INT(receipt.users, 0);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	CHECK_INT(frust_records_delete(db, FRUST_CLICK, &filter, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 2);
	CHECK_TEXT(scratch_ask(&s, "SELECT * FROM hours"),
		   "1795348800|3|1|3|1\n1795352400|1|1|4|2\n1795359600|1|3|5|5");
	CHECK_TEXT(scratch_ask(&s, "SELECT clicks, events FROM users WHERE name = '-Bob'"), "0|1");
	CHECK_INT(stock_check(db, NULL), 0);

	filter = all();
	filter.user = text_of("-Bob");
	CHECK_INT(frust_records_delete(db, FRUST_EVENT, &filter, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.events, 1);
	CHECK_INT(receipt.users, 1);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM users WHERE name = '-Bob'"), "0");
	CHECK_INT(stock_check(db, NULL), 0);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 9);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

static void times_and_everything_can_be_meant(void **state)
{
	struct frust_filter filter = all();
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	filter.since = NOON + 2;
	filter.until = NOON + FRUST_HOUR;
	CHECK_INT(frust_records_delete(db, FRUST_CLICK, &filter, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 1);
	CHECK_TEXT(scratch_ask(&s, "SELECT group_concat(id) FROM clicks"), "1,2,4,5,6");
	filter = all();
	CHECK_INT(frust_records_delete(db, FRUST_CLICK, &filter, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 5);
	CHECK_INT(receipt.users, 2);
	CHECK_INT(frust_records_delete(db, FRUST_CLICK, &filter, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks + receipt.hours, 0);
	CHECK_INT(stock_check(db, NULL), 0);
	frust_close(db);
	scratch_fini(&s);
}

static void no_counter_falls_below_0_and_no_hour_is_made(void **state)
{
	struct frust_filter filter = all();
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	scratch_exec(&s,
		     "UPDATE hours SET clicks = 1, clicks_total = 1 WHERE timestamp = 1795348800;"
		     "DELETE FROM hours WHERE timestamp = 1795352400;"
		     "UPDATE users SET clicks = 0 WHERE name = '-Bob';"
		     "DELETE FROM users WHERE name = 'Anna'");
	CHECK_INT(frust_records_delete(db, FRUST_CLICK, &filter, NULL, NULL, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, "SELECT * FROM hours"),
		   "1795348800|0|1|0|1\n1795359600|1|3|6|5");
	CHECK_TEXT(scratch_ask(&s, "SELECT * FROM users"), "-Bob|0|1");
	frust_close(db);
	scratch_fini(&s);
}

static void many_rows_of_many_users_go_in_one_transaction(void **state)
{
	enum { ROWS = 10000 };
	static struct frust_record records[ROWS];
	static char names[ROWS][12];
	struct frust_filter filter = all();
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = stock_open(&s);
	char *before = stock_dump(&s), *after;

	(void)state;
	for (int i = 0; i < ROWS; i++) {
		snprintf(names[i], sizeof(names[i]), "u%d", i % 5000);
		records[i] = click_of(names[i], "buy this", NOON + i);
	}
	CHECK_INT(frust_apply(db, records, ROWS, NULL), 0);
	filter.text = text_of("buy*");
	CHECK_INT(frust_records_delete(db, FRUST_CLICK, &filter, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, ROWS);
	CHECK_INT(receipt.users, 5000);
	CHECK_INT(receipt.hours, 3);
	CHECK_INT(stock_check(db, NULL), 0);
	scratch_exec(&s, "UPDATE frust_meta SET value = 8 WHERE name = 'clicks_high';"
			 "DELETE FROM hours WHERE clicks = 0 AND events = 0");
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

static void a_filter_that_says_how_many_is_refused(void **state)
{
	struct scratch s;
	struct frust *db = stock_open(&s);
	struct frust_filter filters[5];

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(filters); i++)
		filters[i] = all();
	filters[0].limit = 5;
	filters[1].newest_first = true;
	filters[2].newest_only = true;
	filters[3].by_time = true;
	filters[4].size = 1;
	for (size_t i = 0; i < FR_ARRAY_LEN(filters); i++)
		CHECK_INT(frust_records_delete(db, FRUST_CLICK, &filters[i], NULL, NULL, NULL),
			  FRUST_EINVAL);
	filters[0] = all();
	CHECK_INT(frust_records_delete(db, FRUST_CLICK, NULL, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_records_delete(db, 3, filters, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_records_delete(NULL, FRUST_CLICK, filters, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM clicks"), "6");
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_takes_its_counts_along),
		cmocka_unit_test(times_and_everything_can_be_meant),
		cmocka_unit_test(no_counter_falls_below_0_and_no_hour_is_made),
		cmocka_unit_test(many_rows_of_many_users_go_in_one_transaction),
		cmocka_unit_test(a_filter_that_says_how_many_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
