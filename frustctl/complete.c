/*
 * frustctl complete: what may stand where the cursor is, for the completions of shells. They hand
 * over the words and get back "word<TAB>description" lines, or ":file" where a file's name belongs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "text.h"

/* The command line up to the cursor, taken apart. */
struct line {
	const char *cur;              /* the word to be completed, maybe empty */
	const struct opt_spec *value; /* cur is the value of this option */
	const char *db;
	const struct cmd *cmd;
	const char **words; /* that are no options, less the command's name */
	int count;
};

static void offer(const struct line *line, const char *before, const char *word, size_t len,
		  const char *description)
{
	size_t typed = strlen(line->cur), skip = strlen(before);

	/* before is what stands in the same word already, as in --format=js */
	if (typed < skip || typed - skip > len || memcmp(word, line->cur + skip, typed - skip) != 0)
		return;
	printf("%s%.*s\t%s\n", before, (int)len, word, description);
}

/* --- values --- */

struct names {
	const struct line *line;
	const char *before;
};

/* Only what a terminal shows as it is, and what is no option where a word belongs. */
static bool is_offered(const struct names *names, const char *shown, struct frust_str name)
{
	return strlen(shown) == name.len &&
	       (names->line->value || names->before[0] || *shown != '-');
}

static int offer_name(void *ctx, const struct frust_user *user)
{
	const struct names *names = ctx;
	char *shown = text_shown(user->name);

	if (!shown)
		return FRUST_ENOMEM;
	if (is_offered(names, shown, user->name))
		offer(names->line, names->before, user->name.at, user->name.len, "user");
	free(shown);
	return 0;
}

/* A database that cannot be read has nothing to offer. */
static void offer_names(const struct line *line, const char *before)
{
	struct names names = {line, before};
	struct frust *db;

	if (frust_open(line->db, NULL, &db, NULL))
		return;
	frust_users(db, offer_name, &names, NULL);
	frust_close(db);
}

static void offer_values(const struct line *line, const struct opt_spec *spec, const char *before)
{
	const char *choices = spec->choices;

	while (choices && *choices) {
		size_t n = strcspn(choices, "|");

		offer(line, before, choices, n, "");
		choices += n + (choices[n] == '|');
	}
	if (!spec->arg || spec->choices)
		return;
	if (strcmp(spec->arg, "FILE") == 0) {
		puts(":file");
	} else if (strcmp(spec->arg, "NAME") == 0) {
		offer_names(line, before);
	} else if (strcmp(spec->arg, "WHEN") == 0) {
		offer(line, before, "today", 5, "its first second");
		offer(line, before, "yesterday", 9, "its first second");
		offer(line, before, "-1h", 3, "an hour ago");
		offer(line, before, "-7d", 3, "seven days ago");
	}
}

/* --- words --- */

static void offer_options(const struct line *line)
{
	uint32_t takes = line->cmd ? line->cmd->takes : OPT_DB;
	size_t equals = strcspn(line->cur, "=");
	char text[64];

	for (size_t i = 0; i < opt_spec_count; i++) {
		const struct opt_spec *spec = &opt_specs[i];
		int n = snprintf(text, sizeof(text), "--%s", spec->name);

		if (spec->bit && !(spec->bit & takes))
			continue;
		if (!line->cur[equals]) {
			offer(line, "", text, (size_t)n, spec->help);
		} else if ((size_t)n == equals && memcmp(text, line->cur, equals) == 0) {
			snprintf(text, sizeof(text), "--%s=", spec->name);
			offer_values(line, spec, text);
		}
	}
}

/* Whether an earlier command goes on from so_far with the same word. */
static bool is_repeated(size_t at, const char *so_far, const char *next, size_t len)
{
	size_t before = (size_t)(next - cmds[at]->name);

	for (size_t i = 0; i < at; i++) {
		const char *name = cmds[i]->name;

		if (strncmp(name, so_far, strlen(so_far)) == 0 && strlen(name) >= before + len &&
		    memcmp(name + before, next, len) == 0 &&
		    (name[before + len] == ' ' || !name[before + len]))
			return true;
	}
	return false;
}

/* The words that may go on from "user" to "user rename", or from nothing to "user". */
static void offer_commands(const struct line *line, const char *so_far)
{
	size_t n = strlen(so_far);

	for (size_t i = 0; cmds[i]; i++) {
		const char *next = cmds[i]->name + n + (n > 0);
		size_t len;

		if (strncmp(cmds[i]->name, so_far, n) != 0 || (n && cmds[i]->name[n] != ' '))
			continue;
		len = strcspn(next, " ");
		if (!is_repeated(i, so_far, next, len))
			offer(line, "", next, len, next[len] ? cmds[i]->group : cmds[i]->summary);
	}
	if (!n)
		offer(line, "", "help", 4, "what a command does and takes");
}

static void offer_words(const struct line *line)
{
	const struct cmd *cmd = line->cmd;

	if (cmd && line->count == 0)
		offer_commands(line, cmd->name);
	if (!cmd && line->count <= 1)
		offer_commands(line, line->count ? line->words[0] : "");
	if (!cmd || !cmd->words || line->count >= cmd->most)
		return;
	if (strstr(cmd->words, "FILE"))
		puts(":file");
	else if (strstr(cmd->words, "NAME") || strstr(cmd->words, "OLD"))
		offer_names(line, "");
}

/* --- the line --- */

static void parse(struct line *line, const char **words, int count)
{
	int plain = 0;

	line->cur = words[count - 1];
	for (int i = 0; i < count - 1; i++) {
		struct opt_found found;

		if (words[i][0] != '-') {
			words[plain++] = words[i];
			continue;
		}
		found = opt_find(words[i], 0);
		if (!found.spec || !found.spec->arg)
			continue;
		if (!found.value && ++i == count - 1)
			line->value = found.spec;
		else if (found.spec->bit == OPT_DB)
			line->db = found.value ? found.value : words[i];
	}
	line->words = words;
	line->count = plain;
	if (plain && strcmp(words[0], "help") == 0) {
		line->words++;
		line->count--;
	}
	line->cmd = cmd_find(line->words, &line->count, line->count);
}

static int run(struct ctl *ctl)
{
	struct line line = {.db = ctl->opt->db};

	parse(&line, ctl->opt->words, ctl->opt->count);
	if (line.value)
		offer_values(&line, line.value, "");
	else if (line.cur[0] == '-')
		offer_options(&line);
	else
		offer_words(&line);
	return 0;
}

const struct cmd cmd_complete = {
	.name = "complete",
	.words = "-- WORD...",
	.least = 1,
	.most = 1000,
	.group = "Other",
	.summary = "what may stand at a command line's end (for shells)",
	.text = "The WORDs are a command line of frustctl up to the cursor, without the program's "
		"name; the last is the one to be completed. Prints what it may become, a line "
		"each, with a description after a tab; :file stands for the name of a file.",
	.takes = OPT_DB,
	.run = run,
};
