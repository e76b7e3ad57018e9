/*
 * A connection's states and ends, and its bytes out; what comes in is conn_recv.c's. Nothing is
 * written in a read callback: answers gather in the work and leave in httpd_conn_flush.
 */
#include "httpd/conn.h"

#include <assert.h>
#include <stdlib.h>

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

struct httpd_work *httpd_conn_work(struct httpd_conn *conn)
{
	if (!conn->work)
		conn->work = httpd_server_borrow(conn->server);
	return conn->work;
}

void httpd_conn_free(struct httpd_conn *conn)
{
	net_due_cancel(&conn->due);
	fr_list_remove(&conn->queue);
	fr_list_remove(&conn->link);
	conn->server->conn_count--;
	conn->server->refused_count -= conn->refused;
	give_back_work(conn);
	free(conn->deferred);
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
	if (sent > 0 && net_due_armed(&conn->due) && !httpd_conn_takes_requests(conn))
		net_due_arm(&conn->due, time_out_of(conn->server, conn->state));
	return work->out.len || work->chunk ? hold_piece(conn) : 0;
}

void httpd_conn_read_on(struct httpd_conn *conn)
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
	httpd_conn_read_on(conn);
}

void httpd_conn_wait(struct httpd_conn *conn)
{
	if (conn->deferred && conn->state == HTTPD_CONN_ASKED && !has_output(conn) &&
	    !(conn->work && conn->work->in.len))
		give_back_work(conn);
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
		httpd_conn_wait(conn);
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

static void on_closed(void *ctx, int status)
{
	struct httpd_conn *conn = ctx;
	struct httpd_exchange *exchange = conn->deferred;

	(void)status;
	if (exchange && !exchange->answered)
		exchange->on_abort(exchange->ctx);
	httpd_conn_free(conn);
}

static const struct net_conn_handler handler = {
	.on_recv = httpd_conn_recv,
	.on_eof = httpd_conn_recv_eof,
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
	if (httpd_conn_begin(conn))
		httpd_conn_send_refusal(conn, status);
}

void httpd_conn_wind_up(struct httpd_conn *conn)
{
	if (httpd_conn_takes_requests(conn) && !has_output(conn)) {
		httpd_conn_close(conn);
	} else if (httpd_conn_takes_requests(conn) || conn->state == HTTPD_CONN_FULL) {
		httpd_conn_move(conn, HTTPD_CONN_LAST);
		httpd_conn_ready(conn);
	}
}

void httpd_conn_expire(struct httpd_conn *conn)
{
	struct httpd_counters *counters = &conn->server->counters;

	if (conn->state == HTTPD_CONN_HEAD || conn->state == HTTPD_CONN_BODY) {
		httpd_conn_turn_down(conn, 408);
		return;
	}
	if (conn->state == HTTPD_CONN_IDLE)
		counters->closed_idle++;
	else if (conn->state != HTTPD_CONN_LINGER)
		counters->closed_unread++;
	httpd_conn_close(conn);
}
