/* frustctl user: one user at close. */
#include "cmd.h"
#include "text.h"

#define COMMENTS 10 /* favourites shown */

static const struct out_column profile_columns[] = {
	{"name", "name", OUT_TEXT},
	{"click_count", "clicks", OUT_INT},
	{"click_rank", "rank", OUT_INT},
	{"event_count", "events", OUT_INT},
	{"event_rank", "events' rank", OUT_INT},
	{"user_count", "of users", OUT_INT},
	{"first_seen", "first seen", OUT_TIME},
	{"last_seen", "last seen", OUT_TIME},
};

static const struct out_column day_columns[] = {
	{"timestamp", "day", OUT_DAY},
	{"click_count", "clicks", OUT_INT},
	{"event_count", "events", OUT_INT},
};

static const struct out_column comment_columns[] = {
	{"comment", "comment", OUT_TEXT},
	{"count", "count", OUT_INT},
};

static int print_profile(struct ctl *ctl, struct frust_str name, const struct frust_profile *p)
{
	const struct out_cell never = out_absent();
	const struct out_cell cells[] = {
		out_text(name),
		out_int(p->clicks),
		out_int(p->clicks_rank),
		out_int(p->events),
		out_int(p->events_rank),
		out_int(p->users),
		p->first_seen ? out_int(p->first_seen) : never,
		p->last_seen ? out_int(p->last_seen) : never,
	};
	int status = out_begin(&ctl->out, "user", profile_columns, 8);

	if (!status)
		status = out_row(&ctl->out, cells);
	return status ? status : out_end(&ctl->out);
}

static int print_day(void *ctx, const struct frust_day *day)
{
	struct ctl *ctl = ctx;

	return out_row(&ctl->out, (struct out_cell[]){out_int(day->start), out_int(day->clicks),
						      out_int(day->events)});
}

static int print_comment(void *ctx, const struct frust_comment *comment)
{
	struct ctl *ctl = ctx;

	return out_row(&ctl->out,
		       (struct out_cell[]){out_text(comment->text), out_int(comment->count)});
}

static int print_days(struct ctl *ctl, struct frust_str name)
{
	const struct opt *opt = ctl->opt;
	int status = out_begin(&ctl->out, "days", day_columns, 3);

	if (!status)
		status = frust_days(ctl->db, name, opt->since, opt->until, opt->zone, print_day,
				    ctl, &ctl->err);
	return status ? status : out_end(&ctl->out);
}

static int print_comments(struct ctl *ctl, struct frust_str name)
{
	int status = out_begin(&ctl->out, "comments", comment_columns, 2);

	if (!status)
		status = frust_comments(ctl->db, name, COMMENTS, print_comment, ctl, &ctl->err);
	return status ? status : out_end(&ctl->out);
}

static int print(struct ctl *ctl, struct frust_str name)
{
	struct frust_profile profile;
	int status = frust_user(ctl->db, name, &profile, &ctl->err);

	if (!status)
		status = print_profile(ctl, name, &profile);
	if (!status)
		status = print_days(ctl, name);
	if (!status)
		status = print_comments(ctl, name);
	return status ? status : out_close(&ctl->out);
}

static int run(struct ctl *ctl)
{
	int status = frust_read_begin(ctl->db, &ctl->err);

	if (!status)
		status = print(ctl, text_of(ctl->opt->words[0]));
	frust_read_end(ctl->db);
	return status;
}

const struct cmd cmd_user = {
	.name = "user",
	.words = "NAME",
	.least = 1,
	.most = 1,
	.group = "Look",
	.summary = "one user: first and last seen, rank, days, favourite comments",
	.text = "A user's counters and ranks, first and last row, what each day counts (--since "
		"and --until choose the days), and the ten most frequent comments. A user called "
		"like a command, say \"rename\", is shown by: frustctl user -- rename",
	.takes = OPT_DB | OPT_FORMAT | OPT_NO_HEADER | OPT_CSV_SAFE | OPT_TIMES,
	.reads = true,
	.run = run,
};
