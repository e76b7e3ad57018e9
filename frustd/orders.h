/*
 * What the person who runs the server orders by signals: SIGTERM and SIGINT to stop, SIGHUP to
 * reload, SIGUSR2 to restart. Owns the signals and the trial before a restart; carrying it out is
 * the caller's business.
 */
#ifndef ORDERS_H
#define ORDERS_H

#include "base/log.h"
#include "net/loop.h"

/* Copied; what it points to outlives the orders. */
struct orders_options {
	struct net_loop *loop;
	const struct fr_log *log;
	char *const *argv; /* of this program, argc of them and a NULL */
	int argc;
	void (*stop)(void *ctx, int signum);
	void (*reload)(void *ctx);
	/* The program that is there now takes the configuration that is there now. */
	void (*restart)(void *ctx);
	void *ctx;
};

struct orders;

/* 0 or a negative errno. */
int orders_open(const struct orders_options *options, struct orders **orders) FR_MUST_CHECK;
/* Takes NULL. */
void orders_close(struct orders *orders);
/* From here on orders wait, until the program that this process executes next opens its own. No
 * other thread is there to take them. */
void orders_hold(void);

#endif
