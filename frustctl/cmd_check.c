/* frustctl check and repair: are the counters what the rows say, and making them so. */
#include <inttypes.h>

#include "change.h"
#include "text.h"

static const struct out_column columns[] = {
	{"severity", "severity", OUT_TEXT}, {"kind", "kind", OUT_TEXT},
	{"hour", "hour", OUT_TIME},         {"id", "id", OUT_INT},
	{"name", "name", OUT_TEXT},         {"expected", "expected", OUT_INT},
	{"actual", "actual", OUT_INT},      {"text", "finding", OUT_TEXT},
};

static const struct out_column verdict_columns[] = {
	{"problems", "problems", OUT_INT}, {"notes", "notes", OUT_INT},
	{"clicks", "clicks", OUT_INT},     {"events", "events", OUT_INT},
	{"users", "users", OUT_INT},       {"hours", "hours", OUT_INT},
};

static const char *kind_name(enum frust_finding_kind kind)
{
	static const char *const names[] = {
		[FRUST_FOUND_DAMAGE] = "damage",
		[FRUST_FOUND_SCHEMA] = "schema",
		[FRUST_FOUND_CLICK_TIME] = "click_time",
		[FRUST_FOUND_EVENT_TIME] = "event_time",
		[FRUST_FOUND_HOUR_TIME] = "hour_time",
		[FRUST_FOUND_USER_CLICKS] = "user_clicks",
		[FRUST_FOUND_USER_EVENTS] = "user_events",
		[FRUST_FOUND_USER] = "user",
		[FRUST_FOUND_HOUR_CLICKS] = "hour_clicks",
		[FRUST_FOUND_HOUR_EVENTS] = "hour_events",
		[FRUST_FOUND_HOUR_UNSAVED] = "hour_unsaved",
		[FRUST_FOUND_HOUR] = "hour",
		[FRUST_FOUND_CLICKS_TOTAL] = "clicks_total",
		[FRUST_FOUND_EVENTS_TOTAL] = "events_total",
	};
	size_t at = (size_t)kind;

	return at < sizeof(names) / sizeof(names[0]) && names[at] ? names[at] : "other";
}

static bool is_for_people(const struct ctl *ctl)
{
	return ctl->opt->format == OPT_TABLE || ctl->opt->format == OPT_MARKDOWN;
}

/* Findings as they come. A person reads sentences, a program takes them apart. */
struct report {
	struct ctl *ctl;
	const char *section;
	bool begun;
};

static int begin(struct report *report)
{
	struct out *out = &report->ctl->out;

	report->begun = true;
	out->wanted = is_for_people(report->ctl) ? "severity,text" : NULL;
	return out_begin(out, report->section, columns, 8);
}

/* Nothing found is an empty list for programs, and no table for people. */
static int end(struct report *report)
{
	int status = 0;

	if (!report->begun && is_for_people(report->ctl))
		return 0;
	if (!report->begun)
		status = begin(report);
	return status ? status : out_end(&report->ctl->out);
}

static int print_finding(void *ctx, const struct frust_finding *f)
{
	struct report *report = ctx;
	bool counts = f->kind >= FRUST_FOUND_USER_CLICKS;
	const struct out_cell cells[] = {
		out_text(text_of(f->severity == FRUST_PROBLEM ? "problem" : "note")),
		out_text(text_of(kind_name(f->kind))),
		f->hour ? out_int(f->hour) : out_absent(),
		f->id ? out_int(f->id) : out_absent(),
		out_text(f->name),
		counts ? out_int(f->expected) : out_absent(),
		counts || f->id ? out_int(f->actual) : out_absent(),
		out_text(text_of(f->text)),
	};
	int status = report->begun ? 0 : begin(report);

	return status ? status : out_row(&report->ctl->out, cells);
}

/* --- check --- */

static void tell_verdict(struct ctl *ctl, const struct frust_verdict *v)
{
	char text[256];
	int n = snprintf(text, sizeof(text),
			 "%" PRId64 " clicks, %" PRId64 " events, %" PRId64 " users, %" PRId64
			 " hours: ",
			 v->clicks, v->events, v->users, v->hours);

	if (v->problems || v->notes)
		snprintf(text + n, sizeof(text) - (size_t)n, "problems %" PRId64 ", notes %" PRId64,
			 v->problems, v->notes);
	else
		snprintf(text + n, sizeof(text) - (size_t)n, "nothing is wrong");
	out_remark(&ctl->out, text);
}

static int print_verdict(struct ctl *ctl, const struct frust_verdict *v)
{
	const struct out_cell cells[] = {
		out_int(v->problems), out_int(v->notes), out_int(v->clicks),
		out_int(v->events),   out_int(v->users), out_int(v->hours),
	};
	int status;

	if (is_for_people(ctl)) {
		tell_verdict(ctl, v);
		return 0;
	}
	status = out_begin(&ctl->out, "verdict", verdict_columns, 6);
	if (!status)
		status = out_row(&ctl->out, cells);
	if (!status)
		status = out_end(&ctl->out);
	return status ? status : out_close(&ctl->out);
}

static int run_check(struct ctl *ctl)
{
	struct frust_check_options options = FRUST_CHECK_OPTIONS_INIT;
	struct report report = {.ctl = ctl, .section = is_for_people(ctl) ? NULL : "findings"};
	struct frust_verdict verdict;
	int status;

	options.now = ctl->opt->now;
	options.no_scan = ctl->opt->quick;
	status = frust_check(ctl->db, &options, print_finding, &report, &verdict, &ctl->err);
	if (!status)
		status = end(&report);
	if (!status)
		status = print_verdict(ctl, &verdict);
	return !status && verdict.problems ? CTL_FOUND : status;
}

const struct cmd cmd_check = {
	.name = "check",
	.group = "Care",
	.summary = "is the database sound, do the counters equal the rows",
	.text = "Looks at the file's structure, its tables, impossible times, and at the counters "
		"of users and hours and the totals against the rows. Changes nothing. Exit code 1 "
		"when something is wrong; notes alone are fine.",
	.takes = OPT_DB | OPT_FORMAT | OPT_NO_HEADER | OPT_CSV_SAFE | OPT_TZ | OPT_NOW | OPT_QUICK,
	.reads = true,
	.run = run_check,
};

/* --- repair --- */

/* The differences are printed once: by the trial, or with --yes by the repair itself. */
static int repair(struct ctl *ctl, const struct frust_change *how, struct frust_receipt *receipt,
		  void *ctx)
{
	struct report *report = ctx, first = {.ctl = ctl};
	bool print = !report->ctl;
	int status;

	*report = first;
	status = frust_repair(ctl->db, how, print ? print_finding : NULL, report, receipt,
			      &ctl->err);
	return status || !print ? status : end(report);
}

static int run_repair(struct ctl *ctl)
{
	struct report report = {0};
	const struct change change = {
		.verb = "repair counters",
		.past = "repaired counters",
		.numbers = CHANGE_USERS | CHANGE_HOURS,
		.receipt_in_words = true,
		.make = repair,
		.ctx = &report,
	};

	return change_run(ctl, &change);
}

const struct cmd cmd_repair = {
	.name = "repair",
	.group = "Care",
	.summary = "make the counters what the rows say",
	.text = "Rebuilds the counters of users and hours and the totals from the rows, and keeps "
		"what events without rows counted where that is known. Prints each counter that "
		"changes; with --dry-run, that would. Rows are never touched.",
	.takes = OPT_CHANGES | OPT_NO_HEADER | OPT_CSV_SAFE | OPT_TZ,
	.run = run_repair,
};
