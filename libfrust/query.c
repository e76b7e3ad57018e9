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
	int64_t day, events;
	frust_hour_fn fn;
	void *ctx;
};

static int on_hour(void *ctx, const struct frust_hour *row)
{
	struct days *days = ctx;
	struct frust_hour hour = *row;
	int64_t day = frust_day_start(hour.timestamp);

	if (day != days->day)
		days->events = 0;
	days->day = day;
	days->events = frust__add(days->events, hour.events);
	if (hour.timestamp < days->since)
		return 0;
	hour.events_today = days->events;
	return days->fn(days->ctx, &hour);
}

int frust_hours(struct frust *db, int64_t since, int64_t until, frust_hour_fn fn, void *ctx,
		struct frust_error *err)
{
	struct days days = {.since = since, .day = frust_day_start(since), .fn = fn, .ctx = ctx};

	if (!db || !fn)
		return bad_argument(err);
	return db->store->ops->hours(db->store, days.day, until, on_hour, &days, err);
}

int frust_users(struct frust *db, frust_user_fn fn, void *ctx, struct frust_error *err)
{
	if (!db || !fn)
		return bad_argument(err);
	return db->store->ops->users(db->store, fn, ctx, err);
}
