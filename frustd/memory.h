/*
 * Gives back to the system what malloc keeps: after a crowd or an attack has left, most of the heap
 * is free, but what is still in use lies scattered over it and holds the rest. Owns a timer, no
 * memory.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "net/timer.h"

struct memory {
	struct net_timer timer;
	size_t stays; /* bytes beyond what is in use that could not be given back */
};

/* Looks every few seconds from here on, as long as the timers run. */
void memory_watch(struct memory *memory, struct net_timers *timers);

#endif
