/*
 * Owns the WebSocket transport: how a connection gets there, what its messages mean, and a
 * session's outbox on it. Frames are ws/'s business; what it sends by itself is aside.c's.
 */
#include "eio/websocket.h"

#include <stdlib.h>

#include "eio/polling.h"
#include "eio/transport.h"
#include "net/deflate.h"
#include "ws/handshake.h"

/* Frames of one read, once we have said goodbye, after which we listen no more. */
#define DEAF_AFTER 1000
/* Bytes of a session's first packets that leave with the 101. */
#define FIRST_MAX ((size_t)1024)

static bool carries(const struct eio_websocket *ws)
{
	return ws->session && !ws->aside;
}

/* Ends the session that it carries, if it does, and says goodbye. */
static void part(struct eio_websocket *ws, enum eio_reason reason, unsigned code)
{
	struct eio_session *session = carries(ws) ? ws->session : NULL;

	eio_websocket_leave(ws, code);
	if (session)
		eio_session_end(session, reason);
}

/* The stream is of no use any more. */
static void drop(struct eio_websocket *ws)
{
	struct eio_session *session = carries(ws) ? ws->session : NULL;

	eio_websocket_detach(ws);
	if (session)
		eio_session_end(session, EIO_TRANSPORT_ERROR);
	net_conn_close(ws->conn);
}

/* --- messages --- */

/* A session that is over meanwhile says its goodbye here, at once when it was kept for that. */
static void upgrade(struct eio_websocket *ws)
{
	struct eio_session *session = ws->session;

	eio_outbox_prepend(&session->box, &ws->aside->box);
	eio_aside_free(ws);
	ws->server->counters.upgrades++;
	session->transport = &eio_websocket;
	if (session->state == EIO_STATE_PROBED)
		eio_session_move(session, EIO_STATE_WEBSOCKET);
	if (session->state == EIO_STATE_KEPT && !session->transport->end(session))
		eio_session_free(session);
	else
		eio_session_touch(session);
}

/* From the probe on every GET gets a noop: one that still waits would hold the upgrade up. */
static int answer_probe(struct eio_websocket *ws)
{
	const struct fr_str answer = FR_STR("3probe");

	if (ws->session->state == EIO_STATE_POLLING) {
		eio_session_move(ws->session, EIO_STATE_PROBED);
		eio_polling_release(ws->session, EIO_NOOP);
	}
	ws->aside->answered = true;
	return eio_aside_send(ws->aside, WS_TEXT, &answer, 1);
}

static bool is_probe(const struct eio_packet *packet)
{
	return packet->type == EIO_PING && fr_str_eq(packet->data, FR_STR("probe"));
}

static void recv_probing(struct eio_websocket *ws, const struct eio_packet *packet)
{
	if (packet->type == EIO_UPGRADE && ws->aside->answered)
		upgrade(ws);
	else if (eio_session_over(ws->session) || !is_probe(packet) || answer_probe(ws) < 0)
		eio_websocket_leave(ws, WS_NORMAL);
}

/* 0, EIO_PACKET_BAD or -ENOMEM. */
static int read_packet(const struct eio_session *session, bool binary, struct fr_str data,
		       struct eio_packet *packet)
{
	const struct eio_version *version = session->version;

	if (binary)
		return version->binary_packet(data, packet) ? 0 : EIO_PACKET_BAD;
	return eio_packet_decode(data, version->base64_mark, &session->server->scratch, packet);
}

static void on_message(void *ctx, bool binary, struct fr_str data)
{
	struct eio_websocket *ws = ctx;
	struct eio_session *session = ws->session;
	struct eio_packet packet;
	int r;

	if (!session || (eio_session_over(session) && !ws->aside))
		return;
	/* What came deflated is more than the bytes that were read. */
	if (ws->receiver.deflate && !eio_session_charge(session, data.len / EIO_PACKET_SIZE))
		return;
	r = read_packet(session, binary, data, &packet);
	if (r < 0)
		part(ws, EIO_TRANSPORT_ERROR, WS_INTERNAL);
	else if (r > 0)
		part(ws, EIO_PROTOCOL_ERROR, WS_PROTOCOL_ERROR);
	else if (ws->aside)
		recv_probing(ws, &packet);
	else
		eio_session_recv(session, &packet);
}

static void on_ping(void *ctx, struct fr_str data)
{
	struct eio_websocket *ws = ctx;

	if (!ws->session)
		return;
	ws->server->counters.pongs_merged += ws->pong != NULL;
	if (!ws->pong)
		ws->pong = malloc(sizeof(*ws->pong));
	if (!ws->pong) {
		part(ws, EIO_TRANSPORT_ERROR, WS_INTERNAL);
		return;
	}
	ws->pong->len = ws_frame_head(ws->pong->bytes, WS_PONG, data.len);
	if (data.len)
		memcpy(ws->pong->bytes + ws->pong->len, data.at, data.len);
	ws->pong->len += data.len;
	if (ws->aside)
		eio_aside_touch(ws->aside);
	else
		eio_session_touch(ws->session);
}

static void on_pong(void *ctx, struct fr_str data)
{
	(void)ctx; /* we send no pings of this kind */
	(void)data;
}

/* The peer's close is echoed; when it answers ours, nothing is left to say. */
static void on_close(void *ctx, unsigned code, struct fr_str reason)
{
	struct eio_websocket *ws = ctx;

	(void)reason;
	if (ws->session)
		part(ws, EIO_CLIENT_CLOSE, code == WS_NO_STATUS ? WS_NORMAL : code);
	if (ws->aside) {
		ws->aside->heard = true;
		eio_aside_touch(ws->aside);
	}
}

static const struct ws_handler messages = {
	.on_message = on_message,
	.on_ping = on_ping,
	.on_pong = on_pong,
	.on_close = on_close,
};

/* --- the connection --- */

/* Every frame costs, whether it makes up a packet or not: n bytes of them were read. */
static void charge(struct eio_websocket *ws, size_t n)
{
	uint32_t frames = ws->receiver.frames;

	ws->receiver.frames = 0;
	if (ws->session)
		eio_session_charge(ws->session, frames + n / EIO_PACKET_SIZE);
	else if (frames > DEAF_AFTER)
		ws_receiver_stop(&ws->receiver);
}

static void on_recv(void *ctx, const uint8_t *bytes, size_t n)
{
	struct eio_websocket *ws = ctx;
	int r = ws_recv(&ws->receiver, bytes, n, &messages, ws);

	if (r == WS_TOO_BIG)
		eio_server_too_large(ws->server, ws->session ? &ws->session->peer : &ws->conn->peer,
				     ws->session ? ws->session->sid : NULL);
	ws->server->counters.messages_no_room += r == WS_TRY_LATER;
	charge(ws, n);
	if (r < 0)
		drop(ws);
	else if (r > 0 && ws->session)
		part(ws, EIO_PROTOCOL_ERROR, (unsigned)r);
}

static void on_eof(void *ctx)
{
	struct eio_websocket *ws = ctx;

	if (ws->session || !ws->aside) {
		drop(ws);
		return;
	}
	ws->aside->eof = true;
	eio_aside_touch(ws->aside);
}

static void on_writable(void *ctx)
{
	struct eio_websocket *ws = ctx;

	if (ws->aside)
		eio_aside_touch(ws->aside);
	else if (ws->session)
		eio_session_touch(ws->session);
}

static void on_closed(void *ctx, int status)
{
	struct eio_websocket *ws = ctx;

	(void)status;
	drop(ws);
	eio_websocket_free(ws);
}

static const struct net_conn_handler connection = {
	.on_recv = on_recv,
	.on_eof = on_eof,
	.on_writable = on_writable,
	.on_closed = on_closed,
};

/* --- opening --- */

/* The request's handshake: true with the 101 in head, or the exchange was answered. */
static bool shake(struct eio_server *server, struct httpd_exchange *exchange, struct fr_buf *head,
		  struct ws_deflate *deflate)
{
	struct httpd_response response = {.status = 426, .close = true};

	*deflate = (struct ws_deflate){0};
	switch (ws_handshake(&exchange->request, head, server->deflater ? deflate : NULL)) {
	case WS_HANDSHAKE_OK:
		if (fr_buf_error(head) == 0)
			return true;
		httpd_exchange_error(exchange, 503, FR_STR_NULL);
		return false;
	case WS_HANDSHAKE_VERSION:
		/* RFC 9110 §15.5.22, RFC 6455 §4.4 */
		response.headers = FR_STR("Upgrade: websocket\r\nConnection: Upgrade\r\n"
					  "Sec-WebSocket-Version: 13\r\n");
		httpd_exchange_respond(exchange, &response);
		return false;
	case WS_HANDSHAKE_BAD:
		break;
	}
	eio_request_bad(exchange);
	return false;
}

static struct eio_websocket *websocket_new(struct eio_server *server,
					   const struct ws_deflate *deflate,
					   struct eio_session *session)
{
	struct eio_websocket *ws = calloc(1, sizeof(*ws));

	if (!ws)
		return NULL;
	ws->server = server;
	ws_receiver_init(&ws->receiver, server->desks);
	ws->receiver.deflate = deflate->agreed;
	if (deflate->agreed)
		ws->window = deflate->server_window ? deflate->server_window : NET_WINDOW_MAX;
	ws->session = session;
	if (session)
		session->ws = ws;
	return ws;
}

/* The connection moves over. False: it is closed, and the WebSocket with it. */
static bool take(struct eio_websocket *ws, struct httpd_exchange *exchange, struct fr_str head)
{
	struct eio_session *session = carries(ws) ? ws->session : NULL;

	if (httpd_exchange_take(exchange, head, &connection, ws, &ws->conn) == 0)
		return true;
	eio_websocket_free(ws);
	if (session)
		eio_session_end(session, EIO_TRANSPORT_ERROR);
	return false;
}

/* The first packets, as far as there is room for them behind the 101: one write for both. */
static void add_first(struct eio_session *session, struct fr_buf *head)
{
	struct net_span span;

	if (eio_session_over(session) || eio_outbox_peek(&session->box, &span, 1) == 0 ||
	    span.len > head->size - head->len)
		return;
	fr_buf_add(head, span.at, span.len);
	eio_outbox_sent(&session->box, span.len);
}

void eio_websocket_open(struct eio_server *server, const struct eio_version *version, bool b64,
			struct httpd_exchange *exchange, struct net_seat *seat)
{
	struct fr_buf head = FR_BUF_INIT;
	struct ws_deflate deflate;
	struct eio_session *session;

	if (!shake(server, exchange, &head, &deflate))
		goto out;
	session = eio_session_new(server, version, EIO_STATE_WEBSOCKET, &exchange->request.client,
				  seat);
	if (!session || fr_buf_reserve(&head, FIRST_MAX) < 0 ||
	    !websocket_new(server, &deflate, session)) {
		eio_session_free(session);
		httpd_exchange_error(exchange, 503, FR_STR_NULL);
		goto out;
	}
	session->b64 = b64;
	eio_session_open(session, exchange->request.query);
	add_first(session, &head);
	take(session->ws, exchange, fr_buf_str(&head));
out:
	fr_buf_fini(&head);
}

void eio_websocket_probe(struct eio_session *session, struct httpd_exchange *exchange)
{
	struct eio_server *server = session->server;
	bool second = session->ws != NULL;
	struct fr_buf head = FR_BUF_INIT;
	struct ws_deflate deflate;
	struct eio_websocket *ws;

	if (!shake(server, exchange, &head, &deflate))
		goto out;
	ws = websocket_new(server, &deflate, second ? NULL : session);
	if (!ws || eio_aside_new(ws, second ? &server->goodbye : &server->upgrade) < 0) {
		eio_websocket_free(ws);
		httpd_exchange_error(exchange, 503, FR_STR_NULL);
	} else if (take(ws, exchange, fr_buf_str(&head)) && second) {
		eio_websocket_leave(ws, WS_NORMAL);
	}
out:
	fr_buf_fini(&head);
}

/* --- the session's transport --- */

static void websocket_flush(struct eio_session *session)
{
	eio_websocket_write(session->ws, &session->box);
}

static bool websocket_end(struct eio_session *session)
{
	static const unsigned codes[] = {
		[EIO_CLIENT_CLOSE] = WS_NORMAL,
		[EIO_TRANSPORT_ERROR] = WS_INTERNAL,
		[EIO_PROTOCOL_ERROR] = WS_PROTOCOL_ERROR,
		[EIO_TIMEOUT] = WS_NORMAL,
		[EIO_FLOOD] = WS_POLICY,
		[EIO_SLOW] = WS_POLICY,
		[EIO_SERVER_CLOSE] = WS_NORMAL,
		[EIO_SHUTDOWN] = WS_GOING_AWAY,
	};
	struct eio_websocket *ws = session->ws;

	if (!ws)
		return false;
	eio_websocket_detach(ws); /* with nothing aside yet: no upgrade is given up here */
	if (eio_aside_new(ws, &session->server->goodbye) < 0) {
		drop(ws);
		return false;
	}
	if (session->reason == EIO_FLOOD)
		ws_receiver_stop(&ws->receiver); /* its close is not worth reading all that */
	eio_outbox_prepend(&ws->aside->box, &session->box);
	eio_websocket_leave(ws, codes[session->reason]);
	return false;
}

const struct eio_transport eio_websocket = {
	.flush = websocket_flush,
	.end = websocket_end,
};
