/* The production server put together: database, writer, hub, transport, signals. */
#ifndef DAEMON_H
#define DAEMON_H

#include "options.h"

/* Serves until SIGTERM or SIGINT; an enum exit_code. What goes wrong is said in one line of the
 * log. */
int daemon_run(const struct options *options, const struct fr_log *log);

#endif
