/*
 * Owns what a request may ask for: the checks and their order (transport, origin, sid, method,
 * revision), the errors, and who serves what is left.
 */
#include "eio/jsonp.h"
#include "eio/polling.h"
#include "eio/transport.h"
#include "eio/websocket.h"
#include "httpd/origin.h"
#include "httpd/query.h"

enum refusal {
	UNKNOWN_TRANSPORT,
	UNKNOWN_SID,
	BAD_HANDSHAKE_METHOD,
	BAD_REQUEST,
	FORBIDDEN,
	UNSUPPORTED_VERSION,
	NOT_ALLOWED, /* 405, no code */
	FINE,
};

/* A request as the checks have read it. */
struct ask {
	struct eio_server *server;
	struct httpd_exchange *exchange;
	const struct httpd_request *request;
	bool websocket; /* transport= */
	bool b64;
	struct eio_session *session; /* of the sid */
	const struct eio_version *version;
};

/* --- answers --- */

static void respond_preflight(struct eio_server *server, struct httpd_exchange *exchange)
{
	struct fr_buf *lines = &server->out;

	fr_buf_clear(lines);
	fr_buf_add_str(lines, FR_STR("Allow: GET, POST, OPTIONS\r\n"));
	httpd_origin_add_preflight(&exchange->request, FR_STR("GET, POST"), lines);
	httpd_exchange_respond(
		exchange, &(struct httpd_response){.status = 204, .headers = fr_buf_str(lines)});
}

static void refuse_coded(struct httpd_exchange *exchange, enum refusal code)
{
	static const char *const bodies[] = {
		[UNKNOWN_TRANSPORT] = "{\"code\":0,\"message\":\"Transport unknown\"}",
		[UNKNOWN_SID] = "{\"code\":1,\"message\":\"Session ID unknown\"}",
		[BAD_HANDSHAKE_METHOD] = "{\"code\":2,\"message\":\"Bad handshake method\"}",
		[BAD_REQUEST] = "{\"code\":3,\"message\":\"Bad request\"}",
		[FORBIDDEN] = "{\"code\":4,\"message\":\"Forbidden\"}",
		[UNSUPPORTED_VERSION] = "{\"code\":5,\"message\":\"Unsupported protocol version\"}",
	};
	const struct httpd_response response = {
		.status = code == FORBIDDEN ? 403 : 400,
		.type = FR_STR("application/json"),
		.headers = FR_STR("Cache-Control: no-store\r\n"),
		.body = fr_str_of(bodies[code]),
		.close = exchange->request.upgrade,
	};

	httpd_exchange_respond(exchange, &response);
}

void eio_request_bad(struct httpd_exchange *exchange)
{
	refuse_coded(exchange, BAD_REQUEST);
}

static uint64_t *counter_of(struct eio_counters *counters, enum refusal refusal)
{
	switch (refusal) {
	case UNKNOWN_TRANSPORT:
		return &counters->refused_transport;
	case UNKNOWN_SID:
		return &counters->refused_sid;
	case BAD_HANDSHAKE_METHOD:
	case NOT_ALLOWED:
		return &counters->refused_method;
	case FORBIDDEN:
		return &counters->refused_origin;
	case UNSUPPORTED_VERSION:
		return &counters->refused_version;
	default:
		return &counters->refused_request;
	}
}

static void refuse(struct ask *ask, enum refusal refusal)
{
	struct httpd_exchange *exchange = ask->exchange;

	(*counter_of(&ask->server->counters, refusal))++;
	if (refusal == NOT_ALLOWED)
		httpd_exchange_refuse_method(exchange, HTTPD_GET | HTTPD_POST | HTTPD_OPTIONS);
	else
		refuse_coded(exchange, refusal);
}

/* --- checks, in their order --- */

/* A parameter's value, valid until the next call; false: absent. */
static bool get_param(struct ask *ask, struct fr_str name, struct fr_str *value)
{
	fr_buf_clear(&ask->server->scratch);
	return httpd_query_get(ask->request->query, name, &ask->server->scratch, value);
}

static enum refusal check_transport(struct ask *ask)
{
	struct fr_str transport;

	if (!get_param(ask, FR_STR("transport"), &transport))
		return UNKNOWN_TRANSPORT;
	ask->websocket = fr_str_eq(transport, FR_STR("websocket"));
	return ask->websocket || fr_str_eq(transport, FR_STR("polling")) ? FINE : UNKNOWN_TRANSPORT;
}

static void notice_origin(struct ask *ask)
{
	const struct httpd_request *request = ask->request;
	struct fr_buf *text = &ask->server->scratch;

	fr_buf_clear(text);
	fr_buf_add_str(text, httpd_request_header(request, FR_STR("Origin")));
	fr_buf_add_str(text, request->secure ? FR_STR(", expected https://")
					     : FR_STR(", expected http://"));
	fr_buf_add_str(text, request->host);
	eio_server_notice(ask->server, EIO_NOTICE_ORIGIN_REFUSED, &request->client, NULL,
			  fr_buf_str(text));
}

static enum refusal check_origin(struct ask *ask)
{
	switch (ask->request->origin) {
	case HTTPD_ORIGIN_MALFORMED:
		return BAD_REQUEST;
	case HTTPD_ORIGIN_OTHER:
		notice_origin(ask);
		return FORBIDDEN;
	default:
		return FINE;
	}
}

/* What our own close leaves is there for a GET and for nothing else. */
static bool may_fetch(const struct ask *ask, const struct eio_session *session)
{
	return session->transport == &eio_polling && eio_reason_is_ours(session->reason) &&
	       !ask->websocket && ask->request->method == HTTPD_GET;
}

static enum refusal check_sid(struct ask *ask)
{
	struct eio_session *session;
	struct fr_str sid;

	if (!get_param(ask, FR_STR("sid"), &sid) || !sid.len)
		return FINE;
	session = fr_map_get(&ask->server->sids, sid);
	if (!session || (eio_session_over(session) && !may_fetch(ask, session)))
		return UNKNOWN_SID;
	ask->session = session;
	return FINE;
}

static enum refusal check_method(struct ask *ask)
{
	enum httpd_method method = ask->request->method;

	if (ask->session)
		return method == HTTPD_GET || method == HTTPD_POST ? FINE : NOT_ALLOWED;
	return method == HTTPD_GET ? FINE : BAD_HANDSHAKE_METHOD;
}

/* Whether the request comes in the way that its transport does. */
static enum refusal check_upgrade(struct ask *ask)
{
	if (ask->websocket && !ask->request->upgrade) {
		eio_server_notice(ask->server, EIO_NOTICE_NO_UPGRADE, &ask->request->client, NULL,
				  FR_STR_NULL);
		return BAD_REQUEST;
	}
	if (!ask->websocket && ask->request->upgrade)
		return BAD_REQUEST;
	if (!ask->websocket && ask->session && ask->session->state == EIO_STATE_WEBSOCKET)
		return BAD_REQUEST;
	return FINE;
}

/* The handshake fixes the revision for all that follows. */
static enum refusal check_version(struct ask *ask)
{
	struct fr_str value;

	if (ask->session)
		return FINE;
	ask->b64 = get_param(ask, FR_STR("b64"), &value) && value.len;
	if (get_param(ask, FR_STR("EIO"), &value))
		ask->version = eio_version_find(value);
	return ask->version ? FINE : UNSUPPORTED_VERSION;
}

/* What answers will be wrapped in must be named well. */
static enum refusal check_jsonp(struct ask *ask)
{
	uint64_t index;

	if (!ask->websocket && eio_jsonp_index(ask->request, &ask->server->scratch, &index) &&
	    index == EIO_JSONP_BAD)
		return BAD_REQUEST;
	return FINE;
}

/* False: the request was answered. */
static bool check(struct ask *ask)
{
	static enum refusal (*const checks[])(struct ask * ask) = {
		check_transport, check_origin,  check_sid,   check_method,
		check_upgrade,   check_version, check_jsonp,
	};
	enum refusal refusal = FINE;

	for (size_t i = 0; i < FR_ARRAY_LEN(checks) && refusal == FINE; i++)
		refusal = checks[i](ask);
	if (refusal != FINE)
		refuse(ask, refusal);
	return refusal == FINE;
}

/* --- serving --- */

static void open_polling(struct ask *ask, struct net_seat *seat)
{
	struct eio_session *session = eio_session_new(ask->server, ask->version, EIO_STATE_POLLING,
						      &ask->request->client, seat);

	if (!session) {
		httpd_exchange_error(ask->exchange, 503, FR_STR_NULL);
		return;
	}
	session->b64 = ask->b64;
	eio_session_open(session, ask->request->query);
	eio_polling_get(session, ask->exchange);
}

static void count_refused(struct eio_counters *counters, int refusal)
{
	if (refusal == NET_PEERS_MANY)
		counters->sessions_refused_address++;
	else if (refusal == NET_PEERS_FAST)
		counters->sessions_refused_rate++;
	else
		counters->sessions_refused_full++;
}

static void open_session(struct ask *ask)
{
	struct eio_server *server = ask->server;
	struct net_seat seat = {0};
	int refusal = NET_PEERS_FULL;

	if (!server->closing)
		refusal = net_peers_take(server->options.peers, NET_SEAT_SESSION,
					 ask->request->trusted ? NULL : &ask->request->client,
					 server->timers->now, &seat);
	if (refusal) {
		count_refused(&server->counters, refusal);
		httpd_exchange_error(ask->exchange, httpd_peers_status(refusal), FR_STR_NULL);
	} else if (ask->websocket) {
		eio_websocket_open(server, ask->version, ask->b64, ask->exchange, &seat);
	} else {
		open_polling(ask, &seat);
	}
	net_seat_leave(&seat);
}

/* Whether the request is for another loop's session: it has gone there. */
static bool send_elsewhere(struct ask *ask)
{
	const struct eio_options *options = &ask->server->options;
	struct fr_str sid;
	uint32_t loop;

	if (options->loops < 2 || !get_param(ask, FR_STR("sid"), &sid))
		return false;
	loop = eio_session_loop(ask->server, sid);
	if (loop != options->loop)
		options->elsewhere(options->elsewhere_ctx, loop, ask->exchange);
	return loop != options->loop;
}

void eio_request(void *ctx, struct httpd_exchange *exchange)
{
	struct ask ask = {.server = ctx, .exchange = exchange, .request = &exchange->request};

	if (ask.request->method == HTTPD_OPTIONS) {
		respond_preflight(ask.server, exchange);
		return;
	}
	if (send_elsewhere(&ask) || !check(&ask))
		return;
	if (!ask.session)
		open_session(&ask);
	else if (ask.websocket)
		eio_websocket_probe(ask.session, exchange);
	else if (ask.request->method == HTTPD_GET)
		eio_polling_get(ask.session, exchange);
	else
		eio_polling_post(ask.session, exchange);
}

/* A client says one thing after the other: a second POST at once is none of its own. */
void eio_request_begun(void *ctx, struct httpd_exchange *exchange)
{
	struct ask ask = {.server = ctx, .exchange = exchange, .request = &exchange->request};

	if (send_elsewhere(&ask))
		return;
	if (ask.request->method != HTTPD_POST || ask.request->origin >= HTTPD_ORIGIN_OTHER ||
	    check_transport(&ask) != FINE || ask.websocket || check_sid(&ask) != FINE ||
	    !ask.session)
		return;
	if (fr_list_empty(&ask.session->posts)) {
		fr_list_append(&ask.session->posts, &exchange->coming);
		return;
	}
	eio_request_bad(exchange);
	eio_session_end(ask.session, EIO_PROTOCOL_ERROR);
}
