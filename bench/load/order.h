/*
 * Holds every client's stream against all others': each click once, all in one order. Clicks are
 * numbered by whoever presses; whoever gets a click first says what its place in the order is.
 */
#ifndef LOAD_ORDER_H
#define LOAD_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct order {
	struct press {
		uint64_t at; /* ns, when it was pressed or should have been */
		bool seen;
	} * presses; /* by number */
	uint32_t pressed;
	uint32_t *places; /* numbers, in their order */
	uint32_t placed;
	uint32_t size; /* allocated, of both */
};

void order_fini(struct order *order);
/* Numbers a click; -ENOMEM. */
int order_press(struct order *order, uint64_t at, uint32_t *number);
/* A client that has had `position` clicks gets this one. NULL, or what is wrong with that. */
const char *order_take(struct order *order, uint32_t position, uint32_t number);

#endif
