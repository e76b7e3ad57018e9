/*
 * The sockets that the server listens on: those that the options name, those that a service manager
 * or the program before a restart has given. Owns them, and the files of Unix sockets that it made;
 * who accepts on them is the fronts' business.
 */
#ifndef DOORS_H
#define DOORS_H

#include <sys/types.h>

#include "net/place.h"
#include "options.h"

#define DOORS_MAX 64

struct door {
	int fd;
	struct net_place place;
	bool given; /* by the service manager, which keeps it */
	dev_t dev;  /* of the Unix socket's file, if we made it */
	ino_t ino;
};

struct doors {
	struct door all[DOORS_MAX];
	unsigned count;
};

/*
 * Takes what the process was given, and opens what else the options ask for; where they ask for
 * nothing, what was given is enough. false: not all of it, as the log tells; what there is is to be
 * closed.
 */
bool doors_open(struct doors *doors, const struct options *options,
		const struct fr_log *log) FR_MUST_CHECK;
/* Closes the sockets, and removes the files that were made for them. */
void doors_close(struct doors *doors);
/* For the program that this process executes next. 0 or a negative errno. */
int doors_pass(const struct doors *doors) FR_MUST_CHECK;

#endif
