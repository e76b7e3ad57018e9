/*
 * The routes for those who watch the server: /healthz (it is alive), /readyz (it can store), and
 * /metrics, which is for this machine, trusted proxies and who else may see it.
 */
#ifndef APP_WATCH_H
#define APP_WATCH_H

#include "app/metrics.h"
#include "httpd/server.h"

/* What all loops have counted. */
typedef void (*watch_measured_fn)(void *ctx, const struct metrics_loop *loops);

struct watch_options {
	/* Who may see /metrics and why the server is not ready, beside this machine; borrowed. */
	const struct net_cidr *proxies, *allowed;
	size_t proxy_count, allowed_count;
	/* Why nothing can be stored, as a line; NULL: it can. */
	const char *(*trouble)(void *ctx);
	/* Calls done once, now or later; 0 or a negative errno, and then never. */
	int (*measure)(void *ctx, watch_measured_fn done, void *done_ctx);
	/* Adds the rest. */
	void (*collect)(void *ctx, struct metrics *metrics);
	void *ctx;
};

struct watch;

/* The routes; an absent one is behind the last. */
extern const struct fr_str watch_paths[];

/* NULL: no memory. */
struct watch *watch_new(struct httpd_server *httpd,
			const struct watch_options *options) FR_MUST_CHECK;
/* The server is gone before, and nothing is being measured. Takes NULL. */
void watch_free(struct watch *watch);

#endif
