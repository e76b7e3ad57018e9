/* The counters as of a moment, from the hours' rows. They are served as they are, never mended. */
#include "internal.h"

#include "store.h"

static int take_hour(void *ctx, const struct frust_hour *row)
{
	struct frust_stats *stats = ctx;

	stats->clicks_hour = row->clicks;
	stats->events_hour = row->events;
	return 0;
}

static int take_day(void *ctx, const struct frust_day *day)
{
	struct frust_stats *stats = ctx;

	stats->clicks_today = day->clicks;
	stats->events_today = day->events;
	return 0;
}

/* All questions see one snapshot: ours, or the one that the caller has opened. */
static int ask(struct frust *db, int64_t now, const struct frust_zone *zone,
	       struct frust_stats *stats, struct frust_error *err)
{
	const struct frust__store_ops *ops = db->store->ops;
	int64_t hour = frust_hour_start(now);
	struct frust_hour newest;
	int status = ops->newest_hour(db->store, &newest, err);

	if (status)
		return status;
	stats->clicks_total = newest.clicks_total;
	stats->events_total = newest.events_total;
	status = ops->hours(db->store, hour, fr_sum(hour, 1), take_hour, stats, err);
	if (status)
		return status;
	return frust_days(db, (struct frust_str){NULL, 0}, now, fr_sum(now, 1), zone, take_day,
			  stats, err);
}

int frust_stats(struct frust *db, int64_t now, const struct frust_zone *zone,
		struct frust_stats *stats, struct frust_error *err)
{
	bool own;
	int status;

	if (!db || !stats)
		return frust__fail(err, FRUST_EINVAL, "no database, or nowhere to give the answer");
	*stats = (struct frust_stats){0};
	own = !db->reading;
	status = own ? frust_read_begin(db, err) : 0;
	if (!status)
		status = ask(db, now, zone, stats, err);
	if (own)
		frust_read_end(db);
	return status;
}
