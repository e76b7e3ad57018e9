/*
 * The live side: Socket.IO on one hand, the hub on the other. Events become the hub's input, the
 * hub's news become events. Neither knows the other; this file knows both.
 */
#ifndef APP_LIVE_H
#define APP_LIVE_H

#include "app/hub.h"
#include "base/log.h"
#include "sio/server.h"

struct live;

/*
 * Adds the namespace "/" to the server. recovery_ms: how long a client that dropped may resume.
 * NULL: no memory. log may be NULL.
 */
struct live *live_new(struct sio_server *sio, struct net_timers *timers, uint64_t recovery_ms,
		      const struct fr_log *log) FR_MUST_CHECK;
/* The server is gone before. Takes NULL. */
void live_free(struct live *live);
/* For hub_options.deliver. */
struct deliver live_deliver(struct live *live);
/* Set once, before the first client. */
void live_set_hub(struct live *live, struct hub *hub);

#endif
