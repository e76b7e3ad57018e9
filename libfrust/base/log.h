/* Lines for the person who runs the program. A log is an object, so that nothing here is global. */
#ifndef FR_LOG_H
#define FR_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include "attr.h"

enum fr_log_level { FR_LOG_ERROR, FR_LOG_WARN, FR_LOG_INFO, FR_LOG_DEBUG };

struct fr_log {
	FILE *to;
	enum fr_log_level level; /* what is above is left out */
	const char *name;        /* the program's, before each line */
};

/* One line "name: level: text" (the level is left out for info); control characters in it are
 * written as \xNN, so that bytes from outside cannot forge lines. Takes a NULL log. */
void fr_log(const struct fr_log *log, enum fr_log_level level, const char *format, ...)
	FR_PRINTF(3, 4);
/* "error", "warn", "info" or "debug"; false for anything else. */
bool fr_log_level_parse(const char *text, enum fr_log_level *out);

#endif
