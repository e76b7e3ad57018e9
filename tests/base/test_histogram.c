#include "base/histogram.h"

#include "helpers/check.h"

static void a_value_is_in_the_bucket_of_the_next_power_of_two(void **state)
{
	static const struct {
		uint64_t value;
		unsigned bucket;
	} cases[] = {
		{0, 0},
		{1, 0},
		{2, 1},
		{3, 2},
		{4, 2},
		{5, 3},
		{8, 3},
		{9, 4},
		{1024, 10},
		{1025, 11},
		{UINT64_C(1) << 23, 23},
		{(UINT64_C(1) << 23) + 1, 24},
		{UINT64_C(1) << 24, 24},
		{UINT64_MAX, 24},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fr_histogram histogram = {0};

		fr_histogram_add(&histogram, cases[i].value);
		CHECK_INT(histogram.counts[cases[i].bucket], 1);
		CHECK(histogram.sum == cases[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_in_the_bucket_of_the_next_power_of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
