#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

static void one_round_trip_gives_the_same_rows_and_counters(void **state)
{
	static const struct {
		enum frust_format format;
		bool safe;
		size_t piece;
	} rows[] = {
		{FRUST_NDJSON, false, 1 << 20}, {FRUST_NDJSON, false, 1},
		{FRUST_CSV, false, 1 << 20},    {FRUST_CSV, true, 1},
		{FRUST_CSV, true, 7},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct frust_receipt receipt;
		struct frust_error err = {0};
		struct scratch from, to;
		struct frust *db = stock_open(&from);
		struct fr_buf text, again;
		char *before, *after;

		stock_export(db, rows[i].format, rows[i].safe, &text);
		frust_close(db);
		scratch_init(&to);
		db = scratch_open(&to, FRUST_CREATE);
		if (stock_import(db, fr_buf_str(&text), rows[i].piece, NULL, &receipt, &err))
			fail_msg("%s\n%.*s", err.text, (int)text.len, text.at);
		before = stock_dump(&from);
		after = stock_dump(&to);
		CHECK_TEXT(after, before);
		CHECK_INT(receipt.clicks, 6);
		CHECK_INT(receipt.events, 2);
		CHECK_INT(receipt.users, 4);
		CHECK_INT(receipt.hours, 3);
		CHECK_INT(receipt.unsaved, 3);
		CHECK_INT(receipt.bans, 2);
		CHECK_INT(stock_check(db, NULL), 0);
		stock_export(db, rows[i].format, rows[i].safe, &again);
		CHECK(fr_str_eq(fr_buf_str(&text), fr_buf_str(&again)));
		fr_buf_fini(&text);
		fr_buf_fini(&again);
		free(before);
		free(after);
		frust_close(db);
		scratch_fini(&from);
		scratch_fini(&to);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_round_trip_gives_the_same_rows_and_counters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
