#include "scratch.h"

#include "helpers/check.h"
#include "internal.h"

#define DAY 1795305600 /* 2026-11-22T00:00:00Z */

static void check_stats_in(struct frust *db, const struct frust_zone *zone, int64_t now,
			   const char *expected)
{
	struct frust_stats t;
	char text[128];

	CHECK_INT(frust_stats(db, now, zone, &t, NULL), 0);
	snprintf(text, sizeof(text),
		 "%" PRId64 " %" PRId64 " %" PRId64 " / %" PRId64 " %" PRId64 " %" PRId64,
		 t.clicks_total, t.clicks_today, t.clicks_hour, t.events_total, t.events_today,
		 t.events_hour);
	CHECK_TEXT(text, expected);
}

static void check_stats(struct frust *db, int64_t now, const char *expected)
{
	check_stats_in(db, NULL, now, expected);
}

static void the_hour_and_the_day_turn(void **state)
{
	struct frust_record records[] = {
		click_of("A", NULL, DAY - 1),
		click_of("A", NULL, DAY),
		event_of("A", "rickroll", DAY + 1),
		click_of("A", NULL, DAY + FRUST_HOUR),
	};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	check_stats(db, DAY, "0 0 0 / 0 0 0");
	CHECK_INT(frust_apply(db, records, FR_ARRAY_LEN(records), NULL), 0);
	check_stats(db, DAY - 1, "3 1 1 / 1 0 0");
	check_stats(db, DAY, "3 2 1 / 1 1 1");
	check_stats(db, DAY + FRUST_HOUR - 1, "3 2 1 / 1 1 1");
	check_stats(db, DAY + FRUST_HOUR, "3 2 1 / 1 1 0");
	check_stats(db, DAY + 2 * FRUST_HOUR, "3 2 0 / 1 1 0");
	check_stats(db, DAY + FRUST_DAY - 1, "3 2 0 / 1 1 0");
	check_stats(db, DAY + FRUST_DAY, "3 0 0 / 1 0 0");
	frust_close(db);
	scratch_fini(&s);
}

/* Kolkata's day begins at 18:30 UTC, within an hour. */
static void a_zones_day_turns_where_its_clocks_do(void **state)
{
	const int64_t border = DAY + 18 * FRUST_HOUR + 1800;
	struct frust_record records[] = {
		click_of("A", NULL, border - FRUST_DAY),
		click_of("A", NULL, border - 1),
		click_of("A", NULL, border),
		event_of("A", "fu", border + 1),
		click_of("A", NULL, border + FRUST_HOUR),
	};
	struct frust_zone *zone;
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(frust_zone_open("Asia/Kolkata", &zone, NULL), 0);
	CHECK_INT(frust_apply(db, records, FR_ARRAY_LEN(records), NULL), 0);
	check_stats_in(db, zone, border - 1, "4 2 2 / 1 0 1");
	check_stats_in(db, zone, border, "4 2 2 / 1 1 1");
	check_stats_in(db, zone, border + FRUST_DAY - 1, "4 2 0 / 1 1 0");
	check_stats_in(db, zone, border + FRUST_DAY, "4 0 0 / 1 0 0");
	frust_zone_close(zone);
	frust_close(db);
	scratch_fini(&s);
}

static void what_the_python_server_left_is_served_and_not_mended(void **state)
{
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	/* killed: five rows and their user, but no hour */
	scratch_exec(&s, "INSERT INTO users VALUES ('U', 5, 1)");
	scratch_exec(&s, "INSERT INTO clicks (id, user, timestamp) VALUES (5, 'U', 1795305600)");
	check_stats(db, DAY, "0 0 0 / 0 0 0");
	/* its clock went back: the newest row lies behind what its rows add up to */
	scratch_exec(&s,
		     "INSERT INTO hours VALUES (1795305600, 1, 0, 1, 0), (1795309200, 0, 0, 0, 0)");
	check_stats(db, DAY, "0 1 1 / 0 0 0");
	CHECK_TEXT(scratch_ask(&s, "SELECT clicks_total FROM hours ORDER BY timestamp"), "1\n0");
	frust_close(db);
	scratch_fini(&s);
}

static void the_ends_of_time_and_of_numbers_do_no_harm(void **state)
{
	struct scratch s;
	struct frust_stats stats;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	scratch_exec(
		&s,
		"INSERT INTO hours (timestamp, clicks) VALUES (0, 9223372036854775807), (3600, 1)");
	CHECK_INT(frust_stats(db, 5, NULL, &stats, NULL), 0);
	CHECK_INT(stats.clicks_today, INT64_MAX);
	CHECK_INT(frust_stats(db, INT64_MIN, NULL, &stats, NULL), 0);
	CHECK_INT(frust_stats(db, INT64_MAX, NULL, &stats, NULL), 0);
	CHECK_INT(frust_stats(db, 0, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_stats(NULL, 0, NULL, &stats, NULL), FRUST_EINVAL);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hour_and_the_day_turn),
		cmocka_unit_test(a_zones_day_turns_where_its_clocks_do),
		cmocka_unit_test(what_the_python_server_left_is_served_and_not_mended),
		cmocka_unit_test(the_ends_of_time_and_of_numbers_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
