#include "base/sum.h"

#include "helpers/check.h"

static void sums_stop_at_the_ends_of_the_range(void **state)
{
	(void)state;
	CHECK_INT(fr_sum(INT64_MAX, 1), INT64_MAX);
	CHECK_INT(fr_sum(INT64_MIN, -1), INT64_MIN);
	CHECK_INT(fr_sum(INT64_MAX, INT64_MIN), -1);
	CHECK_INT(fr_sum(5, -7), -2);
	CHECK_INT(fr_difference(INT64_MIN, 1), INT64_MIN);
	CHECK_INT(fr_difference(0, INT64_MIN), INT64_MAX);
	CHECK_INT(fr_difference(-1, INT64_MIN), INT64_MAX);
	CHECK_INT(fr_difference(5, 7), -2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_stop_at_the_ends_of_the_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
