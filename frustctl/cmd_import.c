/* frustctl import: what export wrote, or rows of one's own making. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "change.h"
#include "interrupt.h"

static int feed_all(struct ctl *ctl, struct frust_import *import, FILE *from, const char *path)
{
	char bytes[1 << 16];
	int status = 0;
	size_t n;

	while (!status && (n = fread(bytes, 1, sizeof(bytes), from)) > 0)
		status = interrupt_waits() ? CTL_SYSTEM
					   : frust_import_feed(import, bytes, n, &ctl->err);
	if (!status && ferror(from))
		status = ctl_fail(CTL_INPUT, "%s: %s", path, strerror(errno));
	return status;
}

static int import_from(struct ctl *ctl, const struct frust_change *how, FILE *from,
		       struct frust_receipt *receipt)
{
	struct frust_import_options options = FRUST_IMPORT_OPTIONS_INIT;
	struct frust_import *import;
	struct frust_error ignored;
	int status, closed;

	options.merge = ctl->opt->merge;
	options.dry_run = how->dry_run;
	options.progress = how->progress;
	options.progress_ctx = how->progress_ctx;
	status = frust_import_open(ctl->db, &options, &import, &ctl->err);
	if (status)
		return status;
	status = feed_all(ctl, import, from, ctl->opt->words[0]);
	closed = frust_import_close(import, !status, receipt, status ? &ignored : &ctl->err);
	return status ? status : closed;
}

static int import(struct ctl *ctl, const struct frust_change *how, struct frust_receipt *receipt,
		  void *ctx)
{
	const char *path = ctl->opt->words[0];
	FILE *from = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	int status;

	(void)ctx;
	if (!from)
		return ctl_fail(CTL_INPUT, "%s: %s", path, strerror(errno));
	status = import_from(ctl, how, from, receipt);
	if (from != stdin)
		fclose(from);
	return status;
}

/* Rows are read once to be told, and once more to be stored. */
static bool is_read_once(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 ||
	       (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

static int run(struct ctl *ctl)
{
	const struct opt *opt = ctl->opt;
	const struct change change = {
		.verb = "import",
		.past = "imported",
		.whom = opt->words[0],
		.numbers = CHANGE_CLICKS | CHANGE_EVENTS | CHANGE_CLICKS_KNOWN |
			   CHANGE_EVENTS_KNOWN | CHANGE_USERS | CHANGE_HOURS | CHANGE_UNSAVED |
			   CHANGE_BANS,
		.make = import,
	};

	if (!opt->yes && !opt->dry_run && is_read_once(opt->words[0]))
		return ctl_fail(CTL_USAGE, "%s can be read only once: give --yes or --dry-run",
				opt->words[0]);
	return change_run(ctl, &change);
}

const struct cmd cmd_import = {
	.name = "import",
	.words = "FILE|-",
	.least = 1,
	.most = 1,
	.group = "Move",
	.summary = "take in what export wrote",
	.text = "Takes rows and counters from FILE, or standard input, all of it or nothing. Into "
		"an empty database (frustctl init) the whole of an export gives back equal rows "
		"and counters; with --merge what is not there yet is added to a database that "
		"has rows.",
	.takes = OPT_CHANGES | OPT_MERGE,
	.run = run,
};
