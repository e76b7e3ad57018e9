/* The server: its options, routes, lists of connections and time-outs. */
#include "httpd/server.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "httpd/conn.h"

#define LINGER_MS 3000              /* for the peer to close after our last answer */
#define REFUSED_MAX 64              /* connections beyond a limit that are told so at once */
#define LARGE_MAX ((size_t)1 << 20) /* bytes of large bodies written in one turn */
#define POOL_MAX 64                 /* works that are kept for the next request */
#define MEMORY_KEPT ((size_t)65536) /* of a buffer in the pool */

struct httpd_options httpd_options_default(void)
{
	return (struct httpd_options){
		.request_line_max = 8192,
		.header_max = 16384,
		.body_max = 1000000,
		.incoming_max = 64u << 20,
		.header_timeout = 10000,
		.body_timeout = 30000,
		.keep_alive = 75000,
	};
}

static void on_due(struct net_due *due, void *ctx)
{
	(void)ctx;
	httpd_conn_expire(FR_CONTAINER_OF(due, struct httpd_conn, due));
}

static struct httpd_conn *queued(struct fr_list *link)
{
	return FR_CONTAINER_OF(link, struct httpd_conn, queue);
}

static void on_resume(struct net_timer *timer, void *ctx)
{
	struct httpd_server *server = ctx;
	struct fr_list queue, *link;

	(void)timer;
	fr_list_init(&queue);
	fr_list_splice(&queue, &server->resume);
	while ((link = fr_list_pop(&queue)))
		httpd_conn_resume(queued(link));
}

struct httpd_server *httpd_server_new(struct net_timers *timers,
				      const struct httpd_options *options)
{
	struct httpd_server *server = calloc(1, sizeof(*server));

	if (!server)
		return NULL;
	server->options = *options;
	server->timers = timers;
	server->limits = (struct httpd_limits){
		.request_line = options->request_line_max,
		.header = options->header_max,
		.body = options->body_max,
	};
	fr_list_init(&server->conns);
	fr_list_init(&server->ready);
	fr_list_init(&server->resume);
	fr_list_init(&server->pool);
	net_timer_init(&server->resume_timer, timers, on_resume, server);
	net_due_list_init(&server->header_due, timers, options->header_timeout, on_due, server);
	net_due_list_init(&server->body_due, timers, options->body_timeout, on_due, server);
	net_due_list_init(&server->keep_alive_due, timers, options->keep_alive, on_due, server);
	net_due_list_init(&server->linger_due, timers, LINGER_MS, on_due, server);
	return server;
}

static void work_free(struct httpd_work *work)
{
	httpd_parser_free(work->parser);
	fr_buf_fini(&work->in);
	fr_buf_fini(&work->out);
	net_chunk_unref(work->chunk);
	free(work);
}

void httpd_server_free(struct httpd_server *server)
{
	struct fr_list *link;

	if (!server)
		return;
	net_timer_stop(&server->resume_timer);
	net_due_list_fini(&server->header_due);
	net_due_list_fini(&server->body_due);
	net_due_list_fini(&server->keep_alive_due);
	net_due_list_fini(&server->linger_due);
	while ((link = fr_list_pop(&server->pool)))
		work_free(FR_CONTAINER_OF(link, struct httpd_work, link));
	for (size_t i = 0; i < server->route_count; i++)
		free(server->routes[i].path);
	free(server->routes);
	fr_buf_fini(&server->common);
	free(server);
}

struct httpd_work *httpd_server_borrow(struct httpd_server *server)
{
	struct fr_list *link = fr_list_pop(&server->pool);
	struct httpd_work *work;

	if (link) {
		server->pool_count--;
		return FR_CONTAINER_OF(link, struct httpd_work, link);
	}
	work = calloc(1, sizeof(*work));
	if (!work)
		return NULL;
	work->parser = httpd_parser_new(&server->limits);
	if (!work->parser) {
		free(work);
		return NULL;
	}
	return work;
}

static void forget(struct fr_buf *buf)
{
	if (buf->size > MEMORY_KEPT)
		fr_buf_fini(buf);
	else
		fr_buf_clear(buf);
}

void httpd_server_return(struct httpd_server *server, struct httpd_work *work)
{
	fr_list_remove(&work->exchange.coming);
	if (server->pool_count == POOL_MAX) {
		work_free(work);
		return;
	}
	httpd_parser_reset(work->parser);
	work->exchange = (struct httpd_exchange){0};
	work->moved = NULL;
	forget(&work->in);
	forget(&work->out);
	net_chunk_unref(work->chunk);
	work->chunk = NULL;
	fr_list_append(server->pool.next, &work->link); /* first: what is warm is taken next */
	server->pool_count++;
}

/* --- routes --- */

int httpd_server_route(struct httpd_server *server, struct fr_str path, unsigned methods,
		       httpd_handler_fn fn, void *ctx)
{
	size_t n = server->route_count;
	struct httpd_route *routes = realloc(server->routes, (n + 1) * sizeof(*routes));
	char *copy = malloc(path.len + 1);

	if (routes)
		server->routes = routes;
	if (!routes || !copy) {
		free(copy);
		return -ENOMEM;
	}
	memcpy(copy, path.at, path.len);
	if (methods & HTTPD_GET)
		methods |= HTTPD_HEAD;
	routes[n] = (struct httpd_route){
		.path = copy,
		.len = path.len,
		.methods = methods,
		.fn = fn,
		.ctx = ctx,
	};
	server->route_count++;
	return 0;
}

void httpd_server_fallback(struct httpd_server *server, httpd_handler_fn fn, void *ctx)
{
	server->fallback.fn = fn;
	server->fallback.ctx = ctx;
}

static struct httpd_route *find_route(struct httpd_server *server, struct fr_str path)
{
	for (size_t i = 0; i < server->route_count; i++) {
		struct httpd_route *route = &server->routes[i];

		if (route->len == path.len && memcmp(route->path, path.at, path.len) == 0)
			return route;
	}
	return server->fallback.fn ? &server->fallback : NULL;
}

void httpd_server_announce(struct httpd_server *server, struct fr_str path, httpd_handler_fn early)
{
	struct httpd_route *route = find_route(server, path);

	assert(route && route != &server->fallback);
	route->early = early;
}

void httpd_server_foretell(struct httpd_server *server, struct httpd_exchange *exchange)
{
	const struct httpd_route *route = find_route(server, exchange->request.path);

	if (route && route->early && (route->methods & exchange->request.method))
		route->early(route->ctx, exchange);
}

void httpd_server_dispatch(struct httpd_server *server, struct httpd_exchange *exchange)
{
	const struct httpd_route *route = find_route(server, exchange->request.path);

	server->counters.requests++;
	if (!route)
		httpd_exchange_error(exchange, 404, FR_STR_NULL);
	else if (route != &server->fallback && !(route->methods & exchange->request.method))
		httpd_exchange_refuse_method(exchange, route->methods);
	else
		route->fn(route->ctx, exchange);
	/* Forgetting the request would leave the peer waiting for ever. */
	if (!exchange->answered && !exchange->deferred)
		httpd_exchange_error(exchange, 500, FR_STR_NULL);
}

/* --- connections --- */

int httpd_peers_status(int refusal)
{
	return refusal == NET_PEERS_MANY || refusal == NET_PEERS_FAST ? 429 : 503;
}

static bool is_proxied(const struct httpd_server *server, const struct net_conn *conn)
{
	return net_address_trusted(&conn->peer, server->options.proxies,
				   server->options.proxy_count);
}

static void count_refused(struct httpd_counters *counters, int refusal)
{
	if (refusal == NET_PEERS_MANY)
		counters->conns_refused_address++;
	else if (refusal == NET_PEERS_FAST)
		counters->conns_refused_rate++;
	else
		counters->conns_refused_full++;
}

void httpd_server_accept(void *ctx, struct net_conn *conn)
{
	struct httpd_server *server = ctx;
	bool proxied = is_proxied(server, conn);
	int refusal;

	if (server->closed) {
		net_conn_close(conn);
		return;
	}
	refusal = net_peers_take(server->options.peers, NET_SEAT_CONN, proxied ? NULL : &conn->peer,
				 server->timers->now, &conn->seat);
	if (refusal == 0) {
		server->counters.conns++;
		httpd_conn_open(server, conn, proxied);
		return;
	}
	count_refused(&server->counters, refusal);
	if (server->refused_count < REFUSED_MAX)
		httpd_conn_refuse(server, conn, httpd_peers_status(refusal));
	else
		net_conn_close(conn);
}

void httpd_server_adopt(void *ctx, struct net_conn *conn)
{
	struct httpd_server *server = ctx;

	httpd_conn_open(server, conn, is_proxied(server, conn));
}

/* Bytes of a shared body that have not left. */
static size_t large_left(const struct httpd_conn *conn)
{
	const struct httpd_work *work = conn->work;

	return work && work->chunk ? work->chunk->len - work->chunk_sent : 0;
}

/* Who asks for much delays nobody who asks for little: large bodies beyond a turn's measure leave
 * with the next turns. */
void httpd_server_flush(struct httpd_server *server)
{
	struct fr_list later, *link;
	size_t large = 0;

	fr_list_init(&later);
	while ((link = fr_list_pop(&server->ready))) {
		struct httpd_conn *conn = queued(link);
		size_t left = large_left(conn);

		if (left && large >= LARGE_MAX) {
			fr_list_append(&later, &conn->queue);
			continue;
		}
		httpd_conn_flush(conn);
		large += left - large_left(conn);
	}
	if (!fr_list_empty(&later)) {
		fr_list_splice(&server->ready, &later);
		net_timer_start(&server->resume_timer, 0);
	}
}

const struct httpd_counters *httpd_server_counters(const struct httpd_server *server)
{
	return &server->counters;
}

size_t httpd_server_conns(const struct httpd_server *server)
{
	return server->conn_count;
}

void httpd_server_close(struct httpd_server *server)
{
	server->closed = true;
	FR_LIST_EACH(it, &server->conns)
	httpd_conn_wind_up(FR_CONTAINER_OF(it, struct httpd_conn, link));
}
