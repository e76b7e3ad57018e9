/*
 * The names under which clients may resume after a drop. A pid that nobody here knows is fine (it
 * is from before a restart, or its drop was noticed); this keeps those that must be treated
 * otherwise: the ones in use, and the ones whose client said goodbye. Pure memory.
 */
#ifndef APP_PIDS_H
#define APP_PIDS_H

#include "base/map.h"
#include "net/timer.h"

#define PID_LEN 20
#define PIDS_PARTED_MAX 10000 /* goodbyes that are remembered */

struct pid {
	char text[PID_LEN + 1];
	uint64_t client;    /* who uses it; 0: whoever did said goodbye */
	struct net_due due; /* until when a goodbye is remembered */
};

struct pids {
	struct fr_map by_text;
	struct net_due_list parted;
	size_t parted_count;
};

/* keep: ms that a goodbye is remembered, as long as anyone could resume. */
int pids_init(struct pids *pids, struct net_timers *timers, uint64_t keep) FR_MUST_CHECK;
/* Clients that still use one are gone before. Takes a zeroed struct. */
void pids_fini(struct pids *pids);
/* Whether text has the form of a pid. */
bool pid_is_one(struct fr_str text);
/* NULL when it is not known here. */
struct pid *pids_find(const struct pids *pids, struct fr_str text);
/* A pid for a client: text, which nobody uses, or a new one when it is absent. NULL: no memory. */
struct pid *pids_take(struct pids *pids, struct fr_str text, uint64_t client) FR_MUST_CHECK;
/* The client has gone; goodbye: of its own will, and nothing is told to whoever names it again. */
void pids_leave(struct pids *pids, struct pid *pid, bool goodbye);

#endif
