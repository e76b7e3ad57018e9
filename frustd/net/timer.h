/*
 * Time for everything in the transport: a monotonic clock in milliseconds, read once per loop turn,
 * and what is due when. Pure memory: a loop drives it with one real timer, tests by hand.
 *
 * Time-outs that all last equally long share a *due list*: arming is O(1) and costs 24 bytes, no
 * timer handle. The few timers of odd lengths are net_timer.
 */
#ifndef NET_TIMER_H
#define NET_TIMER_H

#include <stdint.h>

#include "base/list.h"

struct net_timers {
	uint64_t now; /* ms, monotonic, of this turn */
	uint64_t (*hrtime)(
		void);         /* ns, monotonic, of this moment; for measuring, not for deadlines */
	struct fr_list lists;  /* net_due_list.link */
	struct fr_list timers; /* net_timer.link, by due time */
	bool running;          /* inside net_timers_run */
};

/* One entry of a due list; zeroed: not armed. */
struct net_due {
	struct fr_list link;
	uint64_t at; /* ms */
};

typedef void (*net_due_fn)(struct net_due *due, void *ctx);

struct net_due_list {
	struct fr_list link;
	struct fr_list waiting; /* net_due.link, by time */
	struct net_timers *timers;
	uint64_t after; /* ms */
	net_due_fn fn;
	void *ctx;
};

struct net_timer {
	struct fr_list link;
	struct net_timers *timers;
	uint64_t at; /* ms */
	void (*fn)(struct net_timer *timer, void *ctx);
	void *ctx;
};

void net_timers_init(struct net_timers *timers, uint64_t now, uint64_t (*hrtime)(void));
/* The ms at which something is due next, UINT64_MAX when nothing is. */
uint64_t net_timers_next(const struct net_timers *timers);
/*
 * Sets the clock and calls all that is due by then, in the order of their times within each list.
 * Callbacks may arm, cancel and free anything; what they arm is due after this run at the earliest,
 * so that a run ends.
 */
void net_timers_run(struct net_timers *timers, uint64_t now);

/* Every entry of the list calls fn `after` ms after it was armed; ctx is the list's. */
void net_due_list_init(struct net_due_list *list, struct net_timers *timers, uint64_t after,
		       net_due_fn fn, void *ctx);
/* Cancels all of its entries. Takes a zeroed list. */
void net_due_list_fini(struct net_due_list *list);
/* Due `after` from now; an armed entry (of any list) is moved. */
void net_due_arm(struct net_due *due, struct net_due_list *list);
/* Due `after` from the given time, for those who count from due times and not from now. */
void net_due_arm_from(struct net_due *due, struct net_due_list *list, uint64_t from);
void net_due_cancel(struct net_due *due);
static inline bool net_due_armed(const struct net_due *due)
{
	return fr_list_linked(&due->link);
}

void net_timer_init(struct net_timer *timer, struct net_timers *timers,
		    void (*fn)(struct net_timer *timer, void *ctx), void *ctx);
/* Calls fn once, `ms` from now (0: in the next run); a running timer is moved. */
void net_timer_start(struct net_timer *timer, uint64_t ms);
void net_timer_stop(struct net_timer *timer);
static inline bool net_timer_running(const struct net_timer *timer)
{
	return fr_list_linked(&timer->link);
}

#endif
