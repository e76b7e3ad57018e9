/* What a handler does with a request. */
#include "httpd/exchange.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "httpd/conn.h"
#include "httpd/origin.h"

/* Answers that gather beyond this must leave before the next request is taken. */
#define OUT_MAX ((size_t)65536)

struct fr_str httpd_request_header(const struct httpd_request *request, struct fr_str name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (fr_str_caseeq(request->headers[i].name, name))
			return request->headers[i].value;
	return FR_STR_NULL;
}

static bool list_has(struct fr_str list, struct fr_str token)
{
	while (list.len) {
		size_t end = fr_str_find(list, ',');

		if (fr_str_caseeq(fr_str_trim_ows(fr_str(list.at, end)), token))
			return true;
		end += end < list.len;
		list = fr_str(list.at + end, list.len - end);
	}
	return false;
}

bool httpd_request_lists(const struct httpd_request *request, struct fr_str name,
			 struct fr_str token)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (fr_str_caseeq(request->headers[i].name, name) &&
		    list_has(request->headers[i].value, token))
			return true;
	return false;
}

static bool must_leave_first(const struct httpd_work *work)
{
	return work->chunk || work->out.len > OUT_MAX;
}

/* What was deferred has its answer. */
static void forget_deferred(struct httpd_conn *conn)
{
	free(conn->deferred);
	conn->deferred = NULL;
}

void httpd_exchange_respond(struct httpd_exchange *exchange, const struct httpd_response *response)
{
	struct httpd_conn *conn = exchange->conn;
	bool later = !conn->work; /* the handler has returned, and nothing else is under way */
	struct httpd_answer_mode mode = {
		.request = &exchange->request,
		.head = exchange->request.method == HTTPD_HEAD,
		.close = response->close || !exchange->request.keep_alive || conn->server->closed ||
			 conn->state == HTTPD_CONN_BODY,
		.old = exchange->request.minor == 0,
	};

	assert(!exchange->answered);
	exchange->answered = true;
	if (conn->state == HTTPD_CONN_CLOSED)
		return;
	if (!httpd_conn_work(conn) ||
	    httpd_response_add(conn->server, conn->work, response, mode) < 0) {
		httpd_conn_close(conn);
		return;
	}
	forget_deferred(conn);
	if (mode.close)
		httpd_conn_move(conn, HTTPD_CONN_LAST);
	else
		httpd_conn_move(conn,
				must_leave_first(conn->work) ? HTTPD_CONN_FULL : HTTPD_CONN_IDLE);
	/* A thousand polls that are answered at once then share the work of one. */
	if (later && !conn->work->chunk)
		httpd_conn_flush(conn);
	else
		httpd_conn_ready(conn);
}

void httpd_exchange_error(struct httpd_exchange *exchange, int status, struct fr_str text)
{
	struct fr_buf body = FR_BUF_INIT;

	httpd_response_error_body(&body, status, text);
	httpd_exchange_respond(exchange, &(struct httpd_response){
						 .status = status,
						 .type = FR_STR("application/json; charset=utf-8"),
						 .body = fr_buf_str(&body),
					 });
	fr_buf_fini(&body);
}

/* The names of the methods in a mask. */
static void add_methods(unsigned methods, struct fr_buf *out)
{
	static const char *const names[] = {"GET", "HEAD",   "POST", "OPTIONS",
					    "PUT", "DELETE", "PATCH"};
	const char *between = "";

	for (size_t i = 0; i < FR_ARRAY_LEN(names); i++) {
		if (!(methods & (1u << i)))
			continue;
		fr_buf_printf(out, "%s%s", between, names[i]);
		between = ", ";
	}
}

void httpd_exchange_refuse_method(struct httpd_exchange *exchange, unsigned methods)
{
	struct fr_buf names = FR_BUF_INIT, headers = FR_BUF_INIT, body = FR_BUF_INIT;
	struct httpd_response response = {.status = 405};

	add_methods(methods, &names);
	fr_buf_printf(&headers, "Allow: %.*s\r\n", FR_STR_ARG(fr_buf_str(&names)));
	if (httpd_origin_is_preflight(&exchange->request)) {
		httpd_origin_add_preflight(&exchange->request, fr_buf_str(&names), &headers);
		response.status = 204;
	} else {
		httpd_response_error_body(&body, response.status, FR_STR_NULL);
		response.type = FR_STR("application/json; charset=utf-8");
	}
	response.headers = fr_buf_str(&headers);
	response.body = fr_buf_str(&body);
	httpd_exchange_respond(exchange, &response);
	fr_buf_fini(&names);
	fr_buf_fini(&headers);
	fr_buf_fini(&body);
}

/* --- deferring --- */

/* Where the parser's bytes of a request go: the header, and behind it what is not in it. */
struct place {
	struct fr_str head;
	char *at, *end;
};

static struct fr_str move_view(struct place *place, struct fr_str view)
{
	uintptr_t offset = (uintptr_t)view.at - (uintptr_t)place->head.at;
	char *at = place->end;

	if (view.len == 0)
		return view.at ? FR_STR("") : view;
	if (offset < place->head.len)
		return fr_str(place->at + offset, view.len);
	memcpy(at, view.at, view.len);
	place->end += view.len;
	return fr_str(at, view.len);
}

static void move_views(struct httpd_request *request, struct httpd_header *headers,
		       struct place *place)
{
	memcpy(place->at, place->head.at, place->head.len);
	place->end = place->at + place->head.len;
	request->target = move_view(place, request->target);
	request->path = move_view(place, request->path);
	request->query = move_view(place, request->query);
	request->body = move_view(place, request->body);
	request->host = move_view(place, request->host);
	for (size_t i = 0; i < request->header_count; i++) {
		headers[i].name = move_view(place, request->headers[i].name);
		headers[i].value = move_view(place, request->headers[i].value);
	}
	request->headers = headers;
}

/* The exchange with its request, out of the parser's memory. NULL: no memory. */
static struct httpd_exchange *copy(const struct httpd_exchange *exchange)
{
	const struct httpd_request *request = &exchange->request;
	struct place place = {.head = httpd_parser_head(exchange->conn->work->parser)};
	size_t headers = request->header_count * sizeof(struct httpd_header);
	struct httpd_exchange *made = malloc(sizeof(*made) + headers + place.head.len +
					     request->path.len + request->body.len);

	if (!made)
		return NULL;
	*made = *exchange;
	place.at = (char *)(made + 1) + headers;
	move_views(&made->request, (struct httpd_header *)(made + 1), &place);
	return made;
}

struct httpd_exchange *httpd_exchange_defer(struct httpd_exchange *exchange,
					    void (*on_abort)(void *ctx), void *ctx)
{
	struct httpd_conn *conn = exchange->conn;
	struct httpd_exchange *made;

	assert(!exchange->answered && on_abort && conn->state == HTTPD_CONN_ASKED);
	exchange->deferred = true;
	exchange->on_abort = on_abort;
	exchange->ctx = ctx;
	made = copy(exchange);
	conn->deferred = made;
	if (!made)
		httpd_exchange_error(exchange, 503, FR_STR_NULL);
	return made;
}

/* --- taking and moving --- */

/* Sends head, behind answers that have not left; the rest of it is held. */
static int send_head(struct httpd_conn *conn, struct fr_str head)
{
	struct fr_buf *out = &conn->work->out;
	ssize_t sent;

	fr_buf_add_str(out, head);
	if (fr_buf_error(out) < 0)
		return -ENOMEM;
	if (out->len == 0)
		return 0;
	if (conn->net->held)
		return -EAGAIN;
	sent = net_conn_write(conn->net, &(struct net_span){out->at, out->len}, 1);
	if (sent < 0 || (size_t)sent == out->len)
		return sent < 0 ? (int)sent : 0;
	return net_conn_hold(conn->net, out->at + sent, out->len - (size_t)sent);
}

int httpd_exchange_take(struct httpd_exchange *exchange, struct fr_str head,
			const struct net_conn_handler *handler, void *ctx, struct net_conn **net)
{
	struct httpd_conn *conn = exchange->conn;
	int rc;

	assert(!exchange->answered && !exchange->deferred);
	exchange->answered = true;
	rc = send_head(conn, head);
	if (rc < 0 || conn->net->closing) {
		httpd_conn_close(conn);
		return rc < 0 ? rc : -ECONNRESET;
	}
	httpd_conn_move(conn, HTTPD_CONN_TAKEN);
	net_conn_handle(conn->net, handler, ctx);
	*net = conn->net;
	return 0;
}

void httpd_exchange_move(struct httpd_exchange *exchange,
			 void (*fn)(void *ctx, struct net_parcel *parcel), void *ctx)
{
	struct httpd_conn *conn = exchange->conn;

	assert(!exchange->answered && !exchange->deferred);
	exchange->answered = true;
	if (send_head(conn, FR_STR("")) < 0 || conn->net->held || conn->net->closing) {
		httpd_conn_close(conn);
		return;
	}
	if (conn->state == HTTPD_CONN_ASKED)
		conn->server->counters.requests--; /* it counts where it is answered */
	conn->work->moved = fn;
	conn->work->moved_ctx = ctx;
	httpd_conn_move(conn, HTTPD_CONN_TAKEN);
}

static void on_moved_closed(void *ctx, int status)
{
	(void)ctx;
	(void)status;
}

/* Of what is left here of a connection that went elsewhere: its end alone. */
static const struct net_conn_handler moved = {.on_closed = on_moved_closed};

void httpd_conn_send_away(struct httpd_conn *conn, struct fr_str rest)
{
	const struct httpd_work *work = conn->work;
	const struct fr_str bytes[] = {httpd_parser_head(work->parser), rest};
	struct net_parcel *parcel = net_parcel_pack(conn->net, bytes, 2);

	net_conn_handle(conn->net, &moved, NULL);
	net_conn_close(conn->net);
	if (parcel)
		work->moved(work->moved_ctx, parcel);
}
