#include "helpers/check.h"

#include <pthread.h>
#include <signal.h>

#include "net/loop.h"

struct run {
	struct net_loop *loop;
	struct net_hook hook;
	struct net_timer timer;
	struct net_wakeup *wakeup;
	struct net_signal *sig;
	char order[32];
	size_t n;
	int signum;
};

static void note(struct run *run, char name)
{
	if (run->n + 1 < sizeof(run->order))
		run->order[run->n++] = name;
}

static void setup(struct run *run)
{
	*run = (struct run){0};
	CHECK_INT(net_loop_open(&run->loop), 0);
}

static void on_hook(void *ctx)
{
	note(ctx, 'h');
}

/* Is due in two turns. */
static void on_timer(struct net_timer *timer, void *ctx)
{
	struct run *run = ctx;

	if (run->n == 0)
		net_timer_start(timer, 0);
	note(run, 't');
}

static void a_loop_ends_when_nothing_is_left_to_wait_for(void **state)
{
	struct run run;

	(void)state;
	setup(&run);
	CHECK_INT(net_loop_run(run.loop), 0);
	net_loop_close(run.loop);
	net_loop_close(NULL);
}

static void the_hook_runs_behind_the_timers_of_its_turn(void **state)
{
	struct run run;

	(void)state;
	setup(&run);
	run.hook = (struct net_hook){.fn = on_hook, .ctx = &run};
	net_loop_before_poll(run.loop, &run.hook);
	net_timer_init(&run.timer, net_loop_timers(run.loop), on_timer, &run);
	net_timer_start(&run.timer, 0);
	CHECK_INT(net_loop_run(run.loop), 0);
	CHECK_TEXT(run.order, "thth");
	net_hook_remove(&run.hook);
	net_loop_close(run.loop);
}

static void stop(void *ctx)
{
	struct run *run = ctx;

	note(run, 'w');
	net_loop_stop(run->loop);
}

static void *send_from_thread(void *wakeup)
{
	for (int i = 0; i < 100; i++)
		net_wakeup_send(wakeup);
	return NULL;
}

static void another_thread_wakes_the_loop_up(void **state)
{
	struct run run;
	pthread_t thread;

	(void)state;
	setup(&run);
	CHECK_INT(net_wakeup_open(run.loop, stop, &run, &run.wakeup), 0);
	CHECK_INT(pthread_create(&thread, NULL, send_from_thread, run.wakeup), 0);
	CHECK_INT(net_loop_run(run.loop), 0);
	CHECK(run.order[0] == 'w');
	pthread_join(thread, NULL);
	net_wakeup_close(run.wakeup);
	net_wakeup_close(NULL);
	net_loop_close(run.loop);
}

static void on_signal(void *ctx, int signum)
{
	struct run *run = ctx;

	run->signum = signum;
	net_loop_stop(run->loop);
}

static void a_signal_arrives_on_the_loop(void **state)
{
	struct run run;

	(void)state;
	setup(&run);
	CHECK_INT(net_signal_open(run.loop, SIGUSR1, on_signal, &run, &run.sig), 0);
	CHECK_INT(raise(SIGUSR1), 0);
	CHECK_INT(net_loop_run(run.loop), 0);
	CHECK_INT(run.signum, SIGUSR1);
	net_signal_close(run.sig);
	net_loop_close(run.loop);
}

static void dawdle(void *ctx, int signum)
{
	struct run *run = ctx;
	uint64_t begun = net_loop_timers(run->loop)->hrtime();

	(void)signum;
	while (net_loop_timers(run->loop)->hrtime() - begun < 2500000)
		;
	net_loop_stop(run->loop);
}

static void a_turn_is_as_long_as_what_is_done_in_it(void **state)
{
	const struct net_loop_counters *counters;
	struct run run;
	uint64_t turns = 0;

	(void)state;
	setup(&run);
	CHECK_INT(net_signal_open(run.loop, SIGUSR1, dawdle, &run, &run.sig), 0);
	CHECK_INT(raise(SIGUSR1), 0);
	CHECK_INT(net_loop_run(run.loop), 0);
	net_signal_close(run.sig);
	CHECK_INT(net_loop_run(run.loop), 0); /* the turn's end is the next poll */
	counters = net_loop_counters(run.loop);
	for (size_t i = 0; i < FR_HISTOGRAM_BUCKETS; i++)
		turns += counters->turn_us.counts[i];
	CHECK(turns >= 1);
	CHECK(counters->turn_us.sum >= 2500);
	net_loop_close(run.loop);
}

static void a_signal_that_cannot_be_caught_is_an_error(void **state)
{
	struct run run;

	(void)state;
	setup(&run);
	CHECK(net_signal_open(run.loop, SIGKILL, on_signal, &run, &run.sig) < 0);
	net_loop_close(run.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loop_ends_when_nothing_is_left_to_wait_for),
		cmocka_unit_test(the_hook_runs_behind_the_timers_of_its_turn),
		cmocka_unit_test(another_thread_wakes_the_loop_up),
		cmocka_unit_test(a_signal_arrives_on_the_loop),
		cmocka_unit_test(a_turn_is_as_long_as_what_is_done_in_it),
		cmocka_unit_test(a_signal_that_cannot_be_caught_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
