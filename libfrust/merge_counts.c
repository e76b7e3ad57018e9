/*
 * What counts in hours beyond rows becomes the greater of what either side has: unsaved events,
 * erased rows, and what an hour counts without any of these (as the Python server's hours do).
 */
#include "merge.h"

struct counts {
	struct frust *db;
	struct frust__import_job *job;
	struct frust__shift *hours;
	struct frust_error *err;
};

/* --- unsaved events --- */

struct unsaved_here {
	struct frust_str name;
	int64_t count;
};

static int find_unsaved(void *ctx, const struct frust_unsaved *unsaved)
{
	struct unsaved_here *here = ctx;

	if (fr_str_eq(frust__str(unsaved->name), frust__str(here->name)))
		here->count = unsaved->count;
	return 0;
}

static int on_unsaved(void *ctx, const struct frust_unsaved *unsaved)
{
	struct counts *c = ctx;
	struct frust__store *store = c->db->store;
	struct unsaved_here here = {unsaved->name, 0};
	int64_t more;
	int status = store->ops->unsaved(store, unsaved->hour, fr_sum(unsaved->hour, 1),
					 find_unsaved, &here, c->err);

	if (status || unsaved->count <= here.count)
		return status;
	more = fr_difference(unsaved->count, here.count);
	status = store->ops->add_unsaved(store, unsaved->hour, unsaved->name, more, c->err);
	c->job->receipt.unsaved = fr_sum(c->job->receipt.unsaved, more);
	return status ? status : frust__shift_add(c->hours, unsaved->hour, 0, more);
}

/* --- erased rows --- */

static int keep_erased(void *ctx, const struct frust__erased *erased)
{
	*(struct frust__erased *)ctx = *erased;
	return 0;
}

static int64_t excess(int64_t theirs, int64_t ours)
{
	if (ours < 0)
		ours = 0;
	return theirs > ours ? theirs - ours : 0;
}

static int on_erased(void *ctx, const struct frust__erased *erased)
{
	struct counts *c = ctx;
	struct frust__store *store = c->db->store;
	struct frust__erased here = {0}, more;
	int status = store->ops->erased(store, erased->hour, fr_sum(erased->hour, 1), keep_erased,
					&here, c->err);

	if (status)
		return status;
	more = (struct frust__erased){erased->hour, excess(erased->clicks, here.clicks),
				      excess(erased->events, here.events)};
	if (!more.clicks && !more.events)
		return 0;
	status = store->ops->add_erased(store, &more, c->err);
	return status ? status : frust__shift_add(c->hours, more.hour, more.clicks, more.events);
}

/* --- what is in no row --- */

static int64_t clicks_beyond(const struct frust__hour_audit *a)
{
	int64_t borne = fr_sum(a->click_rows, a->clicks_erased);

	return a->counted ? fr_difference(a->counters.clicks, borne) : 0;
}

static int64_t events_beyond(const struct frust__hour_audit *a)
{
	int64_t borne = fr_sum(fr_sum(a->event_rows, a->unsaved), a->events_erased);

	return a->counted ? fr_difference(a->counters.events, borne) : 0;
}

static int keep_audit(void *ctx, const struct frust__hour_audit *audit)
{
	*(struct frust__hour_audit *)ctx = *audit;
	return 0;
}

static int on_hour(void *ctx, const struct frust__hour_audit *theirs)
{
	struct counts *c = ctx;
	struct frust__store *store = c->db->store;
	struct frust__hour_audit ours = {.counted = false};
	int64_t hour = theirs->counters.timestamp;
	int64_t clicks = clicks_beyond(theirs), events = events_beyond(theirs);
	int status;

	if ((clicks <= 0 && events <= 0) || hour != frust_hour_start(hour))
		return 0;
	status = store->ops->audit_hours(store, hour, fr_sum(hour, FRUST_HOUR), keep_audit, &ours,
					 c->err);
	if (status)
		return status;
	clicks = excess(clicks, clicks_beyond(&ours));
	events = excess(events, events_beyond(&ours));
	return clicks || events ? frust__shift_add(c->hours, hour, clicks, events) : 0;
}

/* --- bans --- */

static int on_ban(void *ctx, const struct frust_ban *ban)
{
	struct counts *c = ctx;
	int64_t n = 0;
	int status = c->db->store->ops->add_ban(c->db->store, ban, &n, c->err);

	c->job->receipt.bans += n;
	return status;
}

int frust__merge_counts(struct frust *db, struct frust__import_job *job, struct frust__shift *hours,
			struct frust_error *err)
{
	const struct frust__store_ops *ops = job->from->ops;
	struct counts c = {db, job, hours, err};
	int status = ops->audit_hours(job->from, INT64_MIN, INT64_MAX, on_hour, &c, err);

	if (!status)
		status = ops->unsaved(job->from, INT64_MIN, INT64_MAX, on_unsaved, &c, err);
	if (!status)
		status = ops->erased(job->from, INT64_MIN, INT64_MAX, on_erased, &c, err);
	return status ? status : ops->bans(job->from, on_ban, &c, err);
}
