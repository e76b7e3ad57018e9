/* What the files of net/ that know libuv share; nobody else includes this. */
#ifndef NET_INTERNAL_H
#define NET_INTERNAL_H

#include <uv.h>

#include "net/conn.h"
#include "net/loop.h"
#include "net/watch.h"

#define NET_READ_SIZE 16384

struct net_loop {
	uv_loop_t uv;
	uv_prepare_t prepare;
	uv_timer_t timer;
	uv_idle_t impatience; /* runs, so that no poll waits, while something is to be done */
	uv_poll_t poll;       /* of epoll */
	int epoll;            /* see watch.h */
	struct net_timers timers;
	struct fr_list hooks;  /* net_hook.link */
	struct fr_list conns;  /* tcp_conn.link: the open ones */
	struct fr_list closed; /* tcp_conn.link: their on_closed is to come */
	struct fr_list line;   /* net_turn.link */
	struct net_loop_counters counters;
	uint64_t turn_at;          /* ns, when this turn's first callback came; 0: none has */
	bool ending;               /* no hooks and no timers any more */
	char bytes[NET_READ_SIZE]; /* every connection reads into these, one at a time */
};

/* The loop that a handle of ours belongs to; its clock is set to this turn's time. The first thing
 * every libuv callback does. */
struct net_loop *net_loop_entered(const uv_loop_t *uv);

/* Makes a connection of a socket, which it owns from here, also on failure. It reads from
 * net_tcp_start on, which does nothing when the connection was closed meanwhile. */
int net_tcp_open(struct net_loop *loop, int fd, const struct net_address *peer,
		 struct net_conn **conn) FR_MUST_CHECK;
void net_tcp_start(struct net_conn *conn);
/* A watched socket has bytes, room for some, or an error (epoll's events). */
void net_tcp_ready(struct net_watch *watch, uint32_t events);
/* Reads, in this turn's poll, from those whose turn it is. */
void net_tcp_next(struct net_loop *loop);
/* Calls on_closed for those that were closed, and frees them. */
void net_tcp_settle(struct net_loop *loop);
/* Closes all that are open. */
void net_tcp_drop(struct net_loop *loop);

#endif
