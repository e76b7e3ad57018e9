/*
 * Owns what belongs to a session: which namespaces it is in, the connect clock, and putting packets
 * and their attachments together. A packet that breaks the protocol ends its own session only.
 */
#include "sio/client.h"

#include <errno.h>
#include <stdlib.h>

#include "httpd/query.h"
#include "sio/emit.h"
#include "sio/namespace.h"
#include "sio/packet.h"
#include "sio/socket.h"

#define SMALL 4096 /* bytes of an attachment that has a place however many wait */

/* --- the session --- */

int sio_client_send(struct sio_client *client, struct fr_str packet, struct sio_binary binary)
{
	int r;

	if (client->closing)
		return 0;
	r = eio_session_send(client->session, false, packet);
	if (r < 0)
		return r;
	for (uint32_t i = 0; r == 0 && i < binary.count; i++)
		r = eio_session_send(client->session, true, binary.data[i]);
	if (r < 0) /* nothing can follow half a packet */
		sio_client_close(client);
	return r;
}

void sio_client_close(struct sio_client *client)
{
	if (client->closing)
		return;
	client->closing = true;
	eio_session_close(client->session);
}

void sio_client_check(struct sio_client *client, int result)
{
	if (result == 0 || client->closing)
		return;
	if (result < 0) {
		sio_client_close(client);
		return;
	}
	client->closing = true;
	client->server->counters.packets_malformed += result == SIO_PACKET_BAD;
	eio_session_fail(client->session);
}

void sio_client_connected(struct sio_client *client)
{
	client->connected++;
	client->server->counters.connects++;
	net_due_cancel(&client->connect_due);
}

void sio_client_disconnected(struct sio_client *client)
{
	client->connected--;
	if (client->connected == 0 && !client->closing)
		net_due_arm(&client->connect_due, &client->server->connects);
}

/* --- connects --- */

int sio_client_refuse(struct sio_client *client, struct fr_str nsp, struct fr_str message,
		      struct fr_str data)
{
	struct fr_buf *out = sio_server_out(client->server);
	int r;

	sio_packet_add_connect_error(out, nsp, message, data, client->revision->error_object);
	r = fr_buf_error(out);
	return r < 0 ? r : sio_client_send(client, fr_buf_str(out), (struct sio_binary){0});
}

/* The client's socket in the namespace, unless it is leaving. */
static struct sio_socket *socket_in(const struct sio_client *client,
				    const struct sio_namespace *nsp)
{
	FR_LIST_EACH(it, &client->sockets)
	{
		struct sio_socket *socket = FR_CONTAINER_OF(it, struct sio_socket, link);

		if (socket->nsp == nsp && sio_socket_is_live(socket))
			return socket;
	}
	return NULL;
}

/* auth: in the server's json. 0 or -ENOMEM. */
static int recv_connect(struct sio_client *client, struct fr_str name, uint32_t auth)
{
	struct sio_server *server = client->server;
	struct sio_namespace *nsp = sio_server_find(server, name);
	struct sio_socket *socket;

	if (!nsp) {
		server->counters.connects_unknown++;
		return sio_client_refuse(client, name, FR_STR("Invalid namespace"), FR_STR_NULL);
	}
	client->asked = true;
	if (socket_in(client, nsp))
		return 0;
	if (client->socket_count >= server->options.namespaces_max) {
		server->counters.connects_too_many++;
		return sio_client_refuse(client, name, FR_STR("Too many namespaces"), FR_STR_NULL);
	}
	socket = sio_socket_new(client, nsp);
	if (!socket)
		return -ENOMEM;
	nsp->handler.on_connect(nsp->ctx, socket, &server->json, auth);
	return 0;
}

/* Nothing changes for clients that do not ask: some break on an event's further argument. */
static bool may_recover(struct sio_server *server, const struct sio_revision *revision,
			const struct eio_session *session)
{
	struct fr_str asks;

	if (!revision->recovers || server->options.recovery == SIO_RECOVERY_OFF)
		return false;
	if (server->options.recovery == SIO_RECOVERY_ALL)
		return true;
	fr_buf_clear(&server->scratch);
	return httpd_query_get(eio_session_query(session), FR_STR("recovery"), &server->scratch,
			       &asks) &&
	       fr_str_eq(asks, FR_STR("1"));
}

void sio_client_open(struct sio_server *server, struct eio_session *session)
{
	struct sio_client *client = calloc(1, sizeof(*client));

	if (!client) {
		eio_session_close(session);
		return;
	}
	client->server = server;
	client->session = session;
	client->revision = sio_revision_of(eio_session_revision(session));
	client->recoverable = may_recover(server, client->revision, session);
	fr_list_init(&client->sockets);
	eio_session_set_user(session, client);
	net_due_arm(&client->connect_due, &server->connects);
	if (client->revision->connects_unasked)
		sio_client_check(client, recv_connect(client, FR_STR("/"), FR_JSON_NONE));
}

/* The packet that waits for its attachments waits no longer. */
static struct sio_kept *take_open(struct sio_client *client)
{
	struct sio_kept *kept = client->open;

	if (kept)
		client->server->incoming -= kept->size;
	client->open = NULL;
	return kept;
}

void sio_client_free(struct sio_client *client, enum eio_reason reason)
{
	struct fr_list *link;

	client->closing = true;
	while ((link = fr_list_pop(&client->sockets)))
		sio_socket_end(FR_CONTAINER_OF(link, struct sio_socket, link), reason);
	net_due_cancel(&client->connect_due);
	sio_kept_free(take_open(client));
	free(client);
}

/* --- packets --- */

/*
 * Takes a whole packet, whose payload is in the server's json. *kept holds it when it came with
 * attachments; see sio_socket_recv. 0, SIO_PACKET_BAD or -ENOMEM.
 */
static int recv_packet(struct sio_client *client, const struct sio_packet *packet,
		       struct fr_str text, struct sio_kept **kept)
{
	struct fr_str name = packet->nsp;
	struct sio_namespace *nsp;
	struct sio_socket *socket;

	if (client->revision->namespace_query)
		name.len = fr_str_find(name, '?');
	if (packet->type == SIO_CONNECT)
		return recv_connect(client, name, packet->has_payload ? 0 : FR_JSON_NONE);
	nsp = sio_server_find(client->server, name);
	socket = nsp ? socket_in(client, nsp) : NULL;
	if (!socket) /* it was on its way when we ended the socket */
		return 0;
	switch (packet->type) {
	case SIO_DISCONNECT:
		socket->goodbye = true;
		sio_socket_end(socket, EIO_CLIENT_CLOSE);
		return 0;
	case SIO_EVENT:
	case SIO_BINARY_EVENT:
		return sio_socket_recv(socket, packet, text, kept);
	default:
		sio_socket_answered(socket, packet->id, *kept);
		return 0;
	}
}

static int recv_text(struct sio_client *client, struct fr_str text)
{
	struct sio_server *server = client->server;
	struct sio_kept *kept = NULL;
	struct sio_packet packet;
	int r;

	if (client->open)
		return SIO_PACKET_BAD; /* an attachment was due */
	r = sio_packet_parse(text, server->options.json, &server->json, &packet);
	if (r)
		return r;
	if (packet.type != SIO_CONNECT && !client->asked)
		return SIO_PACKET_BAD;
	if (packet.attachments > server->options.attachments_max) {
		server->counters.packets_too_many_attachments++;
		return SIO_PACKET_OVER;
	}
	if (packet.attachments > 0) {
		client->open = sio_kept_new(text, packet.attachments);
		if (!client->open)
			return -ENOMEM;
		server->incoming += client->open->size;
		return 0;
	}
	r = recv_packet(client, &packet, text, &kept);
	sio_kept_free(kept);
	return r;
}

static int recv_attachment(struct sio_client *client, struct fr_str data)
{
	struct sio_server *server = client->server;
	struct sio_kept *kept = client->open;
	struct sio_packet packet;
	int r;

	if (!kept)
		return SIO_PACKET_BAD;
	if (kept->size + data.len > server->options.packet_max) {
		server->counters.packets_too_large++;
		return SIO_PACKET_OVER;
	}
	if (data.len > SMALL && server->incoming + data.len > server->options.incoming_max) {
		server->counters.packets_no_room++;
		return SIO_PACKET_OVER;
	}
	r = sio_kept_add(kept, data);
	if (r)
		return r;
	server->incoming += data.len;
	if (kept->due > 0)
		return 0;
	take_open(client);
	r = sio_packet_parse(kept->text, server->options.json, &server->json, &packet);
	if (r == 0)
		r = recv_packet(client, &packet, kept->text, &kept);
	sio_kept_free(kept);
	return r;
}

void sio_client_recv(struct sio_client *client, bool binary, struct fr_str data)
{
	if (client->closing)
		return;
	sio_client_check(client, binary ? recv_attachment(client, data) : recv_text(client, data));
}
