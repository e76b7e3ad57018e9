/* Lines for the person who runs the program. A log is an object, so that nothing here is global. */
#ifndef FR_LOG_H
#define FR_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "attr.h"

enum fr_log_level { FR_LOG_ERROR, FR_LOG_WARN, FR_LOG_INFO, FR_LOG_DEBUG, FR_LOG_TRACE };

enum fr_log_format {
	FR_LOG_TEXT,       /* "name: level: client session: text"; the level is left out for info */
	FR_LOG_TEXT_TIMED, /* the same behind the time */
	FR_LOG_JSON,       /* an object: time, level, client, session, text */
};

struct fr_log {
	FILE *to;
	enum fr_log_level level; /* what is above is left out; see fr_log_set_level */
	const char *name;        /* the program's */
	enum fr_log_format format;
	int64_t (*clock)(void *ctx); /* ms since the epoch; NULL: lines have no time */
	void *clock_ctx;
};

/* Whom a line is about; NULL where it is not known. */
struct fr_log_subject {
	const char *client, *session;
};

/*
 * One line. Times are UTC with milliseconds, as in RFC 3339. Control characters, and bytes that are
 * not UTF-8, are written as \xNN (in JSON as \u00NN and U+FFFD), so that what comes from outside
 * cannot forge lines. What is longer than a KiB is cut. Takes a NULL log.
 */
void fr_log(const struct fr_log *log, enum fr_log_level level, const char *format, ...)
	FR_PRINTF(3, 4);
void fr_log_about(const struct fr_log *log, enum fr_log_level level,
		  const struct fr_log_subject *subject, const char *format, ...) FR_PRINTF(4, 5);
/* Whether lines of that level are written, for who would have to make them first. */
bool fr_log_tells(const struct fr_log *log, enum fr_log_level level);
/* While other threads log. */
void fr_log_set_level(struct fr_log *log, enum fr_log_level level);
/* "error", "warn", "info", "debug" or "trace"; false for anything else. */
bool fr_log_level_parse(const char *text, enum fr_log_level *out);

#endif
