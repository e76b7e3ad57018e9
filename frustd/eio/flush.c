/*
 * Owns the flush pass, which is the one place where sessions' bytes leave, and the ends of
 * sessions, which come before and after it. The pass itself calls nothing upwards and appends
 * nothing: what fails or fell behind is marked and ended after it.
 *
 * *Gathering*: a fan-out costs a system call for each follower, whatever it carries. So after a
 * pass that took long the next one waits until passes take no more than a part of the time, at most
 * options.gather ms; a pass longer than that has gathered enough by itself, and an idle server
 * never waits. What may be left for later waits up to LATER times as long, and alone: meanwhile who
 * has something of his own to get gets it, and what is before it in his stream.
 */
#include "eio/transport.h"
#include "eio/websocket.h"

#define NS_PER_MS 1000000u
#define GATHER_FACTOR 15 /* passes take a sixteenth of the time */
#define LATER 10         /* times options.gather */

static void flush_session(struct eio_session *session)
{
	if (eio_session_over(session))
		return;
	fr_list_remove(&session->queue);
	if (eio_outbox_lost(&session->box))
		eio_session_end(session, EIO_SLOW);
	else
		session->transport->flush(session);
}

/* The next follower and what it writes through come from memory while this one is sent to. */
static void flush_followers(struct eio_broadcast *broadcast)
{
	broadcast->flushed = broadcast->log.head;
	FR_LIST_EACH(it, &broadcast->followers)
	{
		if (it->next != &broadcast->followers)
			__builtin_prefetch(
				FR_CONTAINER_OF(it->next, struct eio_session, follower)->ws);
		__builtin_prefetch(it->next->next);
		flush_session(FR_CONTAINER_OF(it, struct eio_session, follower));
	}
}

/* What is for one alone. */
static void flush_own(struct eio_server *server)
{
	struct fr_list *it;

	while ((it = fr_list_pop(&server->dirty)))
		flush_session(FR_CONTAINER_OF(it, struct eio_session, queue));
	while ((it = fr_list_pop(&server->asides_dirty)))
		eio_aside_flush(FR_CONTAINER_OF(it, struct eio_aside, dirty));
}

/* Followers first: what one has for itself leaves in the same write. */
static void pass(struct eio_server *server)
{
	struct fr_list *it;

	while ((it = fr_list_pop(&server->broadcasts)))
		flush_followers(FR_CONTAINER_OF(it, struct eio_broadcast, dirty));
	flush_own(server);
	server->hasty = server->urgent = false;
}

static bool has_own(const struct eio_server *server)
{
	return !fr_list_empty(&server->dirty) || !fr_list_empty(&server->asides_dirty);
}

/* Whether all that is for many may be left for later. */
static bool may_leave(const struct eio_server *server)
{
	return !server->hasty && !fr_list_empty(&server->broadcasts);
}

/* How long the next pass still waits, in ns; below a millisecond it does not. */
static uint64_t waits(const struct eio_server *server)
{
	uint64_t most = (uint64_t)server->options.gather * NS_PER_MS *
			(may_leave(server) ? LATER : 1);
	uint64_t pause = server->pass_cost * GATHER_FACTOR;
	uint64_t since;

	if (server->pass_cost >= most || server->urgent || server->closing)
		return 0;
	if (pause > most)
		pause = most;
	since = server->timers->hrtime() - server->pass_at;
	return since + NS_PER_MS <= pause ? pause - since : 0;
}

static void timed_pass(struct eio_server *server)
{
	uint64_t began = server->timers->hrtime();

	pass(server);
	server->pass_at = server->timers->hrtime();
	server->pass_cost = server->pass_at - began;
}

static void settle(struct eio_server *server)
{
	struct fr_list *it;

	while ((it = fr_list_pop(&server->ending)))
		eio_session_settle(FR_CONTAINER_OF(it, struct eio_session, queue));
}

bool eio_server_flush(struct eio_server *server)
{
	settle(server);
	while (has_own(server) || !fr_list_empty(&server->broadcasts)) {
		uint64_t ns = waits(server);

		if (ns && !(may_leave(server) && has_own(server))) {
			/* The timer has nothing to do but to bring the next turn. */
			net_timer_start(&server->gather, ns / NS_PER_MS);
			return may_leave(server);
		}
		if (ns)
			flush_own(server);
		else
			timed_pass(server);
		settle(server);
	}
	return true;
}
