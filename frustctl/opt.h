/*
 * The command line and the environment. Options are one table: the parser, the help and the
 * completions read it.
 */
#ifndef FRUSTCTL_OPT_H
#define FRUSTCTL_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <frust/zone.h>

enum opt_format { OPT_TABLE, OPT_JSON, OPT_NDJSON, OPT_CSV, OPT_MARKDOWN };
enum opt_sort { OPT_BY_APPEARANCE, OPT_BY_CLICKS, OPT_BY_EVENTS, OPT_BY_NAME };
enum opt_stream { OPT_STREAM_NDJSON, OPT_STREAM_CSV };

/* Which options a command takes; those of bit 0 every command does. */
enum {
	OPT_FORMAT = 1 << 0,
	OPT_COLUMNS = 1 << 1,
	OPT_NO_HEADER = 1 << 2,
	OPT_SINCE = 1 << 3,
	OPT_UNTIL = 1 << 4,
	OPT_TZ = 1 << 5,
	OPT_NOW = 1 << 6,
	OPT_USER = 1 << 7,
	OPT_LIMIT = 1 << 8,
	OPT_REVERSE = 1 << 9,
	OPT_SORT = 1 << 10,
	OPT_TOP = 1 << 11,
	OPT_MATCH = 1 << 12,
	OPT_YES = 1 << 13,
	OPT_DRY_RUN = 1 << 14,
	OPT_STREAM = 1 << 15, /* --format of export */
	OPT_CSV_SAFE = 1 << 16,
	OPT_MERGE = 1 << 17,
	OPT_COMMENT = 1 << 18,
	OPT_GLOB = 1 << 19,
	OPT_POPUP = 1 << 20,
	OPT_STYLE = 1 << 21,
	OPT_DELETE = 1 << 22,
	OPT_DB = 1 << 23,
	OPT_NAME = 1 << 24,
	OPT_REPLACE = 1 << 25,
	OPT_QUICK = 1 << 26,

	/* groups that go together */
	OPT_PRINTS = OPT_DB | OPT_FORMAT | OPT_COLUMNS | OPT_NO_HEADER | OPT_CSV_SAFE,
	OPT_TIMES = OPT_SINCE | OPT_UNTIL | OPT_TZ | OPT_NOW,
	OPT_ROWS = OPT_LIMIT | OPT_REVERSE,
	OPT_CHANGES = OPT_DB | OPT_YES | OPT_DRY_RUN | OPT_FORMAT,
};

struct opt {
	const char *db; /* --db, FRUST_DB or ./db.sqlite */
	int format;     /* enum opt_format */
	int stream;     /* enum opt_stream; -1: by the file's name */
	int sort;       /* enum opt_sort */
	const char *columns;
	const char *user, *match, *style;
	const char *text; /* --comment or --name: a glob */
	const char *tz, *since_text, *until_text, *now_text;
	/* by opt_moments: */
	struct frust_zone *zone; /* NULL: UTC */
	int64_t since, until, now;
	int64_t limit, top; /* -1: all */
	bool no_header, reverse, yes, dry_run, csv_safe, merge, glob, popup, delete, replace, quick;
	bool quiet, help, version;
	uint32_t given;     /* OPT_… bits that the command line has */
	const char **words; /* what is neither an option nor its value */
	int count;          /* of words */
	int plain_from;     /* the first word after "--", or count: never a command */
};

struct opt_spec {
	const char *name;    /* without dashes */
	char letter;         /* 0: none */
	const char *arg;     /* of the help; NULL: takes no value */
	const char *choices; /* "a|b": one of them, stored as an index */
	const char *help;
	int kind; /* for opt.c */
	size_t offset;
	uint32_t bit; /* 0: every command takes it */
};
extern const struct opt_spec opt_specs[];
extern const size_t opt_spec_count;

/* An option as an argument has it: "--name", "--name=value" or "-n". */
struct opt_found {
	const struct opt_spec *spec; /* NULL: there is none of this name */
	const char *value;           /* after '=', or NULL */
	int name_len;                /* of the argument, without its value */
};
/* Options of one name and different bits are told apart by what the command takes. */
struct opt_found opt_find(const char *argument, uint32_t takes);

/* A sentence about what is wrong with the command line. */
struct opt_error {
	char text[256];
	bool no_memory; /* that is what is wrong, not the command line */
};

/*
 * Finds the words among argv's options and reads the environment. The strings stay argv's; the
 * list of words is freed by opt_fini. False: wrong, and error says why.
 */
bool opt_init(struct opt *opt, int argc, char **argv, struct opt_error *error);
void opt_fini(struct opt *opt);
/* Reads the options of a command that is called `name` and takes these bits. */
bool opt_read(struct opt *opt, int argc, char **argv, const char *name, uint32_t takes,
	      struct opt_error *error);
/* Opens the zone and reads the moments that were given. `clock` is the wall clock. */
bool opt_moments(struct opt *opt, int64_t clock, struct opt_error *error);

#endif
