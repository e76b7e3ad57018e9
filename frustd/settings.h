/*
 * What was said about options, where, and what holds: the command line goes before the environment,
 * that before the file, and that before the defaults. Owns the texts; what they mean is options.h's
 * business.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "base/attr.h"
#include "base/buf.h"
#include "options.h"

/* Later ones go before earlier ones. */
enum setting_layer {
	SETTING_DEFAULT,
	SETTING_DEV, /* what --dev stands for */
	SETTING_FILE,
	SETTING_ENVIRONMENT,
	SETTING_COMMAND,
};

struct setting {
	const struct option_spec *spec;
	enum setting_layer layer;
	unsigned line; /* in the file */
	bool holds;    /* nothing goes before it; once settings_read was called */
	char *text;
};

/* Zeroed: nothing was said. */
struct settings {
	struct setting *all;
	size_t count, size;
	const char *file; /* its name, borrowed; NULL: none */
};

void settings_fini(struct settings *settings);
/* Copies the text. 0 or -ENOMEM. */
int settings_add(struct settings *settings, const struct option_spec *spec,
		 enum setting_layer layer, unsigned line, struct fr_str text) FR_MUST_CHECK;

/*
 * Collecting. Each appends a line to errors for everything that is wrong, and goes on behind it;
 * without memory the errors' buffer fails.
 */
void settings_defaults(struct settings *settings, struct fr_buf *errors);
/* The long options of getopt; a flag may have =yes or =no. */
void settings_command_line(struct settings *settings, int argc, char *const *argv,
			   struct fr_buf *errors);
/* FRUST_USER_MAX and so on; other variables are let be. */
void settings_environment(struct settings *settings, char *const *env, struct fr_buf *errors);
/* Reads the file of that name, which settings.file is from then on. */
void settings_file(struct settings *settings, const char *name, struct fr_buf *errors);
/* The file's text: lines "key = value"; blanks around both and empty lines are nothing; "#" at the
 * beginning of a line or a value, or after a blank, starts a comment. */
void settings_file_text(struct settings *settings, struct fr_str text, struct fr_buf *errors);

/* Decides what holds and reads it into options, which borrow the texts. */
void settings_read(struct settings *settings, struct options *options, struct fr_buf *errors);
/* The option's next text that holds after that one (NULL: the first), or NULL. */
const struct setting *settings_next(const struct settings *settings, const struct option_spec *spec,
				    const struct setting *after);
/* Whether both say the same of the option. */
bool settings_same(const struct settings *a, const struct settings *b,
		   const struct option_spec *spec);
/* All that holds as a file, each line with where it comes from. */
void settings_print(const struct settings *settings, struct fr_buf *out);

#endif
