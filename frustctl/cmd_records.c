/* frustctl clicks, frustctl events: the rows. */
#include "cmd.h"
#include "text.h"

static const struct out_column click_columns[] = {
	{"id", "id", OUT_INT},        {"timestamp", "time", OUT_TIME},
	{"user", "user", OUT_TEXT},   {"comment", "comment", OUT_TEXT},
	{"style", "style", OUT_TEXT},
};

static const struct out_column event_columns[] = {
	{"id", "id", OUT_INT},
	{"timestamp", "time", OUT_TIME},
	{"user", "user", OUT_TEXT},
	{"name", "name", OUT_TEXT},
};

static int print_click(void *ctx, const struct frust_record *click)
{
	struct ctl *ctl = ctx;
	const struct out_cell cells[] = {
		out_int(click->id),       out_int(click->timestamp), out_text(click->user),
		out_text(click->comment), out_text(click->style),
	};

	return out_row(&ctl->out, cells);
}

static int print_event(void *ctx, const struct frust_record *event)
{
	struct ctl *ctl = ctx;
	const struct out_cell cells[] = {
		out_int(event->id),
		out_int(event->timestamp),
		out_text(event->user),
		out_text(event->name),
	};

	return out_row(&ctl->out, cells);
}

void cmd_filter(const struct opt *opt, struct frust_filter *filter)
{
	*filter = (struct frust_filter)FRUST_FILTER_INIT;
	filter->since = opt->since;
	filter->until = opt->until;
	if (opt->user)
		filter->user = text_of(opt->user);
	if (opt->text)
		filter->text = text_of(opt->text);
}

static int run(struct ctl *ctl, enum frust_kind kind, const struct out_column *columns, size_t n,
	       frust_record_fn print)
{
	struct frust_filter filter;
	int status = out_begin(&ctl->out, NULL, columns, n);

	cmd_filter(ctl->opt, &filter);
	filter.limit = ctl->opt->limit;
	filter.newest_first = !ctl->opt->reverse;
	if (!status)
		status = frust_records(ctl->db, kind, &filter, print, ctl, &ctl->err);
	return status ? status : out_end(&ctl->out);
}

static int run_clicks(struct ctl *ctl)
{
	return run(ctl, FRUST_CLICK, click_columns, 5, print_click);
}

static int run_events(struct ctl *ctl)
{
	return run(ctl, FRUST_EVENT, event_columns, 4, print_event);
}

const struct cmd cmd_clicks = {
	.name = "clicks",
	.group = "Look",
	.summary = "the clicks, newest first",
	.text = "Every click that is stored, the newest first.",
	.takes = OPT_PRINTS | OPT_TIMES | OPT_USER | OPT_COMMENT | OPT_ROWS,
	.reads = true,
	.run = run_clicks,
};

const struct cmd cmd_events = {
	.name = "events",
	.group = "Look",
	.summary = "the events, newest first",
	.text = "Every event that is stored, the newest first.",
	.takes = OPT_PRINTS | OPT_TIMES | OPT_USER | OPT_NAME | OPT_ROWS,
	.reads = true,
	.run = run_events,
};
