/* Owns the loop's epoll. Whose the sockets are, and what they have to say, is tcp.c's. */
#include "net/watch.h"

#include <errno.h>
#include <unistd.h>

#include "net/internal.h"

#define EVENTS_MAX 1024 /* of one turn; the rest is told in the next */

/* A callback may close any of those that come after it: each tells by itself that it is closed, and
 * none is freed meanwhile. */
static void on_events(uv_poll_t *poll, int status, int events)
{
	struct net_loop *loop = net_loop_entered(poll->loop);
	struct epoll_event ready[EVENTS_MAX];
	int n = epoll_wait(loop->epoll, ready, EVENTS_MAX, 0);

	(void)status; /* an epoll knows no errors */
	(void)events;
	for (int i = 0; i < n; i++)
		net_tcp_ready(ready[i].data.ptr, ready[i].events);
}

int net_watch_open(struct net_loop *loop)
{
	int rc;

	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		return -errno;
	rc = uv_poll_init(&loop->uv, &loop->poll, loop->epoll);
	if (rc < 0) {
		close(loop->epoll);
		return rc;
	}
	uv_poll_start(&loop->poll, UV_READABLE, on_events); /* cannot fail: its events are fine */
	net_watch_hold(loop, false);
	return 0;
}

static void on_close(uv_handle_t *handle)
{
	struct net_loop *loop = handle->loop->data;

	close(loop->epoll);
}

void net_watch_close(struct net_loop *loop)
{
	uv_close((uv_handle_t *)&loop->poll, on_close);
}

void net_watch_hold(struct net_loop *loop, bool held)
{
	if (held)
		uv_ref((uv_handle_t *)&loop->poll);
	else
		uv_unref((uv_handle_t *)&loop->poll);
}

int net_watch_set(struct net_loop *loop, struct net_watch *watch, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = watch};
	int op = EPOLL_CTL_MOD;

	if (events == watch->events)
		return 0;
	if (watch->events == 0)
		op = EPOLL_CTL_ADD;
	else if (events == 0)
		op = EPOLL_CTL_DEL;
	if (epoll_ctl(loop->epoll, op, watch->fd, &event) < 0)
		return -errno;
	watch->events = events;
	return 0;
}
