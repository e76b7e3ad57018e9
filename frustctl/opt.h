/* The command line and the environment. */
#ifndef FRUSTCTL_OPT_H
#define FRUSTCTL_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum opt_format { OPT_TABLE, OPT_JSON };

/* Bits for options that some commands take. */
#define OPT_NOW 1u

struct opt {
	const char *command;  /* the first word; NULL: none */
	const char *argument; /* the second one; only "help" takes it */
	const char *db;       /* --db, FRUST_DB or ./db.sqlite */
	enum opt_format format;
	int64_t now;    /* --now */
	unsigned given; /* OPT_… bits that the command line has */
	bool help, version;
};

/* For the help. */
struct opt_line {
	const char *usage, *text;
	unsigned bit; /* 0: every command takes it */
};
extern const struct opt_line opt_lines[];
extern const size_t opt_line_count;

/*
 * Reads argv; the strings stay the caller's. False: wrong, and `why` (which has size bytes) says
 * why in a few words.
 */
bool opt_parse(struct opt *opt, int argc, char **argv, char *why, size_t size);
/* The long name of an OPT_… bit. */
const char *opt_name(unsigned bit);

#endif
