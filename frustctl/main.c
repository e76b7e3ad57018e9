/* frustctl: the command line, the database, the command; and how it ended. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd.h"

const struct cmd *const cmds[] = {&cmd_stats, &cmd_users, &cmd_hours, NULL};

static const struct cmd *find_cmd(const char *name)
{
	for (size_t i = 0; cmds[i]; i++) {
		if (strcmp(cmds[i]->name, name) == 0)
			return cmds[i];
	}
	return NULL;
}

static int refuse(const char *why, const char *word)
{
	fprintf(stderr, "frustctl: %s%s%s; try frustctl --help\n", why, word ? " " : "",
		word ? word : "");
	return CTL_USAGE;
}

static int run(const struct cmd *cmd, const struct opt *opt)
{
	struct frust_error err = {0};
	struct frust *db;
	int status = frust_open(opt->db, NULL, &db, &err);

	if (!status)
		status = cmd->run(db, opt, &err);
	if (status)
		fprintf(stderr, "frustctl: %s\n", err.code ? err.text : frust_strerror(status));
	frust_close(db);
	if (status == FRUST_ENOMEM)
		return CTL_SYSTEM;
	return status ? CTL_DATABASE : CTL_FINE;
}

/* Output that did not arrive is a failure, not a shorter answer. */
static int finish(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "frustctl: the output cannot be written: %s\n", strerror(errno));
	return CTL_SYSTEM;
}

int main(int argc, char **argv)
{
	const struct cmd *cmd;
	const char *name;
	struct opt opt;
	char why[128];

	setlocale(LC_CTYPE, "C.UTF-8"); /* names are UTF-8 whatever the user's locale */
	if (!opt_parse(&opt, argc, argv, why, sizeof(why)))
		return refuse(why, NULL);
	if (opt.version) {
		printf("frustctl %s\n", frust_version());
		return finish(CTL_FINE);
	}
	if (!(opt.given & OPT_NOW))
		opt.now = time(NULL);
	name = opt.command;
	if (name && strcmp(name, "help") == 0) {
		opt.help = true;
		name = opt.argument;
	}
	if (!name && !opt.help)
		return refuse("a command is missing", NULL);
	cmd = name ? find_cmd(name) : NULL;
	if (name && !cmd)
		return refuse("there is no command", name);
	if (opt.help) {
		help_print(cmd);
		return finish(CTL_FINE);
	}
	if (opt.given & ~cmd->takes) {
		snprintf(why, sizeof(why), "%s does not take", cmd->name);
		return refuse(why, opt_name(opt.given & ~cmd->takes));
	}
	return finish(run(cmd, &opt));
}
