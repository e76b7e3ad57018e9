#include "app/hours.h"

#include "helpers/check.h"

#define DAY (20000 * (int64_t)FRUST_DAY) /* a midnight */
#define AT(hour) (DAY + (hour)*FRUST_HOUR)

static const struct frust_stats totals = {.clicks_total = 100, .events_total = 10};

static void the_window_is_today_and_six_days_before(void **state)
{
	(void)state;
	CHECK_INT(hours_since(NULL, AT(13) + 59), DAY - 6 * FRUST_DAY);
	CHECK_INT(hours_until(NULL, AT(13) + 59), DAY + FRUST_DAY);
	CHECK_INT(hours_until(NULL, DAY), DAY + FRUST_DAY);
}

/* Berlin's clocks are set back on 2026-10-25 and go by UTC+1 from 01:00 UTC on. */
static void a_zones_days_may_be_longer_and_part_elsewhere(void **state)
{
	const int64_t first = 1792447200; /* 2026-10-20T00:00 in Berlin, 22:00 UTC the day before */
	const int64_t end = first + 7 * FRUST_DAY + FRUST_HOUR;
	struct hours hours = {.count = 0};
	struct frust_zone *zone;

	(void)state;
	CHECK_INT(frust_zone_open("Europe/Berlin", &zone, NULL), 0);
	hours.zone = zone;
	CHECK_INT(hours_since(zone, end - 1), first);
	CHECK_INT(hours_until(zone, end - 1), end);
	CHECK_INT(hours_since(zone, end), first + FRUST_DAY);
	for (int64_t t = first; t < end; t += FRUST_HOUR)
		hours_add(&hours, FRUST_EVENT, t, &totals);
	CHECK_INT(hours.count, 7 * 24 + 1);
	CHECK_INT(hours.rows[23].events_today, 24);
	CHECK_INT(hours.rows[24].events_today, 1);
	CHECK_INT(hours.rows[6 * 24 - 1].events_today, 24);
	CHECK_INT(hours.rows[5 * 24 + 24].events_today, 25);
	frust_zone_close(zone);
}

static void a_first_hour_takes_the_totals_given(void **state)
{
	struct hours hours = {.count = 0};

	(void)state;
	hours_add(&hours, FRUST_CLICK, AT(3) + 7, &totals);
	CHECK_INT(hours.count, 1);
	CHECK_INT(hours.rows[0].timestamp, AT(3));
	CHECK_INT(hours.rows[0].clicks, 1);
	CHECK_INT(hours.rows[0].clicks_total, 101);
	CHECK_INT(hours.rows[0].events_total, 10);
}

static void a_new_hour_goes_on_from_the_one_before(void **state)
{
	struct hours hours = {.count = 0};

	(void)state;
	hours_add(&hours, FRUST_EVENT, AT(3), &totals);
	hours_add(&hours, FRUST_EVENT, AT(5), &totals);
	CHECK_INT(hours.count, 2);
	CHECK_INT(hours.rows[1].events, 1);
	CHECK_INT(hours.rows[1].events_total, 12);
	CHECK_INT(hours.rows[1].events_today, 2);
}

static void a_new_day_begins_at_zero(void **state)
{
	struct hours hours = {.count = 0};

	(void)state;
	hours_add(&hours, FRUST_EVENT, AT(23), &totals);
	hours_add(&hours, FRUST_EVENT, AT(24), &totals);
	CHECK_INT(hours.rows[1].events_today, 1);
	CHECK_INT(hours.rows[1].events_total, 12);
}

/* Rule R6: the clock was set back. */
static void an_earlier_hour_adds_to_the_totals_of_the_later_ones(void **state)
{
	struct hours hours = {.count = 0};

	(void)state;
	hours_add(&hours, FRUST_EVENT, AT(10), &totals);
	hours_add(&hours, FRUST_EVENT, AT(24), &totals);
	hours_add(&hours, FRUST_EVENT, AT(8), &totals);
	CHECK_INT(hours.count, 3);
	CHECK_INT(hours.rows[0].timestamp, AT(8));
	CHECK_INT(hours.rows[0].events, 1);
	CHECK_INT(hours.rows[0].events_total, 11);
	CHECK_INT(hours.rows[0].clicks_total, 100);
	CHECK_INT(hours.rows[1].events, 1);
	CHECK_INT(hours.rows[1].events_total, 12);
	CHECK_INT(hours.rows[1].events_today, 2);
	CHECK_INT(hours.rows[2].events_total, 13);
	CHECK_INT(hours.rows[2].events_today, 1);
}

static void a_full_window_takes_no_more(void **state)
{
	struct hours hours = {.count = 0};

	(void)state;
	for (int i = 0; i < HOURS_MAX; i++)
		CHECK(hours_append(&hours, &(struct frust_hour){.timestamp = AT(i)}));
	CHECK(!hours_append(&hours, &(struct frust_hour){.timestamp = AT(HOURS_MAX)}));
	CHECK(hours_row(&hours, AT(HOURS_MAX), &totals) == NULL);
	hours_add(&hours, FRUST_CLICK, AT(HOURS_MAX), &totals);
	CHECK_INT(hours.count, HOURS_MAX);
}

static void damaged_counters_stay_at_the_end_of_their_range(void **state)
{
	const struct frust_hour most = {AT(3),     INT64_MAX, INT64_MAX,
					INT64_MAX, INT64_MAX, INT64_MAX};
	struct hours hours = {.count = 0};

	(void)state;
	CHECK(hours_append(&hours, &most));
	hours_add(&hours, FRUST_CLICK, AT(3), &totals);
	hours_add(&hours, FRUST_EVENT, AT(3), &totals);
	CHECK(memcmp(&hours.rows[0], &most, sizeof(most)) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_window_is_today_and_six_days_before),
		cmocka_unit_test(a_zones_days_may_be_longer_and_part_elsewhere),
		cmocka_unit_test(a_first_hour_takes_the_totals_given),
		cmocka_unit_test(a_new_hour_goes_on_from_the_one_before),
		cmocka_unit_test(a_new_day_begins_at_zero),
		cmocka_unit_test(an_earlier_hour_adds_to_the_totals_of_the_later_ones),
		cmocka_unit_test(a_full_window_takes_no_more),
		cmocka_unit_test(damaged_counters_stay_at_the_end_of_their_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
