/* The command line and the environment as settings. */
#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>

#include "settings_internal.h"

/* What getopt_long returns for a word that is no option, and for each of ours. */
#define WORD 1
#define FOUND 2

static void set_long(struct option *to, const struct option_spec *spec)
{
	int argument = required_argument;

	if (!spec->arg)
		argument = spec->traits & OPTION_COMMAND ? no_argument : optional_argument;
	*to = (struct option){spec->name, argument, NULL, FOUND};
}

/* What is wrong with a word, by what getopt_long returned for it. */
static void explain(int found, const char *word, struct fr_buf *errors)
{
	if (found == WORD)
		fr_buf_printf(errors, "unexpected argument: %s", word);
	else if (found == ':')
		fr_buf_printf(errors, "%s needs a value", word);
	else if (optopt == FOUND)
		fr_buf_printf(errors, "%.*s takes no value", (int)strcspn(word, "="), word);
	else
		fr_buf_printf(errors, "unknown option: %s", word);
	fr_buf_add_str(errors, FR_STR(" (see frustd --help)\n"));
}

void settings_command_line(struct settings *settings, int argc, char *const *argv,
			   struct fr_buf *errors)
{
	struct option *longs = calloc(option_count + 1, sizeof(*longs));
	int at = 1, told = -1; /* words: the one at hand, the last bad one */
	int index, found;

	if (!longs) {
		errors->failed = true;
		return;
	}
	for (size_t i = 0; i < option_count; i++)
		set_long(&longs[i], &option_specs[i]);
	opterr = 0;
	optind = 0; /* glibc: from the beginning */
	while ((found = getopt_long(argc, argv, "-:", longs, &index)) != -1) {
		/* a mistake is one line: the letters of a bad word, and what may be meant as its
		 * value, are no others */
		if (found == FOUND)
			settings_put(settings, &option_specs[index], SETTING_COMMAND, 0,
				     fr_str_of(optarg ? optarg : "yes"), errors);
		else if (at != told && (found != WORD || at != told + 1))
			explain(found, argv[told = at], errors);
		at = optind;
	}
	if (optind < argc)
		explain(WORD, argv[optind], errors);
	free(longs);
}

void settings_variable(const struct option_spec *spec, struct fr_buf *out)
{
	fr_buf_add_str(out, FR_STR("FRUST_"));
	for (const char *at = spec->name; *at; at++)
		fr_buf_add_char(out, *at == '-' ? '_' : (char)toupper((unsigned char)*at));
}

/* The option's value in the environment, or absent. Empty is absent: that is how compose files and
 * units say it. */
static struct fr_str variable(char *const *env, struct fr_str name)
{
	for (; *env; env++) {
		struct fr_str line = fr_str_of(*env);

		if (line.len > name.len + 1 && fr_str_starts(line, name) &&
		    line.at[name.len] == '=')
			return fr_str_skip(line, name.len + 1);
	}
	return FR_STR_NULL;
}

/* Several values of one variable stand apart by blanks. */
static void add_each(struct settings *settings, const struct option_spec *spec, struct fr_str text,
		     struct fr_buf *errors)
{
	while ((text = fr_str_trim_ows(text)).len > 0) {
		size_t end = fr_str_find(text, ' ');

		settings_put(settings, spec, SETTING_ENVIRONMENT, 0, fr_str(text.at, end), errors);
		text = fr_str_skip(text, end);
	}
}

void settings_environment(struct settings *settings, char *const *env, struct fr_buf *errors)
{
	struct fr_buf name = FR_BUF_INIT;

	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *spec = &option_specs[i];
		struct fr_str text;

		if (spec->traits & OPTION_COMMAND)
			continue;
		fr_buf_clear(&name);
		settings_variable(spec, &name);
		if (fr_buf_error(&name) < 0) {
			errors->failed = true;
			break;
		}
		text = variable(env, fr_buf_str(&name));
		if (text.at && option_repeats(spec))
			add_each(settings, spec, text, errors);
		else if (text.at)
			settings_put(settings, spec, SETTING_ENVIRONMENT, 0, text, errors);
	}
	fr_buf_fini(&name);
}
