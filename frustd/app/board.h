/*
 * What every loop sees of the hub without asking it: whether what it knows is still true. Written
 * on the hub's loop, before anybody is told of the change; read anywhere.
 */
#ifndef APP_BOARD_H
#define APP_BOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct board {
	uint64_t boot; /* random: two runs of the server never share an ETag */
	/* These change whenever the answer of a route may have changed. */
	_Atomic uint64_t state, presence;
	_Atomic bool ready;
	_Atomic int64_t clicks_today;
};

/* On the hub's loop. */
static inline void board_change(_Atomic uint64_t *version)
{
	/* There is one writer: no need to lock the bus. */
	atomic_store_explicit(version, atomic_load_explicit(version, memory_order_relaxed) + 1,
			      memory_order_release);
}

#endif
