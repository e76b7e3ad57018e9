/* Owns the server: its namespaces, its clients' clocks, and the door to Engine.IO. */
#include "sio/server.h"

#include <stdlib.h>

#include "sio/client.h"
#include "sio/namespace.h"
#include "sio/socket.h"

#define CONNECT_TIMEOUT 45000 /* ms */
#define ATTACHMENTS_MAX 10
#define PACKET_MAX 1000000 /* bytes */
#define NAMESPACES_MAX 16

struct sio_options sio_options_default(void)
{
	return (struct sio_options){
		.connect_timeout = CONNECT_TIMEOUT,
		.attachments_max = ATTACHMENTS_MAX,
		.incoming_max = 64u << 20,
		.packet_max = PACKET_MAX,
		.namespaces_max = NAMESPACES_MAX,
		.json = FR_JSON_LIMITS,
	};
}

const struct sio_revision *sio_revision_of(int eio_revision)
{
	static const struct sio_revision old = {.connects_unasked = true, .namespace_query = true};
	static const struct sio_revision current = {
		.sends_sid = true, .recovers = true, .error_object = true};

	return eio_revision == 3 ? &old : &current;
}

/* --- from below --- */

static void on_open(void *ctx, struct eio_session *session)
{
	sio_client_open(ctx, session);
}

static void on_message(void *ctx, struct eio_session *session, bool binary, struct fr_str data)
{
	struct sio_client *client = eio_session_user(session);

	(void)ctx;
	if (client) /* else there was no memory for it */
		sio_client_recv(client, binary, data);
}

static void on_close(void *ctx, struct eio_session *session, enum eio_reason reason)
{
	struct sio_client *client = eio_session_user(session);

	(void)ctx;
	if (client)
		sio_client_free(client, reason);
}

static void on_connect_timeout(struct net_due *due, void *ctx)
{
	struct sio_server *server = ctx;

	server->counters.connects_timed_out++;
	sio_client_close(FR_CONTAINER_OF(due, struct sio_client, connect_due));
}

static void on_settle(struct net_timer *timer, void *ctx)
{
	struct sio_server *server = ctx;
	struct fr_list *link;

	(void)timer;
	while ((link = fr_list_pop(&server->unsettled)))
		sio_socket_settle(FR_CONTAINER_OF(link, struct sio_socket, unsettled));
}

/* --- the server --- */

struct sio_server *sio_server_new(struct net_timers *timers, const struct sio_options *options,
				  const struct eio_options *eio)
{
	static const struct eio_handler handler = {on_open, on_message, on_close};
	struct sio_server *server = calloc(1, sizeof(*server));

	if (!server)
		return NULL;
	server->options = *options;
	server->timers = timers;
	fr_list_init(&server->namespaces);
	fr_list_init(&server->unsettled);
	server->eio = eio_server_new(timers, eio, &handler, server);
	if (!server->eio) {
		free(server);
		return NULL;
	}
	net_due_list_init(&server->connects, timers, options->connect_timeout, on_connect_timeout,
			  server);
	net_timer_init(&server->settle, timers, on_settle, server);
	return server;
}

void sio_server_free(struct sio_server *server)
{
	struct fr_list *link;

	if (!server)
		return;
	while ((link = fr_list_pop(&server->namespaces)))
		sio_namespace_free(FR_CONTAINER_OF(link, struct sio_namespace, link));
	eio_server_free(server->eio);
	net_timer_stop(&server->settle);
	net_due_list_fini(&server->connects);
	fr_json_fini(&server->json);
	fr_buf_fini(&server->scratch);
	fr_buf_fini(&server->out);
	free(server);
}

const struct sio_counters *sio_server_counters(const struct sio_server *server)
{
	return &server->counters;
}

struct eio_server *sio_server_eio(struct sio_server *server)
{
	return server->eio;
}

struct sio_namespace *sio_server_namespace(struct sio_server *server, struct fr_str name,
					   const struct sio_handler *handler, void *ctx)
{
	struct sio_namespace *nsp = sio_namespace_new(server, name, handler, ctx);

	if (nsp)
		fr_list_append(&server->namespaces, &nsp->link);
	return nsp;
}

struct sio_namespace *sio_server_find(struct sio_server *server, struct fr_str name)
{
	FR_LIST_EACH(it, &server->namespaces)
	{
		struct sio_namespace *nsp = FR_CONTAINER_OF(it, struct sio_namespace, link);

		if (fr_str_eq(sio_namespace_name(nsp), name))
			return nsp;
	}
	return NULL;
}

struct fr_buf *sio_server_out(struct sio_server *server)
{
	fr_buf_clear(&server->out);
	return &server->out;
}

uint32_t sio_event_arg(const struct sio_event *event, uint32_t i)
{
	return i < event->args ? fr_json_at(event->json, 0, i + 1) : FR_JSON_NONE;
}
