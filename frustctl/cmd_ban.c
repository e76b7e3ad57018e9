/* frustctl ban: names that frustd refuses; and frustctl announce. */
#include "change.h"
#include "text.h"

static struct frust_ban ban_of(const struct opt *opt)
{
	return (struct frust_ban){text_of(opt->words[0]), opt->glob, opt->now};
}

static int add(struct ctl *ctl, const struct frust_change *how, struct frust_receipt *receipt,
	       void *ctx)
{
	const struct frust_ban ban = ban_of(ctl->opt);

	(void)ctx;
	return frust_ban_add(ctl->db, &ban, how, receipt, &ctl->err);
}

static int run_add(struct ctl *ctl)
{
	const struct change change = {
		.verb = "ban",
		.past = "banned",
		.whom = ctl->opt->words[0],
		.numbers = CHANGE_BANS,
		.make = add,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_ban_add = {
	.name = "ban add",
	.words = "NAME",
	.least = 1,
	.most = 1,
	.group = "People",
	.summary = "refuse a name",
	.text = "From now on frustd refuses clicks and events under this name or, with --glob, "
		"under every name that the pattern matches. What is stored already stays.",
	.takes = OPT_CHANGES | OPT_GLOB,
	.run = run_add,
};

static int remove_ban(struct ctl *ctl, const struct frust_change *how,
		      struct frust_receipt *receipt, void *ctx)
{
	const struct frust_ban ban = ban_of(ctl->opt);

	(void)ctx;
	return frust_ban_remove(ctl->db, &ban, how, receipt, &ctl->err);
}

static int run_remove(struct ctl *ctl)
{
	const struct change change = {
		.verb = "lift the ban of",
		.past = "lifted the ban of",
		.whom = ctl->opt->words[0],
		.numbers = CHANGE_BANS,
		.make = remove_ban,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_ban_remove = {
	.name = "ban remove",
	.words = "NAME",
	.least = 1,
	.most = 1,
	.group = "People",
	.summary = "take a name again",
	.text = "Lifts the ban that \"ban add\" made of the same NAME, with the same --glob.",
	.takes = OPT_CHANGES | OPT_GLOB,
	.run = run_remove,
};

static const struct out_column columns[] = {
	{"name", "name", OUT_TEXT},
	{"type", "type", OUT_TEXT},
	{"timestamp", "since", OUT_TIME},
};

static int print(void *ctx, const struct frust_ban *ban)
{
	struct ctl *ctl = ctx;

	return out_row(&ctl->out,
		       (struct out_cell[]){out_text(ban->pattern),
					   out_text(text_of(ban->glob ? "glob" : "exact")),
					   out_int(ban->timestamp)});
}

static int run_list(struct ctl *ctl)
{
	int status = out_begin(&ctl->out, NULL, columns, 3);

	if (!status)
		status = frust_bans(ctl->db, print, ctl, &ctl->err);
	return status ? status : out_end(&ctl->out);
}

const struct cmd cmd_ban_list = {
	.name = "ban list",
	.group = "People",
	.summary = "the names that are refused",
	.text = "The names and patterns that frustd refuses.",
	.takes = OPT_PRINTS | OPT_TZ,
	.reads = true,
	.run = run_list,
};

/* --- announcements --- */

static int announce(struct ctl *ctl, const struct frust_change *how, struct frust_receipt *receipt,
		    void *ctx)
{
	const struct opt *opt = ctl->opt;
	const struct frust_announcement announcement = {
		.text = text_of(opt->words[0]),
		.style = opt->style ? text_of(opt->style) : (struct frust_str){0},
		.type = opt->popup ? FRUST_POPUP : FRUST_TOAST,
		.timestamp = opt->now,
	};

	(void)ctx;
	*receipt = (struct frust_receipt){0};
	return frust_announce(ctl->db, &announcement, how, &ctl->err);
}

static int run_announce(struct ctl *ctl)
{
	const struct change change = {
		.verb = "announce",
		.past = "announced",
		.whom = ctl->opt->words[0],
		.make = announce,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_announce = {
	.name = "announce",
	.words = "TEXT",
	.least = 1,
	.most = 1,
	.group = "People",
	.summary = "say something to everyone who has the page open",
	.text = "A running frustd sends TEXT to everyone within a second, once. Otherwise it waits "
		"for one that runs, and for somebody to hear it.",
	.takes = OPT_CHANGES | OPT_POPUP | OPT_STYLE,
	.run = run_announce,
};
