/*
 * The live side: Socket.IO on one hand, the hub on the other. Events become the hub's input, the
 * hub's news become events. Neither knows the other; this file knows both.
 */
#ifndef APP_LIVE_H
#define APP_LIVE_H

#include "app/hub.h"
#include "base/histogram.h"
#include "base/log.h"
#include "sio/server.h"

#define LIVE_LOOPS_MAX EIO_LOOPS_MAX

struct live;

/* Adds the namespace "/" to the server of the loop with that index. NULL: no memory. log may be
 * NULL. */
struct live *live_new(struct sio_server *sio, uint32_t loop, struct net_timers *timers,
		      const struct fr_log *log) FR_MUST_CHECK;
/* The server is gone before. Takes NULL. */
void live_free(struct live *live);
/* For hub_options.deliver. */
struct deliver live_deliver(struct live *live);
/* Set once, before the first client. */
void live_connect(struct live *live, struct input hub);
/* Ends everybody's session. */
void live_drop_all(struct live *live);
/* All that was published has left. */
void live_flushed(struct live *live);
/* Microseconds from each click's and event's arrival until it had left to all who follow here. */
const struct fr_histogram *live_delivery_us(const struct live *live);

/*
 * A client's id is its socket's, which has the slot's index in the lower 32 bits, with the loop's
 * index in the upper 8 of these: there are never as many slots.
 */
#define LIVE_LOOP_SHIFT 24
static inline uint32_t live_loop_of(uint64_t client)
{
	return (uint32_t)client >> LIVE_LOOP_SHIFT;
}

#endif
