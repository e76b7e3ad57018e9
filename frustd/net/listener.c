/* A listening socket. Owns the socket and accepts by hand, so that it can pause. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/internal.h"
#include "net/tcp.h"

#define ACCEPTS_MAX 64 /* in one turn, for the sake of those who are connected */
#define PAUSE 100      /* ms without file descriptors */

struct net_listener {
	struct net_loop *loop;
	uv_poll_t poll;
	struct net_timer pause;
	int fd;
	struct net_place place;
	net_accept_fn fn;
	void *ctx;
	net_pass_fn pass; /* NULL: nothing is passed on */
	void *pass_ctx;
	void (*tell)(void *ctx, int error); /* NULL: nobody */
	void *tell_ctx;
	struct net_listener_counters counters;
	bool closed;
};

union socket_address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static struct net_address from_socket(const union socket_address *from)
{
	struct net_address address = {0};

	if (from->any.sa_family == AF_INET6) {
		address.family = NET_IPV6;
		address.port = ntohs(from->in6.sin6_port);
		memcpy(address.bytes, &from->in6.sin6_addr, 16);
		net_address_unmap(&address);
	} else if (from->any.sa_family == AF_INET) {
		address.family = NET_IPV4;
		address.port = ntohs(from->in.sin_port);
		memcpy(address.bytes, &from->in.sin_addr, 4);
	} else if (from->any.sa_family == AF_UNIX) {
		address.family = NET_UNIX;
	}
	return address;
}

static void serve(struct net_listener *listener, int fd, const struct net_address *peer)
{
	struct net_conn *conn;

	listener->counters.accepted++;
	if (listener->pass && listener->pass(listener->pass_ctx, fd, peer))
		return;
	if (net_tcp_open(listener->loop, fd, peer, &conn) < 0) {
		listener->counters.dropped++; /* that peer sees its connection close */
		return;
	}
	listener->fn(listener->ctx, conn);
	net_tcp_start(conn);
}

/* Nothing is accepted for a while: those who come wait in the backlog. */
static void pause_accepting(struct net_listener *listener, int error)
{
	listener->counters.pauses++;
	uv_poll_stop(&listener->poll);
	net_timer_start(&listener->pause, PAUSE);
	if (listener->tell)
		listener->tell(listener->tell_ctx, error);
}

/* Accepts one; false when there is no more to accept now. */
static bool accept_one(struct net_listener *listener)
{
	union socket_address from = {0};
	socklen_t len = sizeof(from);
	struct net_address peer;
	int fd = accept4(listener->fd, &from.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		peer = from_socket(&from);
		serve(listener, fd, &peer);
		return !listener->closed;
	}
	switch (errno) {
	case EINTR:
	case ECONNABORTED:
		return true;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
		pause_accepting(listener, -errno);
		return false;
	default:
		return false;
	}
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct net_listener *listener = poll->data;

	(void)status; /* a listening socket's errors show in accept */
	(void)events;
	net_loop_entered(poll->loop);
	for (int i = 0; i < ACCEPTS_MAX && accept_one(listener); i++)
		;
}

static void on_pause_over(struct net_timer *timer, void *ctx)
{
	struct net_listener *listener = ctx;

	(void)timer;
	uv_poll_start(&listener->poll, UV_READABLE, on_readable);
}

static void free_listener(uv_handle_t *handle)
{
	free(handle->data);
}

int net_listener_adopt(struct net_loop *loop, int fd, net_accept_fn fn, void *ctx,
		       struct net_listener **out)
{
	struct net_listener *listener = calloc(1, sizeof(*listener));
	const int on = 1;
	int rc = -ENOMEM;

	if (!listener)
		goto fail;
	*listener = (struct net_listener){.loop = loop, .fd = fd, .fn = fn, .ctx = ctx};
	net_timer_init(&listener->pause, &loop->timers, on_pause_over, listener);
	rc = net_place_of(fd, &listener->place);
	if (rc < 0)
		goto fail;
	/* What it accepts inherits it; a Unix socket has no such thing. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	rc = uv_poll_init(&loop->uv, &listener->poll, fd);
	if (rc < 0)
		goto fail;
	listener->poll.data = listener;
	rc = uv_poll_start(&listener->poll, UV_READABLE, on_readable);
	if (rc < 0) {
		net_listener_close(listener);
		return rc;
	}
	*out = listener;
	return 0;

fail:
	close(fd);
	free(listener);
	return rc;
}

int net_listener_open(struct net_loop *loop, const struct net_address *address, net_accept_fn fn,
		      void *ctx, struct net_listener **out)
{
	const struct net_place place = {.address = *address};
	int fd = net_place_listen(&place, 0);

	return fd < 0 ? fd : net_listener_adopt(loop, fd, fn, ctx, out);
}

const struct net_place *net_listener_place(const struct net_listener *listener)
{
	return &listener->place;
}

void net_listener_tell(struct net_listener *listener, void (*fn)(void *ctx, int error), void *ctx)
{
	listener->tell = fn;
	listener->tell_ctx = ctx;
}

const struct net_listener_counters *net_listener_counters(const struct net_listener *listener)
{
	return &listener->counters;
}

const struct net_address *net_listener_address(const struct net_listener *listener)
{
	return &listener->place.address;
}

void net_listener_pass(struct net_listener *listener, net_pass_fn fn, void *ctx)
{
	listener->pass = fn;
	listener->pass_ctx = ctx;
}

void net_listener_close(struct net_listener *listener)
{
	if (!listener || listener->closed)
		return;
	listener->closed = true;
	net_timer_stop(&listener->pause);
	uv_poll_stop(&listener->poll);
	close(listener->fd); /* now, so that the port is free at once */
	uv_close((uv_handle_t *)&listener->poll, free_listener);
}
