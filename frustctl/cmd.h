/*
 * What a command is and what it is given. A command's file holds its question and its columns; a
 * line in cmds.c makes it known to the parser, the help and the completions.
 */
#ifndef FRUSTCTL_CMD_H
#define FRUSTCTL_CMD_H

#include <frust/frust.h>

#include "opt.h"
#include "out.h"

/* Exit codes: documented in --help and frustctl(1), and stable. */
enum ctl_exit {
	CTL_FINE = 0,
	CTL_FOUND = 1,    /* check found something wrong */
	CTL_USAGE = 2,    /* the command line is wrong */
	CTL_NOTHING = 3,  /* there is no such user, ban or row */
	CTL_DATABASE = 4, /* the database cannot be opened, read or written */
	CTL_SYSTEM = 5,   /* output that cannot be written, no memory */
	CTL_INPUT = 6,    /* what is to be read in is not what it should be */
	CTL_EXISTS = 7,   /* it is there already */
	CTL_DECLINED = 8, /* asked, and the answer was no */
};

struct ctl {
	struct opt *opt;
	struct frust *db; /* see cmd.reads and ctl_open; closed by main */
	struct out out;   /* on stdout, not begun */
	struct frust_error err;
};

struct cmd {
	const char *name;    /* one word, or two: "user rename" */
	const char *words;   /* what follows, for the help; NULL: nothing */
	int least, most;     /* how many words follow */
	const char *group;   /* of the help */
	const char *summary; /* one line, for the list of commands */
	const char *text;    /* what it does, for its own help */
	uint32_t takes;      /* OPT_… bits */
	bool reads;          /* the database is open for reading when it runs */
	/*
	 * 0; a FRUST_E… with ctl->err filled; or an enum ctl_exit whose reason is told already.
	 */
	int (*run)(struct ctl *ctl);
};

/* All commands in the order of the help; NULL ends. */
extern const struct cmd *const cmds[];
extern const struct cmd cmd_announce, cmd_backup, cmd_ban_add, cmd_ban_list, cmd_ban_remove,
	cmd_chart_hours, cmd_chart_users, cmd_chart_week, cmd_check, cmd_clicks, cmd_clicks_delete,
	cmd_complete, cmd_events, cmd_events_delete, cmd_export, cmd_hours, cmd_import, cmd_init,
	cmd_migrate, cmd_repair, cmd_restore, cmd_stats, cmd_user, cmd_user_erase, cmd_user_merge,
	cmd_user_rename, cmd_users, cmd_vacuum;

/*
 * The command that the first words name, two of them before one, of the `named` that may; takes
 * these from the list. NULL: there is none.
 */
const struct cmd *cmd_find(const char **words, int *count, int named);

/* Rows by --since, --until, --user and --comment or --name. */
void cmd_filter(const struct opt *opt, struct frust_filter *filter);

/* Prints the program's help, or a command's. */
void help_print(const struct cmd *cmd);

/* Opens ctl->db; 0 or FRUST_E… */
int ctl_open(struct ctl *ctl, enum frust_open_mode mode);
/* Says on stderr what went wrong and returns code. */
int ctl_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
