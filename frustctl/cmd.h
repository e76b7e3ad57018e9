/* What a command is and what it is given. A command's file holds its question and its columns. */
#ifndef FRUSTCTL_CMD_H
#define FRUSTCTL_CMD_H

#include <frust/frust.h>

#include "opt.h"

/* Exit codes: documented in --help and stable. */
enum ctl_exit {
	CTL_FINE = 0,
	CTL_USAGE = 2,    /* the command line is wrong */
	CTL_DATABASE = 4, /* the database cannot be opened or read */
	CTL_SYSTEM = 5,   /* output that cannot be written, no memory */
};

struct cmd {
	const char *name;
	const char *summary; /* one line, for the list of commands */
	const char *text;    /* what it shows, for its own help */
	unsigned takes;      /* OPT_… of those that not every command takes */
	/* The database is open for reading; 0 or a FRUST_E… with err filled. */
	int (*run)(struct frust *db, const struct opt *opt, struct frust_error *err);
};

extern const struct cmd cmd_hours, cmd_stats, cmd_users;
/* All commands in the order of the help; NULL ends. */
extern const struct cmd *const cmds[];

/* Prints the program's help, or a command's. */
void help_print(const struct cmd *cmd);

#endif
