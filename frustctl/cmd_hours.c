/* frustctl hours: what was counted hour by hour. */
#include <stdlib.h>

#include "cmd.h"
#include "count.h"
#include "sum.h"

static const struct out_column columns[] = {
	{"timestamp", "hour", OUT_TIME},
	{"click_count", "clicks", OUT_INT},
	{"event_count", "events", OUT_INT},
	{"click_count_total", "clicks total", OUT_INT},
	{"event_count_total", "events total", OUT_INT},
	{"event_count_today", "events today", OUT_INT},
};

static int add(void *ctx, const struct frust_hour *hour)
{
	return count_add(ctx, hour);
}

/* A user's hours have no totals in the database. */
static void add_up(struct count *count, const struct frust_zone *zone)
{
	struct frust_hour sum = {0};
	int64_t day = INT64_MIN;

	for (size_t i = 0; i < count->count; i++) {
		struct frust_hour *hour = &count->hours[i];
		int64_t before = day;

		day = frust_zone_day_start(zone, hour->timestamp);
		hour->clicks_total = sum.clicks_total = sum_of(sum.clicks_total, hour->clicks);
		hour->events_total = sum.events_total = sum_of(sum.events_total, hour->events);
		sum.events_today = sum_of(day == before ? sum.events_today : 0, hour->events);
		hour->events_today = sum.events_today;
	}
}

static int print(struct ctl *ctl, const struct frust_hour *hour)
{
	const struct out_cell cells[] = {
		out_int(hour->timestamp),    out_int(hour->clicks),
		out_int(hour->events),       out_int(hour->clicks_total),
		out_int(hour->events_total), out_int(hour->events_today),
	};

	return out_row(&ctl->out, cells);
}

static int print_all(struct ctl *ctl, const struct count *count)
{
	const struct opt *opt = ctl->opt;
	int64_t left = opt->limit;
	int status = 0;

	for (size_t i = 0; i < count->count && !status && left != 0; i++) {
		const struct frust_hour
			*hour = &count->hours[opt->reverse ? count->count - 1 - i : i];

		if (hour->timestamp < opt->since || hour->timestamp >= opt->until)
			continue;
		status = print(ctl, hour);
		left--;
	}
	return status;
}

static int run(struct ctl *ctl)
{
	const struct opt *opt = ctl->opt;
	struct count count = {0};
	int status;

	if (opt->user) {
		status = count_init(&count, ctl, INT64_MIN, opt->until, opt->user);
		add_up(&count, opt->zone);
	} else {
		status = frust_hours(ctl->db, opt->since, opt->until, opt->zone, add, &count,
				     &ctl->err);
	}
	if (!status)
		status = out_begin(&ctl->out, NULL, columns, 6);
	if (!status)
		status = print_all(ctl, &count);
	count_fini(&count);
	return status ? status : out_end(&ctl->out);
}

const struct cmd cmd_hours = {
	.name = "hours",
	.group = "Look",
	.summary = "what was counted hour by hour",
	.text = "Every hour that has a row, oldest first: what was counted in it, and the totals "
		"of all time and of its day up to and including it.",
	.takes = OPT_PRINTS | OPT_TIMES | OPT_USER | OPT_ROWS,
	.reads = true,
	.run = run,
};
