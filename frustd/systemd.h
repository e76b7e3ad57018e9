/*
 * What a service manager and a service say to each other, as systemd has it: sd_notify(3),
 * sd_listen_fds(3) and sd_watchdog_enabled(3), whose protocols are documented there. Without such a
 * manager all of it is nothing.
 */
#ifndef SYSTEMD_H
#define SYSTEMD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/* Lines "KEY=value" to the socket of NOTIFY_SOCKET; without it, or when nobody takes them, nothing.
 * Does not wait. */
void systemd_notify(const char *format, ...) FR_PRINTF(1, 2);
/* RELOADING=1 and the moment, which READY=1 ends. */
void systemd_notify_reloading(const char *status);
/* How often to say WATCHDOG=1, in ms: half of what the manager waits for it; 0: never. */
uint64_t systemd_watchdog(void);

#define SYSTEMD_FIRST_FD 3

/*
 * How many descriptors, from SYSTEMD_FIRST_FD on, this process was given to listen on. They are
 * made close-on-exec, and the variables that told of them are gone; *names (which may be NULL) are
 * theirs, joined by ":", to be freed by the caller.
 */
unsigned systemd_take_fds(char **names);
/* Puts so many descriptors from SYSTEMD_FIRST_FD on for the program that this process executes
 * next; what was there is closed. 0 or a negative errno. */
int systemd_pass_fds(const int *fds, unsigned count, const char *names) FR_MUST_CHECK;

#endif
