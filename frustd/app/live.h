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

struct live;

/* Adds the namespace "/" to the server. NULL: no memory. log may be NULL. */
struct live *live_new(struct sio_server *sio, struct net_timers *timers,
		      const struct fr_log *log) FR_MUST_CHECK;
/* The server is gone before. Takes NULL. */
void live_free(struct live *live);
/* For hub_options.deliver. */
struct deliver live_deliver(struct live *live);
/* Set once, before the first client. */
void live_connect(struct live *live, struct input hub);
/* All that was published has left. */
void live_flushed(struct live *live);
/* Microseconds from each click's and event's arrival until it had left to all who follow here. */
const struct fr_histogram *live_delivery_us(const struct live *live);

#endif
