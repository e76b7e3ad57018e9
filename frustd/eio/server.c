/* Owns the server's parts, their beginning and their end. */
#include "eio/server.h"

#include <assert.h>
#include <stdlib.h>

#include "eio/polling.h"
#include "eio/websocket.h"
#include "net/deflate.h"

#define GOODBYE_MS 3000 /* for the peer's close */

struct eio_options eio_options_default(void)
{
	return (struct eio_options){
		.ping_interval = 25000,
		.upgrade_timeout = 10000,
		.closed_kept = 30000,
		.max_payload = 1000000,
		.incoming_max = 64u << 20,
		.send_window = 4u << 20,
		.queue_max = 1u << 20,
		.gather = 5,
	};
}

void eio_server_notice(struct eio_server *server, enum eio_notice notice,
		       const struct net_address *peer, const char *sid, struct fr_str text)
{
	if (server->options.notice)
		server->options.notice(server->options.ctx, notice, peer, sid, text);
}

void eio_server_too_large(struct eio_server *server, const struct net_address *peer,
			  const char *sid)
{
	server->counters.messages_too_large++;
	eio_server_notice(server, EIO_NOTICE_TOO_LARGE, peer, sid, FR_STR_NULL);
}

/* Nobody came for what was kept. */
static void kept_expired(struct net_due *due, void *ctx)
{
	(void)ctx;
	eio_polling_forget(FR_CONTAINER_OF(due, struct eio_session, due));
}

static void gathered(struct net_timer *timer, void *ctx)
{
	(void)timer; /* the flush after the timers sees what waits */
	(void)ctx;
}

static void init_due_lists(struct eio_server *server)
{
	const struct eio_options *options = &server->options;
	struct net_timers *timers = server->timers;

	net_due_list_init(&server->ping, timers, options->ping_interval, eio_ping_due, server);
	net_due_list_init(&server->pong, timers, eio_version_4.ping_timeout(server),
			  eio_heartbeat_missed, server);
	net_due_list_init(&server->silence, timers,
			  (uint64_t)options->ping_interval + eio_version_3.ping_timeout(server),
			  eio_heartbeat_missed, server);
	net_due_list_init(&server->upgrade, timers, options->upgrade_timeout, eio_aside_expired,
			  server);
	net_due_list_init(&server->goodbye, timers, GOODBYE_MS, eio_aside_expired, server);
	net_due_list_init(&server->kept, timers, options->closed_kept, kept_expired, server);
}

struct eio_server *eio_server_new(struct net_timers *timers, const struct eio_options *options,
				  const struct eio_handler *handler, void *ctx)
{
	struct eio_server *server = calloc(1, sizeof(*server));

	if (!server)
		return NULL;
	server->timers = timers;
	server->options = *options;
	server->handler = *handler;
	server->ctx = ctx;
	fr_list_init(&server->sessions);
	fr_list_init(&server->dirty);
	fr_list_init(&server->ending);
	fr_list_init(&server->broadcasts);
	fr_list_init(&server->asides);
	fr_list_init(&server->asides_dirty);
	server->desks = ws_desks_new(options->max_payload);
	server->deflater = options->deflate ? net_deflater_new() : NULL;
	if (!server->desks || options->deflate != (server->deflater != NULL) ||
	    fr_map_init(&server->sids) < 0) {
		net_deflater_free(server->deflater);
		ws_desks_free(server->desks);
		free(server);
		return NULL;
	}
	ws_desks_bound(server->desks, options->incoming_max);
	init_due_lists(server);
	net_timer_init(&server->gather, timers, gathered, server);
	return server;
}

/* Goodbyes that were not waited for: their connections find nobody any more. */
static void drop_asides(struct eio_server *server)
{
	struct fr_list *it;

	while ((it = fr_list_pop(&server->asides)))
		eio_websocket_drop(FR_CONTAINER_OF(it, struct eio_aside, all)->ws);
}

void eio_server_free(struct eio_server *server)
{
	struct fr_list *it;

	if (!server)
		return;
	assert(server->open == 0);
	drop_asides(server);
	while ((it = fr_list_pop(&server->sessions)))
		eio_session_free(FR_CONTAINER_OF(it, struct eio_session, all));
	net_timer_stop(&server->gather);
	net_due_list_fini(&server->ping);
	net_due_list_fini(&server->pong);
	net_due_list_fini(&server->silence);
	net_due_list_fini(&server->upgrade);
	net_due_list_fini(&server->goodbye);
	net_due_list_fini(&server->kept);
	fr_map_fini(&server->sids);
	ws_desks_free(server->desks);
	net_deflater_free(server->deflater);
	fr_buf_fini(&server->out);
	fr_buf_fini(&server->scratch);
	free(server);
}

static int mount(struct eio_server *server, struct httpd_server *httpd, struct fr_str path)
{
	int r = httpd_server_route(httpd, path, ~0u, eio_request, server);

	if (r == 0)
		httpd_server_announce(httpd, path, eio_request_begun);
	return r;
}

int eio_server_mount(struct eio_server *server, struct httpd_server *httpd, struct fr_str path)
{
	struct fr_buf slashed = FR_BUF_INIT;
	int r;

	while (path.len && path.at[path.len - 1] == '/')
		path.len--;
	fr_buf_add_str(&slashed, path);
	fr_buf_add_char(&slashed, '/');
	r = fr_buf_error(&slashed);
	if (r == 0 && path.len)
		r = mount(server, httpd, path);
	if (r == 0)
		r = mount(server, httpd, fr_buf_str(&slashed));
	fr_buf_fini(&slashed);
	return r;
}

void eio_server_close(struct eio_server *server)
{
	server->closing = true;
	FR_LIST_EACH(it, &server->sessions)
	eio_session_end(FR_CONTAINER_OF(it, struct eio_session, all), EIO_SHUTDOWN);
}

const struct eio_counters *eio_server_counters(const struct eio_server *server)
{
	return &server->counters;
}

size_t eio_server_sessions(const struct eio_server *server)
{
	return server->open;
}

void eio_server_census(const struct eio_server *server, struct eio_census *census)
{
	*census = (struct eio_census){0};
	FR_LIST_EACH(it, &server->sessions)
	{
		const struct eio_session *session = FR_CONTAINER_OF(it, struct eio_session, all);
		bool websocket = session->state == EIO_STATE_WEBSOCKET;

		if (eio_session_over(session))
			continue;
		(websocket ? census->websocket
			   : census->polling)[session->version->revision - EIO_CENSUS_FIRST]++;
		census->waiting += eio_outbox_waiting(&session->box);
	}
}

size_t eio_server_unfinished(const struct eio_server *server)
{
	size_t n = 0;

	FR_LIST_EACH(it, &server->sessions)
	{
		struct eio_session *session = FR_CONTAINER_OF(it, struct eio_session, all);

		if (session->state != EIO_STATE_KEPT || session->ws)
			n += eio_session_over(session) || !eio_outbox_empty(&session->box);
	}
	FR_LIST_EACH(it, &server->asides)
	{
		n += !FR_CONTAINER_OF(it, struct eio_aside, all)->ws->session;
	}
	return n;
}
