/*
 * One loop's front: what faces the clients there. Its HTTP server with the routes, its Socket.IO
 * server with the live side, its listeners, and the flush of each turn. The loop, the hub and the
 * order of starting and stopping are the daemon's.
 *
 *     front_open → hub_new(front_deliver) → front_mount → front_listen → …
 *     … → front_close_listeners → front_close, turns until front_is_empty → front_free → hub_free
 */
#ifndef FRONT_H
#define FRONT_H

#include "app/clock.h"
#include "app/hub.h"
#include "app/metrics.h"
#include "doors.h"
#include "eio/server.h"
#include "httpd/server.h"
#include "net/loop.h"
#include "options.h"

struct front;

/* Copied; what it points to outlives the front. */
struct front_options {
	const struct options *options;
	const struct fr_log *log;
	struct clock_source clock;
	struct net_loop *loop;
	struct net_peers *peers;         /* all fronts' */
	void (*before_flush)(void *ctx); /* once a turn: the last who may still add to it */
	void (*after_flush)(void *ctx);
	/* For who watches, see watch.h. */
	const char *(*trouble)(void *ctx);
	void (*collect)(void *ctx, struct metrics *metrics);
	void *ctx;
};

/* 0 or a negative errno. */
int front_open(const struct front_options *options, struct front **front) FR_MUST_CHECK;
/* For hub_options.deliver. */
struct deliver front_deliver(struct front *front);
/* Adds the routes; the hub outlives the front. EXIT_FINE, or the exit code: what the log does not
 * tell is EXIT_RUN. */
int front_mount(struct front *front, struct hub *hub) FR_MUST_CHECK;
/* Accepts at all doors, which stay open when the listeners are closed. 0 or a negative errno. */
int front_listen(struct front *front, const struct doors *doors) FR_MUST_CHECK;
/* What its layers have counted. */
void front_measure(const struct front *front, struct metrics_loop *metrics);
void front_close_listeners(struct front *front);
/* Tells the clients that it is over; their ends follow. */
void front_close(struct front *front);
/* Whether everybody who was told has gone. */
bool front_is_empty(const struct front *front);
/* Whoever is still here has no more time. The loop's wake-ups and signals were closed before. Takes
 * NULL. */
void front_free(struct front *front);

#endif
