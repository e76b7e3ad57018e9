#include "helpers/check.h"

#include "net/timer.h"

struct clock {
	struct net_timers timers;
	struct net_due_list list;
	char order[64];
	size_t n;
};

struct entry {
	struct net_due due;
	char name;
};

static void note(struct clock *clock, char name)
{
	clock->order[clock->n++] = name;
	clock->order[clock->n] = '\0';
}

static void note_entry(struct net_due *due, void *ctx)
{
	note(ctx, FR_CONTAINER_OF(due, struct entry, due)->name);
}

static void note_timer(struct net_timer *timer, void *ctx)
{
	(void)timer;
	note(ctx, 'T');
}

static void setup(struct clock *clock, uint64_t after, net_due_fn fn)
{
	*clock = (struct clock){0};
	net_timers_init(&clock->timers, 1000, NULL);
	net_due_list_init(&clock->list, &clock->timers, after, fn, clock);
}

static void entries_are_due_after_the_lists_time(void **state)
{
	struct clock clock;
	struct entry a = {.name = 'a'}, b = {.name = 'b'};

	(void)state;
	setup(&clock, 100, note_entry);
	CHECK(net_timers_next(&clock.timers) == UINT64_MAX);
	net_due_arm(&a.due, &clock.list);
	net_timers_run(&clock.timers, 1050);
	net_due_arm(&b.due, &clock.list);
	CHECK_INT(net_timers_next(&clock.timers), 1100);
	net_timers_run(&clock.timers, 1099);
	CHECK_TEXT(clock.order, "");
	net_timers_run(&clock.timers, 1100);
	CHECK_TEXT(clock.order, "a");
	CHECK(!net_due_armed(&a.due));
	net_timers_run(&clock.timers, 1150);
	CHECK_TEXT(clock.order, "ab");
	CHECK(net_timers_next(&clock.timers) == UINT64_MAX);
}

static void arming_again_moves_and_cancelling_twice_is_fine(void **state)
{
	struct clock clock;
	struct entry a = {.name = 'a'}, b = {.name = 'b'};

	(void)state;
	setup(&clock, 100, note_entry);
	net_due_arm(&a.due, &clock.list);
	net_due_arm(&b.due, &clock.list);
	net_timers_run(&clock.timers, 1050);
	net_due_arm(&a.due, &clock.list);
	net_due_cancel(&b.due);
	net_due_cancel(&b.due);
	net_timers_run(&clock.timers, 1149);
	CHECK_TEXT(clock.order, "");
	net_timers_run(&clock.timers, 1150);
	CHECK_TEXT(clock.order, "a");
}

static void counting_from_an_earlier_time_keeps_the_list_in_order(void **state)
{
	struct clock clock;
	struct entry a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'};

	(void)state;
	setup(&clock, 100, note_entry);
	net_due_arm(&a.due, &clock.list);
	net_timers_run(&clock.timers, 1080);
	net_due_arm(&b.due, &clock.list);
	net_due_arm_from(&c.due, &clock.list, 1020);
	net_timers_run(&clock.timers, 2000);
	CHECK_TEXT(clock.order, "acb");
}

static void lists_and_timers_run_in_one_order_of_time(void **state)
{
	struct clock clock;
	struct net_due_list slow;
	struct net_timer timer;
	struct entry a = {.name = 'a'}, b = {.name = 'b'};

	(void)state;
	setup(&clock, 100, note_entry);
	net_due_list_init(&slow, &clock.timers, 300, note_entry, &clock);
	net_timer_init(&timer, &clock.timers, note_timer, &clock);
	net_due_arm(&b.due, &slow);
	net_timer_start(&timer, 200);
	net_due_arm(&a.due, &clock.list);
	CHECK(net_timer_running(&timer));
	net_timers_run(&clock.timers, 5000);
	CHECK_TEXT(clock.order, "aTb");
	CHECK(!net_timer_running(&timer));
}

static void timers_of_any_length_run_in_the_order_of_their_times(void **state)
{
	static const uint64_t lengths[] = {50, 10, 30, 20, 40};
	struct clock clock;
	struct net_timer timers[5];

	(void)state;
	setup(&clock, 100, note_entry);
	for (size_t i = 0; i < 5; i++) {
		net_timer_init(&timers[i], &clock.timers, note_timer, &clock);
		net_timer_start(&timers[i], lengths[i]);
	}
	net_timer_stop(&timers[2]);
	net_timer_start(&timers[0], 15);
	for (uint64_t now = 1000; now <= 1045; now += 5) {
		int expected = (now >= 1010) + (now >= 1015) + (now >= 1020) + (now >= 1040);

		net_timers_run(&clock.timers, now);
		CHECK_INT(clock.n, expected);
	}
}

static void rearm(struct net_due *due, void *ctx)
{
	struct clock *clock = ctx;

	note(clock, '.');
	net_due_arm(due, &clock->list);
}

static void restart(struct net_timer *timer, void *ctx)
{
	note(ctx, 'T');
	net_timer_start(timer, 0);
}

static void what_a_callback_arms_waits_for_the_next_run(void **state)
{
	struct clock clock;
	struct entry a = {.name = 'a'};
	struct net_timer timer;

	(void)state;
	setup(&clock, 0, rearm);
	net_timer_init(&timer, &clock.timers, restart, &clock);
	net_due_arm(&a.due, &clock.list);
	net_timer_start(&timer, 0);
	net_timers_run(&clock.timers, 1000);
	CHECK_TEXT(clock.order, ".T");
	net_timers_run(&clock.timers, 1001);
	CHECK_TEXT(clock.order, ".T.T");
}

struct pair {
	struct clock *clock;
	struct entry one, two;
	struct net_due_list doomed;
};

static void end_the_list(struct net_due *due, void *ctx)
{
	struct pair *pair = ctx;

	(void)due;
	note(pair->clock, 'x');
	net_due_list_fini(&pair->doomed);
}

static void a_callback_may_finish_its_own_list(void **state)
{
	struct clock clock;
	struct pair pair = {.clock = &clock};
	struct net_due_list zeroed = {0};

	(void)state;
	setup(&clock, 100, note_entry);
	net_due_list_init(&pair.doomed, &clock.timers, 10, end_the_list, &pair);
	net_due_arm(&pair.one.due, &pair.doomed);
	net_due_arm(&pair.two.due, &pair.doomed);
	net_timers_run(&clock.timers, 2000);
	CHECK_TEXT(clock.order, "x");
	CHECK(!net_due_armed(&pair.two.due));
	net_due_list_fini(&zeroed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_due_after_the_lists_time),
		cmocka_unit_test(arming_again_moves_and_cancelling_twice_is_fine),
		cmocka_unit_test(counting_from_an_earlier_time_keeps_the_list_in_order),
		cmocka_unit_test(lists_and_timers_run_in_one_order_of_time),
		cmocka_unit_test(timers_of_any_length_run_in_the_order_of_their_times),
		cmocka_unit_test(what_a_callback_arms_waits_for_the_next_run),
		cmocka_unit_test(a_callback_may_finish_its_own_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
