/* frustctl user rename, merge and erase; clicks delete and events delete. */
#include <stdlib.h>

#include "change.h"
#include "text.h"

static int rename_user(struct ctl *ctl, const struct frust_change *how,
		       struct frust_receipt *receipt, void *ctx)
{
	const char **words = ctl->opt->words;

	(void)ctx;
	return frust_user_rename(ctl->db, text_of(words[0]), text_of(words[1]), how, receipt,
				 &ctl->err);
}

static int run_rename(struct ctl *ctl)
{
	const struct change change = {
		.verb = "rename user",
		.past = "renamed user",
		.whom = ctl->opt->words[0],
		.numbers = CHANGE_CLICKS | CHANGE_EVENTS,
		.make = rename_user,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_user_rename = {
	.name = "user rename",
	.words = "OLD NEW",
	.least = 2,
	.most = 2,
	.group = "People",
	.summary = "give a user another name",
	.text = "Gives a user's clicks, events and counters another name, which nobody has yet.",
	.takes = OPT_CHANGES,
	.run = run_rename,
};

static int merge_users(struct ctl *ctl, const struct frust_change *how,
		       struct frust_receipt *receipt, void *ctx)
{
	size_t n = (size_t)ctl->opt->count - 1;
	struct frust_str *names = calloc(n, sizeof(*names));
	int status;

	(void)ctx;
	if (!names)
		return FRUST_ENOMEM;
	for (size_t i = 0; i < n; i++)
		names[i] = text_of(ctl->opt->words[i]);
	status = frust_user_merge(ctl->db, names, n, text_of(ctl->opt->words[n]), how, receipt,
				  &ctl->err);
	free(names);
	return status;
}

static int run_merge(struct ctl *ctl)
{
	const struct change change = {
		.verb = "merge users into",
		.past = "merged users into",
		.whom = ctl->opt->words[ctl->opt->count - 1],
		.numbers = CHANGE_CLICKS | CHANGE_EVENTS | CHANGE_USERS,
		.make = merge_users,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_user_merge = {
	.name = "user merge",
	.words = "NAME... INTO",
	.least = 2,
	.most = 1000,
	.group = "People",
	.summary = "make several users one",
	.text = "Gives the clicks, events and counters of one or more users to INTO, who is there "
		"already.",
	.takes = OPT_CHANGES,
	.run = run_merge,
};

static int erase_user(struct ctl *ctl, const struct frust_change *how,
		      struct frust_receipt *receipt, void *ctx)
{
	(void)ctx;
	return frust_user_erase(ctl->db, text_of(ctl->opt->words[0]),
				ctl->opt->delete ? FRUST_REMOVE : FRUST_ANONYMISE, how, receipt,
				&ctl->err);
}

static int run_erase(struct ctl *ctl)
{
	const struct change change = {
		.verb = "erase user",
		.past = "erased user",
		.whom = ctl->opt->words[0],
		.numbers = CHANGE_CLICKS | CHANGE_EVENTS | CHANGE_USERS,
		.make = erase_user,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_user_erase = {
	.name = "user erase",
	.words = "NAME",
	.least = 1,
	.most = 1,
	.group = "People",
	.summary = "take a user's name out of the database",
	.text = "Makes a user's clicks and events anonymous (\"" FRUST_ERASED "\", without "
		"comments) or, with --delete, deletes them. The site's totals stay what they are. "
		"Backups and exports keep the name.",
	.takes = OPT_CHANGES | OPT_DELETE,
	.run = run_erase,
};

/* --- rows --- */

static int delete_records(struct ctl *ctl, const struct frust_change *how,
			  struct frust_receipt *receipt, void *ctx)
{
	const enum frust_kind *kind = ctx;
	struct frust_filter filter;
	int status;

	cmd_filter(ctl->opt, &filter);
	status = frust_records_delete(ctl->db, *kind, &filter, how, receipt, &ctl->err);
	if (!status && receipt->clicks == 0 && receipt->events == 0)
		status = ctl_fail(CTL_NOTHING, "there are no such %s",
				  *kind == FRUST_CLICK ? "clicks" : "events");
	return status;
}

static int run_delete(struct ctl *ctl, enum frust_kind kind, const char *verb, const char *past)
{
	const struct change change = {
		.verb = verb,
		.past = past,
		.numbers = (kind == FRUST_CLICK ? CHANGE_CLICKS : CHANGE_EVENTS) | CHANGE_USERS |
			   CHANGE_HOURS,
		.make = delete_records,
		.ctx = &kind,
	};

	if (!(ctl->opt->given & (OPT_USER | OPT_SINCE | OPT_UNTIL | OPT_COMMENT | OPT_NAME)))
		return ctl_fail(CTL_USAGE, "say which: --user, --since, --until or %s",
				kind == FRUST_CLICK ? "--comment" : "--name");
	return change_run(ctl, &change);
}

static int run_clicks_delete(struct ctl *ctl)
{
	return run_delete(ctl, FRUST_CLICK, "delete clicks", "deleted clicks");
}

static int run_events_delete(struct ctl *ctl)
{
	return run_delete(ctl, FRUST_EVENT, "delete events", "deleted events");
}

#define DELETED "as if they had never been: the counters of users, hours and totals shrink."

const struct cmd cmd_clicks_delete = {
	.name = "clicks delete",
	.group = "People",
	.summary = "delete clicks by user, comment and time",
	.text = "Deletes the clicks that all of --user, --comment, --since and --until "
		"name, " DELETED,
	.takes = OPT_CHANGES | OPT_TIMES | OPT_USER | OPT_COMMENT,
	.run = run_clicks_delete,
};

const struct cmd cmd_events_delete = {
	.name = "events delete",
	.group = "People",
	.summary = "delete events by user, name and time",
	.text = "Deletes the events that all of --user, --name, --since and --until name, " DELETED,
	.takes = OPT_CHANGES | OPT_TIMES | OPT_USER | OPT_NAME,
	.run = run_events_delete,
};
