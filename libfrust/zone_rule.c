/* The TZ strings at the end of a zone's file: "CET-1CEST,M3.5.0,M10.5.0/3". */
#include "zone_data.h"

#include "internal.h"

#define HOURS_MAX 167 /* RFC 8536 section 3.3.1 */

/* --- reading --- */

static bool take(struct fr_str *text, char c)
{
	if (!text->len || *text->at != c)
		return false;
	*text = fr_str_skip(*text, 1);
	return true;
}

static bool take_int(struct fr_str *text, int max, int *out)
{
	int value = 0, digits = 0;

	while (text->len && *text->at >= '0' && *text->at <= '9' && digits < 4) {
		value = value * 10 + (*text->at - '0');
		*text = fr_str_skip(*text, 1);
		digits++;
	}
	*out = value;
	return digits && value <= max;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct fr_str *text, int hours_max, int32_t *seconds)
{
	bool minus = take(text, '-');
	int hours, minutes = 0, rest = 0;

	if (!minus)
		(void)take(text, '+');
	if (!take_int(text, hours_max, &hours))
		return false;
	if (take(text, ':')) {
		if (!take_int(text, 59, &minutes))
			return false;
		if (take(text, ':') && !take_int(text, 59, &rest))
			return false;
	}
	*seconds = (hours * 60 + minutes) * 60 + rest;
	if (minus)
		*seconds = -*seconds;
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "CET" or "<+0330>"; what it says is of no use to us. */
static bool take_name(struct fr_str *text)
{
	size_t n = 0;

	if (take(text, '<')) {
		n = fr_str_find(*text, '>');
		if (n == text->len)
			return false;
		*text = fr_str_skip(*text, n + 1);
		return n > 0;
	}
	while (n < text->len && is_letter(text->at[n]))
		n++;
	*text = fr_str_skip(*text, n);
	return n >= 3;
}

static bool take_day(struct fr_str *text, struct frust__zone_day *day)
{
	bool fine;

	*day = (struct frust__zone_day){.seconds = 2 * FRUST_HOUR};
	if (take(text, 'M')) {
		day->kind = FRUST__ZONE_MONTH;
		fine = take_int(text, 12, &day->month) && day->month && take(text, '.') &&
		       take_int(text, 5, &day->week) && day->week && take(text, '.') &&
		       take_int(text, 6, &day->day);
	} else if (take(text, 'J')) {
		day->kind = FRUST__ZONE_JULIAN;
		fine = take_int(text, 365, &day->day) && day->day;
	} else {
		day->kind = FRUST__ZONE_DAY;
		fine = take_int(text, 365, &day->day);
	}
	if (fine && take(text, '/'))
		fine = take_time(text, HOURS_MAX, &day->seconds);
	return fine;
}

bool frust__zone_rule_parse(struct fr_str text, struct frust__zone_rule *rule)
{
	int32_t west;

	*rule = (struct frust__zone_rule){0};
	if (!take_name(&text) || !take_time(&text, 24, &west))
		return false;
	rule->standard = -west;
	if (!text.len)
		return true;
	rule->turns = true;
	rule->summer = rule->standard + FRUST_HOUR;
	if (!take_name(&text))
		return false;
	if (text.len && *text.at != ',') {
		if (!take_time(&text, 24, &west))
			return false;
		rule->summer = -west;
	}
	return take(&text, ',') && take_day(&text, &rule->begin) && take(&text, ',') &&
	       take_day(&text, &rule->end) && !text.len;
}

/* --- days of years --- */

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 1970-01-01 to the first of January. */
static int64_t year_start(int64_t year)
{
	int64_t y = year - 1;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 - 719162;
}

static int64_t year_of(int64_t t)
{
	int64_t days = frust_day_start(t) / FRUST_DAY;
	int64_t year = 1970 + days / 366;

	if (days < 0)
		year = 1970 + days / 365 - 1;
	while (year_start(year + 1) <= days)
		year += (days - year_start(year + 1)) / 366 + 1;
	return year;
}

/* The day within the year, from 0. */
static int day_of_month_rule(const struct frust__zone_day *rule, int64_t year)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
	bool leap = is_leap(year);
	int first = before[rule->month - 1] + (leap && rule->month > 2);
	int length = before[rule->month] - before[rule->month - 1] + (leap && rule->month == 2);
	int weekday = (int)(((year_start(year) + first + 4) % 7 + 7) %
			    7); /* 1970 began on a Thursday */
	int day = (rule->day - weekday + 7) % 7 + 7 * (rule->week - 1);

	while (day >= length)
		day -= 7;
	return first + day;
}

/* The moment of a rule's day in a year, while the clocks are `offset` ahead. */
static int64_t turn(const struct frust__zone_day *rule, int64_t year, int32_t offset)
{
	int day = rule->day;

	if (rule->kind == FRUST__ZONE_MONTH)
		day = day_of_month_rule(rule, year);
	else if (rule->kind == FRUST__ZONE_JULIAN)
		day += is_leap(year) && day >= 60 ? 0 : -1;
	return (year_start(year) + day) * FRUST_DAY + rule->seconds - offset;
}

int32_t frust__zone_rule_at(const struct frust__zone_rule *rule, int64_t t, int64_t *next)
{
	int64_t latest = INT64_MIN, year;
	int32_t offset = rule->standard;

	*next = INT64_MAX;
	if (!rule->turns)
		return offset;
	year = year_of(t);
	/* A turn may fall a week outside of its year, and rules may be as odd as to have the end of
	 * one summer after the beginning of the next. */
	for (int64_t y = year - 2; y <= year + 2; y++) {
		/* where summer ends and begins at once, it goes on */
		int64_t moments[2] = {turn(&rule->end, y, rule->summer),
				      turn(&rule->begin, y, rule->standard)};
		int32_t offsets[2] = {rule->standard, rule->summer};

		for (int i = 0; i < 2; i++) {
			if (moments[i] > t && moments[i] < *next)
				*next = moments[i];
			if (moments[i] <= t &&
			    (moments[i] > latest || (i && moments[i] == latest))) {
				latest = moments[i];
				offset = offsets[i];
			}
		}
	}
	return offset;
}
