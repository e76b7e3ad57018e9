/* Moments read and told. Zones are libfrust's business; dates within a day are this file's. */
#include "when.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sum.h"

/* --- reading --- */

static bool read_ago(const char *text, int64_t now, int64_t *out)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	char *end;
	long long n;

	text += *text == '-';
	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	n = strtoll(text, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && !errno && *end; i++) {
		if (*end != units[i].unit || end[1])
			continue;
		return !__builtin_mul_overflow(n, units[i].seconds, out) &&
		       !__builtin_sub_overflow(now, *out, out);
	}
	return false;
}

static bool read_seconds(const char *text, int64_t *out)
{
	char *end;

	if (*text++ != '@' || !isdigit((unsigned char)text[*text == '-']))
		return false;
	errno = 0;
	*out = strtoll(text, &end, 10);
	return !errno && !*end;
}

/* Exactly n digits, and moves on. */
static bool digits(const char **text, int n, int *out)
{
	*out = 0;
	for (int i = 0; i < n; i++, (*text)++) {
		if (!isdigit((unsigned char)**text))
			return false;
		*out = *out * 10 + (**text - '0');
	}
	return true;
}

static bool take(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

/* Z or +01:00 or +0100, to the text's end. */
static bool read_offset(const char *text, int *offset)
{
	int sign, hours, minutes;

	*offset = 0;
	if (take(&text, 'Z'))
		return *text == '\0';
	if (*text != '+' && *text != '-')
		return false;
	sign = *text++ == '-' ? -1 : 1;
	if (!digits(&text, 2, &hours))
		return false;
	take(&text, ':');
	if (!digits(&text, 2, &minutes) || *text || hours > 14 || minutes > 59)
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	return true;
}

/* As if it were UTC's; false: there is no such date or time of day. */
static bool to_seconds(const struct tm *tm, int64_t *out)
{
	struct tm same = *tm;

	*out = timegm(&same);
	return same.tm_mday == tm->tm_mday && same.tm_mon == tm->tm_mon &&
	       same.tm_hour == tm->tm_hour && same.tm_min == tm->tm_min && tm->tm_sec < 60;
}

static bool read_clock(const char **text, struct tm *tm)
{
	if (!take(text, 'T') && !take(text, ' '))
		return false;
	if (!digits(text, 2, &tm->tm_hour) || !take(text, ':') || !digits(text, 2, &tm->tm_min))
		return false;
	return !take(text, ':') || digits(text, 2, &tm->tm_sec);
}

static bool read_date(const char *text, const struct frust_zone *zone, int64_t *out)
{
	struct tm tm = {0};
	int offset;

	if (!digits(&text, 4, &tm.tm_year) || !take(&text, '-') || !digits(&text, 2, &tm.tm_mon) ||
	    !take(&text, '-') || !digits(&text, 2, &tm.tm_mday))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	if (*text && !read_clock(&text, &tm))
		return false;
	if (!to_seconds(&tm, out))
		return false;
	if (!*text) {
		*out = frust_zone_time(zone, *out);
		return true;
	}
	if (!read_offset(text, &offset))
		return false;
	*out -= offset;
	return true;
}

bool when_read(const char *text, const struct frust_zone *zone, int64_t now, int64_t *out)
{
	*out = now;
	if (strcmp(text, "now") == 0)
		return true;
	*out = frust_zone_day_start(zone, now);
	if (strcmp(text, "today") == 0)
		return true;
	*out = frust_zone_day_start(zone, sum_of(*out, -1));
	if (strcmp(text, "yesterday") == 0)
		return true;
	return read_seconds(text, out) || read_ago(text, now, out) || read_date(text, zone, out);
}

/* --- telling --- */

/* What the zone's clocks show; false: years beyond int have no date. */
static bool to_date(const struct frust_zone *zone, int64_t t, struct tm *tm)
{
	time_t local;

	if (__builtin_add_overflow(t, frust_zone_offset(zone, t), &local))
		return false;
	return gmtime_r(&local, tm) != NULL;
}

static void number(int64_t t, char out[WHEN_SIZE])
{
	snprintf(out, WHEN_SIZE, "%" PRId64, t);
}

void when_text(const struct frust_zone *zone, int64_t t, char out[WHEN_SIZE])
{
	int offset = frust_zone_offset(zone, t) / 60;
	struct tm tm;
	size_t n;

	if (!to_date(zone, t, &tm)) {
		number(t, out);
		return;
	}
	n = strftime(out, WHEN_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	if (offset == 0)
		snprintf(out + n, WHEN_SIZE - n, "Z");
	else
		snprintf(out + n, WHEN_SIZE - n, "%c%02d:%02d", offset < 0 ? '-' : '+',
			 abs(offset) / 60, abs(offset) % 60);
}

void when_day_text(const struct frust_zone *zone, int64_t t, char out[WHEN_SIZE])
{
	struct tm tm;

	if (!to_date(zone, t, &tm) || !strftime(out, WHEN_SIZE, "%Y-%m-%d", &tm))
		number(t, out);
}

void when_weekday_text(const struct frust_zone *zone, int64_t t, char out[WHEN_SIZE])
{
	struct tm tm;

	if (!to_date(zone, t, &tm) || !strftime(out, WHEN_SIZE, "%a %d %b", &tm))
		number(t, out);
}

void when_hour_text(const struct frust_zone *zone, int64_t t, char out[WHEN_SIZE])
{
	struct tm tm;

	if (!to_date(zone, t, &tm) || !strftime(out, WHEN_SIZE, "%Y-%m-%d %H:%M", &tm))
		number(t, out);
}

int when_hour(const struct frust_zone *zone, int64_t t)
{
	struct tm tm;

	return to_date(zone, t, &tm) ? tm.tm_hour : 0;
}
