#include "app/pulse.h"

#include "helpers/check.h"

struct rig {
	struct net_timers timers;
	struct pulse pulse;
	int beats;
};

static void on_beat(void *ctx)
{
	struct rig *rig = ctx;

	rig->beats++;
}

static uint64_t no_time(void)
{
	return 0;
}

static void rig_init(struct rig *rig)
{
	net_timers_init(&rig->timers, 5000, no_time);
	pulse_init(&rig->pulse, &rig->timers, on_beat, rig);
	rig->beats = 0;
}

static void a_first_change_beats_in_the_next_turn(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	pulse_mark(&rig.pulse);
	pulse_mark(&rig.pulse);
	CHECK_INT(rig.beats, 0);
	net_timers_run(&rig.timers, 5000);
	CHECK_INT(rig.beats, 1);
	net_timers_run(&rig.timers, 9000);
	CHECK_INT(rig.beats, 1);
}

static void changes_are_gathered_for_the_rest_of_the_time(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	pulse_mark(&rig.pulse);
	net_timers_run(&rig.timers, 5000);
	net_timers_run(&rig.timers, 5030);
	pulse_mark(&rig.pulse);
	CHECK_INT(net_timers_next(&rig.timers), 5000 + PULSE_MS);
	net_timers_run(&rig.timers, 5000 + PULSE_MS - 1);
	CHECK_INT(rig.beats, 1);
	net_timers_run(&rig.timers, 5000 + PULSE_MS);
	CHECK_INT(rig.beats, 2);
	pulse_fini(&rig.pulse);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_change_beats_in_the_next_turn),
		cmocka_unit_test(changes_are_gathered_for_the_rest_of_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
