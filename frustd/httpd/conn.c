/*
 * A connection's states, and its bytes in and out. Nothing is written in a read callback: answers
 * gather in the work and leave in httpd_conn_flush.
 */
#include "httpd/conn.h"

#include <assert.h>
#include <stdlib.h>

#include "httpd/forwarded.h"
#include "httpd/origin.h"

#define PIECE_MAX ((size_t)16384) /* of a shared body, copied for a peer whose window is full */

#define MOVE(to) (1u << HTTPD_CONN_##to)

static const unsigned moves[] = {
	[HTTPD_CONN_IDLE] = MOVE(HEAD) | MOVE(LAST) | MOVE(CLOSED),
	[HTTPD_CONN_HEAD] = MOVE(BODY) | MOVE(ASKED) | MOVE(LAST) | MOVE(CLOSED),
	[HTTPD_CONN_BODY] = MOVE(ASKED) | MOVE(LAST) | MOVE(TAKEN) | MOVE(CLOSED),
	[HTTPD_CONN_ASKED] = MOVE(IDLE) | MOVE(FULL) | MOVE(LAST) | MOVE(TAKEN) | MOVE(CLOSED),
	[HTTPD_CONN_FULL] = MOVE(IDLE) | MOVE(LAST) | MOVE(CLOSED),
	[HTTPD_CONN_LAST] = MOVE(LINGER) | MOVE(CLOSED),
	[HTTPD_CONN_LINGER] = MOVE(CLOSED),
	[HTTPD_CONN_TAKEN] = 0,
	[HTTPD_CONN_CLOSED] = 0,
};

static bool takes_requests(const struct httpd_conn *conn)
{
	return conn->state <= HTTPD_CONN_BODY;
}

static struct net_due_list *time_out_of(struct httpd_server *server, enum httpd_conn_state state)
{
	switch (state) {
	case HTTPD_CONN_IDLE:
		return &server->keep_alive_due;
	case HTTPD_CONN_HEAD:
		return &server->header_due;
	case HTTPD_CONN_BODY:
	case HTTPD_CONN_FULL:
	case HTTPD_CONN_LAST:
		return &server->body_due;
	case HTTPD_CONN_LINGER:
		return &server->linger_due;
	default:
		return NULL;
	}
}

/* The body is whole, or will never be. */
static void forget_body(struct httpd_conn *conn)
{
	conn->server->incoming -= conn->work->incoming;
	conn->work->incoming = 0;
}

void httpd_conn_move(struct httpd_conn *conn, enum httpd_conn_state to)
{
	struct net_due_list *list = time_out_of(conn->server, to);
	const struct httpd_options *options = &conn->server->options;
	enum httpd_conn_state from = conn->state;

	(void)moves; /* with NDEBUG */
	assert(moves[from] & (1u << to));
	if (conn->state == HTTPD_CONN_BODY) {
		fr_list_remove(&conn->work->exchange.coming);
		forget_body(conn);
	}
	if (conn->proxied && to == HTTPD_CONN_IDLE)
		net_seat_take_back(&conn->net->seat);
	conn->state = to;
	if (options->trace)
		options->trace(options->log_ctx, &conn->net->peer, from, to);
	if (list)
		net_due_arm(&conn->due, list);
	else
		net_due_cancel(&conn->due);
}

static void enqueue(struct httpd_conn *conn, struct fr_list *queue)
{
	fr_list_remove(&conn->queue);
	fr_list_append(queue, &conn->queue);
}

void httpd_conn_ready(struct httpd_conn *conn)
{
	enqueue(conn, &conn->server->ready);
}

static void give_back_work(struct httpd_conn *conn)
{
	if (conn->work) {
		forget_body(conn); /* a stream that broke */
		httpd_server_return(conn->server, conn->work);
	}
	conn->work = NULL;
}

/* The struct goes; the stream is somebody else's or at its end. */
static void conn_free(struct httpd_conn *conn)
{
	net_due_cancel(&conn->due);
	fr_list_remove(&conn->queue);
	fr_list_remove(&conn->link);
	conn->server->conn_count--;
	conn->server->refused_count -= conn->refused;
	give_back_work(conn);
	free(conn);
}

void httpd_conn_close(struct httpd_conn *conn)
{
	if (conn->state >= HTTPD_CONN_TAKEN)
		return;
	httpd_conn_move(conn, HTTPD_CONN_CLOSED);
	fr_list_remove(&conn->queue);
	net_conn_close(conn->net);
}

/* --- out --- */

static bool has_output(const struct httpd_conn *conn)
{
	return conn->net->held || (conn->work && (conn->work->out.len || conn->work->chunk));
}

/* The bytes that have left, or are held, are forgotten. */
static void output_gone(struct httpd_work *work, size_t n)
{
	size_t from_out = n < work->out.len ? n : work->out.len;

	fr_buf_drop(&work->out, from_out);
	work->chunk_sent += n - from_out;
	if (work->chunk && work->chunk_sent == work->chunk->len) {
		net_chunk_unref(work->chunk);
		work->chunk = NULL;
	}
}

/* The peer's window is full: what comes next is held, at most a piece of it. */
static int hold_piece(struct httpd_conn *conn)
{
	struct httpd_work *work = conn->work;
	const void *at = work->out.at;
	size_t n = work->out.len;
	int rc;

	if (n == 0) {
		at = work->chunk->bytes + work->chunk_sent;
		n = work->chunk->len - work->chunk_sent;
	}
	if (n > PIECE_MAX)
		n = PIECE_MAX;
	rc = net_conn_hold(conn->net, at, n);
	if (rc == 0)
		output_gone(work, n);
	return rc;
}

static int write_output(struct httpd_conn *conn)
{
	struct httpd_work *work = conn->work;
	struct net_span spans[2];
	ssize_t sent;
	int n = 0;

	if (!work || conn->net->held)
		return 0;
	if (work->out.len)
		spans[n++] = (struct net_span){work->out.at, work->out.len};
	if (work->chunk)
		spans[n++] = (struct net_span){work->chunk->bytes + work->chunk_sent,
					       work->chunk->len - work->chunk_sent};
	if (n == 0)
		return 0;
	sent = net_conn_write(conn->net, spans, n);
	if (sent < 0)
		return (int)sent;
	output_gone(work, (size_t)sent);
	if (sent > 0 && net_due_armed(&conn->due) && !takes_requests(conn))
		net_due_arm(&conn->due, time_out_of(conn->server, conn->state));
	return work->out.len || work->chunk ? hold_piece(conn) : 0;
}

static void go_on_reading(struct httpd_conn *conn)
{
	if (conn->paused)
		net_conn_pause(conn->net, false);
	conn->paused = false;
}

/* The last answer has left. */
static void after_last(struct httpd_conn *conn)
{
	give_back_work(conn);
	if (conn->eof) {
		httpd_conn_close(conn);
		return;
	}
	net_conn_finish(conn->net);
	httpd_conn_move(conn, HTTPD_CONN_LINGER);
	go_on_reading(conn);
}

void httpd_conn_flush(struct httpd_conn *conn)
{
	if (!conn->net->closing && write_output(conn) < 0)
		httpd_conn_close(conn);
	if (conn->net->closing || has_output(conn))
		return;
	switch (conn->state) {
	case HTTPD_CONN_FULL:
		httpd_conn_move(conn, HTTPD_CONN_IDLE);
		break;
	case HTTPD_CONN_LAST:
		after_last(conn);
		return;
	case HTTPD_CONN_IDLE:
		break;
	default:
		return;
	}
	if ((conn->work && conn->work->in.len) || conn->eof || conn->paused) {
		enqueue(conn, &conn->server->resume);
		net_timer_start(&conn->server->resume_timer, 0);
	} else {
		give_back_work(conn);
	}
}

static void on_writable(void *ctx)
{
	httpd_conn_ready(ctx);
}

/* --- in --- */

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

/* Answers with that status, tells of it, and ends the connection. */
static void send_refusal(struct httpd_conn *conn, int status)
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

/* Refuses what comes in. */
static void refuse(struct httpd_conn *conn, int status)
{
	count_refused(conn, status);
	send_refusal(conn, status);
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
		refuse(conn, 417);
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

static bool begin_request(struct httpd_conn *conn)
{
	if (!conn->work)
		conn->work = httpd_server_borrow(conn->server);
	if (!conn->work) {
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
		send_refusal(conn, 503);
	}
}

/* Takes requests out of the bytes while it may; returns how many bytes it took. */
static size_t parse(struct httpd_conn *conn, const uint8_t *bytes, size_t n)
{
	size_t taken = 0;

	while (taken < n && takes_requests(conn)) {
		size_t used;

		if (conn->state == HTTPD_CONN_IDLE && !begin_request(conn))
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
			refuse(conn, httpd_parser_refusal(conn->work->parser));
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
		conn_free(conn);
		return;
	}
	if (n && !net->closing)
		net->handler->on_recv(net->ctx, rest, n);
	if (conn->eof && !net->closing)
		net->handler->on_eof(net->ctx);
	conn_free(conn);
}

static void on_recv(void *ctx, const uint8_t *bytes, size_t n)
{
	struct httpd_conn *conn = ctx;
	bool behind = conn->work && conn->work->in.len;
	size_t taken = behind ? 0 : parse(conn, bytes, n);

	if (conn->state == HTTPD_CONN_TAKEN)
		hand_over(conn, bytes + taken, n - taken);
	else
		keep(conn, bytes + taken, n - taken);
}

/* The peer sends no more. What it asked before is answered, unless it is not even waiting. */
static void input_ended(struct httpd_conn *conn)
{
	if (conn->state == HTTPD_CONN_ASKED)
		httpd_conn_close(conn);
	else if (conn->work && conn->work->in.len)
		return;
	else if (takes_requests(conn))
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
	go_on_reading(conn);
	if (in && in->len) {
		taken = parse(conn, (const uint8_t *)in->at, in->len);
		if (conn->state == HTTPD_CONN_TAKEN) {
			hand_over(conn, (const uint8_t *)in->at + taken, in->len - taken);
			return;
		}
		fr_buf_drop(in, taken);
	}
	if (conn->eof)
		input_ended(conn);
}

static void on_eof(void *ctx)
{
	struct httpd_conn *conn = ctx;

	conn->eof = true;
	input_ended(conn);
}

static void on_closed(void *ctx, int status)
{
	struct httpd_conn *conn = ctx;
	struct httpd_exchange *exchange = conn->work ? &conn->work->exchange : NULL;

	(void)status;
	if (exchange && exchange->deferred && !exchange->answered)
		exchange->on_abort(exchange->ctx);
	conn_free(conn);
}

static const struct net_conn_handler handler = {
	.on_recv = on_recv,
	.on_eof = on_eof,
	.on_writable = on_writable,
	.on_closed = on_closed,
};

/* --- for the server --- */

/* NULL: no memory; the connection is closed then. */
static struct httpd_conn *conn_new(struct httpd_server *server, struct net_conn *net)
{
	struct httpd_conn *conn = calloc(1, sizeof(*conn));

	if (!conn) {
		net_conn_close(net);
		return NULL;
	}
	conn->net = net;
	conn->server = server;
	fr_list_append(&server->conns, &conn->link);
	server->conn_count++;
	net_conn_handle(net, &handler, conn);
	net_due_arm(&conn->due, &server->header_due);
	return conn;
}

void httpd_conn_open(struct httpd_server *server, struct net_conn *net, bool proxied)
{
	struct httpd_conn *conn = conn_new(server, net);

	if (conn)
		conn->proxied = proxied;
}

void httpd_conn_refuse(struct httpd_server *server, struct net_conn *net, int status)
{
	struct httpd_conn *conn = conn_new(server, net);

	if (!conn)
		return;
	conn->refused = true;
	server->refused_count++;
	if (begin_request(conn))
		send_refusal(conn, status);
}

void httpd_conn_wind_up(struct httpd_conn *conn)
{
	if (takes_requests(conn) && !has_output(conn)) {
		httpd_conn_close(conn);
	} else if (takes_requests(conn) || conn->state == HTTPD_CONN_FULL) {
		httpd_conn_move(conn, HTTPD_CONN_LAST);
		httpd_conn_ready(conn);
	}
}

void httpd_conn_expire(struct httpd_conn *conn)
{
	struct httpd_counters *counters = &conn->server->counters;

	if (conn->state == HTTPD_CONN_HEAD || conn->state == HTTPD_CONN_BODY) {
		refuse(conn, 408);
		return;
	}
	if (conn->state == HTTPD_CONN_IDLE)
		counters->closed_idle++;
	else if (conn->state != HTTPD_CONN_LINGER)
		counters->closed_unread++;
	httpd_conn_close(conn);
}
