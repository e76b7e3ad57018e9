#include "helpers/check.h"
#include "internal.h"
#include "scratch.h"

#include <stdlib.h>

#define DAY0 1795305600 /* 2026-11-22T00:00:00Z */

struct days {
	struct frust_day days[16];
	size_t count;
	int stop;
};

static int on_day(void *ctx, const struct frust_day *day)
{
	struct days *d = ctx;

	CHECK(d->count < FR_ARRAY_LEN(d->days));
	d->days[d->count++] = *day;
	return d->stop;
}

static void check_day(const struct days *d, size_t i, int64_t start, int64_t clicks, int64_t events)
{
	CHECK(i < d->count);
	CHECK_INT(d->days[i].start, start);
	CHECK_INT(d->days[i].clicks, clicks);
	CHECK_INT(d->days[i].events, events);
}

/* Kolkata's day begins at 18:30 UTC: 18:10 and 18:40 are of the same hour and of two days. */
static struct frust *open_days(struct scratch *s)
{
	struct frust_record records[] = {
		click_of("A", NULL, DAY0 + 60),
		click_of("A", NULL, DAY0 + 18 * FRUST_HOUR + 600),
		click_of("B", NULL, DAY0 + 18 * FRUST_HOUR + 1800),
		event_of("A", "fu", DAY0 + 18 * FRUST_HOUR + 2400),
		event_of("A", "rickroll", DAY0 + 18 * FRUST_HOUR + 2400),
		click_of("A", NULL, DAY0 + 23 * FRUST_HOUR),
		click_of("A", NULL, DAY0 + 3 * FRUST_DAY),
	};
	struct frust *db;

	scratch_init(s);
	db = scratch_open(s, FRUST_CREATE);
	CHECK_INT(frust_apply(db, records, FR_ARRAY_LEN(records), NULL), 0);
	return db;
}

static struct frust_zone *kolkata(void)
{
	struct frust_zone *zone;

	CHECK_INT(frust_zone_open("Asia/Kolkata", &zone, NULL), 0);
	return zone;
}

static void the_sites_days_come_from_its_hours(void **state)
{
	struct days d = {.count = 0};
	struct scratch s;
	struct frust *db = open_days(&s);

	(void)state;
	CHECK_INT(frust_days(db, text_of(NULL), INT64_MIN, INT64_MAX, NULL, on_day, &d, NULL), 0);
	CHECK_INT(d.count, 2);
	check_day(&d, 0, DAY0, 4, 2);
	check_day(&d, 1, DAY0 + 3 * FRUST_DAY, 1, 0);
	frust_close(db);
	scratch_fini(&s);
}

static void an_hour_that_a_border_parts_is_parted_by_its_rows(void **state)
{
	const int64_t border = DAY0 + 18 * FRUST_HOUR + 1800;
	struct frust_zone *zone = kolkata();
	struct days d = {.count = 0};
	struct scratch s;
	struct frust *db = open_days(&s);

	(void)state;
	CHECK_INT(frust_days(db, text_of(NULL), INT64_MIN, INT64_MAX, zone, on_day, &d, NULL), 0);
	CHECK_INT(d.count, 3);
	/* what has no row counts in the earlier day */
	check_day(&d, 0, border - FRUST_DAY, 2, 1);
	check_day(&d, 1, border, 2, 1);
	check_day(&d, 2, border + 2 * FRUST_DAY, 1, 0);

	/* whole days, whatever part of them was asked for */
	d.count = 0;
	CHECK_INT(frust_days(db, text_of(NULL), border + 5, border + 6, zone, on_day, &d, NULL), 0);
	CHECK_INT(d.count, 1);
	check_day(&d, 0, border, 2, 1);
	d.count = 0;
	CHECK_INT(frust_days(db, text_of(NULL), border - 1, border, zone, on_day, &d, NULL), 0);
	CHECK_INT(d.count, 1);
	check_day(&d, 0, border - FRUST_DAY, 2, 1);
	frust_zone_close(zone);
	frust_close(db);
	scratch_fini(&s);
}

static void a_users_days_come_from_the_users_rows(void **state)
{
	const int64_t border = DAY0 + 18 * FRUST_HOUR + 1800;
	struct frust_zone *zone = kolkata();
	struct days d = {.count = 0};
	struct scratch s;
	struct frust *db = open_days(&s);

	(void)state;
	CHECK_INT(frust_days(db, text_of("A"), INT64_MIN, INT64_MAX, zone, on_day, &d, NULL), 0);
	CHECK_INT(d.count, 3);
	check_day(&d, 0, border - FRUST_DAY, 2, 0);
	check_day(&d, 1, border, 1, 1);
	check_day(&d, 2, border + 2 * FRUST_DAY, 1, 0);
	d.count = 0;
	CHECK_INT(frust_days(db, text_of("B"), DAY0, DAY0 + 1, NULL, on_day, &d, NULL), 0);
	CHECK_INT(d.count, 1);
	check_day(&d, 0, DAY0, 1, 0);
	d.count = 0;
	CHECK_INT(frust_days(db, text_of("C"), INT64_MIN, INT64_MAX, NULL, on_day, &d, NULL), 0);
	CHECK_INT(frust_days(db, text_of("A"), 5, 5, NULL, on_day, &d, NULL), 0);
	CHECK_INT(d.count, 0);
	frust_zone_close(zone);
	frust_close(db);
	scratch_fini(&s);
}

static void a_callback_stops_and_bad_arguments_are_told(void **state)
{
	struct days d = {.stop = 77};
	struct scratch s;
	struct frust *db = open_days(&s);

	(void)state;
	CHECK_INT(frust_days(db, text_of(NULL), INT64_MIN, INT64_MAX, NULL, on_day, &d, NULL), 77);
	CHECK_INT(frust_days(db, text_of("A"), INT64_MIN, INT64_MAX, NULL, on_day, &d, NULL), 77);
	CHECK_INT(d.count, 2);
	CHECK_INT(frust_days(NULL, text_of("A"), 0, 1, NULL, on_day, &d, NULL), FRUST_EINVAL);
	CHECK_INT(frust_days(db, text_of("A"), 0, 1, NULL, NULL, &d, NULL), FRUST_EINVAL);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sites_days_come_from_its_hours),
		cmocka_unit_test(an_hour_that_a_border_parts_is_parted_by_its_rows),
		cmocka_unit_test(a_users_days_come_from_the_users_rows),
		cmocka_unit_test(a_callback_stops_and_bad_arguments_are_told),
	};

	setenv("TZDIR", TESTS_DATA "/zoneinfo", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
