/*
 * Engine.IO's part of the stack without a transport: the test is the peer, and everything that
 * happens to a session is written into one log. Included by one test file, whose object it becomes
 * part of, in place of the library's; linked as helpers/alloc.h asks for.
 *
 *     <packet    a text message was sent          <b:data           a binary one
 *     [close] [fail]    the session was ended
 *     [follow] [unfollow]                         follow(packet)    came through a broadcast
 */
#ifndef TESTS_FAKE_EIO_H
#define TESTS_FAKE_EIO_H

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/list.h"
#include "eio/broadcast.h"
#include "eio/server.h"
#include "eio/session.h"
#include "helpers/alloc.h"

struct eio_server {
	struct eio_handler handler;
	void *ctx;
};

struct eio_broadcast {
	struct fr_list followers; /* eio_session.link */
};

struct eio_session {
	struct fr_list link; /* eio_broadcast.followers */
	struct eio_server *server;
	struct fr_buf *log;
	int revision;
	bool fail_sends, fail_binary, fail_follow;
	bool ended;
	enum eio_reason reason;
	void *user;
};

struct eio_options eio_options_default(void)
{
	return (struct eio_options){0};
}

struct eio_server *eio_server_new(struct net_timers *timers, const struct eio_options *options,
				  const struct eio_handler *handler, void *ctx)
{
	struct eio_server *server = calloc(1, sizeof(*server));

	(void)timers;
	(void)options;
	if (!server)
		return NULL;
	server->handler = *handler;
	server->ctx = ctx;
	return server;
}

void eio_server_free(struct eio_server *server)
{
	free(server);
}

static void fake_end(struct eio_session *session, enum eio_reason reason, const char *word)
{
	if (session->ended)
		return;
	fr_buf_printf(session->log, "[%s] ", word);
	session->ended = true;
	session->reason = reason;
}

void eio_session_close(struct eio_session *session)
{
	fake_end(session, EIO_SERVER_CLOSE, "close");
}

void eio_session_fail(struct eio_session *session)
{
	fake_end(session, EIO_PROTOCOL_ERROR, "fail");
}

/* Random socket ids are written as *. */
static void fake_log_packet(struct eio_session *session, struct fr_str data)
{
	static const char sid[] = "{\"sid\":\"";
	const char *at = memmem(data.at, data.len, sid, sizeof(sid) - 1);

	if (!at) {
		fr_buf_add_str(session->log, data);
		return;
	}
	at += sizeof(sid) - 1;
	fr_buf_add(session->log, data.at, (size_t)(at - data.at));
	fr_buf_add_char(session->log, '*');
	at += 20;
	fr_buf_add(session->log, at, (size_t)(data.at + data.len - at));
}

int eio_session_send(struct eio_session *session, bool binary, struct fr_str data)
{
	if (session->fail_sends || (binary && session->fail_binary))
		return -ENOMEM;
	fr_buf_add_str(session->log, binary ? FR_STR("<b:") : FR_STR("<"));
	fake_log_packet(session, data);
	fr_buf_add_char(session->log, ' ');
	return 0;
}

int eio_session_follow(struct eio_session *session, struct eio_broadcast *broadcast)
{
	if (session->fail_follow)
		return -ENOMEM;
	fr_buf_add_str(session->log, broadcast ? FR_STR("[follow] ") : FR_STR("[unfollow] "));
	fr_list_remove(&session->link);
	if (broadcast)
		fr_list_append(&broadcast->followers, &session->link);
	return 0;
}

int eio_session_revision(const struct eio_session *session)
{
	return session->revision;
}

struct fr_str eio_session_query(const struct eio_session *session)
{
	(void)session;
	return FR_STR("EIO=4&recovery=0");
}

const char *eio_session_sid(const struct eio_session *session)
{
	(void)session;
	return "";
}

const struct net_address *eio_session_peer(const struct eio_session *session)
{
	(void)session;
	return NULL;
}

void eio_session_set_user(struct eio_session *session, void *user)
{
	session->user = user;
}

void *eio_session_user(const struct eio_session *session)
{
	return session->user;
}

struct eio_broadcast *eio_broadcast_new(struct eio_server *server)
{
	struct eio_broadcast *broadcast = calloc(1, sizeof(*broadcast));

	(void)server;
	if (broadcast)
		fr_list_init(&broadcast->followers);
	return broadcast;
}

void eio_broadcast_free(struct eio_broadcast *broadcast)
{
	free(broadcast);
}

static inline int fake_broadcast(struct eio_broadcast *broadcast, struct fr_str how,
				 const struct fr_str *parts, int n)
{
	FR_LIST_EACH(it, &broadcast->followers)
	{
		struct eio_session *session = FR_CONTAINER_OF(it, struct eio_session, link);

		fr_buf_add_str(session->log, how);
		for (int i = 0; i < n; i++)
			fr_buf_add_str(session->log, parts[i]);
		fr_buf_add_str(session->log, FR_STR(") "));
	}
	return 0;
}

int eio_broadcast_send(struct eio_broadcast *broadcast, const struct fr_str *parts, int n)
{
	return fake_broadcast(broadcast, FR_STR("follow("), parts, n);
}

int eio_broadcast_send_later(struct eio_broadcast *broadcast, const struct fr_str *parts, int n)
{
	return fake_broadcast(broadcast, FR_STR("later("), parts, n);
}

static void fake_open(struct eio_session *session, struct eio_server *server, int revision,
		      struct fr_buf *log)
{
	*session = (struct eio_session){.server = server, .log = log, .revision = revision};
	server->handler.on_open(server->ctx, session);
}

/* Delivers the end, as the loop would after a callback. */
static void fake_pump(struct eio_session *session)
{
	if (!session->ended || !session->server)
		return;
	fr_list_remove(&session->link);
	session->server->handler.on_close(session->server->ctx, session, session->reason);
	session->server = NULL;
}

static void fake_recv(struct eio_session *session, bool binary, struct fr_str data)
{
	char *copy = __real_malloc(data.len ? data.len : 1);

	if (data.len)
		memcpy(copy, data.at, data.len);
	if (session->server)
		session->server->handler.on_message(session->server->ctx, session, binary,
						    fr_str(copy, data.len));
	free(copy);
}

#endif
