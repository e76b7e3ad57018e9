/*
 * Changing many hours at once: every hour from the first one on is read once and written once,
 * however many of them change, since the totals of all later ones do too.
 */
#include "change.h"

#include <stdlib.h>

#include "store.h"

static size_t index_of(const struct frust__shift *shift, int64_t hour)
{
	size_t low = 0, high = shift->count;

	/* mostly they come in order */
	if (high && shift->hours[high - 1].hour < hour)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (shift->hours[middle].hour < hour)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int frust__shift_add(struct frust__shift *shift, int64_t hour, int64_t clicks, int64_t events)
{
	size_t i = index_of(shift, hour);

	if (i == shift->count || shift->hours[i].hour != hour) {
		if (shift->count == shift->size) {
			size_t size = shift->size ? shift->size * 2 : 64;
			struct frust__erased *hours = realloc(shift->hours, size * sizeof(*hours));

			if (!hours)
				return FRUST_ENOMEM;
			shift->hours = hours;
			shift->size = size;
		}
		memmove(&shift->hours[i + 1], &shift->hours[i],
			(shift->count - i) * sizeof(*shift->hours));
		shift->hours[i] = (struct frust__erased){.hour = hour};
		shift->count++;
	}
	shift->hours[i].clicks = fr_sum(shift->hours[i].clicks, clicks);
	shift->hours[i].events = fr_sum(shift->hours[i].events, events);
	return 0;
}

void frust__shift_fini(struct frust__shift *shift)
{
	free(shift->hours);
	*shift = (struct frust__shift){0};
}

/* --- writing --- */

/* The hours' rows as they are to be. */
struct plan {
	const struct frust__shift *shift;
	size_t next; /* of the shift's hours */
	struct frust_hour *rows;
	size_t count, size;
	struct frust_hour before; /* the row before, for the totals of a new one */
	int64_t clicks, events;   /* how much the totals have shifted so far */
	int64_t changed, made;
};

static int plan_row(struct plan *plan, const struct frust_hour *row)
{
	if (plan->count == plan->size) {
		size_t size = plan->size ? plan->size * 2 : 256;
		struct frust_hour *rows = realloc(plan->rows, size * sizeof(*rows));

		if (!rows)
			return FRUST_ENOMEM;
		plan->rows = rows;
		plan->size = size;
	}
	plan->rows[plan->count++] = *row;
	plan->before = *row;
	return 0;
}

static int64_t floored(int64_t a, int64_t difference)
{
	int64_t sum = fr_sum(a, difference);

	return sum < 0 && difference < 0 ? 0 : sum;
}

/* Hours that have no row yet, and come before `until`. */
static int plan_new(struct plan *plan, int64_t until)
{
	int status = 0;

	while (!status && plan->next < plan->shift->count &&
	       plan->shift->hours[plan->next].hour < until) {
		const struct frust__erased *more = &plan->shift->hours[plan->next++];
		struct frust_hour row = {.timestamp = more->hour,
					 .clicks = floored(0, more->clicks),
					 .events = floored(0, more->events)};

		if (!row.clicks && !row.events)
			continue;
		row.clicks_total = fr_sum(plan->before.clicks_total, row.clicks);
		row.events_total = fr_sum(plan->before.events_total, row.events);
		plan->clicks = fr_sum(plan->clicks, row.clicks);
		plan->events = fr_sum(plan->events, row.events);
		plan->changed++;
		plan->made++;
		status = plan_row(plan, &row);
	}
	return status;
}

static int on_hour(void *ctx, const struct frust_hour *hour)
{
	struct plan *plan = ctx;
	struct frust_hour row = *hour;
	int status;

	if (!plan->shift->count || hour->timestamp < plan->shift->hours[0].hour) {
		plan->before = *hour;
		return 0;
	}
	status = plan_new(plan, hour->timestamp);
	if (status)
		return status;
	if (plan->next < plan->shift->count &&
	    plan->shift->hours[plan->next].hour == hour->timestamp) {
		const struct frust__erased *more = &plan->shift->hours[plan->next++];

		row.clicks = floored(hour->clicks, more->clicks);
		row.events = floored(hour->events, more->events);
		plan->clicks = fr_sum(plan->clicks, fr_difference(row.clicks, hour->clicks));
		plan->events = fr_sum(plan->events, fr_difference(row.events, hour->events));
		plan->changed += row.clicks != hour->clicks || row.events != hour->events;
	}
	row.clicks_total = floored(hour->clicks_total, plan->clicks);
	row.events_total = floored(hour->events_total, plan->events);
	return plan_row(plan, &row);
}

int frust__shift_write(const struct frust__shift *shift, struct frust__store *store,
		       int64_t *changed, int64_t *made, struct frust_error *err)
{
	struct plan plan = {.shift = shift};
	int status = 0;

	if (shift->count)
		status = store->ops->hours(store, INT64_MIN, INT64_MAX, on_hour, &plan, err);
	if (!status)
		status = plan_new(&plan, INT64_MAX);
	if (status == FRUST_ENOMEM)
		status = frust__fail(err, status, "out of memory");
	for (size_t i = 0; !status && i < plan.count; i++)
		status = store->ops->set_hour(store, &plan.rows[i], err);
	*changed += plan.changed;
	*made += plan.made;
	free(plan.rows);
	return status;
}
