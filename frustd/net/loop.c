/*
 * The loop's turn. Owns the uv_loop_t, the one uv_timer that drives net_timers, the prepare and
 * the idle handle; connections are tcp.c's, and their sockets watch.c's.
 */
#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/internal.h"

#define NS_PER_US 1000

struct net_wakeup {
	uv_async_t async;
	void (*fn)(void *ctx);
	void *ctx;
};

struct net_signal {
	uv_signal_t signal;
	void (*fn)(void *ctx, int signum);
	void *ctx;
};

struct net_loop *net_loop_entered(const uv_loop_t *uv)
{
	struct net_loop *loop = uv->data;

	loop->timers.now = uv_now(uv);
	if (!loop->turn_at)
		loop->turn_at = uv_hrtime();
	return loop;
}

static void on_timer(uv_timer_t *timer)
{
	struct net_loop *loop = net_loop_entered(timer->loop);

	net_timers_run(&loop->timers, uv_now(&loop->uv));
}

/* The uv_timer is due when the first of ours is; runs before every poll. */
static void schedule(struct net_loop *loop)
{
	uint64_t next = net_timers_next(&loop->timers);
	uint64_t now = uv_now(&loop->uv);

	if (next == UINT64_MAX)
		uv_timer_stop(&loop->timer);
	else
		uv_timer_start(&loop->timer, on_timer, next > now ? next - now : 0, 0);
}

static void on_idle(uv_idle_t *idle)
{
	(void)idle; /* that it runs is all */
}

/* No poll waits while somebody stands in line, or is closed and has yet to hear of it. */
static void hurry(struct net_loop *loop)
{
	if (fr_list_empty(&loop->line) && fr_list_empty(&loop->closed))
		uv_idle_stop(&loop->impatience);
	else
		uv_idle_start(&loop->impatience, on_idle);
}

static void on_prepare(uv_prepare_t *prepare)
{
	struct net_loop *loop = net_loop_entered(prepare->loop);

	if (loop->ending)
		return;
	net_tcp_settle(loop);
	FR_LIST_EACH_SAFE(it, &loop->hooks)
	{
		struct net_hook *hook = FR_CONTAINER_OF(it, struct net_hook, link);

		hook->fn(hook->ctx);
	}
	net_tcp_next(loop);
	hurry(loop);
	schedule(loop);
	fr_histogram_add(&loop->counters.turn_us, (uv_hrtime() - loop->turn_at) / NS_PER_US);
	loop->turn_at = 0;
}

/* --- memory --- */

/* libuv aborts when its table of descriptors, all that it ever makes larger, cannot grow. Then the
 * process ends here, with a word. */
static void *grow(void *at, size_t size)
{
	void *grown = realloc(at, size);

	if (!grown) {
		dprintf(STDERR_FILENO, "%s: error: out of memory: no room for more descriptors\n",
			program_invocation_short_name);
		_exit(EXIT_FAILURE);
	}
	return grown;
}

static void set_allocator(void)
{
	uv_replace_allocator(malloc, grow, calloc, free);
}

/* --- the loop --- */

int net_loop_open(struct net_loop **out)
{
	static uv_once_t once = UV_ONCE_INIT; /* libuv has one allocator a process */
	struct net_loop *loop = calloc(1, sizeof(*loop));
	int rc;

	if (!loop)
		return UV_ENOMEM;
	/* A write to a peer that has gone is an error to handle, not the end of the process. */
	signal(SIGPIPE, SIG_IGN);
	uv_once(&once, set_allocator);
	rc = uv_loop_init(&loop->uv);
	if (rc < 0)
		goto fail;
	loop->uv.data = loop;
	rc = net_watch_open(loop);
	if (rc < 0) {
		uv_loop_close(&loop->uv);
		goto fail;
	}
	fr_list_init(&loop->hooks);
	fr_list_init(&loop->conns);
	fr_list_init(&loop->closed);
	fr_list_init(&loop->line);
	net_timers_init(&loop->timers, uv_now(&loop->uv), uv_hrtime);
	/* None of these can fail. */
	uv_timer_init(&loop->uv, &loop->timer);
	loop->timer.data = loop;
	uv_idle_init(&loop->uv, &loop->impatience);
	uv_prepare_init(&loop->uv, &loop->prepare);
	uv_prepare_start(&loop->prepare, on_prepare);
	/* The prepare handle alone keeps no loop alive. */
	uv_unref((uv_handle_t *)&loop->prepare);
	*out = loop;
	return 0;

fail:
	free(loop);
	return rc;
}

void net_loop_drop_conns(struct net_loop *loop)
{
	loop->ending = true;
	uv_timer_stop(&loop->timer);
	uv_idle_stop(&loop->impatience);
	/* Those too that come from another loop meanwhile. Not until nothing at all is left: after
	 * a start that failed, a wake-up may be. */
	do {
		net_tcp_drop(loop);
		net_tcp_settle(loop);
		uv_run(&loop->uv, UV_RUN_NOWAIT);
	} while (!fr_list_empty(&loop->conns) || !fr_list_empty(&loop->closed));
}

void net_loop_close(struct net_loop *loop)
{
	if (!loop)
		return;
	net_tcp_settle(loop);
	assert(fr_list_empty(&loop->conns));
	net_watch_close(loop);
	uv_close((uv_handle_t *)&loop->timer, NULL);
	uv_close((uv_handle_t *)&loop->impatience, NULL);
	uv_close((uv_handle_t *)&loop->prepare, NULL);
	/* Close callbacks, also those of whoever closed before us. */
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	uv_loop_close(&loop->uv);
	free(loop);
}

int net_loop_run(struct net_loop *loop)
{
	uv_update_time(&loop->uv);
	net_loop_entered(&loop->uv);
	schedule(loop);
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	return 0;
}

void net_loop_stop(struct net_loop *loop)
{
	uv_stop(&loop->uv);
}

struct net_timers *net_loop_timers(struct net_loop *loop)
{
	return &loop->timers;
}

const struct net_loop_counters *net_loop_counters(const struct net_loop *loop)
{
	return &loop->counters;
}

void net_loop_before_poll(struct net_loop *loop, struct net_hook *hook)
{
	fr_list_append(&loop->hooks, &hook->link);
}

void net_hook_remove(struct net_hook *hook)
{
	fr_list_remove(&hook->link);
}

static void on_wakeup(uv_async_t *async)
{
	struct net_wakeup *wakeup = async->data;

	net_loop_entered(async->loop);
	wakeup->fn(wakeup->ctx);
}

int net_wakeup_open(struct net_loop *loop, void (*fn)(void *ctx), void *ctx,
		    struct net_wakeup **out)
{
	struct net_wakeup *wakeup = malloc(sizeof(*wakeup));
	int rc;

	if (!wakeup)
		return UV_ENOMEM;
	wakeup->fn = fn;
	wakeup->ctx = ctx;
	rc = uv_async_init(&loop->uv, &wakeup->async, on_wakeup);
	if (rc < 0) {
		free(wakeup);
		return rc;
	}
	wakeup->async.data = wakeup;
	*out = wakeup;
	return 0;
}

void net_wakeup_send(struct net_wakeup *wakeup)
{
	uv_async_send(&wakeup->async);
}

static void free_data(uv_handle_t *handle)
{
	free(handle->data);
}

void net_wakeup_close(struct net_wakeup *wakeup)
{
	if (wakeup)
		uv_close((uv_handle_t *)&wakeup->async, free_data);
}

static void on_signal(uv_signal_t *signal, int signum)
{
	struct net_signal *sig = signal->data;

	net_loop_entered(signal->loop);
	sig->fn(sig->ctx, signum);
}

int net_signal_open(struct net_loop *loop, int signum, void (*fn)(void *ctx, int signum), void *ctx,
		    struct net_signal **out)
{
	struct net_signal *sig = malloc(sizeof(*sig));
	int rc;

	if (!sig)
		return UV_ENOMEM;
	sig->fn = fn;
	sig->ctx = ctx;
	sig->signal.data = sig;
	rc = uv_signal_init(&loop->uv, &sig->signal);
	if (rc < 0) {
		free(sig);
		return rc;
	}
	rc = uv_signal_start(&sig->signal, on_signal, signum);
	if (rc < 0) {
		uv_close((uv_handle_t *)&sig->signal, free_data);
		return rc;
	}
	*out = sig;
	return 0;
}

void net_signal_close(struct net_signal *sig)
{
	if (sig)
		uv_close((uv_handle_t *)&sig->signal, free_data);
}
