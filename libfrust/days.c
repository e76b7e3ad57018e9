/*
 * The days of a zone. The site's come from the hours' counters, and where a day's border parts an
 * hour, from the rows of that hour; a user's come from the user's rows.
 */
#include "internal.h"

#include <stdlib.h>

#include "store.h"

static struct frust_day day_of(const struct frust_zone *zone, int64_t t)
{
	return (struct frust_day){.start = frust_zone_day_start(zone, t)};
}

/* --- the site's --- */

struct site {
	struct frust *db;
	const struct frust_zone *zone;
	int64_t since, until; /* the borders of the first and of the last day */
	struct frust_day day; /* the one that is being added up */
	int64_t end;          /* its border */
	frust_day_fn fn;
	void *ctx;
	struct frust_error *err;
};

static int give_day(struct site *site)
{
	const struct frust_day *day = &site->day;

	if (day->start < site->since || (!day->clicks && !day->events))
		return 0;
	return site->fn(site->ctx, day);
}

static int add_to_day(struct site *site, int64_t t, int64_t clicks, int64_t events)
{
	if (t >= site->end) {
		int status = give_day(site);

		if (status)
			return status;
		site->day = day_of(site->zone, t);
		site->end = frust_zone_day_end(site->zone, t);
	}
	site->day.clicks = fr_sum(site->day.clicks, clicks);
	site->day.events = fr_sum(site->day.events, events);
	return 0;
}

static int64_t less(int64_t a, int64_t b)
{
	return a > b ? a - b : 0;
}

static int on_hour(void *ctx, const struct frust_hour *hour)
{
	struct site *site = ctx;
	int64_t t = hour->timestamp;
	int64_t border = frust_zone_day_end(site->zone, t);
	int64_t later[2] = {0, 0};
	int status;

	if (border > t && fr_difference(border, t) < FRUST_HOUR) {
		status = site->db->store->ops->count(site->db->store, border, fr_sum(t, FRUST_HOUR),
						     later, site->err);
		if (status)
			return status;
	}
	status = add_to_day(site, t, less(hour->clicks, later[0]), less(hour->events, later[1]));
	if (!status && (later[0] || later[1]) && border < site->until)
		status = add_to_day(site, border, later[0], later[1]);
	return status;
}

static int site_days(struct site *site)
{
	/* the hour that the first border may part begins before it */
	int64_t first = frust_hour_start(site->since);
	int status = site->db->store->ops->hours(site->db->store, first, site->until, on_hour, site,
						 site->err);

	return status ? status : give_day(site);
}

/* --- a user's --- */

struct own {
	const struct frust_zone *zone;
	struct frust_day *days; /* ascending */
	size_t count, size;
	size_t at; /* the day of the row before */
	int64_t end;
};

/* The index of t's day, which is made where it is missing; SIZE_MAX without memory. */
static size_t find_day(struct own *own, int64_t start)
{
	size_t low = 0, high = own->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (own->days[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < own->count && own->days[low].start == start)
		return low;
	if (own->count == own->size) {
		size_t size = own->size ? own->size * 2 : 64;
		struct frust_day *days = realloc(own->days, size * sizeof(*days));

		if (!days)
			return SIZE_MAX;
		own->days = days;
		own->size = size;
	}
	memmove(&own->days[low + 1], &own->days[low], (own->count - low) * sizeof(*own->days));
	own->days[low] = (struct frust_day){.start = start};
	own->count++;
	return low;
}

static int on_row(void *ctx, const struct frust_record *row)
{
	struct own *own = ctx;
	int64_t t = row->timestamp;

	if (own->at >= own->count || t < own->days[own->at].start || t >= own->end) {
		own->at = find_day(own, frust_zone_day_start(own->zone, t));
		if (own->at == SIZE_MAX)
			return FRUST_ENOMEM;
		own->end = frust_zone_day_end(own->zone, t);
	}
	own->days[own->at].clicks += row->kind == FRUST_CLICK;
	own->days[own->at].events += row->kind == FRUST_EVENT;
	return 0;
}

static int user_days(const struct site *site, struct frust_str user)
{
	struct own own = {.zone = site->zone, .at = SIZE_MAX};
	struct frust_filter filter = FRUST_FILTER_INIT;
	int status = 0;

	filter.since = site->since;
	filter.until = site->until;
	filter.user = user;
	filter.by_time = true;
	for (int kind = FRUST_CLICK; !status && kind <= FRUST_EVENT; kind++)
		status = site->db->store->ops->records(site->db->store, kind, &filter, on_row, &own,
						       site->err);
	if (status == FRUST_ENOMEM)
		status = frust__fail(site->err, status, "out of memory");
	for (size_t i = 0; !status && i < own.count; i++)
		status = site->fn(site->ctx, &own.days[i]);
	free(own.days);
	return status;
}

int frust_days(struct frust *db, struct frust_str user, int64_t since, int64_t until,
	       const struct frust_zone *zone, frust_day_fn fn, void *ctx, struct frust_error *err)
{
	struct site site = {.db = db,
			    .zone = zone,
			    .since = since,
			    .until = until,
			    .end = INT64_MIN,
			    .fn = fn,
			    .ctx = ctx,
			    .err = err};

	if (!db || !fn)
		return frust__fail(err, FRUST_EINVAL, "no database, or nowhere to give the answer");
	if (since >= until)
		return 0;
	/* whole days; the ends of time have none */
	if (since != INT64_MIN)
		site.since = frust_zone_day_start(zone, since);
	if (until != INT64_MAX)
		site.until = frust_zone_day_end(zone, until - 1);
	return user.at ? user_days(&site, user) : site_days(&site);
}
