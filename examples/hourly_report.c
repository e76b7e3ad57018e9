/*
 * hourly_report FILE [ZONE]: the clicks and events of each hour of the last day, and the site's
 * counters, as a zone's clocks show them ("Europe/Berlin"; without one: UTC).
 *
 * Shows several queries on one snapshot, so that they agree although others write meanwhile.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include <frust/frust.h>

static int on_hour(void *ctx, const struct frust_hour *hour)
{
	const struct frust_zone *zone = ctx;
	int64_t local = hour->timestamp + frust_zone_offset(zone, hour->timestamp);
	int64_t second = local - frust_day_start(local);

	printf("%02d:%02d  %6" PRId64 " clicks  %6" PRId64 " events\n", (int)(second / 3600),
	       (int)(second / 60 % 60), hour->clicks, hour->events);
	return 0;
}

static int report(struct frust *db, struct frust_zone *zone, struct frust_error *err)
{
	int64_t now = (int64_t)time(NULL);
	int64_t since = frust_hour_start(now) - 23 * FRUST_HOUR;
	struct frust_stats stats;
	int r;

	r = frust_read_begin(db, err);
	if (r < 0)
		return r;
	r = frust_hours(db, since, INT64_MAX, zone, on_hour, zone, err);
	if (r == 0)
		r = frust_stats(db, now, zone, &stats, err);
	if (r == 0)
		printf("total  %6" PRId64 " clicks  %6" PRId64 " events\n", stats.clicks_total,
		       stats.events_total);
	frust_read_end(db);
	return r;
}

int main(int argc, char **argv)
{
	struct frust_zone *zone = NULL; /* UTC */
	struct frust *db = NULL;
	struct frust_error err;
	int r = 0;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: hourly_report FILE [ZONE]\n");
		return 2;
	}
	if (argc > 2)
		r = frust_zone_open(argv[2], &zone, &err);
	if (r == 0)
		r = frust_open(argv[1], NULL, &db, &err);
	if (r == 0)
		r = report(db, zone, &err);
	if (r < 0)
		fprintf(stderr, "hourly_report: %s\n", err.text);
	frust_close(db);
	frust_zone_close(zone);
	return r < 0;
}
