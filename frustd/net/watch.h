/*
 * Which sockets of connections have bytes, or room for some. They share one epoll(7) of their
 * loop's, which is all that libuv sees of them: a handle of libuv's for each (160 bytes the
 * smallest) would be most of what an idle connection takes.
 */
#ifndef NET_WATCH_H
#define NET_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "base/attr.h"

struct net_loop;

/* One socket. Events of 0: nothing is told of it. */
struct net_watch {
	int fd;
	uint32_t events; /* EPOLLIN, EPOLLOUT: until they are taken back, as long as they hold */
};

/* The loop's epoll. 0 or a negative errno. */
int net_watch_open(struct net_loop *loop) FR_MUST_CHECK;
/* Closed once the loop has run again. */
void net_watch_close(struct net_loop *loop);
/* Whether the loop runs on for the sockets' sake. */
void net_watch_hold(struct net_loop *loop, bool held);
/*
 * What net_tcp_ready is called for from now on, and for errors and hang-ups too. To be 0 before the
 * socket is closed, for its stream may live on under another descriptor. 0 or a negative errno,
 * which only a change from 0 can bring.
 */
int net_watch_set(struct net_loop *loop, struct net_watch *watch, uint32_t events) FR_MUST_CHECK;

#endif
