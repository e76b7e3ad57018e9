/*
 * What a connection's peer sends: requests are taken out of its bytes one by one, and asked, kept
 * or refused. Owns no bytes but those of the work.
 */
#include "httpd/conn.h"

#include "httpd/forwarded.h"
#include "httpd/origin.h"

/* The exchange as the parser has read it by now. */
static struct httpd_exchange *make_exchange(struct httpd_conn *conn)
{
	struct httpd_exchange *exchange = &conn->work->exchange;
	const struct httpd_options *options = &conn->server->options;

	*exchange = (struct httpd_exchange){
		.request = *httpd_parser_request(conn->work->parser),
		.conn = conn,
	};
	exchange->request.peer = conn->net->peer;
	httpd_forwarded_read(&exchange->request, options->proxies, options->proxy_count);
	exchange->request.origin = httpd_origin_judge(&exchange->request, options->cors_origins,
						      options->cors_count);
	return exchange;
}

/* What is known of the request that comes in; NULL before its header is whole. */
static const struct httpd_request *known_request(struct httpd_conn *conn)
{
	if (conn->state == HTTPD_CONN_BODY)
		return &conn->work->exchange.request;
	return httpd_parser_head_done(conn->work->parser) ? &make_exchange(conn)->request : NULL;
}

static void count_refused(struct httpd_conn *conn, int status)
{
	struct httpd_counters *counters = &conn->server->counters;

	switch (status) {
	case 408:
		*(conn->state == HTTPD_CONN_BODY ? &counters->refused_body_time
						 : &counters->refused_header_time) += 1;
		break;
	case 413:
		counters->refused_body_size++;
		break;
	case 414:
	case 431:
		counters->refused_header_size++;
		break;
	case 503:
		counters->refused_memory++;
		break;
	default:
		counters->refused_malformed++;
	}
}

void httpd_conn_send_refusal(struct httpd_conn *conn, int status)
{
	const struct httpd_request *request = known_request(conn);
	const struct httpd_options *options = &conn->server->options;
	struct fr_buf body = FR_BUF_INIT;
	int rc;

	if (options->refused)
		options->refused(options->log_ctx, request ? &request->client : &conn->net->peer,
				 status, httpd_parser_request(conn->work->parser)->target);
	httpd_response_error_body(&body, status, FR_STR_NULL);
	rc = httpd_response_add(conn->server, conn->work,
				&(struct httpd_response){
					.status = status,
					.type = FR_STR("application/json; charset=utf-8"),
					.body = fr_buf_str(&body),
				},
				(struct httpd_answer_mode){
					.request = request,
					.head = request && request->method == HTTPD_HEAD,
					.close = true,
				});
	fr_buf_fini(&body);
	if (rc < 0) {
		httpd_conn_close(conn);
		return;
	}
	httpd_conn_move(conn, HTTPD_CONN_LAST);
	httpd_conn_ready(conn);
}

void httpd_conn_turn_down(struct httpd_conn *conn, int status)
{
	count_refused(conn, status);
	httpd_conn_send_refusal(conn, status);
}

/* A proxy's connection takes the seat of whom it asks for. False: there is none, as the answer
 * says. */
static bool seat_client(struct httpd_conn *conn, struct httpd_exchange *exchange)
{
	const struct httpd_request *request = &exchange->request;
	int refusal = 0;

	if (conn->proxied && !request->trusted)
		refusal = net_seat_give(&conn->net->seat, &request->client);
	if (refusal) {
		conn->server->counters.requests_refused_address++;
		httpd_exchange_error(exchange, httpd_peers_status(refusal), FR_STR_NULL);
	}
	return refusal == 0;
}

/* The header is whole and a body will follow. waiting: none of it is here yet. */
static void begin_body(struct httpd_conn *conn, bool waiting)
{
	const struct httpd_request *request = httpd_parser_request(conn->work->parser);
	struct fr_str expect = httpd_request_header(request, FR_STR("expect"));
	struct httpd_exchange *exchange;

	httpd_conn_move(conn, HTTPD_CONN_BODY);
	exchange = make_exchange(conn);
	if (seat_client(conn, exchange))
		httpd_server_foretell(conn->server, exchange);
	if (conn->state != HTTPD_CONN_BODY || !expect.at || request->minor == 0)
		return;
	if (!fr_str_caseeq(expect, FR_STR("100-continue"))) {
		httpd_conn_turn_down(conn, 417);
	} else if (waiting) {
		fr_buf_add_str(&conn->work->out, FR_STR("HTTP/1.1 100 Continue\r\n\r\n"));
		httpd_conn_ready(conn);
	}
}

static void ask(struct httpd_conn *conn)
{
	struct httpd_exchange *exchange;

	httpd_conn_move(conn, HTTPD_CONN_ASKED);
	exchange = make_exchange(conn);
	if (seat_client(conn, exchange))
		httpd_server_dispatch(conn->server, exchange);
}

bool httpd_conn_begin(struct httpd_conn *conn)
{
	if (!httpd_conn_work(conn)) {
		httpd_conn_close(conn);
		return false;
	}
	httpd_parser_reset(conn->work->parser);
	httpd_conn_move(conn, HTTPD_CONN_HEAD);
	return true;
}

/* More of a body came, and not all of it: bodies that are not whole take no more memory together
 * than the limit, but for the small ones. */
static void gather_body(struct httpd_conn *conn)
{
	struct httpd_server *server = conn->server;
	size_t n = httpd_parser_gathered(conn->work->parser);

	server->incoming += n - conn->work->incoming;
	conn->work->incoming = n;
	if (n > HTTPD_BODY_SMALL && server->incoming > server->options.incoming_max) {
		server->counters.refused_incoming++;
		httpd_conn_send_refusal(conn, 503);
	}
}

/* Takes requests out of the bytes while it may; returns how many bytes it took. */
static size_t parse(struct httpd_conn *conn, const uint8_t *bytes, size_t n)
{
	size_t taken = 0;

	while (taken < n && httpd_conn_takes_requests(conn)) {
		size_t used;

		if (conn->state == HTTPD_CONN_IDLE && !httpd_conn_begin(conn))
			return n;
		switch (httpd_parser_recv(conn->work->parser, bytes + taken, n - taken, &used)) {
		case HTTPD_PARSE_MORE:
			if (conn->state == HTTPD_CONN_BODY)
				gather_body(conn);
			break;
		case HTTPD_PARSE_HEAD:
			begin_body(conn, taken + used == n);
			break;
		case HTTPD_PARSE_DONE:
			ask(conn);
			break;
		case HTTPD_PARSE_REFUSED:
			httpd_conn_turn_down(conn, httpd_parser_refusal(conn->work->parser));
			break;
		}
		taken += used;
	}
	return taken;
}

/* Keeps what cannot be taken yet. */
static void keep(struct httpd_conn *conn, const uint8_t *bytes, size_t n)
{
	struct fr_buf *in;

	if (n == 0 || conn->state >= HTTPD_CONN_LAST)
		return;
	if (!httpd_conn_work(conn)) {
		httpd_conn_close(conn);
		return;
	}
	in = &conn->work->in;
	fr_buf_add(in, bytes, n);
	if (fr_buf_error(in) < 0) {
		httpd_conn_close(conn);
	} else if (in->len > conn->server->limits.header && !conn->paused) {
		/* A handler may take its time, but a peer that pipelines past the limit meanwhile
		 * cannot be paused: then its close would go unseen. */
		if (conn->state == HTTPD_CONN_ASKED) {
			conn->server->counters.closed_pipelined++;
			httpd_conn_close(conn);
		} else {
			conn->paused = true;
			net_conn_pause(conn->net, true);
		}
	}
}

/* The connection was taken: its new owner gets what came after the request. */
static void hand_over(struct httpd_conn *conn, const uint8_t *rest, size_t n)
{
	struct net_conn *net = conn->net;

	if (conn->work->moved) {
		httpd_conn_send_away(conn, fr_str((const char *)rest, n));
		httpd_conn_free(conn);
		return;
	}
	if (n && !net->closing)
		net->handler->on_recv(net->ctx, rest, n);
	if (conn->eof && !net->closing)
		net->handler->on_eof(net->ctx);
	httpd_conn_free(conn);
}

void httpd_conn_recv(void *ctx, const uint8_t *bytes, size_t n)
{
	struct httpd_conn *conn = ctx;
	bool behind = conn->work && conn->work->in.len;
	size_t taken = behind ? 0 : parse(conn, bytes, n);

	if (conn->state == HTTPD_CONN_TAKEN) {
		hand_over(conn, bytes + taken, n - taken);
		return;
	}
	keep(conn, bytes + taken, n - taken);
	httpd_conn_wait(conn);
}

/* The peer sends no more. What it asked before is answered, unless it is not even waiting. */
static void input_ended(struct httpd_conn *conn)
{
	if (conn->state == HTTPD_CONN_ASKED)
		httpd_conn_close(conn);
	else if (conn->work && conn->work->in.len)
		return;
	else if (httpd_conn_takes_requests(conn))
		httpd_conn_wind_up(conn);
	else if (conn->state == HTTPD_CONN_LINGER)
		httpd_conn_close(conn);
}

void httpd_conn_resume(struct httpd_conn *conn)
{
	struct fr_buf *in = conn->work ? &conn->work->in : NULL;
	size_t taken;

	if (conn->net->closing)
		return;
	httpd_conn_read_on(conn);
	if (in && in->len) {
		taken = parse(conn, (const uint8_t *)in->at, in->len);
		if (conn->state == HTTPD_CONN_TAKEN) {
			hand_over(conn, (const uint8_t *)in->at + taken, in->len - taken);
			return;
		}
		fr_buf_drop(in, taken);
		httpd_conn_wait(conn);
	}
	if (conn->eof)
		input_ended(conn);
}

void httpd_conn_recv_eof(void *ctx)
{
	struct httpd_conn *conn = ctx;

	conn->eof = true;
	input_ended(conn);
}
