#include "helpers/check.h"

#include "net/turns.h"

#define MS 1000000u
#define SECOND (1000u * (uint64_t)MS)

static const uint64_t noon = 43200 * SECOND;

static void who_takes_little_never_waits(void **state)
{
	struct net_turn turn = {0};

	(void)state;
	/* 30 presses a second, of 10 µs each */
	for (uint64_t i = 0; i < 3000; i++) {
		uint64_t at = noon + i * SECOND / 30;

		net_turn_charge(&turn, at, at + 10000);
		CHECK(!net_turn_waits(&turn, at + 10000));
	}
}

static void who_takes_much_waits_until_it_is_made_up_for(void **state)
{
	struct net_turn turn = {0};

	(void)state;
	net_turn_charge(&turn, noon, noon + MS / 5);
	CHECK(!net_turn_waits(&turn, noon + MS / 5));
	net_turn_charge(&turn, noon + MS / 5, noon + MS);
	CHECK(net_turn_waits(&turn, noon + MS));
	CHECK(net_turn_waits(&turn, noon + SECOND));
	CHECK(!net_turn_waits(&turn, noon + 2 * SECOND));
}

static void what_was_not_used_is_not_kept_for_long(void **state)
{
	struct net_turn turn = {0};

	(void)state;
	net_turn_charge(&turn, noon, noon + 1);
	net_turn_charge(&turn, 2 * noon, 2 * noon + 2 * MS);
	CHECK(net_turn_waits(&turn, 2 * noon + 2 * MS));
}

static void a_turn_takes_the_first_of_the_line_and_what_fits_beside_it(void **state)
{
	static const uint64_t costs[] = {9 * MS,          1000, NET_TURN_NS, NET_TURN_NS / 2,
					 NET_TURN_NS / 2, 1};
	static const size_t taken[] = {1, 1, 1, 2, 1}; /* turn by turn */
	struct net_turn turns[FR_ARRAY_LEN(costs)] = {0};
	struct fr_list line;
	size_t next = 0;

	(void)state;
	fr_list_init(&line);
	for (size_t i = 0; i < FR_ARRAY_LEN(costs); i++) {
		turns[i].cost = costs[i];
		fr_list_append(&line, &turns[i].link);
	}
	for (size_t i = 0; i < FR_ARRAY_LEN(taken); i++) {
		uint64_t left = NET_TURN_NS;

		for (size_t n = 0; n < taken[i]; n++)
			CHECK(net_turns_next(&line, &left) == &turns[next++]);
		CHECK(net_turns_next(&line, &left) == NULL);
	}
	CHECK_INT(next, FR_ARRAY_LEN(costs));
	CHECK(fr_list_empty(&line));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_takes_little_never_waits),
		cmocka_unit_test(who_takes_much_waits_until_it_is_made_up_for),
		cmocka_unit_test(what_was_not_used_is_not_kept_for_long),
		cmocka_unit_test(a_turn_takes_the_first_of_the_line_and_what_fits_beside_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
