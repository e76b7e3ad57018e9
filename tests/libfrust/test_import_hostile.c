/* Imports that mean no good: whatever they hold, nothing breaks. */
#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

static struct frust *open_empty(struct scratch *s)
{
	scratch_init(s);
	return scratch_open(s, FRUST_CREATE);
}

static int no_day(void *ctx, const struct frust_day *day)
{
	(void)ctx;
	(void)day;
	return 0;
}

static void numbers_at_the_ends_of_the_range_are_survived(void **state)
{
#define MAX "9223372036854775807"
#define MIN "-9223372036854775808"
	static const char text[] =
		"{\"type\":\"hour\",\"timestamp\":0,\"clicks\":" MIN ",\"events\":" MAX
		",\"clicks_total\":" MAX ",\"events_total\":" MIN "}\n"
		"{\"type\":\"hour\",\"timestamp\":3600,\"clicks\":" MAX ",\"events\":" MAX
		",\"clicks_total\":" MAX ",\"events_total\":" MAX "}\n"
		"{\"type\":\"hour\",\"timestamp\":" MAX ",\"clicks\":" MAX ",\"events\":" MIN
		",\"clicks_total\":" MIN ",\"events_total\":" MAX "}\n"
		"{\"type\":\"hour\",\"timestamp\":" MIN ",\"clicks\":" MAX ",\"events\":" MAX
		",\"clicks_total\":" MAX ",\"events_total\":" MAX "}\n"
		"{\"type\":\"unsaved\",\"timestamp\":0,\"name\":\"x\",\"events\":" MAX "}\n"
		"{\"type\":\"unsaved\",\"timestamp\":3600,\"name\":\"x\",\"events\":" MIN "}\n"
		"{\"type\":\"erased\",\"timestamp\":" MIN ",\"clicks\":" MIN ",\"events\":" MIN
		"}\n"
		"{\"type\":\"erased\",\"timestamp\":3600,\"clicks\":" MAX ",\"events\":" MIN "}\n"
		"{\"type\":\"user\",\"user\":\"A\",\"clicks\":" MIN ",\"events\":" MAX "}\n"
		"{\"type\":\"click\",\"timestamp\":" MAX ",\"user\":\"A\"}\n"
		"{\"type\":\"click\",\"timestamp\":" MIN ",\"user\":\"A\"}\n"
		"{\"type\":\"event\",\"id\":5,\"timestamp\":-1,\"user\":\"A\",\"name\":\"x\"}\n";
	static const char ends[] = "{\"type\":\"end\",\"rows\":12,\"clicks\":2,\"events\":1}\n";
	struct frust_import_options options = FRUST_IMPORT_OPTIONS_INIT;
	struct frust_filter all = FRUST_FILTER_INIT;
	struct fr_buf whole = FR_BUF_INIT;
	struct scratch s;
	struct frust *db = open_empty(&s);

	(void)state;
	options.merge = true;
	for (int round = 0; round < 3; round++) {
		(void)!stock_import(db, fr_str_of(text), 4096, &options, NULL, NULL);
		(void)!frust_check(db, NULL, NULL, NULL, NULL, NULL);
		(void)!frust_days(db, text_of(NULL), INT64_MIN, INT64_MAX, NULL, no_day, NULL,
				  NULL);
		(void)!frust_days(db, text_of("A"), INT64_MIN, INT64_MAX, NULL, no_day, NULL, NULL);
		if (round)
			(void)!frust_repair(db, NULL, NULL, NULL, NULL, NULL);
	}
	(void)!frust_records_delete(db, FRUST_CLICK, &all, NULL, NULL, NULL);
	frust_close(db);
	scratch_fini(&s);

	db = open_empty(&s);
	fr_buf_add_str(&whole, FR_STR("{\"type\":\"frust\",\"format\":1}\n"));
	fr_buf_add_str(&whole, fr_str_of(text));
	fr_buf_add_str(&whole, fr_str_of(ends));
	(void)!stock_import(db, fr_buf_str(&whole), 4096, NULL, NULL, NULL);
	(void)!frust_repair(db, NULL, NULL, NULL, NULL, NULL);
	(void)!frust_records_delete(db, FRUST_CLICK, &all, NULL, NULL, NULL);
	CHECK_TEXT(scratch_ask(&s, "PRAGMA integrity_check"), "ok");
	fr_buf_fini(&whole);
	frust_close(db);
	scratch_fini(&s);
}

static void any_damage_of_a_text_is_survived(void **state)
{
	static const enum frust_format formats[] = {FRUST_NDJSON, FRUST_CSV};
	struct scratch from, to;
	struct frust *db = stock_open(&from), *other = open_empty(&to);
	struct frust_import_options options = FRUST_IMPORT_OPTIONS_INIT;
	unsigned seed = 3;

	(void)state;
	options.merge = true;
	options.dry_run = true;
	for (size_t f = 0; f < FR_ARRAY_LEN(formats); f++) {
		struct fr_buf text;

		stock_export(db, formats[f], true, &text);
		for (int round = 0; round < 150; round++) {
			struct fr_buf copy = FR_BUF_INIT;
			int status;

			fr_buf_add(&copy, text.at, text.len);
			for (int i = 0; i < 3; i++)
				copy.at[(size_t)rand_r(&seed) % copy.len] =
					"\"\n,{}\\0\xff"[rand_r(&seed) % 8];
			status = stock_import(other, fr_buf_str(&copy), 50, &options, NULL, NULL);
			CHECK(status == 0 || status == FRUST_EFORMAT);
			fr_buf_fini(&copy);
		}
		fr_buf_fini(&text);
	}
	CHECK_TEXT(scratch_ask(&to, "SELECT count(*) FROM clicks"), "0");
	frust_close(db);
	frust_close(other);
	scratch_fini(&from);
	scratch_fini(&to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_at_the_ends_of_the_range_are_survived),
		cmocka_unit_test(any_damage_of_a_text_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
