/* frustctl stats: the counters as of now. */
#include "cmd.h"
#include "out.h"

static size_t to_json(char *out, size_t size, const void *row)
{
	return frust_stats_json(out, size, row);
}

static int print_table(const struct frust_stats *stats)
{
	static const struct out_column columns[] = {
		{"", false}, {"total", true}, {"today", true}, {"this hour", true}};
	struct out_table table;
	int status;

	out_table_init(&table, columns, 4);
	out_table_text(&table, (struct frust_str){"clicks", 6});
	out_table_int(&table, stats->clicks_total);
	out_table_int(&table, stats->clicks_today);
	out_table_int(&table, stats->clicks_hour);
	out_table_text(&table, (struct frust_str){"events", 6});
	out_table_int(&table, stats->events_total);
	out_table_int(&table, stats->events_today);
	out_table_int(&table, stats->events_hour);
	status = out_table_print(&table, stdout);
	out_table_fini(&table);
	return status;
}

static int run(struct frust *db, const struct opt *opt, struct frust_error *err)
{
	struct frust_stats stats;
	int status = frust_stats(db, opt->now, &stats, err);

	if (status)
		return status;
	return opt->format == OPT_JSON ? out_json(stdout, to_json, &stats) : print_table(&stats);
}

const struct cmd cmd_stats = {
	.name = "stats",
	.summary = "how many clicks and events: in all, today, this hour",
	.text = "The counters of all time, of the day and of the hour (UTC), as the server shows "
		"them.",
	.takes = OPT_NOW,
	.run = run,
};
