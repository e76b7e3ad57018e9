#include "app/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/json.h"
#include "base/sum.h"

static int add_hour(void *ctx, const struct frust_hour *row)
{
	struct state *state = ctx;

	hours_append(&state->hours, row); /* a window has no more rows than hours */
	return 0;
}

/* What all hours before this one have counted; one is enough. */
static int take_totals(void *ctx, const struct frust_hour *later)
{
	struct frust_stats *totals = ctx;

	totals->clicks_total = later->clicks_total - later->clicks;
	totals->events_total = later->events_total - later->events;
	return 1;
}

static int add_user(void *ctx, const struct frust_user *user)
{
	struct state *state = ctx;

	return users_add(&state->users, str_of_frust(user->name), user->clicks, user->events) < 0
		       ? FRUST_ENOMEM
		       : 0;
}

static int add_older(void *ctx, const struct frust_record *record)
{
	struct state *state = ctx;
	struct feed *feed = record->kind == FRUST_CLICK ? &state->clicks : &state->events;

	return feed_add_older(feed, record) < 0 ? FRUST_ENOMEM : 0;
}

static int add_ban(void *ctx, const struct frust_ban *ban)
{
	struct state *state = ctx;

	return bans_add(&state->bans, ban) < 0 ? FRUST_ENOMEM : 0;
}

struct span span_of(const struct frust_zone *zone, int64_t now)
{
	int64_t hour = frust_hour_start(now);
	int64_t day = frust_zone_day_start(zone, now), end = frust_zone_day_end(zone, now);

	return (struct span){hour < day ? day : hour,
			     end < hour + FRUST_HOUR ? end : hour + FRUST_HOUR};
}

/* The week's hours, and the running one though it has counted nothing yet. Where there are hours
 * after the week (the clock was set back), they tell what its end has counted in all. */
static int read_hours(struct state *state, struct frust *db, int64_t now, struct frust_error *error)
{
	const struct frust_zone *zone = state->hours.zone;
	struct frust_stats totals = state->stats;
	int64_t until = hours_until(zone, now);
	int err = frust_hours(db, hours_since(zone, now), until, zone, add_hour, state, error);

	if (!err)
		err = frust_hours(db, until, INT64_MAX, zone, take_totals, &totals, error);
	if (err < 0)
		return err;
	hours_row(&state->hours, now, &totals);
	return 0;
}

static int read_all(struct state *state, struct frust *db, int64_t now, struct frust_error *error)
{
	const struct frust_zone *zone = state->hours.zone;
	struct frust_filter today = FRUST_FILTER_INIT;
	int err;

	today.since = frust_zone_day_start(zone, now);
	today.newest_first = true;
	today.limit = FEED_MAX;
	err = frust_stats(db, now, zone, &state->stats, error);
	if (!err)
		err = read_hours(state, db, now, error);
	if (!err)
		err = frust_users(db, add_user, state, error);
	if (!err)
		err = frust_bans(db, add_ban, state, error);
	if (!err)
		err = frust_records(db, FRUST_CLICK, &today, add_older, state, error);
	if (!err)
		err = frust_records(db, FRUST_EVENT, &today, add_older, state, error);
	return err;
}

static struct state *state_new(const struct frust_zone *zone, int64_t now)
{
	struct state *state = calloc(1, sizeof(*state));

	if (!state)
		return NULL;
	state->span = span_of(zone, now);
	state->hours.zone = zone;
	if (users_init(&state->users) < 0 || feed_init(&state->clicks) < 0 ||
	    feed_init(&state->events) < 0) {
		state_free(state);
		return NULL;
	}
	return state;
}

struct state *state_load(struct frust *db, const struct frust_zone *zone, int64_t now,
			 struct frust_error *error)
{
	struct state *state = state_new(zone, now);
	int err;

	if (!state) {
		*error = (struct frust_error){FRUST_ENOMEM, "out of memory"};
		return NULL;
	}
	err = frust_read_begin(db, error);
	if (!err) {
		err = read_all(state, db, now, error);
		frust_read_end(db);
	}
	if (err) {
		/* A callback's own failure leaves no text. */
		if (err == FRUST_ENOMEM)
			*error = (struct frust_error){FRUST_ENOMEM, "out of memory"};
		state_free(state);
		return NULL;
	}
	return state;
}

void state_free(struct state *state)
{
	if (!state)
		return;
	users_fini(&state->users);
	feed_fini(&state->clicks);
	feed_fini(&state->events);
	bans_fini(&state->bans);
	free(state);
}

static void count(struct state *state, const struct frust_record *record)
{
	struct frust_stats *stats = &state->stats;
	struct frust_stats before = *stats;

	if (record->kind == FRUST_CLICK) {
		stats->clicks_total = fr_sum(stats->clicks_total, 1);
		stats->clicks_today = fr_sum(stats->clicks_today, 1);
		stats->clicks_hour = fr_sum(stats->clicks_hour, 1);
	} else {
		stats->events_total = fr_sum(stats->events_total, 1);
		stats->events_today = fr_sum(stats->events_today, 1);
		stats->events_hour = fr_sum(stats->events_hour, 1);
	}
	hours_add(&state->hours, record->kind, record->timestamp, &before);
}

int state_add(struct state *state, const struct frust_record *record, struct fr_str *json)
{
	bool click = record->kind == FRUST_CLICK;
	struct feed *feed = click ? &state->clicks : &state->events;

	count(state, record);
	if (!click && frust_event_unsaved(record->name)) {
		fr_buf_clear(&feed->scratch);
		json_add_record(&feed->scratch, record);
		*json = fr_buf_str(&feed->scratch);
		return fr_buf_error(&feed->scratch);
	}
	if (users_add(&state->users, str_of_frust(record->user), click, !click) < 0)
		return -ENOMEM;
	return feed_add(feed, record, json);
}
