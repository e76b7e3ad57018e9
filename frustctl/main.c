/* frustctl: the command line, the database, the command; and how it ended. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd.h"

int ctl_fail(int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("frustctl: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	return code;
}

/* --- which command --- */

/* "ban" alone may begin the names of several commands. */
static int refuse_name(const struct opt *opt)
{
	bool two = opt->plain_from > 1;
	char known[256] = "";
	size_t n = 0;

	if (!opt->plain_from)
		return ctl_fail(CTL_USAGE, "a command is missing; try frustctl --help");
	for (size_t i = 0, len = strlen(opt->words[0]); cmds[i] && n < sizeof(known); i++)
		if (strncmp(cmds[i]->name, opt->words[0], len) == 0 && cmds[i]->name[len] == ' ')
			n += (size_t)snprintf(known + n, sizeof(known) - n, "%s%s", n ? ", " : "",
					      cmds[i]->name);
	if (n)
		return ctl_fail(CTL_USAGE, "there is no command %s%s%s; there are %s",
				opt->words[0], two ? " " : "", two ? opt->words[1] : "", known);
	return ctl_fail(CTL_USAGE, "there is no command %s; try frustctl --help", opt->words[0]);
}

/* --- running it --- */

int ctl_open(struct ctl *ctl, enum frust_open_mode mode)
{
	struct frust_options options = FRUST_OPTIONS_INIT;

	options.mode = mode;
	return frust_open(ctl->opt->db, &options, &ctl->db, &ctl->err);
}

static int exit_code(int status)
{
	switch (status) {
	case FRUST_EINVAL:
		return CTL_USAGE;
	case FRUST_ENOENT:
		return CTL_NOTHING;
	case FRUST_ENOMEM:
		return CTL_SYSTEM;
	case FRUST_EFORMAT:
		return CTL_INPUT;
	case FRUST_EEXIST:
		return CTL_EXISTS;
	default:
		return CTL_DATABASE;
	}
}

static int run(struct opt *opt, const struct cmd *cmd)
{
	struct ctl ctl = {.opt = opt};
	int status;

	out_init(&ctl.out, opt, stdout);
	status = cmd->reads ? ctl_open(&ctl, FRUST_READ) : 0;
	if (!status)
		status = cmd->run(&ctl);
	out_fini(&ctl.out);
	frust_close(ctl.db);
	if (status >= 0)
		return status;
	return ctl_fail(exit_code(status), "%s",
			ctl.err.code ? ctl.err.text : frust_strerror(status));
}

/* Output that did not arrive is a failure, not a shorter answer. */
static int finish(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	return ctl_fail(CTL_SYSTEM, "the output cannot be written: %s", strerror(errno));
}

static int help(struct opt *opt)
{
	const struct cmd *cmd = NULL;

	if (opt->count && strcmp(opt->words[0], "help") == 0)
		memmove(opt->words, opt->words + 1, (size_t)opt->count-- * sizeof(*opt->words));
	if (opt->count) {
		cmd = cmd_find(opt->words, &opt->count, opt->count);
		if (!cmd) {
			opt->plain_from = opt->count;
			return refuse_name(opt);
		}
	}
	help_print(cmd);
	return CTL_FINE;
}

static int refuse(const struct opt_error *why, const char *cmd)
{
	if (why->no_memory)
		return ctl_fail(CTL_SYSTEM, "%s", why->text);
	return ctl_fail(CTL_USAGE, "%s; try frustctl %s%s", why->text, *cmd ? "help " : "--help",
			cmd);
}

static int dispatch(struct opt *opt, int argc, char **argv, struct opt_error *why)
{
	const struct cmd *cmd;

	if (opt->version) {
		printf("frustctl %s\n", frust_version());
		return CTL_FINE;
	}
	if (opt->help || (opt->plain_from && strcmp(opt->words[0], "help") == 0))
		return help(opt);
	cmd = cmd_find(opt->words, &opt->count, opt->plain_from);
	if (!cmd)
		return refuse_name(opt);
	if (!opt_read(opt, argc, argv, cmd->name, cmd->takes, why) ||
	    !opt_moments(opt, time(NULL), why))
		return refuse(why, cmd->name);
	if (opt->count < cmd->least)
		return ctl_fail(CTL_USAGE, "%s needs %s; try frustctl help %s", cmd->name,
				cmd->words, cmd->name);
	if (opt->count > cmd->most)
		return ctl_fail(CTL_USAGE, "one word too many: %s; try frustctl help %s",
				opt->words[cmd->most], cmd->name);
	return run(opt, cmd);
}

int main(int argc, char **argv)
{
	struct opt_error why;
	struct opt opt;
	int code;

	signal(SIGPIPE, SIG_IGN);            /* a reader that left is told like a full disk */
	if (!setlocale(LC_CTYPE, "C.UTF-8")) /* names are UTF-8 whatever the user's locale */
		setlocale(LC_CTYPE, "");
	if (opt_init(&opt, argc, argv, &why))
		code = dispatch(&opt, argc, argv, &why);
	else
		code = refuse(&why, "");
	code = finish(code);
	opt_fini(&opt);
	return code;
}
