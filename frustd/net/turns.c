#include "net/turns.h"

#include "base/attr.h"

/* Everybody's share is a two-thousandth of the time: several times what somebody takes who presses
 * as fast as fingers go. Half a second's share is kept while it is not used, so that a quarter of a
 * millisecond at once is free. */
#define SHARE 2000u
#define KEPT_NS 500000000u

void net_turn_charge(struct net_turn *turn, uint64_t began, uint64_t now)
{
	turn->cost = now - began;
	if (turn->paid + KEPT_NS < now)
		turn->paid = now - KEPT_NS;
	turn->paid += turn->cost * SHARE;
}

bool net_turn_waits(const struct net_turn *turn, uint64_t now)
{
	return turn->paid > now;
}

struct net_turn *net_turns_next(struct fr_list *line, uint64_t *left)
{
	struct net_turn *first;

	if (fr_list_empty(line))
		return NULL;
	first = FR_CONTAINER_OF(line->next, struct net_turn, link);
	if (first->cost > *left && *left < NET_TURN_NS)
		return NULL;
	*left -= first->cost < *left ? first->cost : *left;
	fr_list_remove(&first->link);
	return first;
}
