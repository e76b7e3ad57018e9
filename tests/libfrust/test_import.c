#include <stdlib.h>
#include <unistd.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

static struct frust *open_empty(struct scratch *s)
{
	scratch_init(s);
	return scratch_open(s, FRUST_CREATE);
}

static int import_text(struct frust *db, const char *text, struct frust_receipt *receipt,
		       struct frust_error *err)
{
	*err = (struct frust_error){0};
	return stock_import(db, fr_str_of(text), 5, NULL, receipt, err);
}

static const char all_sql[] = "SELECT (SELECT count(*) FROM clicks), (SELECT count(*) FROM events),"
			      " (SELECT count(*) FROM users), (SELECT count(*) FROM hours),"
			      " (SELECT count(*) FROM frust_bans)";

static void a_bad_line_is_told_by_its_number_and_nothing_is_stored(void **state)
{
#define HEAD "{\"type\":\"frust\",\"format\":1}\n"
#define CLICK "{\"type\":\"click\",\"id\":1,\"timestamp\":1795348800,\"user\":\"A\"}\n"
#define COLUMNS "type,id,timestamp,user,comment,style,name,clicks,events\n"
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"{}", "line 1: its type is unknown"},
		{"{\"type\":7}\n", "line 1: its type is unknown"},
		{"{\"type\":\"press\"}\n", "line 1: its type is unknown"},
		{"{nonsense\n", "line 1: this is not JSON"},
		{"{\"type\":\"click\"}{}\n", "line 1: this is not JSON"},
		{CLICK "\n\n[1]\n", "line 4: this is not an object"},
		{CLICK "{\"type\":\"click\",\"timestamp\":1}\n", "line 2: a member is missing"},
		{CLICK "{\"type\":\"click\",\"user\":\"A\"}", "line 2: a member is missing"},
		{"{\"type\":\"click\",\"user\":1,\"timestamp\":1}\n", "line 1: a text is none"},
		{"{\"type\":\"click\",\"user\":\"\\ud800\",\"timestamp\":1}\n",
		 "line 1: a text has a lone surrogate"},
		{"{\"type\":\"click\",\"user\":\"A\",\"timestamp\":1.5}\n",
		 "line 1: a number is not whole, or none"},
		{"{\"type\":\"click\",\"user\":\"A\",\"timestamp\":\"1\"}\n",
		 "line 1: a number is not whole, or none"},
		{"{\"type\":\"click\",\"user\":\"A\",\"timestamp\":1,\"id\":-5}\n",
		 "line 1: an id is below 1"},
		{"{\"type\":\"click\",\"user\":\"A\",\"timestamp\":1,\"id\":9007199254740992}\n",
		 "line 1: an id is beyond what JSON counts to (2^53 - 1)"},
		{"{\"type\":\"ids\",\"clicks\":0,\"events\":9007199254740992}\n",
		 "line 1: an id is beyond what JSON counts to (2^53 - 1)"},
		{CLICK CLICK, "line 2: a row of that id is there already"},
		{"{\"type\":\"user\",\"user\":null,\"clicks\":1,\"events\":1}\n",
		 "line 1: a user without a name"},
		{"{\"type\":\"ban\",\"user\":\"\",\"timestamp\":1}\n",
		 "line 1: a ban without a name"},
		{"{\"type\":\"unsaved\",\"name\":null,\"timestamp\":1,\"events\":1}\n",
		 "line 1: an event without a name"},
		{"{\"type\":\"frust\",\"format\":2}\n", "line 1: a newer frust has written this"},
		{CLICK HEAD, "line 2: an export begins here, and there was something before"},
		{HEAD HEAD, "line 2: an export begins here, and there was something before"},
		{HEAD CLICK, "line 2: the export was cut short after it"},
		{HEAD CLICK "{\"type\":\"end\",\"rows\":2,\"clicks\":1,\"events\":0}\n",
		 "line 3: the export had more or fewer rows than were read"},
		{HEAD CLICK "{\"type\":\"end\",\"rows\":1,\"clicks\":1,\"events\":0}\n\n" CLICK,
		 "line 5: the export has ended, and there is more"},
		{"id,user\n", "line 1: the first line must name the columns, \"type\" among them"},
		{COLUMNS "click,1,x,A\n", "line 2: a number is not whole, or none"},
		{COLUMNS "click,1,,A\n", "line 2: a number is missing"},
		{COLUMNS "click,1,9223372036854775808,A\n",
		 "line 2: a number is not whole, or none"},
		{COLUMNS "click,1,1,\"A\"x\n", "line 2: a quote is closed too early"},
		{COLUMNS "click,1,1,A\"\n\"\n", "line 2: a quote is within a cell"},
		{COLUMNS "click,1,1,\"A\nB", "line 2: a quote is not closed"},
		{COLUMNS "click,1,1,\"A\nB\"\n" COLUMNS, "line 4: its type is unknown"},
		{COLUMNS "click,1,1,\xff\n", "line 2: a text is not UTF-8"},
	};
	struct scratch s;
	struct frust *db = open_empty(&s);

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct frust_receipt receipt;
		struct frust_error err;

		print_message("%s\n", rows[i].text);
		CHECK_INT(import_text(db, rows[i].text, &receipt, &err), FRUST_EFORMAT);
		CHECK_TEXT(err.text, rows[i].why);
		CHECK_INT(err.code, FRUST_EFORMAT);
		CHECK_INT(receipt.clicks, 0);
		CHECK_TEXT(scratch_ask(&s, all_sql), "0|0|0|0|0");
	}
	frust_close(db);
	scratch_fini(&s);
}

static void lines_of_ones_own_are_counted_like_presses(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf{\"type\":\"click\",\"timestamp\":1795348801,\"user\":\"A\"}\r\n"
		"  \t\r\n"
		"{\"user\":\"B\",\"name\":\"fu\",\"timestamp\":1795348802,\"type\":\"event\","
		"\"more\":[1]}"
		"\n"
		"{\"type\":\"click\",\"id\":null,\"timestamp\":1795348801,\"user\":\"A\"}\n"
		"{\"type\":\"click\",\"id\":7,\"timestamp\":1795345200,\"user\":\"A\","
		"\"comment\":\"\\u00fc\"}";
	struct frust_receipt receipt;
	struct frust_error err;
	struct scratch s;
	struct frust *db = open_empty(&s);

	(void)state;
	CHECK_INT(import_text(db, text, &receipt, &err), 0);
	CHECK_INT(receipt.clicks, 3);
	CHECK_INT(receipt.events, 1);
	CHECK_INT(receipt.users, 2);
	CHECK_INT(receipt.hours, 2);
	CHECK_TEXT(scratch_ask(&s, "SELECT id, user, comment, timestamp FROM clicks"),
		   "7|A|\xc3\xbc|1795345200\n8|A||1795348801\n9|A||1795348801");
	CHECK_TEXT(scratch_ask(&s, "SELECT * FROM users"), "A|3|0\nB|0|1");
	CHECK_TEXT(scratch_ask(&s, "SELECT * FROM hours"),
		   "1795345200|1|0|1|0\n1795348800|2|1|3|1");
	CHECK_INT(stock_check(db, NULL), 0);
	frust_close(db);
	scratch_fini(&s);
}

static void csv_may_have_its_columns_in_any_order(void **state)
{
	static const char text[] = "user,extra,type,timestamp,comment\r\n"
				   "A,x,click,1795348800,\"a \"\"b\"\"\r\nc\"\r\n"
				   "B,,click,1795348800\n";
	struct frust_receipt receipt;
	struct frust_error err;
	struct scratch s;
	struct frust *db = open_empty(&s);

	(void)state;
	CHECK_INT(import_text(db, text, &receipt, &err), 0);
	CHECK_TEXT(scratch_ask(&s, "SELECT user, comment, timestamp FROM clicks"),
		   "A|a \"b\"\r\nc|1795348800\nB||1795348800");
	frust_close(db);
	scratch_fini(&s);
}

static void a_line_has_its_limit(void **state)
{
	static char line[1100000];
	struct frust_import *import;
	struct frust_error err = {0};
	struct scratch s;
	struct frust *db = open_empty(&s);

	(void)state;
	memset(line, ' ', sizeof(line));
	line[0] = '{';
	CHECK_INT(frust_import_open(db, NULL, &import, NULL), 0);
	CHECK_INT(frust_import_feed(import, "\n", 1, &err), 0);
	CHECK_INT(frust_import_feed(import, line, sizeof(line) / 2, &err), 0);
	CHECK_INT(frust_import_feed(import, line, sizeof(line) / 2, &err), FRUST_EFORMAT);
	CHECK_TEXT(err.text, "line 2: it is too long");
	/* and nothing more is taken */
	CHECK_INT(frust_import_feed(import, "\n", 1, NULL), FRUST_EFORMAT);
	CHECK_INT(frust_import_close(import, true, NULL, NULL), FRUST_EFORMAT);
	frust_close(db);
	scratch_fini(&s);
}

static void a_database_with_something_in_it_is_not_imported_into(void **state)
{
	static const char *const fills[] = {"INSERT INTO clicks VALUES (1, 'A', NULL, NULL, 1)",
					    "INSERT INTO events VALUES (1, 'A', 'x', 1)",
					    "INSERT INTO users VALUES ('A', 0, 0)",
					    "INSERT INTO hours VALUES (0, 0, 0, 0, 0)",
					    "INSERT INTO frust_unsaved VALUES (0, 'rickroll', 1)",
					    "INSERT INTO frust_erased VALUES (0, 1, 1)"};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(fills); i++) {
		struct frust_import *import;
		struct frust_error err = {0};
		struct scratch s;
		struct frust *db = open_empty(&s);

		scratch_exec(&s, fills[i]);
		CHECK_INT(frust_import_open(db, NULL, &import, &err), FRUST_EEXIST);
		CHECK(import == NULL && strstr(err.text, "merging") != NULL);
		frust_close(db);
		scratch_fini(&s);
	}
}

static void what_came_meanwhile_is_not_mixed_in(void **state)
{
	struct frust_import *import;
	struct scratch s;
	struct frust *db = open_empty(&s);

	(void)state;
	CHECK_INT(frust_import_open(db, NULL, &import, NULL), 0);
	CHECK_INT(frust_import_feed(import, CLICK, strlen(CLICK), NULL), 0);
	scratch_exec(&s, "INSERT INTO users VALUES ('A', 0, 0)");
	CHECK_INT(frust_import_close(import, true, NULL, NULL), FRUST_EEXIST);
	CHECK_TEXT(scratch_ask(&s, all_sql), "0|0|1|0|0");
	frust_close(db);
	scratch_fini(&s);
}

static void until_it_is_kept_no_lock_is_held_and_nothing_changes(void **state)
{
	struct frust_import *import;
	struct scratch_lock *lock;
	struct scratch s;
	struct frust *db = open_empty(&s);

	(void)state;
	CHECK_INT(frust_import_open(db, NULL, &import, NULL), 0);
	CHECK_INT(frust_import_feed(import, CLICK, strlen(CLICK), NULL), 0);
	lock = scratch_lock(&s);
	CHECK_INT(frust_import_close(import, true, NULL, NULL), FRUST_EBUSY);
	scratch_unlock(lock);
	CHECK_TEXT(scratch_ask(&s, all_sql), "0|0|0|0|0");

	CHECK_INT(frust_import_open(db, NULL, &import, NULL), 0);
	CHECK_INT(frust_import_feed(import, CLICK, strlen(CLICK), NULL), 0);
	CHECK_INT(frust_import_close(import, false, NULL, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, all_sql), "0|0|0|0|0");
	CHECK_INT(frust_import_close(NULL, true, NULL, NULL), 0);
	frust_close(db);
	scratch_fini(&s);
}

static void a_dry_run_tells_and_stores_nothing(void **state)
{
	struct frust_import_options options = FRUST_IMPORT_OPTIONS_INIT;
	struct frust_receipt receipt;
	struct scratch from, to;
	struct frust *db = stock_open(&from);
	struct frust_record click = click_of("A", NULL, NOON);
	struct fr_buf text;

	(void)state;
	stock_export(db, FRUST_NDJSON, false, &text);
	frust_close(db);
	db = open_empty(&to);
	options.dry_run = true;
	CHECK_INT(stock_import(db, fr_buf_str(&text), 1000, &options, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 6);
	CHECK_INT(receipt.bans, 2);
	CHECK_TEXT(scratch_ask(&to, all_sql), "0|0|0|0|0");
	/* no id of theirs was given */
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 1);
	fr_buf_fini(&text);
	frust_close(db);
	scratch_fini(&from);
	scratch_fini(&to);
}

static void the_next_id_comes_after_the_imported_ones(void **state)
{
	struct scratch from, to;
	struct frust *db = stock_open(&from);
	struct frust_record click = click_of("A", NULL, NOON);
	struct fr_buf text;

	(void)state;
	stock_export(db, FRUST_CSV, false, &text);
	frust_close(db);
	db = open_empty(&to);
	CHECK_INT(stock_import(db, fr_buf_str(&text), 1000, NULL, NULL, NULL), 0);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 9); /* 7 and 8 were deleted there */
	fr_buf_fini(&text);
	frust_close(db);
	scratch_fini(&from);
	scratch_fini(&to);
}

static void progress_is_told_and_can_stop_it(void **state)
{
	struct frust_import_options options = FRUST_IMPORT_OPTIONS_INIT;
	struct fr_buf text = FR_BUF_INIT;
	struct stock_heard heard = {0};
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = open_empty(&s);

	(void)state;
	for (int i = 0; i < 9000; i++)
		fr_buf_printf(&text, "{\"type\":\"click\",\"timestamp\":%d,\"user\":\"A\"}\n",
			      NOON + i);
	options.progress = stock_hear;
	options.progress_ctx = &heard;
	heard.stop = -777;
	CHECK_INT(stock_import(db, fr_buf_str(&text), 100000, &options, &receipt, NULL), -777);
	CHECK_TEXT(scratch_ask(&s, all_sql), "0|0|0|0|0");
	heard = (struct stock_heard){0};
	CHECK_INT(stock_import(db, fr_buf_str(&text), 100000, &options, &receipt, NULL), 0);
	CHECK_INT(heard.calls, 2);
	CHECK_INT(heard.done, 9000);
	CHECK_INT(receipt.clicks, 9000);
	CHECK_INT(stock_check(db, NULL), 0);
	fr_buf_fini(&text);
	frust_close(db);
	scratch_fini(&s);
}

static void a_full_disk_leaves_nothing_half_written(void **state)
{
	struct fr_buf text = FR_BUF_INIT;
	struct frust_error err = {0};
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = open_empty(&s);

	(void)state;
	for (int i = 0; i < 20000; i++)
		fr_buf_printf(&text, "{\"type\":\"click\",\"timestamp\":%d,\"user\":\"A%d\"}\n",
			      NOON + i, i);
	scratch_limit(db, 40);
	CHECK_INT(stock_import(db, fr_buf_str(&text), 100000, NULL, &receipt, &err), FRUST_ENOSPC);
	CHECK(err.text[0] != '\0');
	CHECK_INT(receipt.clicks, 0);
	CHECK_TEXT(scratch_ask(&s, all_sql), "0|0|0|0|0");
	CHECK_TEXT(scratch_ask(&s, "PRAGMA integrity_check"), "ok");
	fr_buf_fini(&text);
	frust_close(db);
	scratch_fini(&s);
}

static void bad_arguments_are_told(void **state)
{
	struct frust_import_options options = FRUST_IMPORT_OPTIONS_INIT;
	struct frust_import *import;
	struct scratch s;
	struct frust *db = open_empty(&s);

	(void)state;
	CHECK_INT(frust_import_open(NULL, NULL, &import, NULL), FRUST_EINVAL);
	CHECK_INT(frust_import_open(db, NULL, NULL, NULL), FRUST_EINVAL);
	options.format = 3;
	CHECK_INT(frust_import_open(db, &options, &import, NULL), FRUST_EINVAL);
	options = (struct frust_import_options){0};
	CHECK_INT(frust_import_open(db, &options, &import, NULL), FRUST_EINVAL);
	CHECK_INT(frust_import_feed(NULL, "x", 1, NULL), FRUST_EINVAL);
	CHECK_INT(frust_import_open(db, NULL, &import, NULL), 0);
	CHECK_INT(frust_import_feed(import, NULL, 1, NULL), FRUST_EINVAL);
	CHECK_INT(frust_import_feed(import, NULL, 0, NULL), 0);
	CHECK_INT(frust_import_close(import, true, NULL, NULL), 0);
	frust_close(db);
	db = scratch_open(&s, FRUST_READ);
	CHECK_INT(frust_import_open(db, NULL, &import, NULL), 0);
	CHECK_INT(frust_import_close(import, true, NULL, NULL), FRUST_EREADONLY);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bad_line_is_told_by_its_number_and_nothing_is_stored),
		cmocka_unit_test(lines_of_ones_own_are_counted_like_presses),
		cmocka_unit_test(csv_may_have_its_columns_in_any_order),
		cmocka_unit_test(a_line_has_its_limit),
		cmocka_unit_test(a_database_with_something_in_it_is_not_imported_into),
		cmocka_unit_test(what_came_meanwhile_is_not_mixed_in),
		cmocka_unit_test(until_it_is_kept_no_lock_is_held_and_nothing_changes),
		cmocka_unit_test(a_dry_run_tells_and_stores_nothing),
		cmocka_unit_test(the_next_id_comes_after_the_imported_ones),
		cmocka_unit_test(progress_is_told_and_can_stop_it),
		cmocka_unit_test(a_full_disk_leaves_nothing_half_written),
		cmocka_unit_test(bad_arguments_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
