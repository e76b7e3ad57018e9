/*
 * Owns a socket's life: accepted or refused, what it gets, its end. A socket is freed
 * by sio_socket_end alone, which never runs inside one of the application's callbacks.
 */
#include "sio/socket.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/random.h"
#include "eio/broadcast.h"
#include "sio/client.h"
#include "sio/emit.h"
#include "sio/namespace.h"

#define SID_BYTES 15       /* random ones, 20 characters */
#define WAITING_MAX 65536u /* bytes of events that wait for one socket to be accepted */

static void move(struct sio_socket *socket, enum sio_socket_state to)
{
	static const bool moves[][SIO_GONE + 1] = {
		[SIO_PENDING] = {[SIO_CONNECTED] = true, [SIO_GONE] = true},
		[SIO_CONNECTED] = {[SIO_LEAVING] = true},
		[SIO_LEAVING] = {[SIO_GONE] = true},
		[SIO_GONE] = {[SIO_GONE] = true},
	};
	const struct sio_options *options = &socket->nsp->server->options;
	enum sio_socket_state from = socket->state;

	(void)moves; /* with NDEBUG */
	assert(moves[from][to]);
	socket->state = to;
	if (options->trace && from != to)
		options->trace(options->trace_ctx, socket, from, to);
}

struct sio_socket *sio_socket_new(struct sio_client *client, struct sio_namespace *nsp)
{
	struct sio_socket *socket = calloc(1, sizeof(*socket));

	if (!socket)
		return NULL;
	socket->client = client;
	socket->nsp = nsp;
	if (sio_namespace_enter(socket) < 0) {
		free(socket);
		return NULL;
	}
	fr_list_append(&client->sockets, &socket->link);
	client->socket_count++;
	return socket;
}

struct sio_queues *sio_socket_queues(struct sio_socket *socket)
{
	if (!socket->queues) {
		socket->queues = calloc(1, sizeof(*socket->queues));
		if (!socket->queues)
			return NULL;
		fr_list_init(&socket->queues->waiting);
		fr_list_init(&socket->queues->asked);
	}
	return socket->queues;
}

bool sio_socket_is_live(const struct sio_socket *socket)
{
	return socket->state <= SIO_CONNECTED && !socket->client->closing;
}

static bool has_waiting(const struct sio_socket *socket)
{
	return socket->queues && !fr_list_empty(&socket->queues->waiting);
}

/* Has sio_socket_settle called from the loop. */
static void settle_later(struct sio_socket *socket)
{
	struct sio_server *server = socket->nsp->server;

	if (!fr_list_linked(&socket->unsettled))
		fr_list_append(&server->unsettled, &socket->unsettled);
	if (!net_timer_running(&server->settle))
		net_timer_start(&server->settle, 0);
}

/* --- answers to a connect --- */

static int send_connect(struct sio_socket *socket, struct fr_str pid)
{
	struct fr_buf *out = sio_server_out(socket->nsp->server);
	char sid[FR_BASE64_LEN(SID_BYTES)];
	struct fr_str shown = FR_STR_NULL;
	uint8_t random[SID_BYTES];
	int r;

	if (socket->client->revision->sends_sid) {
		r = fr_random_pooled(&socket->nsp->server->random, random, sizeof(random));
		if (r < 0)
			return r;
		fr_base64url(sid, random, sizeof(random));
		shown = fr_str(sid, sizeof(sid));
	}
	sio_packet_add_connect(out, sio_namespace_name(socket->nsp), shown, pid);
	r = fr_buf_error(out);
	return r < 0 ? r : sio_client_send(socket->client, fr_buf_str(out), (struct sio_binary){0});
}

int sio_socket_accept(struct sio_socket *socket)
{
	return sio_socket_accept_as(socket, FR_STR_NULL);
}

int sio_socket_accept_as(struct sio_socket *socket, struct fr_str pid)
{
	int r;

	if (socket->state != SIO_PENDING)
		return 0;
	r = send_connect(socket, pid);
	if (r < 0)
		return r;
	move(socket, SIO_CONNECTED);
	socket->nsp->connected++;
	sio_client_connected(socket->client);
	if (has_waiting(socket))
		settle_later(socket);
	return 0;
}

void sio_socket_refuse(struct sio_socket *socket, struct fr_str message, struct fr_str data)
{
	struct sio_client *client = socket->client;

	if (socket->state != SIO_PENDING)
		return;
	if (sio_client_refuse(client, sio_namespace_name(socket->nsp), message, data) < 0)
		sio_client_close(client);
	sio_socket_end(socket, EIO_SERVER_CLOSE);
}

/* --- out --- */

int sio_socket_send(struct sio_socket *socket, struct fr_str packet, struct sio_binary binary)
{
	return socket->state == SIO_CONNECTED ? sio_client_send(socket->client, packet, binary) : 0;
}

bool sio_socket_follows(const struct sio_socket *socket)
{
	return socket->client->follower == socket || fr_list_linked(&socket->other);
}

/*
 * A session follows one broadcast: that of the first of its sockets that asks. In its other
 * namespaces it gets copies.
 */
int sio_socket_follow(struct sio_socket *socket)
{
	struct sio_client *client = socket->client;
	struct sio_namespace *nsp = socket->nsp;
	struct sio_lane *lane = &nsp->lanes[client->recoverable];
	int r;

	if (socket->state != SIO_CONNECTED || client->closing)
		return 0;
	if (sio_socket_follows(socket))
		return 0;
	if (client->follower) {
		fr_list_append(&lane->others, &socket->other);
		return 0;
	}
	if (!lane->broadcast)
		lane->broadcast = eio_broadcast_new(nsp->server->eio);
	if (!lane->broadcast)
		return -ENOMEM;
	r = eio_session_follow(client->session, lane->broadcast);
	if (r < 0)
		return r;
	client->follower = socket;
	return 0;
}

static void stop_following(struct sio_socket *socket)
{
	struct sio_client *client = socket->client;

	fr_list_remove(&socket->other);
	if (client->follower != socket)
		return;
	client->follower = NULL;
	if (!client->closing && eio_session_follow(client->session, NULL) < 0)
		sio_client_close(client);
}

/* --- in --- */

static bool is_reserved(struct fr_str name)
{
	static const char *const reserved[] = {
		"connect", "connect_error", "disconnect",     "disconnecting",
		"error",   "newListener",   "removeListener",
	};

	for (size_t i = 0; i < FR_ARRAY_LEN(reserved); i++)
		if (fr_str_eq(name, fr_str_of(reserved[i])))
			return true;
	return false;
}

/* A number stands for its text, as a property's name does in JavaScript. */
static struct fr_str name_of(struct sio_server *server)
{
	uint32_t name = fr_json_at(&server->json, 0, 0);

	if (!fr_json_is(&server->json, name, FR_JSON_STRING))
		return fr_json_raw(&server->json, name);
	fr_buf_clear(&server->scratch);
	return fr_json_str(&server->json, name, &server->scratch);
}

/* Calls on_event with the payload in the server's json. */
static int deliver(struct sio_socket *socket, const struct sio_packet *packet,
		   const struct sio_kept *kept)
{
	struct sio_namespace *nsp = socket->nsp;
	struct sio_event event = {
		.name = name_of(nsp->server),
		.json = &nsp->server->json,
		.args = nsp->server->json.tokens[0].size - 1,
		.wants_ack = packet->has_id,
		.ack = packet->id,
		.binary = sio_kept_binary(kept),
	};

	if (!event.name.at)
		return -ENOMEM;
	if (!is_reserved(event.name)) {
		nsp->handler.on_event(nsp->ctx, socket, &event);
		return 0;
	}
	if (!packet->has_id)
		return 0;
	return sio_socket_ack(socket, packet->id, FR_STR("{\"error\":\"unknown event\"}"));
}

static int let_wait(struct sio_socket *socket, struct fr_str text, struct sio_kept **kept)
{
	struct sio_queues *queues = sio_socket_queues(socket);

	if (!*kept)
		*kept = sio_kept_new(text, 0);
	if (!queues || !*kept)
		return -ENOMEM;
	if ((*kept)->size > WAITING_MAX - queues->waiting_size)
		return SIO_PACKET_BAD;
	queues->waiting_size += (*kept)->size;
	fr_list_append(&queues->waiting, &(*kept)->link);
	*kept = NULL;
	return 0;
}

int sio_socket_recv(struct sio_socket *socket, const struct sio_packet *packet, struct fr_str text,
		    struct sio_kept **kept)
{
	if (socket->state == SIO_PENDING || has_waiting(socket))
		return let_wait(socket, text, kept);
	return deliver(socket, packet, *kept);
}

static struct sio_kept *take_waiting(struct sio_socket *socket)
{
	struct sio_queues *queues = socket->queues;
	struct fr_list *link = queues ? fr_list_pop(&queues->waiting) : NULL;
	struct sio_kept *kept = NULL;

	if (link) {
		kept = FR_CONTAINER_OF(link, struct sio_kept, link);
		queues->waiting_size -= kept->size;
	}
	return kept;
}

static int deliver_kept(struct sio_socket *socket, const struct sio_kept *kept)
{
	struct sio_server *server = socket->nsp->server;
	struct sio_packet packet;
	int r = sio_packet_parse(kept->text, server->options.json, &server->json, &packet);

	return r ? r : deliver(socket, &packet, kept);
}

void sio_socket_settle(struct sio_socket *socket)
{
	struct sio_kept *kept;

	if (socket->state >= SIO_LEAVING) {
		sio_socket_end(socket, EIO_SERVER_CLOSE);
		return;
	}
	while (sio_socket_is_live(socket) && (kept = take_waiting(socket))) {
		sio_client_check(socket->client, deliver_kept(socket, kept));
		sio_kept_free(kept);
	}
}

/* --- the end --- */

static void send_disconnect(struct sio_socket *socket)
{
	struct fr_buf *out = sio_server_out(socket->nsp->server);

	sio_packet_add_disconnect(out, sio_namespace_name(socket->nsp));
	if (fr_buf_error(out) < 0 ||
	    sio_socket_send(socket, fr_buf_str(out), (struct sio_binary){0}) < 0)
		sio_client_close(socket->client);
}

void sio_socket_disconnect(struct sio_socket *socket, bool close)
{
	if (sio_socket_is_live(socket)) {
		send_disconnect(socket);
		stop_following(socket);
		move(socket, socket->state == SIO_CONNECTED ? SIO_LEAVING : SIO_GONE);
		settle_later(socket);
	}
	if (close)
		sio_client_close(socket->client);
}

void sio_socket_end(struct sio_socket *socket, enum eio_reason reason)
{
	struct sio_client *client = socket->client;
	struct sio_namespace *nsp = socket->nsp;
	struct sio_kept *kept;

	stop_following(socket);
	fr_list_remove(&socket->unsettled);
	if (socket->state == SIO_CONNECTED)
		move(socket, SIO_LEAVING);
	if (socket->state == SIO_LEAVING) {
		nsp->connected--;
		sio_socket_unanswered(socket);
		nsp->handler.on_disconnect(nsp->ctx, socket, reason);
		sio_client_disconnected(client);
	}
	move(socket, SIO_GONE);
	sio_namespace_leave(socket);
	fr_list_remove(&socket->link);
	client->socket_count--;
	while ((kept = take_waiting(socket)))
		sio_kept_free(kept);
	free(socket->queues);
	free(socket);
}

/* --- what is known of it --- */

bool sio_socket_recoverable(const struct sio_socket *socket)
{
	return socket->client->recoverable;
}

bool sio_socket_said_goodbye(const struct sio_socket *socket)
{
	return socket->goodbye;
}

const char *sio_socket_sid(const struct sio_socket *socket)
{
	return eio_session_sid(socket->client->session);
}

const struct net_address *sio_socket_peer(const struct sio_socket *socket)
{
	return eio_session_peer(socket->client->session);
}

void sio_socket_set_user(struct sio_socket *socket, void *user)
{
	socket->user = user;
}

void *sio_socket_user(const struct sio_socket *socket)
{
	return socket->user;
}
