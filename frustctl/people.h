/* The users, counted in all or in a span of time, chosen and sorted as the options say. */
#ifndef FRUSTCTL_PEOPLE_H
#define FRUSTCTL_PEOPLE_H

#include "cmd.h"

struct person {
	struct frust_str name; /* a copy */
	int64_t clicks, events;
	int64_t first; /* place in order of appearance */
};

struct people {
	struct person *list;
	size_t count; /* those to be shown, in their order */
	size_t all, size;
};

/* What ctl commands return; fini in any case. */
int people_init(struct people *people, struct ctl *ctl, enum opt_sort sort, int64_t limit);
void people_fini(struct people *people);

#endif
