/*
 * Zones: finding their files, and the borders of their days. What stands in a file is read by
 * zone_tzif.c and zone_rule.c. The C library's own functions for zones work on one zone for the
 * whole process and are not used.
 */
#include <frust/zone.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "internal.h"
#include "zone_data.h"

#define FILE_MAX (256 * 1024)
#define NAME_MAX_LEN 255
#define TIME_MAX ((int64_t)1 << 55) /* a milliard of years: beyond it all is UTC's last day */
#define AHEAD_MAX (26 * FRUST_HOUR) /* no clock is further ahead of UTC */

/* --- opening --- */

static bool is_name(const char *name)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/.";
	size_t len = strlen(name);

	return len && len <= NAME_MAX_LEN && strspn(name, plain) == len && name[0] != '/' &&
	       name[0] != '.' && !strstr(name, "/.");
}

static int read_file(const char *path, struct fr_buf *bytes)
{
	FILE *file = fopen(path, "rbe");
	int status = 0;

	if (!file)
		return errno == EACCES || errno == EMFILE || errno == ENFILE ? FRUST_EIO
									     : FRUST_ENOENT;
	if (fr_buf_reserve(bytes, FILE_MAX + 1)) {
		status = FRUST_ENOMEM;
	} else {
		bytes->len = fread(bytes->at, 1, FILE_MAX + 1, file);
		if (ferror(file))
			status = errno == EISDIR ? FRUST_ENOENT : FRUST_EIO;
		else if (bytes->len > FILE_MAX)
			status = FRUST_EFORMAT;
	}
	fclose(file);
	return status;
}

static int read_zone(const char *name, struct frust_zone *zone)
{
	const char *folder = getenv("TZDIR");
	struct fr_buf path = FR_BUF_INIT, bytes = FR_BUF_INIT;
	int status;

	if (strcmp(name, "local") == 0)
		fr_buf_add_str(&path, FR_STR("/etc/localtime"));
	else
		fr_buf_printf(&path, "%s/%s", folder && *folder ? folder : "/usr/share/zoneinfo",
			      name);
	fr_buf_add_char(&path, '\0');
	status = fr_buf_error(&path) ? FRUST_ENOMEM : read_file(path.at, &bytes);
	if (!status)
		status = frust__zone_parse(fr_buf_str(&bytes), zone);
	fr_buf_fini(&bytes);
	fr_buf_fini(&path);
	return status;
}

int frust_zone_open(const char *name, struct frust_zone **out, struct frust_error *err)
{
	struct frust_zone *zone;
	int status = 0;

	if (!out)
		return frust__fail(err, FRUST_EINVAL, "no place for the zone");
	*out = NULL;
	if (!name || !is_name(name))
		return frust__fail(err, FRUST_EINVAL, "that is no name of a time zone");
	zone = calloc(1, sizeof(*zone));
	if (!zone)
		return frust__fail(err, FRUST_ENOMEM, "out of memory");
	if (strcmp(name, "UTC") != 0)
		status = read_zone(name, zone);
	if (!status) {
		*out = zone;
		return 0;
	}
	free(zone);
	if (status == FRUST_ENOENT)
		return frust__fail(err, status, "there is no time zone %s here", name);
	if (status == FRUST_EFORMAT)
		return frust__fail(err, status, "the file of time zone %s cannot be used", name);
	return frust__fail(err, status, "time zone %s: %s", name, frust_strerror(status));
}

void frust_zone_close(struct frust_zone *zone)
{
	if (!zone)
		return;
	frust__zone_fini(zone);
	free(zone);
}

/* --- what clocks show --- */

static int64_t clamp(int64_t t)
{
	if (t > TIME_MAX)
		return TIME_MAX;
	return t < -TIME_MAX ? -TIME_MAX : t;
}

/* How many turns are at or before t. */
static size_t turns_until(const struct frust_zone *zone, int64_t t)
{
	size_t low = 0, high = zone->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (zone->times[middle] <= t)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The offset at t, and in *next the first turn after it. */
static int32_t offset_at(const struct frust_zone *zone, int64_t t, int64_t *next)
{
	size_t turns;

	*next = INT64_MAX;
	if (!zone)
		return 0;
	turns = turns_until(zone, t);
	if (turns < zone->count)
		*next = zone->times[turns];
	else if (zone->ruled)
		return frust__zone_rule_at(&zone->rule, t, next);
	return turns ? zone->offsets[turns - 1] : zone->first;
}

/* The first moment at which the clocks show `local` or more. */
static int64_t first_moment(const struct frust_zone *zone, int64_t local)
{
	int64_t from = local - AHEAD_MAX;

	for (;;) {
		int64_t next;
		int64_t moment = local - offset_at(zone, from, &next);

		if (moment < from)
			moment = from;
		if (moment < next)
			return moment;
		from = next;
	}
}

int32_t frust_zone_offset(const struct frust_zone *zone, int64_t t)
{
	int64_t next;

	return offset_at(zone, clamp(t), &next);
}

int64_t frust_zone_time(const struct frust_zone *zone, int64_t local)
{
	return first_moment(zone, clamp(local));
}

/* The last date that has begun at t: clocks that were set back may show the one before. */
static int64_t date_at(const struct frust_zone *zone, int64_t t)
{
	int64_t date = frust_day_start(t + frust_zone_offset(zone, t));

	while (first_moment(zone, date + FRUST_DAY) <= t)
		date += FRUST_DAY;
	return date;
}

int64_t frust_zone_day_start(const struct frust_zone *zone, int64_t t)
{
	return first_moment(zone, date_at(zone, clamp(t)));
}

int64_t frust_zone_day_end(const struct frust_zone *zone, int64_t t)
{
	return first_moment(zone, date_at(zone, clamp(t)) + FRUST_DAY);
}
