#include "app/sample.h"

#include "base/attr.h"
#include "helpers/check.h"

#define SEED 0x9e3779b97f4a7c15
#define CLIENTS 7

static void up_to_the_rate_all_are_shown(void **state)
{
	struct sample sample;

	(void)state;
	sample_init(&sample, 1000, SEED);
	for (uint64_t now = 5000; now < 15000; now++)
		CHECK(sample_take(&sample, now));
	/* However they come: a second's worth at once, after a pause. */
	for (uint64_t now = 17000; now < 30000; now += 2000)
		for (int i = 0; i < 1000; i++)
			CHECK(sample_take(&sample, now));
}

static void zero_shows_all(void **state)
{
	struct sample sample;

	(void)state;
	sample_init(&sample, 0, SEED);
	for (int i = 0; i < 100000; i++)
		CHECK(sample_take(&sample, 5000));
}

/* Clicks come `a_ms` in each millisecond, from CLIENTS clients in turns; above the rate. */
static void check_flow(uint32_t rate, int a_ms)
{
	uint64_t by_second[11] = {0}, by_client[CLIENTS] = {0}, shown = 0, at = 0, last = 0,
		 gap = 0;
	struct sample sample;

	sample_init(&sample, rate, SEED);
	for (uint64_t ms = 0; ms < 11000; ms++) {
		for (int i = 0; i < a_ms; i++, at++) {
			if (!sample_take(&sample, 77777 + ms))
				continue;
			by_second[ms / 1000]++;
			if (ms < 1000)
				continue;
			shown++;
			by_client[at % CLIENTS]++;
			gap = last && at - last > gap ? at - last : gap;
			last = at;
		}
	}
	/* The first second has no second before it to know by. */
	CHECK(by_second[0] >= rate && by_second[0] <= (uint64_t)a_ms * 1000);
	for (size_t i = 1; i < FR_ARRAY_LEN(by_second); i++)
		CHECK(by_second[i] + rate / 50 >= rate && by_second[i] <= rate + rate / 50);
	for (size_t i = 0; i < CLIENTS; i++) {
		double fair = (double)shown / CLIENTS, off = (double)by_client[i] - fair;

		CHECK(off * off < 25 * fair); /* less than five standard deviations of a draw */
	}
	/* Spread evenly: no gap of several times the average one. */
	CHECK(gap <= 3 * (uint64_t)a_ms * 1000 / rate + 1);
}

static void of_more_a_sample_is_shown_that_is_even_and_fair(void **state)
{
	(void)state;
	check_flow(1000, 2);
	check_flow(1000, 5);
	check_flow(1000, CLIENTS); /* as many as there are clients: one of each a millisecond */
	check_flow(1000, 49);
	check_flow(900, 1);
	check_flow(100, 10);
}

static void when_it_calms_down_all_are_shown_again(void **state)
{
	struct sample sample;
	int shown = 0;

	(void)state;
	sample_init(&sample, 10, SEED);
	for (int i = 0; i < 1000; i++)
		shown += sample_take(&sample, 5000);
	CHECK(shown >= 10 && shown < 100);
	for (uint64_t now = 7000; now < 17000; now += 100)
		CHECK(sample_take(&sample, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(up_to_the_rate_all_are_shown),
		cmocka_unit_test(zero_shows_all),
		cmocka_unit_test(of_more_a_sample_is_shown_that_is_even_and_fair),
		cmocka_unit_test(when_it_calms_down_all_are_shown_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
