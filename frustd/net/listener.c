/* A listening socket. Owns the socket and accepts by hand, so that it can pause. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/internal.h"
#include "net/tcp.h"

#define BACKLOG 4096
#define ACCEPTS_MAX 64 /* in one turn, for the sake of those who are connected */
#define PAUSE 100      /* ms without file descriptors */

struct net_listener {
	struct net_loop *loop;
	uv_poll_t poll;
	struct net_timer pause;
	int fd;
	struct net_address address;
	net_accept_fn fn;
	void *ctx;
	net_pass_fn pass; /* NULL: nothing is passed on */
	void *pass_ctx;
	bool closed;
};

union socket_address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static socklen_t to_socket(const struct net_address *address, union socket_address *out)
{
	*out = (union socket_address){0};
	if (address->family == NET_IPV6) {
		out->in6.sin6_family = AF_INET6;
		out->in6.sin6_port = htons(address->port);
		memcpy(&out->in6.sin6_addr, address->bytes, 16);
		return sizeof(out->in6);
	}
	out->in.sin_family = AF_INET;
	out->in.sin_port = htons(address->port);
	memcpy(&out->in.sin_addr, address->bytes, 4);
	return sizeof(out->in);
}

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
	}
	return address;
}

static void serve(struct net_listener *listener, int fd, const struct net_address *peer)
{
	struct net_conn *conn;

	if (listener->pass && listener->pass(listener->pass_ctx, fd, peer))
		return;
	if (net_tcp_open(listener->loop, fd, peer, &conn) < 0)
		return; /* that peer sees its connection close */
	listener->fn(listener->ctx, conn);
	net_tcp_start(conn);
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
		uv_poll_stop(&listener->poll);
		net_timer_start(&listener->pause, PAUSE);
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

/* "[::]" takes IPv4 peers too, whatever the system's default is. */
static int set_dual_stack(int fd, const union socket_address *at)
{
	const int off = 0;

	if (at->any.sa_family != AF_INET6)
		return 0;
	return setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
}

/* A socket that listens on address, with what its connections inherit; or a negative errno. */
static int listen_on(const struct net_address *address, struct net_address *bound)
{
	const int on = 1;
	union socket_address at;
	socklen_t len = to_socket(address, &at);
	int fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    set_dual_stack(fd, &at) < 0 || bind(fd, &at.any, len) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, &at.any, &len) < 0) {
		rc = -errno;
		close(fd);
		return rc;
	}
	/* Not unmapped: "[::]" stays what it is. */
	*bound = *address;
	bound->port = from_socket(&at).port;
	return fd;
}

static void free_listener(uv_handle_t *handle)
{
	free(handle->data);
}

int net_listener_open(struct net_loop *loop, const struct net_address *address, net_accept_fn fn,
		      void *ctx, struct net_listener **out)
{
	struct net_listener *listener = calloc(1, sizeof(*listener));
	int rc;

	if (!listener)
		return -ENOMEM;
	listener->loop = loop;
	listener->fn = fn;
	listener->ctx = ctx;
	net_timer_init(&listener->pause, &loop->timers, on_pause_over, listener);
	rc = listener->fd = listen_on(address, &listener->address);
	if (rc < 0)
		goto fail_socket;
	rc = uv_poll_init(&loop->uv, &listener->poll, listener->fd);
	if (rc < 0)
		goto fail_poll;
	listener->poll.data = listener;
	rc = uv_poll_start(&listener->poll, UV_READABLE, on_readable);
	if (rc < 0) {
		net_listener_close(listener);
		return rc;
	}
	*out = listener;
	return 0;

fail_poll:
	close(listener->fd);
fail_socket:
	free(listener);
	return rc;
}

const struct net_address *net_listener_address(const struct net_listener *listener)
{
	return &listener->address;
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
