#include "memory.h"

#include <malloc.h>

#include "app/process.h"

#define LOOK_MS 5000
#define WORTH_IT ((size_t)4 << 20) /* bytes; giving back costs a walk over the heap */

/* Resident bytes that nobody uses, and what is no heap at all. */
static size_t beyond_use(void)
{
	struct mallinfo2 heap = mallinfo2();
	size_t used = heap.uordblks + heap.hblkhd;
	uint64_t resident = process_resident_bytes();

	return resident > used ? (size_t)resident - used : 0;
}

static void on_look(struct net_timer *timer, void *ctx)
{
	struct memory *memory = ctx;
	size_t beyond = beyond_use();

	if (beyond > memory->stays + WORTH_IT) {
		malloc_trim(0);
		memory->stays = beyond_use();
	} else if (beyond < memory->stays) {
		memory->stays = beyond;
	}
	net_timer_start(timer, LOOK_MS);
}

void memory_watch(struct memory *memory, struct net_timers *timers)
{
	memory->stays = 0;
	net_timer_init(&memory->timer, timers, on_look, memory);
	net_timer_start(&memory->timer, LOOK_MS);
}
