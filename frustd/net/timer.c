/* Due lists and timers. Owns no clock: whoever calls net_timers_run does. */
#include "net/timer.h"

#include <assert.h>

#define DUE(it) FR_CONTAINER_OF(it, struct net_due, link)
#define DUE_LIST(it) FR_CONTAINER_OF(it, struct net_due_list, link)
#define TIMER(it) FR_CONTAINER_OF(it, struct net_timer, link)

void net_timers_init(struct net_timers *timers, uint64_t now, uint64_t (*hrtime)(void))
{
	timers->now = now;
	timers->hrtime = hrtime;
	timers->running = false;
	fr_list_init(&timers->lists);
	fr_list_init(&timers->timers);
}

static uint64_t first_due(const struct net_due_list *list)
{
	return fr_list_empty(&list->waiting) ? UINT64_MAX : DUE(list->waiting.next)->at;
}

static uint64_t first_timer(const struct net_timers *timers)
{
	return fr_list_empty(&timers->timers) ? UINT64_MAX : TIMER(timers->timers.next)->at;
}

/* The list whose first entry is due before all others', or NULL when all are empty. */
static struct net_due_list *next_list(const struct net_timers *timers)
{
	struct net_due_list *next = NULL;
	uint64_t at = UINT64_MAX;

	FR_LIST_EACH(it, &timers->lists)
	{
		struct net_due_list *list = DUE_LIST(it);

		if (first_due(list) < at) {
			at = first_due(list);
			next = list;
		}
	}
	return next;
}

uint64_t net_timers_next(const struct net_timers *timers)
{
	struct net_due_list *list = next_list(timers);
	uint64_t timer = first_timer(timers);

	return list && first_due(list) < timer ? first_due(list) : timer;
}

/* Calls the one thing that is due first. */
static void run_next(struct net_timers *timers)
{
	struct net_due_list *list = next_list(timers);

	if (list && first_due(list) <= first_timer(timers)) {
		struct net_due *due = DUE(list->waiting.next);

		fr_list_remove(&due->link);
		list->fn(due, list->ctx);
	} else {
		struct net_timer *timer = TIMER(timers->timers.next);

		fr_list_remove(&timer->link);
		timer->fn(timer, timer->ctx);
	}
}

/* After each call everything is looked up anew: there are few lists, and a callback may have
 * finished any of them. */
void net_timers_run(struct net_timers *timers, uint64_t now)
{
	assert(!timers->running && now >= timers->now);
	timers->now = now;
	timers->running = true;
	while (net_timers_next(timers) <= now)
		run_next(timers);
	timers->running = false;
}

static uint64_t not_in_this_run(const struct net_timers *timers, uint64_t at)
{
	return timers->running && at <= timers->now ? timers->now + 1 : at;
}

void net_due_list_init(struct net_due_list *list, struct net_timers *timers, uint64_t after,
		       net_due_fn fn, void *ctx)
{
	list->timers = timers;
	list->after = after;
	list->fn = fn;
	list->ctx = ctx;
	list->link = (struct fr_list){0};
	fr_list_init(&list->waiting);
	fr_list_append(&timers->lists, &list->link);
}

void net_due_list_fini(struct net_due_list *list)
{
	if (!list->timers)
		return;
	while (!fr_list_empty(&list->waiting))
		net_due_cancel(DUE(list->waiting.next));
	fr_list_remove(&list->link);
}

void net_due_arm(struct net_due *due, struct net_due_list *list)
{
	net_due_arm_from(due, list, list->timers->now);
}

void net_due_arm_from(struct net_due *due, struct net_due_list *list, uint64_t from)
{
	struct fr_list *before = &list->waiting;

	fr_list_remove(&due->link);
	due->at = not_in_this_run(list->timers, from + list->after);
	/* Nearly always the last one: only those that count from an earlier time are not. */
	while (before->prev != &list->waiting && DUE(before->prev)->at > due->at)
		before = before->prev;
	fr_list_append(before, &due->link);
}

void net_due_cancel(struct net_due *due)
{
	fr_list_remove(&due->link);
}

void net_timer_init(struct net_timer *timer, struct net_timers *timers,
		    void (*fn)(struct net_timer *timer, void *ctx), void *ctx)
{
	*timer = (struct net_timer){.timers = timers, .fn = fn, .ctx = ctx};
}

void net_timer_start(struct net_timer *timer, uint64_t ms)
{
	struct fr_list *head = &timer->timers->timers;
	struct fr_list *before = head;

	fr_list_remove(&timer->link);
	timer->at = not_in_this_run(timer->timers, timer->timers->now + ms);
	while (before->prev != head && TIMER(before->prev)->at > timer->at)
		before = before->prev;
	fr_list_append(before, &timer->link);
}

void net_timer_stop(struct net_timer *timer)
{
	fr_list_remove(&timer->link);
}
