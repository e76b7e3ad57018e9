#include "helpers/check.h"
#include "internal.h"

static void hours_and_days_begin_at_their_first_second(void **state)
{
	static const struct {
		int64_t t, hour, day;
	} rows[] = {
		{0, 0, 0},
		{3599, 0, 0},
		{3600, 3600, 0},
		{86399, 82800, 0},
		{86400, 86400, 86400},
		{1795371634, 1795370400, 1795305600}, /* 2026-11-22T18:20:34Z */
		{-1, -3600, -86400},
		{-3600, -3600, -86400},
		{-86400, -86400, -86400},
		{-86401, -90000, -172800},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		CHECK_INT(frust_hour_start(rows[i].t), rows[i].hour);
		CHECK_INT(frust_day_start(rows[i].t), rows[i].day);
	}
}

static void the_ends_of_time_do_not_overflow(void **state)
{
	(void)state;
	CHECK_INT(frust_day_start(INT64_MIN), INT64_MIN);
	CHECK_INT(frust_hour_start(INT64_MIN + 1), INT64_MIN);
	CHECK(frust_hour_start(INT64_MAX) <= INT64_MAX);
	CHECK_INT(frust_hour_start(INT64_MAX) % FRUST_HOUR, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_and_days_begin_at_their_first_second),
		cmocka_unit_test(the_ends_of_time_do_not_overflow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
