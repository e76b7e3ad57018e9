/*
 * Owns what a WebSocket sends by itself: a probe's answer, and the goodbye. Closing a socket over
 * unread data resets it and eats our close frame, so after that frame we read and discard until the
 * peer's close, for a bounded time.
 */
#include <errno.h>
#include <stdlib.h>

#include "eio/websocket.h"

#define BOX_MAX 4096u /* bytes; answers to a probe that is repeated */
#define SPANS 16      /* of one write */

int eio_aside_new(struct eio_websocket *ws, struct net_due_list *until)
{
	struct eio_aside *aside = calloc(1, sizeof(*aside));

	if (!aside)
		return -ENOMEM;
	aside->ws = ws;
	fr_list_append(&ws->server->asides, &aside->all);
	net_due_arm(&aside->due, until);
	ws->aside = aside;
	return 0;
}

void eio_aside_free(struct eio_websocket *ws)
{
	struct eio_aside *aside = ws->aside;

	ws->aside = NULL;
	if (!aside)
		return;
	fr_list_remove(&aside->all);
	fr_list_remove(&aside->dirty);
	net_due_cancel(&aside->due);
	eio_outbox_fini(&aside->box);
	free(aside);
}

void eio_aside_touch(struct eio_aside *aside)
{
	if (!fr_list_linked(&aside->dirty))
		fr_list_append(&aside->ws->server->asides_dirty, &aside->dirty);
}

int eio_aside_send(struct eio_aside *aside, enum ws_opcode opcode, const struct fr_str *parts,
		   int n)
{
	if (aside->box.queued >= BOX_MAX)
		return 0;
	eio_aside_touch(aside);
	return eio_outbox_send(&aside->box, opcode, parts, n);
}

/* A control frame may stand between any two frames: it need not wait in an outbox. */
static void write_pong(struct eio_websocket *ws)
{
	struct eio_pong *pong = ws->pong;
	ssize_t took;

	if (!pong || ws->conn->held || ws->conn->closing)
		return;
	took = net_conn_write(ws->conn, &(struct net_span){pong->bytes, pong->len}, 1);
	if (took >= 0 && (size_t)took < pong->len &&
	    net_conn_hold(ws->conn, pong->bytes + took, pong->len - (size_t)took) < 0)
		net_conn_close(ws->conn);
	free(pong);
	ws->pong = NULL;
}

void eio_websocket_write(struct eio_websocket *ws, struct eio_outbox *box)
{
	struct net_span spans[SPANS], rest;
	int n = SPANS;

	write_pong(ws);
	while (n == SPANS && !ws->conn->held && !ws->conn->closing) {
		size_t waits = 0, end;
		ssize_t took;

		n = eio_outbox_peek(box, spans, SPANS);
		for (int i = 0; i < n; i++)
			waits += spans[i].len;
		took = n ? net_conn_write(ws->conn, spans, n) : 0;
		if (took < 0)
			return;
		if ((size_t)took == waits) {
			eio_outbox_sent(box, waits);
			continue;
		}
		/* The frame that was begun must not be torn; what follows it waits in the box. */
		end = eio_outbox_begun(box, (size_t)took, &rest);
		if (net_conn_hold(ws->conn, rest.at, rest.len) < 0)
			net_conn_close(ws->conn);
		else
			eio_outbox_sent(box, end);
	}
}

/* --- the goodbye --- */

void eio_websocket_detach(struct eio_websocket *ws)
{
	struct eio_session *session = ws->session;

	ws->session = NULL;
	if (!session)
		return;
	session->ws = NULL;
	ws->server->counters.upgrades_failed += ws->aside != NULL;
	if (session->state == EIO_STATE_PROBED) {
		eio_session_move(session, EIO_STATE_POLLING);
		eio_session_touch(session);
	}
}

void eio_websocket_leave(struct eio_websocket *ws, unsigned code)
{
	const char bytes[] = {(char)(code >> 8), (char)(code & 0xff)};
	const struct fr_str body = {bytes, sizeof(bytes)};

	eio_websocket_detach(ws);
	if ((!ws->aside && eio_aside_new(ws, &ws->server->goodbye) < 0) ||
	    eio_outbox_send(&ws->aside->box, WS_CLOSE, &body, 1) < 0) {
		net_conn_close(ws->conn);
		return;
	}
	net_due_arm(&ws->aside->due, &ws->server->goodbye);
	eio_aside_touch(ws->aside);
}

void eio_aside_flush(struct eio_aside *aside)
{
	struct eio_websocket *ws = aside->ws;

	eio_websocket_write(ws, &aside->box);
	if (ws->session || !eio_outbox_empty(&aside->box))
		return;
	if (aside->eof && !ws->conn->held) {
		net_conn_close(ws->conn);
	} else if (aside->heard && !aside->finished) {
		aside->finished = true;
		net_conn_finish(ws->conn);
	}
}

void eio_aside_expired(struct net_due *due, void *server)
{
	struct eio_websocket *ws = FR_CONTAINER_OF(due, struct eio_aside, due)->ws;

	(void)server;
	if (ws->session)
		eio_websocket_leave(ws, WS_NORMAL);
	else
		net_conn_close(ws->conn);
}

void eio_websocket_free(struct eio_websocket *ws)
{
	if (!ws)
		return;
	eio_websocket_detach(ws);
	eio_aside_free(ws);
	ws_receiver_fini(&ws->receiver);
	free(ws->pong);
	free(ws);
}

static void closed_unheard(void *ctx, int status)
{
	(void)ctx;
	(void)status;
}

static const struct net_conn_handler nobody = {.on_closed = closed_unheard};

void eio_websocket_drop(struct eio_websocket *ws)
{
	net_conn_handle(ws->conn, &nobody, NULL);
	net_conn_close(ws->conn);
	eio_websocket_free(ws);
}
