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

static void a_database_of_the_python_server_goes_round_too(void **state)
{
	struct scratch from, to;
	struct frust *db;
	struct fr_buf text;
	char *before, *after;

	(void)state;
	scratch_init(&from);
	scratch_init(&to);
	scratch_reference(&from);
	db = scratch_open(&from, FRUST_READ);
	stock_export(db, FRUST_NDJSON, false, &text);
	frust_close(db);
	CHECK_TEXT(
		scratch_ask(&from, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'frust%'"),
		"0");
	db = scratch_open(&to, FRUST_CREATE);
	CHECK_INT(stock_import(db, fr_buf_str(&text), 4096, NULL, NULL, NULL), 0);
	frust_close(db);
	frust_close(scratch_open(&from, FRUST_WRITE));
	before = stock_dump(&from);
	after = stock_dump(&to);
	CHECK_TEXT(after, before);
	fr_buf_fini(&text);
	free(before);
	free(after);
	scratch_fini(&from);
	scratch_fini(&to);
}

/* A click and an event that show how texts are written. */
static struct frust *two_rows(struct scratch *s)
{
	struct frust_record records[] = {click_of("=A\"", "", NOON), event_of("B", "x,\ny", NOON)};
	struct frust *db;

	scratch_init(s);
	db = scratch_open(s, FRUST_CREATE);
	CHECK_INT(frust_apply(db, records, 2, NULL), 0);
	return db;
}

static void the_forms_are_as_documented(void **state)
{
	struct scratch s;
	struct frust *db = two_rows(&s);
	struct fr_buf text;

	(void)state;
	stock_export(db, FRUST_NDJSON, false, &text);
	CHECK_STR(fr_buf_str(&text),
		  "{\"type\":\"frust\",\"format\":1,\"quoting\":null}\n"
		  "{\"type\":\"click\",\"id\":1,\"timestamp\":1795348800,\"user\":\"=A\\\"\","
		  "\"comment\":\"\",\"style\":null}\n"
		  "{\"type\":\"event\",\"id\":1,\"timestamp\":1795348800,\"user\":\"B\","
		  "\"name\":\"x,\\ny\"}\n"
		  "{\"type\":\"user\",\"user\":\"=A\\\"\",\"clicks\":1,\"events\":0}\n"
		  "{\"type\":\"user\",\"user\":\"B\",\"clicks\":0,\"events\":1}\n"
		  "{\"type\":\"hour\",\"timestamp\":1795348800,\"clicks\":1,\"events\":1,"
		  "\"clicks_total\":1,\"events_total\":1}\n"
		  "{\"type\":\"ids\",\"clicks\":1,\"events\":1}\n"
		  "{\"type\":\"end\",\"rows\":6,\"clicks\":1,\"events\":1}\n");
	fr_buf_fini(&text);
	stock_export(db, FRUST_CSV, false, &text);
	CHECK_STR(fr_buf_str(&text),
		  "type,id,timestamp,user,comment,style,name,clicks,events,clicks_total,"
		  "events_total\n"
		  "frust,1,,,,,,,,,\n"
		  "click,1,1795348800,\"=A\"\"\",\"\",,,,,,\n"
		  "event,1,1795348800,\"B\",,,\"x,\ny\",,,,\n"
		  "user,,,\"=A\"\"\",,,,1,0,,\n"
		  "user,,,\"B\",,,,0,1,,\n"
		  "hour,,1795348800,,,,,1,1,1,1\n"
		  "ids,,,,,,,1,1,,\n"
		  "end,6,,,,,,1,1,,\n");
	fr_buf_fini(&text);
	frust_close(db);
	scratch_fini(&s);
}

static void no_spreadsheet_computes_what_is_formula_safe(void **state)
{
	static const char *const texts[] = {"=1", "+1", "-1", "@x", "\tx", "\rx", "'x"};
	struct scratch s;
	struct frust *db;
	struct fr_buf text;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	for (size_t i = 0; i < FR_ARRAY_LEN(texts); i++) {
		struct frust_record click = click_of(texts[i], NULL, NOON);

		CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	}
	stock_export(db, FRUST_CSV, true, &text);
	fr_buf_add_char(&text, '\0');
	CHECK(strstr(text.at, "\nfrust,1,,,,,\"formula-safe\",,,,\n") != NULL);
	for (size_t i = 0; i < FR_ARRAY_LEN(texts); i++) {
		char cell[16];

		snprintf(cell, sizeof(cell), "\"'%s\"", texts[i]);
		CHECK(strstr(text.at, cell) != NULL);
		snprintf(cell, sizeof(cell), ",\"%s\"", texts[i]);
		CHECK((strstr(text.at, cell) != NULL) == false);
	}
	fr_buf_fini(&text);
	frust_close(db);
	scratch_fini(&s);
}

static void bytes_that_are_not_utf8_become_a_replacement(void **state)
{
	static const enum frust_format formats[] = {FRUST_NDJSON, FRUST_CSV};
	struct scratch from;
	struct frust *db;

	(void)state;
	scratch_init(&from);
	frust_close(scratch_open(&from, FRUST_CREATE));
	scratch_exec(&from, "INSERT INTO clicks VALUES (1, x'41ff42', x'ff', '', 1)");
	db = scratch_open(&from, FRUST_READ);
	for (size_t i = 0; i < FR_ARRAY_LEN(formats); i++) {
		struct scratch to;
		struct frust *other;
		struct fr_buf text;

		stock_export(db, formats[i], false, &text);
		scratch_init(&to);
		other = scratch_open(&to, FRUST_CREATE);
		CHECK_INT(stock_import(other, fr_buf_str(&text), 100, NULL, NULL, NULL), 0);
		CHECK_TEXT(scratch_ask(&to, "SELECT user, comment FROM clicks"), "A\xef\xbf\xbd"
										 "B|\xef\xbf\xbd");
		fr_buf_fini(&text);
		frust_close(other);
		scratch_fini(&to);
	}
	frust_close(db);
	scratch_fini(&from);
}

struct counted {
	int calls, stop;
	int64_t done, total;
};

static int count_sink(void *ctx, const char *bytes, size_t n)
{
	struct counted *c = ctx;

	CHECK(bytes[n - 1] == '\n');
	c->calls++;
	c->done += (int64_t)n;
	return c->stop;
}

static int count_progress(void *ctx, int64_t done, int64_t total)
{
	struct counted *c = ctx;

	CHECK(done > c->done || c->calls == 0);
	c->calls++;
	c->done = done;
	c->total = total;
	return c->stop;
}

static struct frust *many_clicks(struct scratch *s)
{
	static struct frust_record records[20000];
	struct frust *db;

	scratch_init(s);
	db = scratch_open(s, FRUST_CREATE);
	for (size_t i = 0; i < FR_ARRAY_LEN(records); i++)
		records[i] = click_of("somebody", "a comment", NOON + (int64_t)i);
	CHECK_INT(frust_apply(db, records, FR_ARRAY_LEN(records), NULL), 0);
	return db;
}

static void it_comes_in_pieces_with_progress_and_can_be_stopped(void **state)
{
	struct frust_export_options options = FRUST_EXPORT_OPTIONS_INIT;
	struct counted sink = {0}, progress = {0};
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = many_clicks(&s);

	(void)state;
	options.progress = count_progress;
	options.progress_ctx = &progress;
	CHECK_INT(frust_export(db, &options, count_sink, &sink, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 20000);
	CHECK(sink.calls > 10 && sink.done / sink.calls < 80000);
	CHECK_INT(progress.calls, 3);
	CHECK_INT(progress.total, progress.done);
	CHECK(progress.done >= 20000);

	progress = (struct counted){.stop = -1000};
	CHECK_INT(frust_export(db, &options, count_sink, &sink, &receipt, NULL), -1000);
	CHECK_INT(receipt.clicks, 0);
	CHECK_INT(progress.calls, 1);
	sink = (struct counted){.stop = 5};
	CHECK_INT(frust_export(db, NULL, count_sink, &sink, NULL, NULL), 5);
	CHECK_INT(sink.calls, 1);
	CHECK_INT(frust_read_begin(db, NULL), 0); /* no snapshot was left */
	frust_close(db);
	scratch_fini(&s);
}

static int write_meanwhile(void *ctx, const char *bytes, size_t n)
{
	(void)bytes;
	(void)n;
	scratch_exec(ctx, "INSERT INTO clicks (user, timestamp) VALUES ('late', 1)");
	return 0;
}

static void what_others_write_meanwhile_is_left_out(void **state)
{
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = many_clicks(&s);

	(void)state;
	CHECK_INT(frust_export(db, NULL, write_meanwhile, &s, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 20000);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) > 20001 FROM clicks"), "1");
	frust_close(db);
	scratch_fini(&s);
}

static void bad_arguments_are_told(void **state)
{
	struct frust_export_options options = FRUST_EXPORT_OPTIONS_INIT;
	struct counted sink = {0};
	struct scratch s;
	struct frust *db = two_rows(&s);

	(void)state;
	CHECK_INT(frust_export(NULL, NULL, count_sink, &sink, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_export(db, NULL, NULL, NULL, NULL, NULL), FRUST_EINVAL);
	options.format = FRUST_FORMAT_AUTO;
	CHECK_INT(frust_export(db, &options, count_sink, &sink, NULL, NULL), FRUST_EINVAL);
	options.size = 0;
	CHECK_INT(frust_export(db, &options, count_sink, &sink, NULL, NULL), FRUST_EINVAL);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_round_trip_gives_the_same_rows_and_counters),
		cmocka_unit_test(a_database_of_the_python_server_goes_round_too),
		cmocka_unit_test(the_forms_are_as_documented),
		cmocka_unit_test(no_spreadsheet_computes_what_is_formula_safe),
		cmocka_unit_test(bytes_that_are_not_utf8_become_a_replacement),
		cmocka_unit_test(it_comes_in_pieces_with_progress_and_can_be_stopped),
		cmocka_unit_test(what_others_write_meanwhile_is_left_out),
		cmocka_unit_test(bad_arguments_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
