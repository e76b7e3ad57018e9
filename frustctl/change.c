/* Dry runs, questions and receipts. */
#include "change.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "text.h"

static const struct out_column columns[] = {
	{"what", "", OUT_TEXT},
	{"count", "count", OUT_INT},
};

static const struct number {
	unsigned bit;
	const char *key, *title;
	size_t offset;
} numbers[] = {
	{CHANGE_CLICKS, "clicks", "clicks", offsetof(struct frust_receipt, clicks)},
	{CHANGE_EVENTS, "events", "events", offsetof(struct frust_receipt, events)},
	{CHANGE_CLICKS_KNOWN, "clicks_known", "clicks already there",
	 offsetof(struct frust_receipt, clicks_known)},
	{CHANGE_EVENTS_KNOWN, "events_known", "events already there",
	 offsetof(struct frust_receipt, events_known)},
	{CHANGE_USERS, "users", "users", offsetof(struct frust_receipt, users)},
	{CHANGE_HOURS, "hours", "hours", offsetof(struct frust_receipt, hours)},
	{CHANGE_UNSAVED, "unsaved", "unsaved events", offsetof(struct frust_receipt, unsaved)},
	{CHANGE_BANS, "bans", "bans", offsetof(struct frust_receipt, bans)},
	{CHANGE_BYTES, "bytes_before", "bytes before",
	 offsetof(struct frust_receipt, bytes_before)},
	{CHANGE_BYTES | CHANGE_BYTES_AFTER, "bytes_after", "bytes after",
	 offsetof(struct frust_receipt, bytes_after)},
	{CHANGE_SCHEMA, "schema_before", "schema before",
	 offsetof(struct frust_receipt, schema_before)},
	{CHANGE_SCHEMA, "schema_after", "schema after",
	 offsetof(struct frust_receipt, schema_after)},
};
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static int64_t value_of(const struct frust_receipt *receipt, const struct number *number)
{
	int64_t value;

	memcpy(&value, (const char *)receipt + number->offset, sizeof(value));
	return value;
}

/* --- receipts --- */

static int print_json(struct ctl *ctl, const struct change *change,
		      const struct frust_receipt *receipt)
{
	fprintf(ctl->out.to, "{\"change\":\"%s\",\"dry_run\":%s", change->verb,
		ctl->opt->dry_run ? "true" : "false");
	for (size_t i = 0; i < NUMBERS; i++)
		if (numbers[i].bit & change->numbers)
			fprintf(ctl->out.to, ",\"%s\":%" PRId64, numbers[i].key,
				value_of(receipt, &numbers[i]));
	fputs("}\n", ctl->out.to);
	return 0;
}

/* "erase user Anna" */
static int tell_what(FILE *to, const char *verb, const char *whom)
{
	char *shown = text_shown(text_of(whom ? whom : ""));

	if (!shown)
		return FRUST_ENOMEM;
	fprintf(to, "%s%s%s", verb, *shown ? " " : "", shown);
	free(shown);
	return 0;
}

/* The numbers in a line on stderr. */
static void tell(const struct frust_receipt *receipt, unsigned which)
{
	const char *between = "";

	for (size_t i = 0; i < NUMBERS; i++) {
		if (!(numbers[i].bit & which))
			continue;
		fprintf(stderr, "%s%s %" PRId64, between, numbers[i].title,
			value_of(receipt, &numbers[i]));
		between = ", ";
	}
	fputc('\n', stderr);
}

static int print(struct ctl *ctl, const struct change *change, const struct frust_receipt *receipt)
{
	int status = 0;

	if (!change->receipt_in_words &&
	    (ctl->opt->format == OPT_JSON || ctl->opt->format == OPT_NDJSON))
		return print_json(ctl, change, receipt);
	if (!ctl->opt->quiet) {
		fputs(ctl->opt->dry_run ? "frustctl: would " : "frustctl: ", stderr);
		status = tell_what(stderr, ctl->opt->dry_run ? change->verb : change->past,
				   change->whom);
		if (change->receipt_in_words && !status) {
			fputs(": ", stderr);
			tell(receipt, change->numbers);
		} else {
			fputc('\n', stderr);
		}
	}
	if (change->receipt_in_words)
		return status;
	if (!status && change->numbers)
		status = out_begin(&ctl->out, NULL, columns, 2);
	for (size_t i = 0; i < NUMBERS && !status; i++)
		if (numbers[i].bit & change->numbers)
			status = out_row(
				&ctl->out,
				(struct out_cell[]){out_text(text_of(numbers[i].title)),
						    out_int(value_of(receipt, &numbers[i]))});
	return status || !change->numbers ? status : out_end(&ctl->out);
}

/* --- asking --- */

static int may_ask(void)
{
	if (term_is(stdin))
		return 0;
	return ctl_fail(CTL_USAGE,
			"this changes data and nobody can be asked: give --yes, or --dry-run to "
			"see what it would do");
}

static int ask(const struct change *change, const struct frust_receipt *receipt)
{
	int status;

	if (change->numbers) {
		fputs("This would change: ", stderr);
		tell(receipt, change->numbers);
	}
	status = tell_what(stderr, change->verb, change->whom);
	if (status)
		return status;
	return term_ask("?") ? 0 : ctl_fail(CTL_DECLINED, "nothing has changed");
}

/* Opening for writing adds tables of ours where they are missing; a dry run must not do that. */
static int check_schema(struct ctl *ctl)
{
	struct frust_change dry = FRUST_CHANGE_INIT;
	struct frust_receipt receipt;
	int status;

	dry.dry_run = true;
	status = frust_migrate(ctl->opt->db, &dry, &receipt, &ctl->err);
	if (status || receipt.schema_before == receipt.schema_after)
		return status;
	return ctl_fail(CTL_DATABASE, "%s lacks tables of this version: run frustctl migrate first",
			ctl->opt->db);
}

static int open_db(struct ctl *ctl)
{
	int status = ctl->opt->yes && !ctl->opt->dry_run ? 0 : check_schema(ctl);

	return status ? status : ctl_open(ctl, FRUST_WRITE);
}

/* --- the whole --- */

int change_progress(void *ctx, int64_t done, int64_t total)
{
	term_progress_show(ctx, done, total);
	return interrupt_waits() ? CTL_SYSTEM : 0;
}

static int make(struct ctl *ctl, const struct change *change, bool dry_run,
		struct frust_receipt *receipt)
{
	struct frust_change how = FRUST_CHANGE_INIT;
	struct term_progress progress;
	int status;

	term_progress_init(&progress, change->verb, ctl->opt->quiet);
	how.dry_run = dry_run;
	how.progress = change_progress;
	how.progress_ctx = &progress;
	status = change->make(ctl, &how, receipt, change->ctx);
	term_progress_fini(&progress);
	return status;
}

/* What has been done is told, even to who asked the process to end meanwhile. */
static int make_and_print(struct ctl *ctl, const struct change *change)
{
	struct frust_receipt receipt = {0};
	sigset_t before;
	int status;

	interrupt_hold(&before);
	status = make(ctl, change, false, &receipt);
	if (!status)
		status = print(ctl, change, &receipt);
	fflush(ctl->out.to);
	interrupt_release(&before);
	return status;
}

int change_run(struct ctl *ctl, const struct change *change)
{
	const struct opt *opt = ctl->opt;
	struct frust_receipt receipt = {0};
	bool asks = !opt->yes && !opt->dry_run && !change->harmless;
	int status = asks ? may_ask() : 0;

	if (!status && !change->no_db)
		status = open_db(ctl);
	if (!status && (asks || opt->dry_run))
		status = make(ctl, change, true, &receipt);
	if (!status && asks)
		status = ask(change, &receipt);
	if (status)
		return status;
	return opt->dry_run ? print(ctl, change, &receipt) : make_and_print(ctl, change);
}
