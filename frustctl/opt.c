/* Reading argv in two passes: the words name the command, and the command decides which options. */
#include "opt.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <frust/frust.h>

#include "when.h"

enum kind { FLAG, TEXT, COUNT, CHOICE };

#define AT(member) offsetof(struct opt, member)

/* clang-format off */
const struct opt_spec opt_specs[] = {
	{"db", 0, "FILE", NULL, "the database (FRUST_DB, otherwise ./db.sqlite)", TEXT, AT(db), OPT_DB},
	{"since", 0, "WHEN", NULL, "from then on", TEXT, AT(since_text), OPT_SINCE},
	{"until", 0, "WHEN", NULL, "before then", TEXT, AT(until_text), OPT_UNTIL},
	{"user", 'u', "NAME", NULL, "of this user only", TEXT, AT(user), OPT_USER},
	{"comment", 0, "GLOB", NULL, "whose comment matches", TEXT, AT(text), OPT_COMMENT},
	{"name", 0, "GLOB", NULL, "whose name matches", TEXT, AT(text), OPT_NAME},
	{"match", 'm', "GLOB", NULL, "whose name matches", TEXT, AT(match), OPT_MATCH},
	{"sort", 's', "KEY", "appearance|clicks|events|name", "by first appearance, most clicks, most events or name", CHOICE, AT(sort), OPT_SORT},
	{"top", 't', "N", NULL, "the N with the most clicks: --sort clicks --limit N", COUNT, AT(top), OPT_TOP},
	{"limit", 'l', "N", NULL, "at most N rows", COUNT, AT(limit), OPT_LIMIT},
	{"reverse", 'r', NULL, NULL, "in the opposite order", FLAG, AT(reverse), OPT_REVERSE},
	{"tz", 0, "ZONE", NULL, "show times and begin days in this zone, such as Europe/Berlin (UTC)", TEXT, AT(tz), OPT_TZ},
	{"now", 0, "WHEN", NULL, "the moment to count from, instead of the clock's", TEXT, AT(now_text), OPT_NOW},
	{"format", 'f', "FORMAT", "table|json|ndjson|csv|markdown", "how to print: table, json, ndjson, csv or markdown (table)", CHOICE, AT(format), OPT_FORMAT},
	{"format", 'f', "FORMAT", "ndjson|csv", "ndjson or csv (by the file's name, otherwise ndjson)", CHOICE, AT(stream), OPT_STREAM},
	{"columns", 'c', "NAMES", NULL, "these columns only, in this order, by commas", TEXT, AT(columns), OPT_COLUMNS},
	{"no-header", 0, NULL, NULL, "leave out the line with the columns' names", FLAG, AT(no_header), OPT_NO_HEADER},
	{"csv-safe", 0, NULL, NULL, "quote what a spreadsheet would take for a formula", FLAG, AT(csv_safe), OPT_CSV_SAFE},
	{"merge", 0, NULL, NULL, "leave out rows that are there already", FLAG, AT(merge), OPT_MERGE},
	{"glob", 0, NULL, NULL, "NAME is a pattern: * any text, ? any character, [a-z] one of them", FLAG, AT(glob), OPT_GLOB},
	{"popup", 0, NULL, NULL, "as a popup instead of a toast", FLAG, AT(popup), OPT_POPUP},
	{"style", 0, "CLASSES", NULL, "CSS classes of the page", TEXT, AT(style), OPT_STYLE},
	{"delete", 0, NULL, NULL, "delete the rows instead of making them anonymous", FLAG, AT(delete), OPT_DELETE},
	{"replace", 0, NULL, NULL, "replace FILE when it is there", FLAG, AT(replace), OPT_REPLACE},
	{"quick", 0, NULL, NULL, "leave out the look at every page of the file", FLAG, AT(quick), OPT_QUICK},
	{"dry-run", 'n', NULL, NULL, "say what would change, and change nothing", FLAG, AT(dry_run), OPT_DRY_RUN},
	{"yes", 'y', NULL, NULL, "do not ask", FLAG, AT(yes), OPT_YES},
	{"quiet", 'q', NULL, NULL, "no progress and no remarks", FLAG, AT(quiet), 0},
	{"help", 'h', NULL, NULL, "this text", FLAG, AT(help), 0},
	{"version", 'V', NULL, NULL, "the version", FLAG, AT(version), 0},
};
/* clang-format on */
const size_t opt_spec_count = sizeof(opt_specs) / sizeof(opt_specs[0]);

static bool refuse(struct opt_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool refuse(struct opt_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return false;
}

/* --- finding options --- */

static bool names(const struct opt_spec *spec, const char *argument, size_t len)
{
	if (argument[1] != '-')
		return len == 2 && spec->letter == argument[1];
	return strlen(spec->name) == len - 2 && memcmp(spec->name, argument + 2, len - 2) == 0;
}

struct opt_found opt_find(const char *argument, uint32_t takes)
{
	size_t len = strcspn(argument, "=");
	struct opt_found found = {.value = argument[len] ? argument + len + 1 : NULL,
				  .name_len = (int)len};

	for (size_t i = 0; i < opt_spec_count; i++) {
		const struct opt_spec *spec = &opt_specs[i];

		if (!names(spec, argument, len))
			continue;
		if (!found.spec || (spec->bit & takes))
			found.spec = spec;
	}
	return found;
}

static bool is_option(const char *argument)
{
	return argument[0] == '-' && argument[1];
}

bool opt_init(struct opt *opt, int argc, char **argv, struct opt_error *error)
{
	const char *db = getenv("FRUST_DB");

	*opt = (struct opt){.db = db && *db ? db : "./db.sqlite",
			    .stream = -1,
			    .limit = -1,
			    .top = -1,
			    .plain_from = -1};
	opt->words = calloc((size_t)argc + 1, sizeof(*opt->words));
	error->no_memory = !opt->words;
	if (!opt->words)
		return refuse(error, "%s", frust_strerror(FRUST_ENOMEM));
	for (int i = 1; i < argc; i++) {
		struct opt_found given;

		if (opt->plain_from >= 0 || !is_option(argv[i])) {
			opt->words[opt->count++] = argv[i];
			continue;
		}
		if (strcmp(argv[i], "--") == 0) {
			opt->plain_from = opt->count;
			continue;
		}
		given = opt_find(argv[i], 0);
		if (!given.spec)
			return refuse(error, "there is no option %.*s", given.name_len, argv[i]);
		opt->help |= strcmp(given.spec->name, "help") == 0;
		opt->version |= strcmp(given.spec->name, "version") == 0;
		if (given.spec->arg && !given.value)
			i++;
	}
	if (opt->plain_from < 0)
		opt->plain_from = opt->count;
	return true;
}

void opt_fini(struct opt *opt)
{
	free(opt->words);
	frust_zone_close(opt->zone);
}

/* --- values --- */

static bool read_count(const char *text, int64_t *out)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || end == text || *end || value < 0 || *text < '0')
		return false;
	*out = value;
	return true;
}

/* The place of value among "a|b|c", or -1. */
static int choose(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (int i = 0; *choices; i++) {
		size_t n = strcspn(choices, "|");

		if (n == len && memcmp(choices, value, n) == 0)
			return i;
		choices += n + (choices[n] == '|');
	}
	return -1;
}

static bool store(struct opt *opt, const struct opt_spec *spec, const char *value,
		  struct opt_error *error)
{
	void *at = (char *)opt + spec->offset;

	switch (spec->kind) {
	case FLAG:
		*(bool *)at = true;
		return true;
	case TEXT:
		*(const char **)at = value;
		return true;
	case COUNT:
		if (read_count(value, at))
			return true;
		return refuse(error, "--%s takes a number of rows, not %s", spec->name, value);
	case CHOICE:
		*(int *)at = choose(spec->choices, value);
		if (*(int *)at >= 0)
			return true;
		return refuse(error, "--%s is one of %s, not %s", spec->name, spec->choices, value);
	}
	return false;
}

/* libfrust allows "sqlite:" before a file's name; the commands that look at the file do not. */
static const char *file_of(const char *db)
{
	static const char prefix[] = "sqlite:";
	size_t len = sizeof(prefix) - 1;

	return strncmp(db, prefix, len) == 0 ? db + len : db;
}

bool opt_read(struct opt *opt, int argc, char **argv, const char *name, uint32_t takes,
	      struct opt_error *error)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		struct opt_found given;

		if (!is_option(argv[i]))
			continue;
		given = opt_find(argv[i], takes);
		assert(given.spec); /* opt_init refuses what there is not */
		if (given.spec->bit && !(given.spec->bit & takes))
			return refuse(error, "%s does not take --%s", name, given.spec->name);
		if (given.spec->arg && !given.value)
			given.value = argv[++i]; /* NULL at argv's end */
		if ((given.spec->arg != NULL) != (given.value != NULL))
			return refuse(error, "--%s takes %s value", given.spec->name,
				      given.value ? "no" : "a");
		if (!store(opt, given.spec, given.value, error))
			return false;
		opt->given |= given.spec->bit;
	}
	opt->db = file_of(opt->db);
	return true;
}

bool opt_moments(struct opt *opt, int64_t clock, struct opt_error *error)
{
	struct frust_error err;

	opt->now = clock;
	opt->since = INT64_MIN;
	opt->until = INT64_MAX;
	if (opt->tz && frust_zone_open(opt->tz, &opt->zone, &err)) {
		error->no_memory = err.code == FRUST_ENOMEM;
		return refuse(error, "%s", err.text);
	}
	if (opt->now_text && !when_read(opt->now_text, opt->zone, clock, &opt->now))
		return refuse(error, "--now is no moment: %s", opt->now_text);
	if (opt->since_text && !when_read(opt->since_text, opt->zone, opt->now, &opt->since))
		return refuse(error, "--since is no moment: %s", opt->since_text);
	if (opt->until_text && !when_read(opt->until_text, opt->zone, opt->now, &opt->until))
		return refuse(error, "--until is no moment: %s", opt->until_text);
	return true;
}
