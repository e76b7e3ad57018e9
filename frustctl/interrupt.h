/*
 * Signals that ask to end wait while something is being written, so that nothing is left half done:
 * the work looks now and then whether one waits, undoes what it has begun, and the process ends by
 * the signal once it is let through.
 */
#ifndef FRUSTCTL_INTERRUPT_H
#define FRUSTCTL_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

/* Holds SIGINT, SIGTERM and SIGHUP back; *before is for interrupt_release. */
void interrupt_hold(sigset_t *before);
/* True when one waits. */
bool interrupt_waits(void);
/* Lets them through again. */
void interrupt_release(const sigset_t *before);

#endif
