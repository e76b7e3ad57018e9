/* The configuration file as settings. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "settings_internal.h"

#define FILE_MAX 65536 /* bytes; a file with every option said at length has 4000 */

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Without its comment: "#" at the beginning, or after a blank. */
static struct fr_str without_comment(struct fr_str line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] == '#' && (i == 0 || blank(line.at[i - 1])))
			return fr_str(line.at, i);
	return line;
}

/* The line on which the file has said the same thing already, or 0. */
static unsigned said_before(const struct settings *settings, const struct option_spec *spec)
{
	if (option_repeats(spec))
		return 0;
	for (size_t i = 0; i < settings->count; i++)
		if (settings->all[i].layer == SETTING_FILE &&
		    settings->all[i].spec->offset == spec->offset)
			return settings->all[i].line;
	return 0;
}

static void read_line(struct settings *settings, unsigned number, struct fr_str line,
		      struct fr_buf *errors)
{
	size_t end = fr_str_find(line, '=');
	struct fr_str key = fr_str_trim_ows(fr_str(line.at, end)), value;
	const struct option_spec *spec = option_find(key);
	const char *name = settings->file;
	unsigned before;

	if (end == line.len) {
		fr_buf_printf(errors, "%s:%u: not \"key = value\": %.*s\n", name, number,
			      FR_STR_ARG(line));
		return;
	}
	value = fr_str_trim_ows(fr_str_skip(line, end + 1));
	if (value.len > 0 && value.at[0] == '#')
		value.len = 0; /* "key =#": a comment without its blank */
	if (!spec)
		fr_buf_printf(errors, "%s:%u: unknown option: %.*s\n", name, number,
			      FR_STR_ARG(key));
	else if (spec->traits & (OPTION_OUTSIDE | OPTION_COMMAND))
		fr_buf_printf(errors, "%s:%u: %s cannot be said in a file\n", name, number,
			      spec->name);
	else if ((before = said_before(settings, spec)) > 0)
		fr_buf_printf(errors, "%s:%u: %s: said on line %u already\n", name, number,
			      spec->name, before);
	else if (memchr(value.at, '\0', value.len))
		fr_buf_printf(errors, "%s:%u: %s: a NUL byte\n", name, number, spec->name);
	else
		settings_put(settings, spec, SETTING_FILE, number, value, errors);
}

void settings_file_text(struct settings *settings, struct fr_str text, struct fr_buf *errors)
{
	for (unsigned number = 1; text.len > 0; number++) {
		size_t end = fr_str_find(text, '\n');
		struct fr_str line = fr_str(text.at, end);

		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		line = fr_str_trim_ows(without_comment(line));
		if (line.len > 0)
			read_line(settings, number, line, errors);
		text = fr_str_skip(text, end < text.len ? end + 1 : end);
	}
}

void settings_file(struct settings *settings, const char *name, struct fr_buf *errors)
{
	FILE *file = fopen(name, "re");
	char *text = malloc(FILE_MAX + 1);
	size_t n;

	settings->file = name;
	if (!text) {
		errors->failed = true;
	} else if (!file) {
		fr_buf_printf(errors, "cannot read %s: %s\n", name, strerror(errno));
	} else {
		n = fread(text, 1, FILE_MAX + 1, file);
		if (ferror(file))
			fr_buf_printf(errors, "cannot read %s: %s\n", name, strerror(errno));
		else if (n > FILE_MAX)
			fr_buf_printf(errors, "%s: larger than %d bytes\n", name, FILE_MAX);
		else
			settings_file_text(settings, fr_str(text, n), errors);
	}
	free(text);
	if (file)
		fclose(file);
}
