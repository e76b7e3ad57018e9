/*
 * Owns a session's life: its sid, its moves, its packets and its end. How bytes come and go is the
 * transports' business.
 */
#include "eio/session.h"

#include <assert.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/random.h"
#include "eio/deflate.h"
#include "eio/transport.h"

#define US_PER_MS 1000u
#define US_PER_S 1000000u

/* --- moves --- */

static const bool moves[][EIO_STATE_KEPT + 1] = {
	[EIO_STATE_POLLING] = {[EIO_STATE_PROBED] = true, [EIO_STATE_ENDING] = true},
	[EIO_STATE_PROBED] = {[EIO_STATE_POLLING] = true,
			      [EIO_STATE_WEBSOCKET] = true,
			      [EIO_STATE_ENDING] = true},
	[EIO_STATE_WEBSOCKET] = {[EIO_STATE_ENDING] = true},
	[EIO_STATE_ENDING] = {[EIO_STATE_KEPT] = true},
	[EIO_STATE_KEPT] = {false},
};

static void trace(const struct eio_session *session, enum eio_state from)
{
	const struct eio_options *options = &session->server->options;

	if (options->trace)
		options->trace(options->ctx, session, from, session->state);
}

void eio_session_move(struct eio_session *session, enum eio_state state)
{
	enum eio_state from = session->state;

	(void)moves; /* with NDEBUG */
	assert(moves[from][state]);
	session->state = state;
	trace(session, from);
}

/* --- beginning --- */

static const char loops[EIO_LOOPS_MAX + 1] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

uint32_t eio_session_loop(const struct eio_server *server, struct fr_str sid)
{
	const char *at = sid.len ? memchr(loops, sid.at[0], EIO_LOOPS_MAX) : NULL;

	return at && at - loops < server->options.loops ? (uint32_t)(at - loops)
							: server->options.loop;
}

static int make_sid(struct eio_session *session)
{
	uint8_t random[EIO_SID_LEN / 4 * 3];
	int r = fr_random_pooled(&session->server->random, random, sizeof(random));

	if (r < 0)
		return r;
	fr_base64url(session->sid, random, sizeof(random));
	if (session->server->options.loops > 1)
		session->sid[0] = loops[session->server->options.loop];
	return fr_map_put(&session->server->sids, fr_str(session->sid, EIO_SID_LEN), session);
}

static int queue_open(struct eio_session *session)
{
	struct eio_server *server = session->server;
	struct fr_buf *out = &server->out;
	struct fr_str packet;

	fr_buf_clear(out);
	fr_buf_printf(out,
		      "0{\"sid\":\"%s\",\"upgrades\":[%s],\"pingInterval\":%u,\"pingTimeout\":%u",
		      session->sid, session->state == EIO_STATE_POLLING ? "\"websocket\"" : "",
		      server->options.ping_interval, session->version->ping_timeout(server));
	if (session->version->tells_max_payload)
		fr_buf_printf(out, ",\"maxPayload\":%zu", server->options.max_payload);
	fr_buf_add_char(out, '}');
	if (fr_buf_error(out))
		return fr_buf_error(out);
	packet = fr_buf_str(out);
	return eio_session_queue(session, WS_TEXT, &packet, 1);
}

struct eio_session *eio_session_new(struct eio_server *server, const struct eio_version *version,
				    enum eio_state state, const struct net_address *peer,
				    struct net_seat *seat)
{
	struct eio_session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	session->server = server;
	session->version = version;
	session->state = state;
	session->transport = state == EIO_STATE_POLLING ? &eio_polling : &eio_websocket;
	session->peer = *peer;
	fr_list_init(&session->posts);
	fr_list_append(&server->sessions, &session->all);
	if (make_sid(session) < 0 || queue_open(session) < 0) {
		eio_session_free(session);
		return NULL;
	}
	version->start(session);
	trace(session, state);
	session->seat = *seat;
	*seat = (struct net_seat){0};
	return session;
}

void eio_session_open(struct eio_session *session, struct fr_str query)
{
	struct eio_server *server = session->server;

	server->open++;
	server->counters.sessions++;
	server->opening = query;
	server->handler.on_open(server->ctx, session);
	server->opening = FR_STR_NULL;
}

void eio_session_free(struct eio_session *session)
{
	struct eio_server *server;

	if (!session)
		return;
	assert(!session->get && !session->ws);
	server = session->server;
	if (fr_map_get(&server->sids, fr_str(session->sid, EIO_SID_LEN)) == session)
		fr_map_remove(&server->sids, fr_str(session->sid, EIO_SID_LEN));
	fr_list_remove(&session->all);
	fr_list_remove(&session->queue);
	fr_list_remove(&session->follower);
	while (fr_list_pop(&session->posts))
		; /* they find no session when they are whole */
	net_due_cancel(&session->due);
	net_seat_leave(&session->seat);
	eio_outbox_fini(&session->box);
	free(session);
}

/* --- sending --- */

void eio_session_touch(struct eio_session *session)
{
	if (!eio_session_over(session) && !fr_list_linked(&session->queue))
		fr_list_append(&session->server->dirty, &session->queue);
}

/* Whether one more may be queued. A session over the limit ends: the one that goes over it is still
 * taken, so that a single large message is none. */
static bool may_queue(struct eio_session *session)
{
	if (!eio_session_over(session) && session->box.queued >= session->server->options.queue_max)
		eio_session_end(session, EIO_SLOW);
	return !eio_session_over(session);
}

int eio_session_queue(struct eio_session *session, enum ws_opcode opcode,
		      const struct fr_str *parts, int n)
{
	struct net_chunk *deflated;
	int r;

	if (!may_queue(session))
		return 0;
	deflated = eio_deflate(session, opcode, parts, n);
	r = deflated ? eio_outbox_send_shared(&session->box, deflated)
		     : eio_outbox_send(&session->box, opcode, parts, n);
	net_chunk_unref(deflated);
	eio_session_touch(session);
	return r;
}

void eio_session_queue_shared(struct eio_session *session, struct net_chunk *frame)
{
	if (!may_queue(session))
		return;
	/* A stream with a hole in it is worse than none. */
	if (eio_outbox_send_shared(&session->box, frame) < 0)
		eio_session_end(session, EIO_TRANSPORT_ERROR);
	eio_session_touch(session);
}

/* A binary message for a client that takes none as such. */
static int send_base64(struct eio_session *session, struct fr_str data)
{
	struct fr_buf *out = &session->server->out;
	struct fr_str packet;

	fr_buf_clear(out);
	fr_buf_add_str(out, session->version->base64_mark);
	fr_base64_encode(out, data.at, data.len);
	if (fr_buf_error(out))
		return fr_buf_error(out);
	packet = fr_buf_str(out);
	return eio_session_queue(session, WS_TEXT, &packet, 1);
}

int eio_session_send(struct eio_session *session, bool binary, struct fr_str data)
{
	const struct fr_str parts[] = {
		binary ? session->version->binary_head : FR_STR("4"),
		data,
	};

	if (binary && session->b64)
		return send_base64(session, data);
	return eio_session_queue(session, binary ? WS_BINARY : WS_TEXT, parts, 2);
}

int eio_session_send2(struct eio_session *session, struct fr_str a, struct fr_str b)
{
	const struct fr_str parts[] = {FR_STR("4"), a, b};

	return eio_session_queue(session, WS_TEXT, parts, 3);
}

int eio_session_follow(struct eio_session *session, struct eio_broadcast *broadcast)
{
	int r;

	if (eio_session_over(session))
		return 0;
	if (eio_outbox_lost(&session->box)) {
		eio_session_end(session, EIO_SLOW);
		return 0;
	}
	r = eio_outbox_follow(&session->box, broadcast ? &broadcast->log : NULL);
	if (r < 0)
		return r;
	fr_list_remove(&session->follower);
	if (broadcast)
		fr_list_append(&broadcast->followers, &session->follower);
	eio_session_touch(session);
	return 0;
}

/* --- receiving --- */

bool eio_session_charge(struct eio_session *session, size_t packets)
{
	const struct eio_server *server = session->server;
	uint64_t now = server->timers->now * US_PER_MS, until = session->paid_until;

	if (server->options.packet_rate == 0)
		return true;
	if (until < now)
		until = now;
	until += packets * (US_PER_S / server->options.packet_rate);
	session->paid_until = until;
	if (until - now > (uint64_t)EIO_PACKET_BURST * US_PER_S)
		eio_session_end(session, EIO_FLOOD);
	return !eio_session_over(session);
}

void eio_session_recv(struct eio_session *session, const struct eio_packet *packet)
{
	struct eio_server *server = session->server;
	bool fine = true;

	switch (packet->type) {
	case EIO_MESSAGE:
		server->handler.on_message(server->ctx, session, packet->binary, packet->data);
		break;
	case EIO_PING:
		fine = session->version->recv_ping(session, packet->data);
		break;
	case EIO_PONG:
		fine = session->version->recv_pong(session);
		break;
	case EIO_CLOSE:
		eio_session_end(session, EIO_CLIENT_CLOSE);
		break;
	case EIO_OPEN:
	case EIO_UPGRADE: /* only a probe may say it */
		fine = false;
		break;
	case EIO_NOOP:
		break;
	}
	if (!fine)
		eio_session_end(session, EIO_PROTOCOL_ERROR);
}

/* --- the end --- */

bool eio_reason_is_ours(enum eio_reason reason)
{
	return reason == EIO_SLOW || reason == EIO_SERVER_CLOSE || reason == EIO_SHUTDOWN;
}

void eio_session_end(struct eio_session *session, enum eio_reason reason)
{
	if (eio_session_over(session))
		return;
	eio_session_move(session, EIO_STATE_ENDING);
	session->reason = reason;
	net_due_cancel(&session->due);
	fr_list_remove(&session->queue);
	fr_list_append(&session->server->ending, &session->queue);
}

void eio_session_close(struct eio_session *session)
{
	eio_session_end(session, EIO_SERVER_CLOSE);
}

void eio_session_fail(struct eio_session *session)
{
	eio_session_end(session, EIO_PROTOCOL_ERROR);
}

/* Leaves in the outbox what the peer is still to get. Of the broadcasts that is a copy, which is
 * not made for who lags far behind: there may be many of those. */
static void settle_outbox(struct eio_session *session)
{
	bool sends = session->reason == EIO_SERVER_CLOSE || session->reason == EIO_SHUTDOWN;

	fr_list_remove(&session->follower);
	if (!sends || eio_outbox_lost(&session->box) ||
	    eio_outbox_waiting(&session->box) > session->server->options.queue_max ||
	    eio_outbox_follow(&session->box, NULL) < 0)
		eio_outbox_fini(&session->box);
}

void eio_session_settle(struct eio_session *session)
{
	struct eio_server *server = session->server;

	assert(session->state == EIO_STATE_ENDING);
	settle_outbox(session);
	if (session->reason == EIO_SLOW)
		eio_server_notice(server, EIO_NOTICE_SLOW, &session->peer, session->sid,
				  FR_STR_NULL);
	if (session->reason == EIO_FLOOD)
		eio_server_notice(server, EIO_NOTICE_FLOOD, &session->peer, session->sid,
				  FR_STR_NULL);
	server->open--;
	server->counters.ended[session->reason]++;
	server->handler.on_close(server->ctx, session, session->reason);
	if (!session->transport->end(session))
		eio_session_free(session);
}

/* --- views --- */

struct fr_str eio_session_query(const struct eio_session *session)
{
	return session->server->opening;
}

const char *eio_session_sid(const struct eio_session *session)
{
	return session->sid;
}

int eio_session_revision(const struct eio_session *session)
{
	return session->version->revision;
}

const struct net_address *eio_session_peer(const struct eio_session *session)
{
	return &session->peer;
}

void eio_session_set_user(struct eio_session *session, void *user)
{
	session->user = user;
}

void *eio_session_user(const struct eio_session *session)
{
	return session->user;
}
