/* frustctl stats: the counters as of now, or what a span of time counts. */
#include "cmd.h"
#include "count.h"
#include "text.h"

static const struct out_column columns[] = {
	{"what", "", OUT_TEXT},
	{"total", "total", OUT_INT},
	{"today", "today", OUT_INT},
	{"hour", "this hour", OUT_INT},
};

static const struct out_column span_columns[] = {
	{"what", "", OUT_TEXT},
	{"count", "count", OUT_INT},
};

static bool is_json(const struct opt *opt)
{
	return opt->format == OPT_JSON || opt->format == OPT_NDJSON;
}

static int print_json(struct ctl *ctl, const struct frust_stats *stats)
{
	char text[512];

	frust_stats_json(text, sizeof(text), stats);
	fprintf(ctl->out.to, "%s\n", text);
	return 0;
}

static int print(struct ctl *ctl, const struct frust_stats *stats)
{
	int status = out_begin(&ctl->out, NULL, columns, 4);

	if (!status)
		status = out_row(&ctl->out, (struct out_cell[]){out_text(text_of("clicks")),
								out_int(stats->clicks_total),
								out_int(stats->clicks_today),
								out_int(stats->clicks_hour)});
	if (!status)
		status = out_row(&ctl->out, (struct out_cell[]){out_text(text_of("events")),
								out_int(stats->events_total),
								out_int(stats->events_today),
								out_int(stats->events_hour)});
	return status ? status : out_end(&ctl->out);
}

static int print_span(struct ctl *ctl, const struct frust_hour *sum)
{
	bool json = is_json(ctl->opt);
	int status = json ? 0 : out_begin(&ctl->out, NULL, span_columns, 2);

	if (json) {
		fprintf(ctl->out.to, "{\"click_count\":%lld,\"event_count\":%lld}\n",
			(long long)sum->clicks, (long long)sum->events);
		return 0;
	}
	if (!status)
		status = out_row(&ctl->out, (struct out_cell[]){out_text(text_of("clicks")),
								out_int(sum->clicks)});
	if (!status)
		status = out_row(&ctl->out, (struct out_cell[]){out_text(text_of("events")),
								out_int(sum->events)});
	return status ? status : out_end(&ctl->out);
}

static int sum(struct ctl *ctl, int64_t since, int64_t until, struct frust_hour *out)
{
	struct count count;
	int status = count_init(&count, ctl, since, until, ctl->opt->user);

	*out = count_sum(&count);
	count_fini(&count);
	return status;
}

static int sum_today(struct ctl *ctl, struct frust_stats *stats)
{
	const struct opt *opt = ctl->opt;
	struct frust_hour today;
	int status = sum(ctl, frust_zone_day_start(opt->zone, opt->now),
			 frust_zone_day_end(opt->zone, opt->now), &today);

	stats->clicks_today = today.clicks;
	stats->events_today = today.events;
	return status;
}

/* The counters of one user, which are nowhere but in the rows. */
static int user_stats(struct ctl *ctl, struct frust_stats *stats)
{
	int64_t start = frust_hour_start(ctl->opt->now);
	struct frust_hour all, hour;
	int status = sum(ctl, INT64_MIN, INT64_MAX, &all);

	if (!status)
		status = sum_today(ctl, stats);
	if (!status)
		status = sum(ctl, start, start + FRUST_HOUR, &hour);
	if (status)
		return status;
	stats->clicks_total = all.clicks;
	stats->events_total = all.events;
	stats->clicks_hour = hour.clicks;
	stats->events_hour = hour.events;
	return 0;
}

static int run(struct ctl *ctl)
{
	const struct opt *opt = ctl->opt;
	struct frust_stats stats;
	struct frust_hour span;
	int status;

	if (is_json(opt) && opt->columns)
		return ctl_fail(CTL_USAGE, "stats is one object in JSON, without columns");
	if (opt->since_text || opt->until_text) {
		status = sum(ctl, opt->since, opt->until, &span);
		return status ? status : print_span(ctl, &span);
	}
	status = opt->user ? user_stats(ctl, &stats)
			   : frust_stats(ctl->db, opt->now, opt->zone, &stats, &ctl->err);
	if (status)
		return status;
	return is_json(opt) ? print_json(ctl, &stats) : print(ctl, &stats);
}

const struct cmd cmd_stats = {
	.name = "stats",
	.group = "Look",
	.summary = "how many clicks and events: in all, today, this hour",
	.text = "The counters of all time, of the day and of the hour, as the server shows them "
		"(with the --tz of its --timezone); with --since or --until, what that span of "
		"time counts.",
	.takes = OPT_PRINTS | OPT_TIMES | OPT_USER,
	.reads = true,
	.run = run,
};
