/*
 * How much was pressed in a span of time, hour by hour: from the hours' rows where these know it,
 * and from the clicks and events where they do not, that is of one user and in parts of an hour.
 * (What counts without a row is in the hours' rows alone.)
 */
#ifndef FRUSTCTL_COUNT_H
#define FRUSTCTL_COUNT_H

#include "cmd.h"

struct count {
	struct frust_hour *hours; /* ascending; no totals by count_init */
	size_t count, size;
	const char *user;
};

/* since <= t < until; user NULL: everybody. What ctl commands return; fini in any case. */
int count_init(struct count *count, struct ctl *ctl, int64_t since, int64_t until,
	       const char *user);
void count_fini(struct count *count);
/* One more hour, after those there are. 0 or FRUST_ENOMEM. */
int count_add(struct count *count, const struct frust_hour *hour);
/* The sums of them all, in a frust_hour's clicks and events. */
struct frust_hour count_sum(const struct count *count);

#endif
