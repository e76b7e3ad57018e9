/*
 * When to say how many are here: a flag and a timer, so that many changes become one pair of
 * messages, at once when it is quiet and at most every PULSE_MS otherwise (rule R12).
 */
#ifndef APP_PULSE_H
#define APP_PULSE_H

#include "net/timer.h"

#define PULSE_MS 100

struct pulse {
	struct net_timer timer;
	uint64_t last; /* ms, when it beat; 0: never */
	void (*beat)(void *ctx);
	void *ctx;
};

void pulse_init(struct pulse *pulse, struct net_timers *timers, void (*beat)(void *ctx), void *ctx);
void pulse_fini(struct pulse *pulse);
/* Something changed: a beat is due. */
void pulse_mark(struct pulse *pulse);

#endif
