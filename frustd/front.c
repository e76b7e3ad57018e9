#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "app/api.h"
#include "app/badge.h"
#include "app/files.h"
#include "app/live.h"
#include "app/site.h"
#include "app/version.h"
#include "app/visitor.h"
#include "app/watch.h"
#include "net/tcp.h"
#include "notices.h"
#include "sio/server.h"

struct front {
	struct front_options options;
	struct notices notices;
	struct net_hook flush;
	struct net_listener *listeners[DOORS_MAX];
	struct httpd_server *httpd;
	struct sio_server *sio;
	struct live *live;
	struct api *api;
	struct watch *watch;
	struct files *files;
	struct version *version;
	struct badge *badge;
};

/* Everything that this turn has to send leaves here, right before poll. */
static void on_flush(void *ctx)
{
	struct front *front = ctx;
	bool whole;

	front->options.before_flush(front->options.turn_ctx);
	whole = eio_server_flush(sio_server_eio(front->sio));
	httpd_server_flush(front->httpd);
	if (whole)
		live_flushed(front->live);
	front->options.after_flush(front->options.turn_ctx);
}

/* --- starting --- */

static int64_t wall_clock(void *ctx)
{
	const struct clock_source *clock = ctx;

	return clock_now(clock);
}

/* Of the bytes that all fronts together may hold of what is not whole yet. */
static size_t incoming_share(const struct front *front)
{
	return (size_t)front->options.options->incoming_max / front->options.count;
}

static struct httpd_options httpd_options_of(struct front *front)
{
	const struct options *options = front->options.options;
	struct httpd_options http = httpd_options_default();

	http.request_line_max = (size_t)options->request_line_max;
	http.header_max = (size_t)options->header_max;
	http.body_max = (size_t)options->message_max;
	http.incoming_max = incoming_share(front);
	http.header_timeout = (uint32_t)options->header_timeout;
	http.body_timeout = (uint32_t)options->body_timeout;
	http.keep_alive = (uint32_t)options->keep_alive;
	http.peers = front->options.peers;
	http.proxies = options->proxies;
	http.proxy_count = options->proxy_count;
	http.cors_origins = options->cors_origins;
	http.cors_count = options->cors_count;
	http.wall_clock = wall_clock;
	http.wall_clock_ctx = &front->options.clock;
	http.refused = notices_refused;
	http.trace = notices_conn;
	http.log_ctx = &front->notices;
	return http;
}

static struct eio_options eio_options_of(struct front *front)
{
	const struct options *options = front->options.options;
	struct eio_options eio = eio_options_default();

	eio.ping_interval = (uint32_t)options->ping_interval;
	eio.ping_timeout = (uint32_t)options->ping_timeout;
	eio.upgrade_timeout = (uint32_t)options->upgrade_timeout;
	eio.max_payload = (size_t)options->message_max;
	eio.incoming_max = incoming_share(front);
	eio.packet_rate = (uint32_t)options->packet_rate;
	eio.send_window = (size_t)options->send_window;
	eio.queue_max = (size_t)options->queue_max;
	eio.gather = (uint32_t)options->gather;
	eio.deflate = options->deflate;
	eio.peers = front->options.peers;
	eio.loops = front->options.count;
	eio.loop = front->options.index;
	eio.elsewhere = front->options.elsewhere;
	eio.elsewhere_ctx = front->options.crew;
	eio.notice = notices_eio;
	eio.trace = notices_session;
	eio.ctx = &front->notices;
	return eio;
}

static struct sio_options sio_options_of(struct front *front)
{
	const struct options *options = front->options.options;
	struct sio_options sio = sio_options_default();

	sio.recovery = options->recovery;
	sio.connect_timeout = (uint32_t)options->connect_timeout;
	sio.attachments_max = (uint32_t)options->attachments_max;
	sio.incoming_max = incoming_share(front);
	sio.packet_max = (size_t)options->message_max;
	sio.namespaces_max = (uint16_t)options->namespaces_max;
	sio.trace = notices_socket;
	sio.trace_ctx = &front->notices;
	return sio;
}

static bool build_transport(struct front *front)
{
	struct net_timers *timers = net_loop_timers(front->options.loop);
	const struct httpd_options http = httpd_options_of(front);
	const struct eio_options eio = eio_options_of(front);
	const struct sio_options sio = sio_options_of(front);

	front->httpd = httpd_server_new(timers, &http);
	front->sio = sio_server_new(timers, &sio, &eio);
	return front->httpd && front->sio &&
	       eio_server_mount(sio_server_eio(front->sio), front->httpd,
				FR_STR("/api/socket.io")) == 0;
}

int front_open(const struct front_options *options, struct front **out)
{
	struct front *front = calloc(1, sizeof(*front));

	if (!front)
		return -ENOMEM;
	front->options = *options;
	notices_init(&front->notices, options->log, net_loop_timers(options->loop));
	if (!build_transport(front))
		goto fail;
	front->live = live_new(front->sio, options->index, net_loop_timers(options->loop),
			       options->log);
	if (!front->live)
		goto fail;
	front->flush = (struct net_hook){.fn = on_flush, .ctx = front};
	net_loop_before_poll(options->loop, &front->flush);
	*out = front;
	return 0;
fail:
	front_free(front);
	return -ENOMEM;
}

struct deliver front_deliver(struct front *front)
{
	return live_deliver(front->live);
}

/* The page of our own. EXIT_FINE or the exit code. */
static int build_page(struct front *front, const struct board *board)
{
	if (front->options.options->no_web)
		return EXIT_FINE;
	front->badge = badge_new(front->httpd, board, front->options.options->lang);
	if (!front->badge || site_mount(front->httpd, page_assets) < 0)
		return EXIT_RUN;
	return EXIT_FINE;
}

/* EXIT_FINE or the exit code. */
static int build_site(struct front *front, const struct board *board)
{
	if (front->options.options->dev) {
		front->version = version_new(front->httpd, front->options.started_at);
		if (!front->version)
			return EXIT_RUN;
	}
	if (!front->options.options->no_client && site_mount(front->httpd, client_assets) < 0)
		return EXIT_RUN;
	if (!front->options.options->web_root)
		return build_page(front, board);
	front->files = files_new(front->options.options->web_root);
	if (!front->files) {
		fr_log(front->options.log, FR_LOG_ERROR, "cannot serve %s: %s",
		       front->options.options->web_root, strerror(errno));
		return EXIT_WEB_ROOT;
	}
	httpd_server_fallback(front->httpd, files_serve, front->files);
	return EXIT_FINE;
}

static int build_watch(struct front *front)
{
	const struct options *options = front->options.options;
	const struct watch_options watch = {
		.proxies = options->proxies,
		.proxy_count = options->proxy_count,
		.allowed = options->metrics_allowed,
		.allowed_count = options->metrics_allowed_count,
		.trouble = front->options.trouble,
		.measure = front->options.measure,
		.collect = front->options.collect,
		.ctx = front->options.ctx,
	};

	front->watch = watch_new(front->httpd, &watch);
	return front->watch ? 0 : -ENOMEM;
}

static void to_first(void *ctx, struct httpd_exchange *exchange)
{
	const struct front *front = ctx;

	front->options.elsewhere(front->options.crew, 0, exchange);
}

/* The whole server is watched where the hub is. */
static int send_watchers(struct front *front)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && watch_paths[i].at; i++) {
		rc = httpd_server_route(front->httpd, watch_paths[i], ~0u, to_first, front);
		if (rc == 0)
			httpd_server_announce(front->httpd, watch_paths[i], to_first);
	}
	return rc;
}

int front_mount(struct front *front, struct input hub, const struct api_source *source)
{
	live_connect(front->live, hub);
	front->api = api_new(front->httpd, source);
	if (!front->api ||
	    (front->options.index == 0 ? build_watch(front) : send_watchers(front)) < 0)
		return EXIT_RUN;
	if (visitor_mount(front->httpd) < 0)
		return EXIT_RUN;
	return build_site(front, source->board);
}

struct api *front_api(struct front *front)
{
	return front->api;
}

void front_adopt(struct front *front, struct net_parcel *parcel)
{
	/* What was read from it already was counted where it was accepted. */
	net_parcel_open(parcel, front->options.loop,
			parcel->len ? httpd_server_adopt : httpd_server_accept, front->httpd);
}

void front_lose(struct front *front)
{
	live_drop_all(front->live);
	api_lose(front->api);
}

static void add_listener(struct net_listener_counters *sum, const struct net_listener *listener)
{
	const struct net_listener_counters *counters;

	if (!listener)
		return;
	counters = net_listener_counters(listener);
	sum->accepted += counters->accepted;
	sum->dropped += counters->dropped;
	sum->pauses += counters->pauses;
}

void front_measure(const struct front *front, struct metrics_loop *metrics)
{
	metrics->net = *net_loop_counters(front->options.loop);
	for (size_t i = 0; i < FR_ARRAY_LEN(front->listeners); i++)
		add_listener(&metrics->accepting, front->listeners[i]);
	metrics->http = *httpd_server_counters(front->httpd);
	metrics->eio = *eio_server_counters(sio_server_eio(front->sio));
	metrics->sio = *sio_server_counters(front->sio);
	metrics->connections = httpd_server_conns(front->httpd);
	eio_server_census(sio_server_eio(front->sio), &metrics->sessions);
	metrics->delivery_us = *live_delivery_us(front->live);
}

int front_listen(struct front *front, const struct doors *doors)
{
	for (unsigned i = 0; i < doors->count; i++) {
		int fd = fcntl(doors->all[i].fd, F_DUPFD_CLOEXEC, 0), err;

		if (fd < 0)
			return -errno;
		err = net_listener_adopt(front->options.loop, fd, httpd_server_accept, front->httpd,
					 &front->listeners[i]);
		if (err < 0)
			return err;
		net_listener_tell(front->listeners[i], notices_exhausted, &front->notices);
		if (front->options.deal)
			net_listener_pass(front->listeners[i], front->options.deal,
					  front->options.crew);
	}
	return 0;
}

/* --- stopping --- */

void front_close_listeners(struct front *front)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(front->listeners); i++) {
		net_listener_close(front->listeners[i]);
		front->listeners[i] = NULL;
	}
}

void front_close(struct front *front)
{
	eio_server_close(sio_server_eio(front->sio));
	httpd_server_close(front->httpd);
}

bool front_is_empty(const struct front *front)
{
	return eio_server_unfinished(sio_server_eio(front->sio)) == 0 &&
	       httpd_server_conns(front->httpd) == 0;
}

static void end_sessions(struct front *front)
{
	if (!front->sio || !front->httpd)
		return;
	eio_server_close(sio_server_eio(front->sio));
	eio_server_flush(sio_server_eio(front->sio));
	httpd_server_flush(front->httpd); /* polls that are told */
}

void front_free(struct front *front)
{
	if (!front)
		return;
	end_sessions(front);
	front_close_listeners(front);
	net_hook_remove(&front->flush);
	net_loop_drop_conns(front->options.loop);
	httpd_server_free(front->httpd);
	sio_server_free(front->sio);
	live_free(front->live);
	api_free(front->api);
	watch_free(front->watch);
	version_free(front->version);
	files_free(front->files);
	badge_free(front->badge);
	free(front);
}
