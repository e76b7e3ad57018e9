/* frustctl hours: what was counted hour by hour. */
#include "cmd.h"
#include "out.h"

static const struct out_column columns[] = {
	{"hour", false},        {"clicks", true},       {"events", true},
	{"clicks total", true}, {"events total", true}, {"events today", true},
};

static int add_row(void *ctx, const struct frust_hour *hour)
{
	struct out_table *table = ctx;

	out_table_time(table, hour->timestamp);
	out_table_int(table, hour->clicks);
	out_table_int(table, hour->events);
	out_table_int(table, hour->clicks_total);
	out_table_int(table, hour->events_total);
	out_table_int(table, hour->events_today);
	return 0;
}

static size_t to_json(char *out, size_t size, const void *row)
{
	return frust_hour_json(out, size, row);
}

static int add_json(void *ctx, const struct frust_hour *hour)
{
	return out_list_add(ctx, to_json, hour);
}

static int print_table(struct frust *db, struct frust_error *err)
{
	struct out_table table;
	int status;

	out_table_init(&table, columns, 6);
	status = frust_hours(db, INT64_MIN, INT64_MAX, add_row, &table, err);
	if (!status)
		status = out_table_print(&table, stdout);
	out_table_fini(&table);
	return status;
}

static int print_json(struct frust *db, struct frust_error *err)
{
	struct out_list list;
	int status;

	out_list_begin(&list, stdout);
	status = frust_hours(db, INT64_MIN, INT64_MAX, add_json, &list, err);
	if (!status)
		out_list_end(&list); /* an array that stays open is not taken for whole */
	return status;
}

static int run(struct frust *db, const struct opt *opt, struct frust_error *err)
{
	return opt->format == OPT_JSON ? print_json(db, err) : print_table(db, err);
}

const struct cmd cmd_hours = {
	.name = "hours",
	.summary = "what was counted hour by hour",
	.text = "Every hour (UTC) that has a row, ascending: what was counted in it, and the "
		"totals of\n"
		"all time and of its day up to and including it.",
	.run = run,
};
