/* What the daemon's files share: the daemon as it is in memory, and what it is called for while it
 * runs (daemon_life.c). */
#ifndef DAEMON_INTERNAL_H
#define DAEMON_INTERNAL_H

#include "app/hub.h"
#include "crew.h"
#include "daemon.h"
#include "memory.h"
#include "net/loop.h"
#include "net/peers.h"
#include "orders.h"

enum phase { STARTING, SERVING, DRAINING, CLOSING };

struct daemon {
	struct config *config;
	const struct options *options; /* the configuration's */
	struct fr_log *log;
	struct clock_source clock;
	enum phase phase;
	int exit_code;
	bool restarting;    /* what follows the end is another beginning */
	int64_t started_at; /* s, wall clock */
	uint64_t started;   /* ms */
	struct net_loop *loop;
	struct net_timer deadline; /* of DRAINING and what follows it */
	struct net_timer watchdog; /* tells the service manager that the loop turns */
	struct memory memory;
	struct net_wakeup *wakeup;
	struct orders *orders;
	struct doors doors;
	uint64_t descriptors; /* as many as we may have; UINT64_MAX: any number */
	struct net_peers *peers;
	struct crew *crew;
	struct hub *hub;
	struct frust_writer *writer;
	struct frust_zone *zone;
};

/* net_timer */
void daemon_on_deadline(struct net_timer *timer, void *ctx);
void daemon_on_watchdog(struct net_timer *timer, void *ctx);
/* orders_options; ctx of these and of all that follow is the daemon. */
void daemon_on_stop(void *ctx, int signum);
void daemon_on_restart(void *ctx);
void daemon_on_reload(void *ctx);
/* crew's, once a turn */
void daemon_before_flush(void *ctx);
void daemon_after_flush(void *ctx);
/* the writer's wake-up */
void daemon_on_settled(void *ctx);
/* hub_options.notice */
void daemon_on_hub_notice(void *ctx, enum hub_notice what, const struct frust_error *error);

#endif
