/* What a process has used so far: CPU time as fine as the kernel knows it, and memory. */
#ifndef LOAD_USAGE_H
#define LOAD_USAGE_H

#include <stdint.h>
#include <sys/types.h>

struct usage {
	uint64_t cpu; /* ns, user and system, of all its threads */
	uint64_t rss; /* bytes */
};

/* pid 0: nothing, all zero. 0 or a negative errno. */
int usage_of(pid_t pid, struct usage *usage);

#endif
