#include "app/pulse.h"

static void on_timer(struct net_timer *timer, void *ctx)
{
	struct pulse *pulse = ctx;

	pulse->last = timer->timers->now;
	pulse->beat(pulse->ctx);
}

void pulse_init(struct pulse *pulse, struct net_timers *timers, void (*beat)(void *ctx), void *ctx)
{
	pulse->last = 0;
	pulse->beat = beat;
	pulse->ctx = ctx;
	net_timer_init(&pulse->timer, timers, on_timer, pulse);
}

void pulse_fini(struct pulse *pulse)
{
	net_timer_stop(&pulse->timer);
}

void pulse_mark(struct pulse *pulse)
{
	uint64_t since = pulse->timer.timers->now - pulse->last;

	if (net_timer_running(&pulse->timer))
		return;
	/* 0 is the next turn: whatever else this turn brings is merged. */
	net_timer_start(&pulse->timer,
			pulse->last == 0 || since >= PULSE_MS ? 0 : PULSE_MS - since);
}
