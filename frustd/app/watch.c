#include "app/watch.h"

#include <stdlib.h>

#include "app/prom.h"

const struct fr_str watch_paths[] = {
	FR_STR_INIT("/healthz"),
	FR_STR_INIT("/readyz"),
	FR_STR_INIT("/metrics"),
	{NULL, 0},
};

struct watch {
	struct watch_options options;
	struct fr_list scrapes;
};

/* A request for /metrics while the loops are asked. */
struct scrape {
	struct fr_list link; /* watch.scrapes */
	struct watch *watch;
	struct httpd_exchange *exchange; /* NULL: the peer has gone */
};

static bool may_see(const struct watch *watch, const struct net_address *client)
{
	const struct watch_options *options = &watch->options;

	return net_address_trusted(client, options->proxies, options->proxy_count) ||
	       net_address_trusted(client, options->allowed, options->allowed_count);
}

static void respond(struct httpd_exchange *exchange, int status, const char *type,
		    const struct fr_buf *body)
{
	if (fr_buf_error(body) < 0) {
		httpd_exchange_error(exchange, 500, FR_STR("out of memory"));
		return;
	}
	httpd_exchange_respond(exchange, &(struct httpd_response){
						 .status = status,
						 .type = fr_str_of(type),
						 .headers = FR_STR("Cache-Control: no-store\r\n"),
						 .body = fr_buf_str(body),
					 });
}

static void on_healthz(void *ctx, struct httpd_exchange *exchange)
{
	struct fr_buf body = FR_BUF_INIT;

	(void)ctx;
	fr_buf_add_str(&body, FR_STR("alive\n"));
	respond(exchange, 200, "text/plain; charset=utf-8", &body);
	fr_buf_fini(&body);
}

static void on_readyz(void *ctx, struct httpd_exchange *exchange)
{
	const struct watch *watch = ctx;
	const char *trouble = watch->options.trouble(watch->options.ctx);
	struct fr_buf body = FR_BUF_INIT;

	if (!trouble)
		fr_buf_add_str(&body, FR_STR("ready"));
	else if (may_see(watch, &exchange->request.client))
		fr_buf_add_str(&body, fr_str_of(trouble));
	else
		fr_buf_add_str(&body, FR_STR("not ready"));
	fr_buf_add_char(&body, '\n');
	respond(exchange, trouble ? 503 : 200, "text/plain; charset=utf-8", &body);
	fr_buf_fini(&body);
}

static void on_abort(void *ctx)
{
	struct scrape *scrape = ctx;

	scrape->exchange = NULL;
}

static void scrape_free(struct scrape *scrape)
{
	fr_list_remove(&scrape->link);
	free(scrape);
}

static void on_measured(void *ctx, const struct metrics_loop *loops)
{
	struct scrape *scrape = ctx;
	const struct watch_options *options = &scrape->watch->options;
	struct metrics metrics = {.loops = *loops};
	struct fr_buf body = FR_BUF_INIT;

	if (scrape->exchange) {
		options->collect(options->ctx, &metrics);
		metrics_write(&metrics, &body);
		respond(scrape->exchange, 200, PROM_TYPE, &body);
	}
	fr_buf_fini(&body);
	scrape_free(scrape);
}

static void on_metrics(void *ctx, struct httpd_exchange *exchange)
{
	struct watch *watch = ctx;
	struct scrape *scrape;

	if (!may_see(watch, &exchange->request.client)) {
		httpd_exchange_error(exchange, 403, FR_STR_NULL);
		return;
	}
	scrape = calloc(1, sizeof(*scrape));
	if (!scrape) {
		httpd_exchange_error(exchange, 500, FR_STR("out of memory"));
		return;
	}
	exchange = httpd_exchange_defer(exchange, on_abort, scrape);
	if (!exchange) {
		free(scrape);
		return;
	}
	*scrape = (struct scrape){.watch = watch, .exchange = exchange};
	fr_list_append(&watch->scrapes, &scrape->link);
	if (watch->options.measure(watch->options.ctx, on_measured, scrape) < 0) {
		httpd_exchange_error(exchange, 500, FR_STR("out of memory"));
		scrape_free(scrape);
	}
}

struct watch *watch_new(struct httpd_server *httpd, const struct watch_options *options)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	watch->options = *options;
	fr_list_init(&watch->scrapes);
	if (httpd_server_route(httpd, watch_paths[0], HTTPD_GET, on_healthz, watch) < 0 ||
	    httpd_server_route(httpd, watch_paths[1], HTTPD_GET, on_readyz, watch) < 0 ||
	    httpd_server_route(httpd, watch_paths[2], HTTPD_GET, on_metrics, watch) < 0) {
		free(watch);
		return NULL;
	}
	return watch;
}

void watch_free(struct watch *watch)
{
	if (!watch)
		return;
	while (!fr_list_empty(&watch->scrapes))
		scrape_free(FR_CONTAINER_OF(watch->scrapes.next, struct scrape, link));
	free(watch);
}
