/* The texts of --help, from the tables of the commands and options. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define COLUMNS 80

static void print_option(const struct opt_spec *spec)
{
	char usage[64], letter[8] = "    ";

	if (spec->letter)
		snprintf(letter, sizeof(letter), "-%c, ", spec->letter);
	snprintf(usage, sizeof(usage), "%s--%s%s%s", letter, spec->name, spec->arg ? " " : "",
		 spec->arg ? spec->arg : "");
	printf("  %-22s %s\n", usage, spec->help);
}

static void print_options(uint32_t takes)
{
	puts("\nOptions:");
	for (size_t i = 0; i < opt_spec_count; i++)
		if (!opt_specs[i].bit || (opt_specs[i].bit & takes))
			print_option(&opt_specs[i]);
}

static void print_commands(void)
{
	const char *group = "";

	for (size_t i = 0; cmds[i]; i++) {
		if (strcmp(cmds[i]->group, group) != 0)
			printf("\n%s:\n", cmds[i]->group);
		group = cmds[i]->group;
		printf("  %-22s %s\n", cmds[i]->name, cmds[i]->summary);
	}
	printf("  %-22s %s\n", "help COMMAND", "what a command does and takes");
}

static void print_paragraph(const char *text)
{
	int column = 0;

	for (size_t n; *text; text += n + (text[n] == ' ')) {
		n = strcspn(text, " ");
		if (column && column + 1 + (int)n > COLUMNS) {
			putchar('\n');
			column = 0;
		}
		column += printf("%s%.*s", column ? " " : "", (int)n, text);
	}
	putchar('\n');
}

static void print_program(void)
{
	puts("Usage: frustctl COMMAND [WORD]... [OPTION]...\n\n"
	     "Looks into frust's database and takes care of it, also while the server runs.");
	print_commands();
	print_options(OPT_DB);
	printf("\nWHEN is 2026-11-22, 2026-11-22T18:20, today, yesterday, now, -2h, 7d (ago; s m h "
	       "d w) or\n@SECONDS since 1970.\n"
	       "\nExit codes:\n"
	       "  %d  fine\n"
	       "  %d  check found something wrong\n"
	       "  %d  the command line is wrong\n"
	       "  %d  there is no such user, ban or row\n"
	       "  %d  the database cannot be opened, read or written\n"
	       "  %d  the output cannot be written, or memory has run out\n"
	       "  %d  what is to be read in is not what it should be\n"
	       "  %d  what is to be made is there already\n"
	       "  %d  asked before a change, and the answer was no\n",
	       CTL_FINE, CTL_FOUND, CTL_USAGE, CTL_NOTHING, CTL_DATABASE, CTL_SYSTEM, CTL_INPUT,
	       CTL_EXISTS, CTL_DECLINED);
}

void help_print(const struct cmd *cmd)
{
	if (!cmd) {
		print_program();
		return;
	}
	printf("Usage: frustctl %s%s%s [OPTION]...\n\n", cmd->name, cmd->words ? " " : "",
	       cmd->words ? cmd->words : "");
	print_paragraph(cmd->text);
	print_options(cmd->takes);
}
