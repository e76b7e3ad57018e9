/*
 * One loop's front: what faces the clients there. Its HTTP server with the routes, its Socket.IO
 * server with the live side, its listeners, and the flush of each turn. The loop and the hub
 * are others'; crew.h has the order.
 *
 *     front_open → front_mount → front_listen → …
 *     … → front_close_listeners → front_close, turns until front_is_empty → front_free
 */
#ifndef FRONT_H
#define FRONT_H

#include "app/api.h"
#include "app/clock.h"
#include "app/hub.h"
#include "app/metrics.h"
#include "app/watch.h"
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
	int64_t started_at;              /* s, wall clock */
	struct net_peers *peers;         /* all fronts' */
	void (*before_flush)(void *ctx); /* once a turn: the last who may still add to it */
	void (*after_flush)(void *ctx);
	void *turn_ctx;
	/* Of several fronts, one a loop: how many, and which this is; the first alone listens. */
	uint32_t count, index;
	void (*elsewhere)(void *ctx, uint32_t index, struct httpd_exchange *exchange);
	net_pass_fn deal; /* NULL: there is one loop */
	void *crew;       /* ctx of these two */
	/* For who watches, see watch.h. */
	const char *(*trouble)(void *ctx);
	int (*measure)(void *ctx, watch_measured_fn done, void *done_ctx);
	void (*collect)(void *ctx, struct metrics *metrics);
	void *ctx;
};

/* 0 or a negative errno. */
int front_open(const struct front_options *options, struct front **front) FR_MUST_CHECK;
/* For hub_options.deliver. */
struct deliver front_deliver(struct front *front);
/* Adds the routes; the hub, and what source points to, outlive the front. EXIT_FINE, or the exit
 * code: what the log does not tell is EXIT_RUN. */
int front_mount(struct front *front, struct input hub,
		const struct api_source *source) FR_MUST_CHECK;
/* The routes' bodies, for who composes them for others or brings them. */
struct api *front_api(struct front *front);
/* Accepts at all doors, which stay open when the listeners are closed. 0 or a negative errno. */
int front_listen(struct front *front, const struct doors *doors) FR_MUST_CHECK;
/* A connection from another front: one that was accepted there, or that asks for what is here. */
void front_adopt(struct front *front, struct net_parcel *parcel);
/* What the clients are told has a hole: ends every session, and what waits for the hub. */
void front_lose(struct front *front);
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
