/* Questions: arguments are checked here, and what rows alone do not say is computed here. */
#include "internal.h"

#include "store.h"

static int bad_argument(struct frust_error *err)
{
	return frust__fail(err, FRUST_EINVAL, "no database, or nowhere to give the answer");
}

int frust_records(struct frust *db, enum frust_kind kind, const struct frust_filter *filter,
		  frust_record_fn fn, void *ctx, struct frust_error *err)
{
	struct frust_filter of = FRUST_FILTER_INIT;

	if (!db || !fn || (kind != FRUST_CLICK && kind != FRUST_EVENT))
		return bad_argument(err);
	if (filter && !frust__options_copy(&of, sizeof(of), filter))
		return frust__fail(err, FRUST_EINVAL, "not a filter");
	if (of.newest_only && !of.newest_first)
		return frust__fail(err, FRUST_EINVAL, "newest_only needs newest_first");
	return db->store->ops->records(db->store, kind, &of, fn, ctx, err);
}

/* Adds up each day's events on the way. */
struct days {
	int64_t since; /* rows before it are counted, not given */
	const struct frust_zone *zone;
	int64_t day, events;
	frust_hour_fn fn;
	void *ctx;
};

static int on_hour(void *ctx, const struct frust_hour *row)
{
	struct days *days = ctx;
	struct frust_hour hour = *row;
	int64_t day = frust_zone_day_start(days->zone, hour.timestamp);

	if (day != days->day)
		days->events = 0;
	days->day = day;
	days->events = fr_sum(days->events, hour.events);
	if (hour.timestamp < days->since)
		return 0;
	hour.events_today = days->events;
	return days->fn(days->ctx, &hour);
}

int frust_hours(struct frust *db, int64_t since, int64_t until, const struct frust_zone *zone,
		frust_hour_fn fn, void *ctx, struct frust_error *err)
{
	struct days days = {.since = since, .zone = zone, .day = since, .fn = fn, .ctx = ctx};

	if (!db || !fn)
		return bad_argument(err);
	if (since != INT64_MIN) /* the end of time has no day */
		days.day = frust_zone_day_start(zone, since);
	return db->store->ops->hours(db->store, days.day, until, on_hour, &days, err);
}

int frust_users(struct frust *db, frust_user_fn fn, void *ctx, struct frust_error *err)
{
	if (!db || !fn)
		return bad_argument(err);
	return db->store->ops->users(db->store, fn, ctx, err);
}

/* --- one user --- */

static int add_to_ranks(void *ctx, const struct frust_user *user)
{
	struct frust_profile *profile = ctx;

	profile->users++;
	profile->clicks_rank += user->clicks > profile->clicks;
	profile->events_rank += user->events > profile->events;
	return 0;
}

static int ask_profile(struct frust *db, struct frust_str name, struct frust_profile *profile,
		       struct frust_error *err)
{
	const struct frust__store_ops *ops = db->store->ops;
	int64_t times[2] = {0, 0};
	struct frust_user user;
	bool found;
	int status = ops->user(db->store, name, &user, &found, err);

	if (!status && !found)
		status = frust__fail(err, FRUST_ENOENT, "there is no user of that name");
	if (!status)
		status = ops->seen(db->store, name, times, err);
	if (status)
		return status;
	*profile = (struct frust_profile){.clicks = user.clicks,
					  .events = user.events,
					  .clicks_rank = 1,
					  .events_rank = 1,
					  .first_seen = times[0],
					  .last_seen = times[1]};
	return ops->users(db->store, add_to_ranks, profile, err);
}

int frust_user(struct frust *db, struct frust_str name, struct frust_profile *profile,
	       struct frust_error *err)
{
	bool own;
	int status;

	if (!db || !name.at || !profile)
		return bad_argument(err);
	*profile = (struct frust_profile){0};
	own = !db->reading;
	status = own ? frust_read_begin(db, err) : 0;
	if (!status)
		status = ask_profile(db, name, profile, err);
	if (own)
		frust_read_end(db);
	if (status)
		*profile = (struct frust_profile){0};
	return status;
}

/* --- lists --- */

int frust_comments(struct frust *db, struct frust_str user, int64_t limit, frust_comment_fn fn,
		   void *ctx, struct frust_error *err)
{
	if (!db || !fn)
		return bad_argument(err);
	return db->store->ops->comments(db->store, user, limit, fn, ctx, err);
}

int frust_unsaved(struct frust *db, int64_t since, int64_t until, frust_unsaved_fn fn, void *ctx,
		  struct frust_error *err)
{
	if (!db || !fn)
		return bad_argument(err);
	return db->store->ops->unsaved(db->store, since, until, fn, ctx, err);
}

int frust_bans(struct frust *db, frust_ban_fn fn, void *ctx, struct frust_error *err)
{
	if (!db || !fn)
		return bad_argument(err);
	return db->store->ops->bans(db->store, fn, ctx, err);
}

int frust_info(struct frust *db, struct frust_info *info, struct frust_error *err)
{
	if (!db || !info)
		return bad_argument(err);
	*info = (struct frust_info){0};
	return db->store->ops->info(db->store, info, err);
}
