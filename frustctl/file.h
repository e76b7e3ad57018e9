/* Files that a command writes or reads: a written one is whole or is not there. */
#ifndef FRUSTCTL_FILE_H
#define FRUSTCTL_FILE_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

struct file {
	const char *path; /* borrowed */
	char *temporary;  /* beside it; NULL: written in place, as a device is */
	FILE *stream;
	bool replace;
	sigset_t before; /* see interrupt.h */
};

/* These tell on stderr what fails and return 0 or an enum ctl_exit. */

/* CTL_EXISTS: path is there, and replace was not asked for. */
int file_create(struct file *file, const char *path, bool replace);
/* 0, or CTL_SYSTEM: not written, or the process is asked to end. */
int file_write(struct file *file, const char *bytes, size_t n);
/*
 * Ends the file, which gets its name when status is 0 and all of it is on the disk, and otherwise
 * is gone. Returns status, or what failed here. Takes a file whose creation failed. A process that
 * was asked to end ends in it.
 */
int file_close(struct file *file, int status);

#endif
