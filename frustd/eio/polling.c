/*
 * Owns the long-polling transport: the one GET that waits, the payloads that answer it, and POSTs.
 * A GET is answered in the flush pass, so what was queued in one turn leaves in one payload.
 */
#include "eio/polling.h"

#include <errno.h>

#include "eio/jsonp.h"
#include "eio/transport.h"
#include "eio/websocket.h"
#include "net/deflate.h"

#define GZIP_FROM 1024 /* bytes; less is not worth it */
#define GZIP_LEVEL 1

/* --- answers --- */

static void respond(struct httpd_exchange *exchange, struct fr_str type, struct fr_str body,
		    bool zipped)
{
	const struct httpd_response response = {
		.status = 200,
		.type = type,
		.headers = zipped ? FR_STR("Cache-Control: no-store\r\nContent-Encoding: gzip\r\n")
				  : FR_STR("Cache-Control: no-store\r\n"),
		.body = body,
	};

	httpd_exchange_respond(exchange, &response);
}

/* Whether a GET wants its answer as a script. */
static bool wants_script(const struct eio_session *session, const struct httpd_exchange *exchange,
			 uint64_t *index)
{
	return eio_jsonp_index(&exchange->request, &session->server->scratch, index);
}

static int wrap_in_script(struct eio_server *server, uint64_t index)
{
	struct fr_buf payload = server->out;

	server->out = server->scratch;
	server->scratch = payload;
	fr_buf_clear(&server->out);
	eio_jsonp_wrap(&server->out, index, fr_buf_str(&server->scratch));
	return fr_buf_error(&server->out);
}

/* Makes the payload in server->out what the GET will get, and tells its type. 0 or -ENOMEM. */
static int dress(struct eio_session *session, const struct httpd_exchange *exchange,
		 enum eio_form form, struct fr_str *type)
{
	struct eio_server *server = session->server;
	uint64_t index;

	*type = form == EIO_FORM_3_BINARY ? FR_STR("application/octet-stream")
					  : FR_STR("text/plain; charset=UTF-8");
	if (fr_buf_error(&server->out) || !wants_script(session, exchange, &index))
		return fr_buf_error(&server->out);
	*type = FR_STR("text/javascript; charset=UTF-8");
	return wrap_in_script(server, index);
}

/* Answers a GET with what is in server->out. */
static void respond_out(struct eio_server *server, struct httpd_exchange *exchange,
			struct fr_str type)
{
	struct fr_str body = fr_buf_str(&server->out);
	struct fr_buf *zip = &server->scratch;

	fr_buf_clear(zip);
	if (body.len >= GZIP_FROM &&
	    httpd_request_lists(&exchange->request, FR_STR("Accept-Encoding"), FR_STR("gzip")) &&
	    net_gzip(zip, body, GZIP_LEVEL) == 0)
		respond(exchange, type, fr_buf_str(zip), true);
	else
		respond(exchange, type, body, false);
}

/* Answers a GET with one packet without data. */
static void respond_packet(struct eio_session *session, struct httpd_exchange *exchange,
			   enum eio_type packet)
{
	struct eio_server *server = session->server;
	enum eio_form form = session->version->text;
	uint8_t bytes[WS_HEAD_MAX + 1];
	struct ws_frame frame;
	struct fr_str type;

	bytes[ws_frame_head(bytes, WS_TEXT, 1)] = (uint8_t)packet;
	frame = ws_frame_view(bytes);
	fr_buf_clear(&server->out);
	eio_payload_add(&server->out, form, &frame);
	if (dress(session, exchange, form, &type) < 0)
		httpd_exchange_error(exchange, 503, FR_STR_NULL);
	else
		respond_out(server, exchange, type);
}

void eio_polling_release(struct eio_session *session, enum eio_type type)
{
	struct httpd_exchange *exchange = session->get;

	session->get = NULL;
	if (exchange)
		respond_packet(session, exchange, type);
}

static bool is_packet(const struct ws_frame *frame, enum eio_type type)
{
	return frame->opcode == WS_TEXT && frame->payload.len > 0 &&
	       frame->payload.at[0] == (char)type;
}

/*
 * Writes to server->out what waits, as many packets as max_payload takes, one at least. Returns the
 * bytes of the outbox that these are; *binary tells whether a packet among them is. A `1` does not
 * come with messages: the official client hands messages on a moment later than it closes, so those
 * would wait in it until it is connected again, and then it may get them once more.
 */
static size_t compose(struct eio_session *session, enum eio_form form, bool *binary)
{
	struct eio_server *server = session->server;
	struct fr_buf *out = &server->out;
	struct eio_walk walk;
	struct ws_frame frame;
	size_t took = 0;
	bool messages = false;

	*binary = false;
	fr_buf_clear(out);
	eio_walk_init(&walk, &session->box);
	while (eio_walk_next(&walk, &frame)) {
		size_t before = out->len;

		if (messages && is_packet(&frame, EIO_CLOSE))
			break;
		eio_payload_add(out, form, &frame);
		if (took && out->len > server->options.max_payload) {
			out->len = before;
			break;
		}
		took += frame.size;
		*binary = *binary || frame.opcode == WS_BINARY;
		messages = messages || *binary || is_packet(&frame, EIO_MESSAGE);
	}
	return took;
}

/* Answers the waiting GET with what waits in the outbox, which is something. 0 or -ENOMEM. */
static int answer(struct eio_session *session)
{
	struct httpd_exchange *exchange = session->get;
	enum eio_form form = session->version->text;
	struct fr_str type;
	uint64_t index;
	bool binary;
	size_t took = compose(session, form, &binary);

	/* A script is text: what is binary must go as such there. */
	if (binary && session->version->binary != form &&
	    !wants_script(session, exchange, &index)) {
		form = session->version->binary;
		took = compose(session, form, &binary);
	}
	if (dress(session, exchange, form, &type) < 0)
		return -ENOMEM;
	eio_outbox_sent(&session->box, took);
	session->get = NULL;
	respond_out(session->server, exchange, type);
	return 0;
}

/* --- GET --- */

static void on_abort(void *ctx)
{
	struct eio_session *session = ctx;

	session->get = NULL;
	eio_session_end(session, EIO_TRANSPORT_ERROR);
}

/* Our own close waits for this GET: what is left, and at last the `1`. */
static void get_kept(struct eio_session *session, struct httpd_exchange *exchange)
{
	session->get = exchange;
	if (answer(session) < 0)
		eio_polling_release(session, EIO_CLOSE);
	else if (!eio_outbox_empty(&session->box))
		return;
	eio_polling_forget(session);
}

void eio_polling_forget(struct eio_session *session)
{
	if (session->ws)
		eio_websocket_leave(session->ws, WS_NORMAL);
	eio_session_free(session);
}

void eio_polling_get(struct eio_session *session, struct httpd_exchange *exchange)
{
	if (session->state == EIO_STATE_KEPT) {
		get_kept(session, exchange);
	} else if (session->state == EIO_STATE_PROBED) {
		respond_packet(session, exchange, EIO_NOOP);
	} else if (session->get) {
		eio_request_bad(exchange);
		eio_session_end(session, EIO_PROTOCOL_ERROR);
	} else {
		session->get = httpd_exchange_defer(exchange, on_abort, session);
		eio_session_touch(session);
	}
}

/* --- POST --- */

/* Whether the body comes in revision 3's binary form. */
static bool is_binary(const struct httpd_request *request)
{
	struct fr_str type = httpd_request_header(request, FR_STR("Content-Type"));

	if (!type.at)
		return false;
	type.len = fr_str_find(type, ';');
	return fr_str_caseeq(fr_str_trim_ows(type), FR_STR("application/octet-stream"));
}

/* Hands up what is in the body. An enum eio_payload_result or -ENOMEM. */
static int recv_body(struct eio_session *session, struct fr_str body, enum eio_form form)
{
	struct eio_payload payload;
	struct eio_packet packet;
	int r = EIO_PAYLOAD_PACKET;

	if (!eio_payload_init(&payload, form, body, &session->server->scratch))
		return EIO_PAYLOAD_BAD;
	while (r == EIO_PAYLOAD_PACKET && !eio_session_over(session)) {
		r = eio_payload_next(&payload, &packet);
		if (r == EIO_PAYLOAD_PACKET &&
		    eio_session_charge(session, 1 + packet.data.len / EIO_PACKET_SIZE))
			eio_session_recv(session, &packet);
	}
	return r;
}

/* The same for whatever form the body comes in. */
static int recv_post(struct eio_session *session, const struct httpd_request *request)
{
	const struct eio_version *version = session->version;
	struct fr_buf payload = FR_BUF_INIT;
	int r;

	if (is_binary(request))
		return version->binary == version->text
			       ? EIO_PAYLOAD_BAD
			       : recv_body(session, request->body, version->binary);
	if (!eio_jsonp_is_form(request->body))
		return recv_body(session, request->body, version->text);
	eio_jsonp_unwrap(&payload, request->body);
	r = fr_buf_error(&payload);
	if (r == 0)
		r = recv_body(session, fr_buf_str(&payload), version->text);
	fr_buf_fini(&payload);
	return r;
}

static void post(struct eio_session *session, struct httpd_exchange *exchange)
{
	int r = recv_post(session, &exchange->request);

	if (r == EIO_PAYLOAD_BAD)
		eio_session_end(session, EIO_PROTOCOL_ERROR);
	else if (r < 0)
		eio_session_end(session, EIO_TRANSPORT_ERROR);
	if (r < 0)
		httpd_exchange_error(exchange, 503, FR_STR_NULL);
	else if (eio_session_over(session) && session->reason == EIO_PROTOCOL_ERROR)
		eio_request_bad(exchange);
	else if (eio_session_over(session) && session->reason == EIO_FLOOD)
		httpd_exchange_error(exchange, 429, FR_STR_NULL);
	else
		respond(exchange, FR_STR("text/plain; charset=UTF-8"), FR_STR("ok"), false);
}

/* Without either header there is no body (RFC 9112 §6.3): the client, or a proxy, forgot it. */
static bool has_length(const struct httpd_request *request)
{
	return httpd_request_header(request, FR_STR("Content-Length")).at ||
	       httpd_request_header(request, FR_STR("Transfer-Encoding")).at;
}

void eio_polling_post(struct eio_session *session, struct httpd_exchange *exchange)
{
	struct eio_server *server = session->server;

	if (!has_length(&exchange->request)) {
		httpd_exchange_error(exchange, 411, FR_STR_NULL);
		return;
	}
	if (exchange->request.body.len > server->options.max_payload) {
		eio_server_too_large(server, &session->peer, session->sid);
		httpd_exchange_error(exchange, 413, FR_STR_NULL);
		return;
	}
	post(session, exchange);
}

/* --- the transport --- */

static void polling_flush(struct eio_session *session)
{
	if (session->get && session->state == EIO_STATE_POLLING &&
	    !eio_outbox_empty(&session->box) && answer(session) < 0)
		eio_session_end(session, EIO_TRANSPORT_ERROR);
}

/* Our own close: the waiting GET gets what is left, or the `1` if nothing is; the rest waits for
 * the next. */
static bool keep(struct eio_session *session)
{
	const struct fr_str close = FR_STR("1");

	if (eio_outbox_send(&session->box, WS_TEXT, &close, 1) < 0 ||
	    (session->get && answer(session) < 0)) {
		eio_polling_release(session, EIO_CLOSE);
		return false;
	}
	if (eio_outbox_empty(&session->box))
		return false;
	eio_session_move(session, EIO_STATE_KEPT);
	net_due_arm(&session->due, &session->server->kept);
	return true;
}

static bool polling_end(struct eio_session *session)
{
	bool ours = eio_reason_is_ours(session->reason);
	bool kept = ours && keep(session);

	if (!ours)
		eio_polling_release(session,
				    session->reason == EIO_CLIENT_CLOSE ? EIO_NOOP : EIO_CLOSE);
	/* Who has its probe's answer polls no more (official clients never again, even when that
	 * WebSocket closes): the upgrade that is coming gets what is kept. */
	if (session->ws && !(kept && session->ws->aside->answered))
		eio_websocket_leave(session->ws,
				    session->reason == EIO_SHUTDOWN ? WS_GOING_AWAY : WS_NORMAL);
	return kept;
}

const struct eio_transport eio_polling = {
	.flush = polling_flush,
	.end = polling_end,
};
