#include "scratch.h"

#include "helpers/check.h"
#include "internal.h"

#define HOUR0 1795370400 /* 2026-11-22T18:00:00Z */

static const char hours_sql[] =
	"SELECT (timestamp - 1795370400) / 3600, clicks, events, clicks_total,"
	" events_total FROM hours ORDER BY timestamp";
static const char users_sql[] = "SELECT name, clicks, events FROM users ORDER BY rowid";

static void rows_and_counters_come_together(void **state)
{
	struct frust_record records[] = {
		click_of("B", "hallo", HOUR0 + 5),
		event_of("A", "fu", HOUR0 + 6),
		click_of("B", NULL, HOUR0 + 7),
		event_of("C", "rickroll", HOUR0 + 8),
		event_of("B", "rickroll", HOUR0 + 9),
		event_of("A", "exmatrikulieren", HOUR0 + 9),
		click_of("A", NULL, HOUR0 + FRUST_HOUR),
	};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	records[0].style = text_of("fire");
	CHECK_INT(frust_apply(db, records, FR_ARRAY_LEN(records), NULL), 0);
	CHECK_INT(records[0].id, 1);
	CHECK_INT(records[1].id, 1);
	CHECK_INT(records[2].id, 2);
	CHECK_INT(records[3].id, 0);
	CHECK_INT(records[5].id, 0);
	CHECK_INT(records[6].id, 3);
	CHECK_TEXT(
		scratch_ask(&s,
			    "SELECT id, user, quote(comment), quote(style), timestamp - 1795370400"
			    " FROM clicks ORDER BY id"),
		"1|B|'hallo'|'fire'|5\n2|B|NULL|NULL|7\n3|A|NULL|NULL|3600");
	CHECK_TEXT(scratch_ask(&s, "SELECT id, user, name FROM events"), "1|A|fu");
	CHECK_TEXT(scratch_ask(&s, users_sql), "B|2|0\nA|1|1");
	CHECK_TEXT(scratch_ask(&s, hours_sql), "0|2|4|2|4\n1|1|0|3|4");
	CHECK_TEXT(scratch_ask(&s,
			       "SELECT (hour - 1795370400) / 3600, name, count FROM frust_unsaved"),
		   "0|exmatrikulieren|1\n0|rickroll|2");
	CHECK_INT(frust_apply(db, records + 3, 1, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, "SELECT count FROM frust_unsaved WHERE name = 'rickroll'"), "3");
	CHECK_TEXT(scratch_ask(&s, hours_sql), "0|2|5|2|5\n1|1|0|3|5");
	frust_close(db);
	scratch_fini(&s);
}

static void an_hour_without_a_row_takes_its_totals_from_the_newest_earlier_one(void **state)
{
	struct frust_record click = click_of("A", NULL, HOUR0 + 2 * FRUST_HOUR);
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	/* as the Python server leaves it: totals that no row explains, values that are null */
	scratch_exec(&s, "INSERT INTO hours VALUES (1795366800, 1, 1, 500, 60), (1795370400, 2, 0, "
			 "502, 61)");
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, hours_sql), "-1|1|1|500|60\n0|2|0|502|61\n2|1|0|503|61");
	scratch_exec(
		&s,
		"UPDATE hours SET clicks = NULL, events_total = NULL WHERE timestamp = 1795377600");
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, hours_sql), "-1|1|1|500|60\n0|2|0|502|61\n2|1|0|504|0");
	frust_close(db);
	scratch_fini(&s);
}

static void an_hour_with_later_ones_adds_to_their_totals(void **state)
{
	struct frust_record later[] = {click_of("A", NULL, HOUR0 + 3 * FRUST_HOUR),
				       click_of("A", NULL, HOUR0 + FRUST_HOUR)};
	struct frust_record back[] = {event_of("A", "rickroll", HOUR0 + 2 * FRUST_HOUR),
				      click_of("A", NULL, HOUR0 - 1),
				      click_of("A", NULL, HOUR0 + FRUST_HOUR)};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(frust_apply(db, later, 2, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, hours_sql), "1|1|0|1|0\n3|1|0|2|0");
	CHECK_INT(frust_apply(db, back, 3, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, hours_sql), "-1|1|0|1|0\n1|2|0|3|0\n2|0|1|3|1\n3|1|0|4|1");
	CHECK_TEXT(scratch_ask(&s, "SELECT timestamp - 1795370400 FROM clicks ORDER BY id"),
		   "10800\n3600\n-1\n3600"); /* ids order, times stay true */
	frust_close(db);
	scratch_fini(&s);
}

static void a_user_whose_counters_are_null_counts_from_zero(void **state)
{
	struct frust_record click = click_of("A", NULL, HOUR0);
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	scratch_exec(&s, "INSERT INTO users VALUES ('A', NULL, NULL)");
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, users_sql), "A|1|0");
	frust_close(db);
	scratch_fini(&s);
}

static int64_t next_click_id(struct frust *db)
{
	struct frust_record click = click_of("A", NULL, HOUR0);

	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	return click.id;
}

static void an_id_is_never_given_twice(void **state)
{
	struct frust_record event = event_of("A", "fu", HOUR0);
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(next_click_id(db), 1);
	CHECK_INT(next_click_id(db), 2);
	/* another process writes: its rows count, its deletions free nothing */
	scratch_exec(&s, "INSERT INTO clicks (id, user, timestamp) VALUES (7, 'X', 1)");
	CHECK_INT(next_click_id(db), 8);
	scratch_exec(&s, "DELETE FROM clicks WHERE id > 1");
	CHECK_INT(next_click_id(db), 9);
	/* nor after we were closed, when who deletes raises the mark */
	scratch_exec(&s, "DELETE FROM clicks; INSERT INTO frust_meta VALUES ('clicks_high', 9),"
			 " ('events_high', 40)");
	frust_close(db);
	db = scratch_open(&s, FRUST_WRITE);
	CHECK_INT(next_click_id(db), 10);
	CHECK_INT(frust_apply(db, &event, 1, NULL), 0);
	CHECK_INT(event.id, 41);
	frust_close(db);
	scratch_fini(&s);
}

static void ids_that_are_used_up_are_an_error(void **state)
{
	struct frust_record click = click_of("A", NULL, HOUR0);
	struct frust_error err;
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	scratch_exec(&s, "INSERT INTO clicks (id) VALUES (9223372036854775807)");
	CHECK_INT(frust_apply(db, &click, 1, &err), FRUST_ESTORE);
	CHECK_TEXT(err.text, "the ids are used up");
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM hours"), "0");
	frust_close(db);
	scratch_fini(&s);
}

static void text_is_kept_byte_for_byte(void **state)
{
	struct frust_record clicks[] = {click_of("J\u00fcrgen", "", HOUR0),
					click_of("J\u00fcrgen ", "x", HOUR0),
					click_of("j\u00fcrgen", "\xff", HOUR0)};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	clicks[1].comment = (struct frust_str){"a\0b", 3};
	CHECK_INT(frust_apply(db, clicks, 3, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM users"), "3");
	CHECK_TEXT(scratch_ask(&s, "SELECT typeof(comment), hex(comment) FROM clicks ORDER BY id"),
		   "text|\ntext|610062\ntext|FF");
	frust_close(db);
	scratch_fini(&s);
}

static void bad_arguments_store_nothing(void **state)
{
	struct frust_record records[] = {click_of("A", NULL, HOUR0), click_of(NULL, NULL, HOUR0)};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	records[0].id = 77;
	CHECK_INT(frust_apply(NULL, records, 1, NULL), FRUST_EINVAL);
	CHECK_INT(frust_apply(db, NULL, 1, NULL), FRUST_EINVAL);
	CHECK_INT(frust_apply(db, records, 2, NULL), FRUST_EINVAL);
	CHECK_INT(records[0].id, 0);
	records[1] = event_of("A", NULL, HOUR0);
	CHECK_INT(frust_apply(db, records, 2, NULL), FRUST_EINVAL);
	records[1].kind = 3;
	CHECK_INT(frust_apply(db, records, 2, NULL), FRUST_EINVAL);
	CHECK_INT(frust_apply(db, NULL, 0, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM clicks"), "0");
	frust_close(db);
	db = scratch_open(&s, FRUST_READ);
	CHECK_INT(frust_apply(db, records, 1, NULL), FRUST_EREADONLY);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_counters_come_together),
		cmocka_unit_test(
			an_hour_without_a_row_takes_its_totals_from_the_newest_earlier_one),
		cmocka_unit_test(an_hour_with_later_ones_adds_to_their_totals),
		cmocka_unit_test(a_user_whose_counters_are_null_counts_from_zero),
		cmocka_unit_test(an_id_is_never_given_twice),
		cmocka_unit_test(ids_that_are_used_up_are_an_error),
		cmocka_unit_test(text_is_kept_byte_for_byte),
		cmocka_unit_test(bad_arguments_store_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
