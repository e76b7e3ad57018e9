#include "helpers/check.h"

#include "base/random.h"

static void all_asked_for_is_filled_and_nothing_else(void **state)
{
	char bytes[1000 + 1] = {0};
	char again[1000];
	size_t zeros = 0;

	(void)state;
	CHECK_INT(fr_random(bytes, 0), 0);
	CHECK_INT(bytes[0], 0);
	CHECK_INT(fr_random(bytes, 1000), 0);
	CHECK_INT(bytes[1000], 0);
	for (size_t i = 0; i < 1000; i++)
		zeros += bytes[i] == 0;
	CHECK(zeros < 100); /* 4 are due; 100 are less likely than 1 in 10^80 */
	CHECK_INT(fr_random(again, sizeof again), 0);
	CHECK(memcmp(bytes, again, sizeof again) != 0);
}

static void a_pool_gives_each_byte_once(void **state)
{
	static struct fr_random_pool pool;
	uint8_t given[1000][15] = {0};

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		CHECK_INT(fr_random_pooled(&pool, given[i], 15), 0);
		for (size_t k = 0; k < i; k++)
			CHECK(memcmp(given[i], given[k], 15) != 0);
		for (size_t k = pool.left; k < sizeof(pool.bytes); k++)
			CHECK_INT(pool.bytes[k], 0);
	}
	CHECK_INT(fr_random_pooled(&pool, given[0], 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_asked_for_is_filled_and_nothing_else),
		cmocka_unit_test(a_pool_gives_each_byte_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
