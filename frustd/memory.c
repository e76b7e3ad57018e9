#include "memory.h"

#include <malloc.h>

#define LOOK_MS 5000
#define WORTH_IT ((size_t)4 << 20) /* bytes; giving back costs a walk over the heap */

static void on_look(struct net_timer *timer, void *ctx)
{
	struct memory *memory = ctx;
	size_t unused = mallinfo2().fordblks;

	if (unused > memory->given + WORTH_IT) {
		malloc_trim(0);
		memory->given = unused;
	} else if (unused < memory->given) {
		memory->given = unused;
	}
	net_timer_start(timer, LOOK_MS);
}

void memory_watch(struct memory *memory, struct net_timers *timers)
{
	memory->given = 0;
	net_timer_init(&memory->timer, timers, on_look, memory);
	net_timer_start(&memory->timer, LOOK_MS);
}
