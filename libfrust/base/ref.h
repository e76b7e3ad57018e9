/* A count of owners that may sit on different threads. */
#ifndef FR_REF_H
#define FR_REF_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct fr_ref {
	_Atomic uint32_t count;
};

static inline void fr_ref_init(struct fr_ref *ref)
{
	atomic_init(&ref->count, 1);
}

static inline void fr_ref_up(struct fr_ref *ref)
{
	atomic_fetch_add_explicit(&ref->count, 1, memory_order_relaxed);
}

/* True when that was the last owner: free it. */
static inline bool fr_ref_down(struct fr_ref *ref)
{
	return atomic_fetch_sub_explicit(&ref->count, 1, memory_order_acq_rel) == 1;
}

#endif
