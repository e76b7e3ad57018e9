/*
 * Whose turn it is to be read. Whoever takes no more of the loop's time than a small share is read
 * as soon as bytes are there. Whoever takes more stands in line with others of that kind, and a
 * turn of the loop reads as many of the line as fit in a small part of a millisecond: so a flood is
 * read as fast as ever, but delays nobody else by more than that. Pure memory.
 */
#ifndef NET_TURNS_H
#define NET_TURNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"

/* One connection's. Zeroed: has taken nothing yet. */
struct net_turn {
	struct fr_list link; /* in the line */
	uint64_t paid;       /* ns: until then what it has taken counts */
	uint64_t cost;       /* ns of its last read */
};

/* It has taken the time from began to now, in ns. */
void net_turn_charge(struct net_turn *turn, uint64_t began, uint64_t now);
/* Whether it has taken more than its share. */
bool net_turn_waits(const struct net_turn *turn, uint64_t now);

/* A turn's time for those who wait, in ns. */
#define NET_TURN_NS 500000u
/* Takes the next one out of the line, if it fits in what is left of the turn's time (in the whole
 * of it anything does); NULL: nobody more in this turn. */
struct net_turn *net_turns_next(struct fr_list *line, uint64_t *left);

#endif
