/* frustctl chart: the same numbers as pictures. */
#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "cmd.h"
#include "count.h"
#include "people.h"
#include "sum.h"
#include "term.h"
#include "text.h"
#include "when.h"

#define HOURS_SHOWN 24
#define HOURS_MAX 10000
#define DAYS_SHOWN 7
#define DAYS_MAX 400
#define USERS_SHOWN 20
#define LABEL 12 /* columns of a day's label */

/* --- hours --- */

static int draw_hours(struct ctl *ctl, const struct count *count, int64_t first, int64_t end)
{
	struct chart chart;
	int status = 0;
	size_t at = 0;

	chart_init(&chart, ctl->out.to);
	for (int64_t hour = first; hour < end && !status; hour = sum_of(hour, FRUST_HOUR)) {
		char label[WHEN_SIZE];
		bool there;

		while (at < count->count && count->hours[at].timestamp < hour)
			at++;
		there = at < count->count && count->hours[at].timestamp == hour;
		when_hour_text(ctl->opt->zone, hour, label);
		status = chart_add(&chart, text_of(label), there ? count->hours[at].clicks : 0);
	}
	if (!status)
		chart_draw(&chart);
	chart_fini(&chart);
	return status;
}

static int chart_hours(struct ctl *ctl)
{
	const struct opt *opt = ctl->opt;
	int64_t last = frust_hour_start(opt->until_text ? sum_of(opt->until, -1) : opt->now);
	int64_t first = opt->since_text ? frust_hour_start(opt->since)
					: sum_of(last, -(HOURS_SHOWN - 1) * (int64_t)FRUST_HOUR);
	struct count count;
	int status;

	if (first < last && (uint64_t)last - (uint64_t)first > HOURS_MAX * (uint64_t)FRUST_HOUR)
		return ctl_fail(CTL_USAGE, "more than %d hours: choose --since and --until",
				HOURS_MAX);
	status = count_init(&count, ctl, opt->since_text ? opt->since : first, opt->until,
			    opt->user);
	if (!status)
		status = draw_hours(ctl, &count, first, sum_of(last, FRUST_HOUR));
	count_fini(&count);
	return status;
}

/* --- the week --- */

struct day {
	int64_t start;
	int64_t clicks[24]; /* by the hour that the zone's clocks show */
};

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Counted by itself: in some zones a day begins within an hour of UTC. */
static int fill(struct ctl *ctl, struct day *day)
{
	const struct opt *opt = ctl->opt;
	int64_t end = frust_zone_day_end(opt->zone, day->start);
	struct count count;
	int status = count_init(&count, ctl, later(day->start, opt->since),
				end < opt->until ? end : opt->until, opt->user);

	for (size_t i = 0; i < count.count && !status; i++) {
		int64_t t = later(day->start, count.hours[i].timestamp);
		int64_t *clicks = &day->clicks[when_hour(opt->zone, t)];

		*clicks = sum_of(*clicks, count.hours[i].clicks);
	}
	count_fini(&count);
	return status;
}

static void draw_week(struct ctl *ctl, const struct day *days, size_t n)
{
	struct chart_scale scale = {.unicode = term_unicode(ctl->out.to)};

	for (size_t i = 0; i < n; i++)
		for (size_t hour = 0; hour < 24; hour++)
			if (days[i].clicks[hour] > scale.most)
				scale.most = days[i].clicks[hour];
	chart_draw_clock(ctl->out.to, LABEL);
	for (size_t i = 0; i < n; i++) {
		char label[WHEN_SIZE];

		when_weekday_text(ctl->opt->zone, days[i].start, label);
		chart_draw_cells(ctl->out.to, &scale, label, LABEL, days[i].clicks, 24);
	}
	chart_draw_legend(ctl->out.to, &scale, LABEL);
}

/* The days from since's to until's; 0: too many. */
static size_t list_days(const struct opt *opt, struct day days[DAYS_MAX])
{
	int64_t end = frust_zone_day_end(opt->zone,
					 opt->until_text ? sum_of(opt->until, -1) : opt->now);
	int64_t day = frust_zone_day_start(opt->zone, opt->since);
	size_t n = 0;

	if (!opt->since_text) {
		day = end;
		for (int i = 0; i < DAYS_SHOWN; i++)
			day = frust_zone_day_start(opt->zone, sum_of(day, -1));
	}
	for (; day < end; day = frust_zone_day_end(opt->zone, day)) {
		if (n == DAYS_MAX)
			return 0;
		days[n++] = (struct day){.start = day};
	}
	return n;
}

static int chart_week(struct ctl *ctl)
{
	struct day *days = calloc(DAYS_MAX, sizeof(*days));
	int status = 0;
	size_t n;

	if (!days)
		return FRUST_ENOMEM;
	n = list_days(ctl->opt, days);
	if (!n)
		status = ctl_fail(CTL_USAGE, "no day, or more than %d: choose --since and --until",
				  DAYS_MAX);
	for (size_t i = 0; i < n && !status; i++)
		status = fill(ctl, &days[i]);
	if (!status)
		draw_week(ctl, days, n);
	free(days);
	return status;
}

/* --- users --- */

static int chart_users(struct ctl *ctl)
{
	struct people people;
	struct chart chart;
	int status = people_init(&people, ctl, OPT_BY_CLICKS,
				 ctl->opt->limit < 0 ? USERS_SHOWN : ctl->opt->limit);

	chart_init(&chart, ctl->out.to);
	for (size_t i = 0; i < people.count && !status; i++)
		status = chart_add(&chart, people.list[i].name, people.list[i].clicks);
	if (!status)
		chart_draw(&chart);
	chart_fini(&chart);
	people_fini(&people);
	return status;
}

const struct cmd cmd_chart_hours = {
	.name = "chart hours",
	.group = "Look",
	.summary = "clicks hour by hour, as bars",
	.text = "A bar for each of the last 24 hours, or of those between --since and --until.",
	.takes = OPT_DB | OPT_TIMES | OPT_USER,
	.reads = true,
	.run = chart_hours,
};

const struct cmd cmd_chart_week = {
	.name = "chart week",
	.group = "Look",
	.summary = "clicks by day and hour of the day, as a map of shades",
	.text = "A line for each of the last seven days, or of those between --since and --until, "
		"with a shade for each hour of the day.",
	.takes = OPT_DB | OPT_TIMES | OPT_USER,
	.reads = true,
	.run = chart_week,
};

const struct cmd cmd_chart_users = {
	.name = "chart users",
	.group = "Look",
	.summary = "who clicks the most, as bars",
	.text = "A bar for each of the twenty users with the most clicks, in all or between "
		"--since and --until.",
	.takes = OPT_DB | OPT_TIMES | OPT_LIMIT | OPT_MATCH,
	.reads = true,
	.run = chart_users,
};
