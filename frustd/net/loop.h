/*
 * One libuv loop: timers, the flush hook before poll, wake-ups from other threads, signals. Owns
 * the uv_loop_t; net/ alone includes uv.h.
 *
 * A turn: timers → reads (callbacks append, nothing is written) → next turn's timers → *prepare*:
 * the flush hooks write what was appended → poll. Timers run before prepare, so what a timer
 * appends leaves at once.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "base/attr.h"
#include "base/histogram.h"
#include "net/timer.h"

struct net_loop;

/*
 * The process ignores SIGPIPE from here on, and ends with a line on standard error and code 1 when
 * there is no memory to watch more descriptors, of which libuv would say nothing. 0 or a negative
 * errno.
 */
int net_loop_open(struct net_loop **loop) FR_MUST_CHECK;
/*
 * The end: closes every connection that is left and waits for their on_closed. Listeners were
 * closed before; no hook and no timer is called any more.
 */
void net_loop_drop_conns(struct net_loop *loop);
/* All connections, listeners, wake-ups and signals are closed before. Takes NULL. */
void net_loop_close(struct net_loop *loop);
/* Runs until net_loop_stop, or until nothing is left to wait for. 0 or a negative errno. */
int net_loop_run(struct net_loop *loop);
/* From a callback on the loop. */
void net_loop_stop(struct net_loop *loop);
/* The loop's clock and due lists; lives as long as the loop. */
struct net_timers *net_loop_timers(struct net_loop *loop);

/* What has happened on the loop since it was opened. */
struct net_loop_counters {
	uint64_t received, sent;     /* bytes of all connections */
	struct fr_histogram turn_us; /* microseconds of each turn: how long who came next had to
					wait */
};
/* Lives as long as the loop. */
const struct net_loop_counters *net_loop_counters(const struct net_loop *loop);

/* Called once a turn, right before poll. Embedded in its owner; registered until removed. */
struct net_hook {
	struct fr_list link;
	void (*fn)(void *ctx);
	void *ctx;
};
void net_loop_before_poll(struct net_loop *loop, struct net_hook *hook);
void net_hook_remove(struct net_hook *hook);

/* A wake-up that any thread may send; many sends may become one call. */
struct net_wakeup;
int net_wakeup_open(struct net_loop *loop, void (*fn)(void *ctx), void *ctx,
		    struct net_wakeup **wakeup) FR_MUST_CHECK;
/* Any thread, async-signal-safe. */
void net_wakeup_send(struct net_wakeup *wakeup);
/* On the loop's thread; no send may follow. Freed in the close callback. Takes NULL. */
void net_wakeup_close(struct net_wakeup *wakeup);

/* Calls fn on the loop when the process gets signal signum. */
struct net_signal;
int net_signal_open(struct net_loop *loop, int signum, void (*fn)(void *ctx, int signum), void *ctx,
		    struct net_signal **sig) FR_MUST_CHECK;
void net_signal_close(struct net_signal *sig);

#endif
