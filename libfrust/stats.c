/* The counters as of a moment, from the hours' rows. They are served as they are, never mended. */
#include "internal.h"

#include "store.h"

struct today {
	int64_t hour; /* the running one */
	struct frust_stats *stats;
};

static int add_hour(void *ctx, const struct frust_hour *row)
{
	const struct today *today = ctx;
	struct frust_stats *stats = today->stats;

	stats->clicks_today = frust__add(stats->clicks_today, row->clicks);
	stats->events_today = frust__add(stats->events_today, row->events);
	if (row->timestamp == today->hour) {
		stats->clicks_hour = row->clicks;
		stats->events_hour = row->events;
	}
	return 0;
}

/* Both questions see one snapshot: ours, or the one that the caller has opened. */
static int ask(struct frust *db, int64_t now, struct frust_stats *stats, struct frust_error *err)
{
	struct today today = {frust_hour_start(now), stats};
	int64_t day = frust_day_start(now);
	struct frust_hour newest;
	int status = db->store->ops->newest_hour(db->store, &newest, err);

	if (status)
		return status;
	stats->clicks_total = newest.clicks_total;
	stats->events_total = newest.events_total;
	return db->store->ops->hours(db->store, day, frust__add(day, FRUST_DAY), add_hour, &today,
				     err);
}

int frust_stats(struct frust *db, int64_t now, struct frust_stats *stats, struct frust_error *err)
{
	bool own;
	int status;

	if (!db || !stats)
		return frust__fail(err, FRUST_EINVAL, "no database, or nowhere to give the answer");
	*stats = (struct frust_stats){0};
	own = !db->reading;
	status = own ? frust_read_begin(db, err) : 0;
	if (!status)
		status = ask(db, now, stats, err);
	if (own)
		frust_read_end(db);
	return status;
}
