/* The texts of --help, from the tables of the commands and options. */
#include <stdio.h>

#include "cmd.h"

static void print_options(unsigned takes)
{
	puts("\nOptions:");
	for (size_t i = 0; i < opt_line_count; i++) {
		const struct opt_line *line = &opt_lines[i];

		if (!line->bit || (line->bit & takes))
			printf("  %-20s %s\n", line->usage, line->text);
	}
}

static void print_program(void)
{
	puts("Usage: frustctl COMMAND [OPTION]...\n\n"
	     "Looks into frust's database, also while the server runs; changes nothing.\n\n"
	     "Commands:");
	for (size_t i = 0; cmds[i]; i++)
		printf("  %-20s %s\n", cmds[i]->name, cmds[i]->summary);
	printf("  %-20s %s\n", "help COMMAND", "what a command shows and takes");
	print_options(0);
	printf("\nExit codes:\n"
	       "  %d  fine\n"
	       "  %d  the command line is wrong\n"
	       "  %d  the database cannot be opened or read\n"
	       "  %d  the output cannot be written, or memory has run out\n",
	       CTL_FINE, CTL_USAGE, CTL_DATABASE, CTL_SYSTEM);
}

void help_print(const struct cmd *cmd)
{
	if (!cmd) {
		print_program();
		return;
	}
	printf("Usage: frustctl %s [OPTION]...\n\n%s\n", cmd->name, cmd->text);
	print_options(cmd->takes);
}
