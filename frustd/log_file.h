/* The file that the log goes to, instead of standard error. */
#ifndef LOG_FILE_H
#define LOG_FILE_H

#include "base/attr.h"
#include "base/log.h"

/* Opens (or makes) the file and lets the log go to its end. 0 or a negative errno: the log goes
 * where it went. */
int log_file_open(struct fr_log *log, const char *name) FR_MUST_CHECK;
/* Opens the name anew, for whoever has moved the file away. 0 or a negative errno: the log still
 * goes into the file that was moved. No line of another thread is lost. */
int log_file_reopen(const struct fr_log *log, const char *name) FR_MUST_CHECK;
/* Back to standard error. Takes a log that has no file. */
void log_file_close(struct fr_log *log);

#endif
