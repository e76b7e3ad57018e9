/* Options are one table: the parser and the help read it. */
#include "opt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum id { ID_DB, ID_FORMAT, ID_NOW, ID_HELP, ID_VERSION };

static const struct {
	const char *name;
	enum id id;
	bool value;
} names[] = {
	{"--db", ID_DB, true},      {"--format", ID_FORMAT, true},    {"--now", ID_NOW, true},
	{"--help", ID_HELP, false}, {"--version", ID_VERSION, false}, {"-h", ID_HELP, false},
};

const struct opt_line opt_lines[] = {
	{"--db FILE", "the database (FRUST_DB, otherwise ./db.sqlite)", 0},
	{"--format table|json", "how to print: table", 0},
	{"--now SECONDS", "the moment to count for, since 1970 (UTC): now", OPT_NOW},
	{"--help", "this text", 0},
	{"--version", "the version", 0},
};
const size_t opt_line_count = sizeof(opt_lines) / sizeof(opt_lines[0]);

const char *opt_name(unsigned bit)
{
	return bit == OPT_NOW ? "--now" : "";
}

static bool parse_seconds(const char *text, int64_t *out)
{
	char *end;
	long long seconds;

	errno = 0;
	seconds = strtoll(text, &end, 10);
	if (errno || end == text || *end)
		return false;
	*out = seconds;
	return true;
}

static bool take(struct opt *opt, enum id id, const char *value, char *why, size_t size)
{
	switch (id) {
	case ID_DB:
		opt->db = value;
		return true;
	case ID_FORMAT:
		opt->format = strcmp(value, "json") == 0 ? OPT_JSON : OPT_TABLE;
		if (opt->format == OPT_JSON || strcmp(value, "table") == 0)
			return true;
		snprintf(why, size, "--format is table or json");
		return false;
	case ID_NOW:
		opt->given |= OPT_NOW;
		if (parse_seconds(value, &opt->now))
			return true;
		snprintf(why, size, "--now is a number of seconds");
		return false;
	case ID_HELP:
		opt->help = true;
		return true;
	case ID_VERSION:
		opt->version = true;
		return true;
	}
	return false;
}

/* One option, as "--name value" or "--name=value"; moves *i past what it took. */
static bool parse_option(struct opt *opt, int argc, char **argv, int *i, char *why, size_t size)
{
	const char *word = argv[*i];
	size_t len = strcspn(word, "=");

	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		const char *value = word[len] ? word + len + 1 : NULL;

		if (strlen(names[k].name) != len || memcmp(names[k].name, word, len) != 0)
			continue;
		if (names[k].value && !value)
			value = *i + 1 < argc ? argv[++*i] : NULL;
		if (names[k].value == (value != NULL))
			return take(opt, names[k].id, value, why, size);
		snprintf(why, size, "%s takes %s value", names[k].name, value ? "no" : "a");
		return false;
	}
	snprintf(why, size, "there is no option %s", word);
	return false;
}

bool opt_parse(struct opt *opt, int argc, char **argv, char *why, size_t size)
{
	const char *db = getenv("FRUST_DB");

	*opt = (struct opt){.db = db && *db ? db : "./db.sqlite"};
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1]) {
			if (!parse_option(opt, argc, argv, &i, why, size))
				return false;
		} else if (!opt->command) {
			opt->command = argv[i];
		} else if (!opt->argument && strcmp(opt->command, "help") == 0) {
			opt->argument = argv[i];
		} else {
			snprintf(why, size, "one word too many: %s", argv[i]);
			return false;
		}
	}
	return true;
}
