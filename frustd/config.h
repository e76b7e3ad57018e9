/* The configuration that the process goes by, from the command line, the environment and the file,
 * and what of it may change while it runs. */
#ifndef CONFIG_H
#define CONFIG_H

#include "settings.h"

struct config {
	int argc;
	char *const *argv;
	char *const *env;
	struct settings settings; /* as at the start: options borrow its texts */
	struct options options;
};

/*
 * Borrows argv and env as long as config is used. false: errors hold a line for each thing that is
 * wrong, or have failed for lack of memory. With --help and --version the file is not read.
 */
bool config_load(struct config *config, int argc, char *const *argv, char *const *env,
		 struct fr_buf *errors);
void config_fini(struct config *config);
/*
 * Reads the file anew. false: it has errors, as above, and nothing has changed. true: options that
 * a running server takes have their new values; said gets the names of the others that differ from
 * those at the start, as "listen, db", which stay as they are.
 */
bool config_reload(struct config *config, struct fr_buf *said);

/* Each line of what is wrong as one of the log. */
void config_tell(const struct fr_buf *errors, const struct fr_log *log);

#endif
