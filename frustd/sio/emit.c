/*
 * Owns what the server says to one socket: events, acks, and questions, each of which settles once:
 * it is out of the socket's list and its timer stopped before anybody is called.
 */
#include "sio/emit.h"

#include <errno.h>
#include <stdlib.h>

#include "sio/client.h"
#include "sio/namespace.h"

struct asked {
	struct fr_list link; /* sio_queues.asked */
	struct net_timer timeout;
	struct sio_socket *socket;
	uint64_t id;
	void (*on_answer)(void *ctx, struct sio_socket *socket, const struct sio_answer *answer);
	void *ctx;
};

/* --- events and acks --- */

/* id: under which the client is to acknowledge it, or NULL. */
static int send_event(struct sio_socket *socket, struct fr_str event, struct fr_str args,
		      struct sio_binary binary, const uint64_t *id)
{
	struct fr_buf *out = sio_server_out(socket->nsp->server);
	const struct sio_packet head = {
		.attachments = binary.count,
		.nsp = sio_namespace_name(socket->nsp),
		.has_id = id != NULL,
		.id = id ? *id : 0,
	};
	int r;

	sio_packet_add_event(out, &head, event, args);
	r = fr_buf_error(out);
	return r < 0 ? r : sio_socket_send(socket, fr_buf_str(out), binary);
}

int sio_socket_emit(struct sio_socket *socket, struct fr_str event, struct fr_str args)
{
	return send_event(socket, event, args, (struct sio_binary){0}, NULL);
}

int sio_socket_emit_binary(struct sio_socket *socket, struct fr_str event, struct fr_str args,
			   struct sio_binary binary)
{
	return send_event(socket, event, args, binary, NULL);
}

int sio_socket_ack(struct sio_socket *socket, uint64_t ack, struct fr_str args)
{
	return sio_socket_ack_binary(socket, ack, args, (struct sio_binary){0});
}

int sio_socket_ack_binary(struct sio_socket *socket, uint64_t ack, struct fr_str args,
			  struct sio_binary binary)
{
	struct fr_buf *out = sio_server_out(socket->nsp->server);
	const struct sio_packet head = {
		.attachments = binary.count,
		.nsp = sio_namespace_name(socket->nsp),
		.has_id = true,
		.id = ack,
	};
	int r;

	sio_packet_add_ack(out, &head, args);
	r = fr_buf_error(out);
	return r < 0 ? r : sio_socket_send(socket, fr_buf_str(out), binary);
}

/* --- questions --- */

static void settle(struct asked *asked, const struct sio_answer *answer)
{
	struct asked last = *asked;

	fr_list_remove(&asked->link);
	net_timer_stop(&asked->timeout);
	free(asked);
	last.on_answer(last.ctx, last.socket, answer);
}

static void on_timeout(struct net_timer *timer, void *ctx)
{
	(void)timer;
	settle(ctx, &(struct sio_answer){.outcome = SIO_TIMED_OUT});
}

int sio_socket_ask(struct sio_socket *socket, const struct sio_question *question)
{
	struct sio_queues *queues;
	struct asked *asked;
	int r;

	if (socket->state != SIO_CONNECTED || socket->client->closing)
		return -ENOTCONN;
	queues = sio_socket_queues(socket);
	asked = queues ? calloc(1, sizeof(*asked)) : NULL;
	if (!asked)
		return -ENOMEM;
	r = send_event(socket, question->event, question->args, question->binary, &queues->ask_id);
	if (r < 0) {
		free(asked);
		return r;
	}
	asked->socket = socket;
	asked->id = queues->ask_id++;
	asked->on_answer = question->on_answer;
	asked->ctx = question->ctx;
	fr_list_append(&queues->asked, &asked->link);
	net_timer_init(&asked->timeout, socket->nsp->server->timers, on_timeout, asked);
	net_timer_start(&asked->timeout, question->timeout);
	return 0;
}

void sio_socket_answered(struct sio_socket *socket, uint64_t id, const struct sio_kept *kept)
{
	const struct sio_answer answer = {
		.outcome = SIO_ANSWERED,
		.json = &socket->nsp->server->json,
		.binary = sio_kept_binary(kept),
	};

	if (!socket->queues)
		return;
	FR_LIST_EACH(it, &socket->queues->asked)
	{
		struct asked *asked = FR_CONTAINER_OF(it, struct asked, link);

		if (asked->id == id) {
			settle(asked, &answer);
			return;
		}
	}
}

void sio_socket_unanswered(struct sio_socket *socket)
{
	const struct sio_answer answer = {.outcome = SIO_DISCONNECTED};
	struct fr_list *link;

	while (socket->queues && (link = fr_list_pop(&socket->queues->asked)))
		settle(FR_CONTAINER_OF(link, struct asked, link), &answer);
}
