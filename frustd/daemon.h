/* The production server put together: database, writer, hub, transport, signals. */
#ifndef DAEMON_H
#define DAEMON_H

#include "config.h"

/*
 * Serves until SIGTERM or SIGINT; an enum exit_code. What goes wrong is said in one line of the
 * log, which goes where the configuration says. On SIGHUP the configuration is reloaded; on SIGUSR2
 * everything ends as on SIGTERM but for the listening sockets, and the program that is there then
 * takes this process over, with them.
 */
int daemon_run(struct config *config, struct fr_log *log);

#endif
