/*
 * What the server keeps of the database in memory: counters, hours, users and the day's feeds. Made
 * whole by one snapshot (on the writer's thread), then kept true by adding each stored record.
 */
#ifndef APP_STATE_H
#define APP_STATE_H

#include <frust/query.h>

#include "app/bans.h"
#include "app/feed.h"
#include "app/hours.h"
#include "app/users.h"

/* A stretch of time within which neither hour nor day turns: since <= t < until. */
struct span {
	int64_t since, until;
};

struct state {
	struct frust_stats stats;
	struct hours hours;
	struct users users;
	struct feed clicks, events;
	struct bans bans;
	struct span span; /* as of which it was loaded */
};

/* What lies around `now` in the zone (NULL: UTC): a day's border may part an hour. */
struct span span_of(const struct frust_zone *zone, int64_t now);
/* Reads the state as of `now`; the zone outlives it. NULL on failure, with *error. Any thread that
 * may use db. */
struct state *state_load(struct frust *db, const struct frust_zone *zone, int64_t now,
			 struct frust_error *error);
/* Takes NULL. */
void state_free(struct state *state);
/*
 * Counts a stored record of the running hour (or an unsaved event); *json is its JSON, valid until
 * the next change. 0 or -ENOMEM: the state is then behind the database and must be loaded anew.
 */
int state_add(struct state *state, const struct frust_record *record,
	      struct fr_str *json) FR_MUST_CHECK;

#endif
