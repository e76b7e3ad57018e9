/* frustctl export: everything as a stream. */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "change.h"
#include "file.h"

/* --format, or what the file's name says. */
static enum frust_format format_of(const struct opt *opt)
{
	const char *end = strrchr(opt->words[0], '.');

	if (opt->stream >= 0)
		return opt->stream == OPT_STREAM_CSV ? FRUST_CSV : FRUST_NDJSON;
	return end && strcasecmp(end, ".csv") == 0 ? FRUST_CSV : FRUST_NDJSON;
}

static int to_stream(void *ctx, const char *bytes, size_t n)
{
	return fwrite(bytes, 1, n, ctx) == n ? 0 : CTL_SYSTEM; /* told by main */
}

static int to_file(void *ctx, const char *bytes, size_t n)
{
	return file_write(ctx, bytes, n);
}

static int export_to(struct ctl *ctl, frust_sink_fn sink, void *to, struct frust_receipt *receipt)
{
	struct frust_export_options options = FRUST_EXPORT_OPTIONS_INIT;
	struct term_progress progress;
	int status;

	term_progress_init(&progress, "exported", ctl->opt->quiet);
	options.format = format_of(ctl->opt);
	options.formula_safe = ctl->opt->csv_safe;
	options.progress = change_progress;
	options.progress_ctx = &progress;
	status = frust_export(ctl->db, &options, sink, to, receipt, &ctl->err);
	term_progress_fini(&progress);
	return status;
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat one, other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

static int run(struct ctl *ctl)
{
	const char *path = ctl->opt->words[0];
	struct frust_receipt receipt = {0};
	struct file file;
	int status;

	if (strcmp(path, "-") == 0)
		return export_to(ctl, to_stream, ctl->out.to, &receipt);
	if (is_same_file(path, ctl->opt->db))
		return ctl_fail(CTL_USAGE, "%s is the database itself", path);
	status = file_create(&file, path, ctl->opt->replace);
	if (!status)
		status = export_to(ctl, to_file, &file, &receipt);
	status = file_close(&file, status);
	if (!status && !ctl->opt->quiet)
		fprintf(stderr, "frustctl: exported %lld clicks and %lld events to %s\n",
			(long long)receipt.clicks, (long long)receipt.events, path);
	return status;
}

const struct cmd cmd_export = {
	.name = "export",
	.words = "FILE|-",
	.least = 1,
	.most = 1,
	.group = "Move",
	.summary = "write everything as NDJSON or CSV",
	.text = "Writes all there is as of one moment to FILE, or to standard output: clicks, "
		"events, users, hours, bans. The file appears when it is whole. \"frustctl "
		"import\" takes it back.",
	.takes = OPT_DB | OPT_STREAM | OPT_CSV_SAFE | OPT_REPLACE,
	.reads = true,
	.run = run,
};
