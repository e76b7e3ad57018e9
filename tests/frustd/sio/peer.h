/*
 * The whole transport under a hand-driven clock, and clients of either revision over WebSocket or
 * polling: a peer says packets (with Engine.IO's type) and writes down what it gets. What it gets
 * does not depend on the transport. Included by one test file.
 */
#ifndef TESTS_FRUSTD_SIO_PEER_H
#define TESTS_FRUSTD_SIO_PEER_H

#include <stdlib.h>

#include "base/base64.h"
#include "helpers/check.h"
#include "helpers/memconn.h"
#include "sio/server.h"
#include "ws/frame.h"

#define STACK_PEERS 4

struct stack {
	struct net_timers timers;
	struct httpd_server *httpd;
	struct sio_server *sio;
	struct peer *peers[STACK_PEERS];
	size_t peer_count;
};

struct peer {
	struct stack *stack;
	int revision;
	bool polling;
	struct memconn *conn; /* the WebSocket, or where GETs go */
	struct memconn *post; /* polling: where POSTs go */
	char sid[21];
	bool upgraded; /* the 101 came */
	bool over;
	struct fr_buf log; /* "packet packet … [over]" */
};

static uint64_t stack_hrtime(void)
{
	return 0; /* every pass costs nothing */
}

static void stack_open(struct stack *stack)
{
	const struct httpd_options httpd = httpd_options_default();
	const struct sio_options sio = sio_options_default();
	const struct eio_options eio = eio_options_default();

	*stack = (struct stack){0};
	net_timers_init(&stack->timers, 5000, stack_hrtime);
	stack->httpd = httpd_server_new(&stack->timers, &httpd);
	stack->sio = sio_server_new(&stack->timers, &sio, &eio);
	CHECK(stack->httpd && stack->sio);
	CHECK_INT(eio_server_mount(sio_server_eio(stack->sio), stack->httpd, FR_STR("/io")), 0);
}

/* --- what a peer gets --- */

static void peer_packet(struct peer *peer, bool binary, struct fr_str packet)
{
	static const char sid[] = "{\"sid\":\"";
	const char *at;

	if (fr_str_eq(packet, FR_STR("1"))) {
		peer->over = true;
		return;
	}
	if (fr_str_eq(packet, FR_STR("6")) && !binary) /* lets a GET go, no more */
		return;
	if (binary)
		fr_buf_add_str(&peer->log, FR_STR("b:"));
	at = memmem(packet.at, packet.len, sid, sizeof(sid) - 1);
	if (at) {
		at += sizeof(sid) - 1;
		if (packet.at[0] == '0') {
			memcpy(peer->sid, at, 20);
			fr_buf_add_str(&peer->log, FR_STR("0 "));
			return;
		}
		fr_buf_add(&peer->log, packet.at, (size_t)(at - packet.at));
		fr_buf_add_char(&peer->log, '*');
		at += 20;
		packet.len -= (size_t)(at - packet.at);
		packet.at = at;
	}
	fr_buf_add_str(&peer->log, packet);
	fr_buf_add_char(&peer->log, ' ');
}

static void peer_frames(struct peer *peer, struct fr_str bytes)
{
	while (bytes.len > 0) {
		struct ws_frame frame = ws_frame_view((const uint8_t *)bytes.at);

		CHECK(frame.size <= bytes.len);
		if (frame.opcode == WS_CLOSE)
			peer->over = true;
		else
			peer_packet(peer, frame.opcode == WS_BINARY, frame.payload);
		bytes.at += frame.size;
		bytes.len -= frame.size;
	}
}

static void peer_payload(struct peer *peer, struct fr_str body)
{
	while (body.len > 0) {
		char *end;
		size_t n, head = 0;

		if (peer->revision == 4) {
			n = fr_str_find(body, '\x1e');
		} else {
			n = (size_t)strtoul(body.at, &end, 10); /* ASCII: units are bytes */
			head = (size_t)(end - body.at) + 1;
		}
		CHECK(head + n <= body.len);
		peer_packet(peer, false, fr_str(body.at + head, n));
		n += head + (peer->revision == 4 && n < body.len);
		body.at += n;
		body.len -= n;
	}
}

static void peer_get(struct peer *peer)
{
	char request[200];

	snprintf(request, sizeof(request),
		 "GET /io?EIO=%d&transport=polling&sid=%s HTTP/1.1\r\nHost: x\r\n\r\n",
		 peer->revision, peer->sid);
	memconn_say(peer->conn, request);
}

/* Takes a whole response off the connection, if there is one; its status, or 0. */
static int take_response(struct memconn *conn, struct fr_buf *body)
{
	struct fr_str out = memconn_out(conn);
	const char *head = memmem(out.at, out.len, "\r\n\r\n", 4);
	const char *length;
	size_t n, whole;
	int status;

	if (!head)
		return 0;
	length = memmem(out.at, out.len, "Content-Length: ", 16);
	CHECK(length != NULL);
	n = (size_t)strtoul(length + 16, NULL, 10);
	whole = (size_t)(head - out.at) + 4 + n;
	CHECK(whole <= out.len);
	status = atoi(out.at + strlen("HTTP/1.1 "));
	fr_buf_clear(body);
	fr_buf_add(body, head + 4, n);
	fr_buf_drop(&conn->out, whole);
	return status;
}

static bool peer_collect_ws(struct peer *peer)
{
	struct fr_str out = memconn_out(peer->conn);

	if (out.len == 0)
		return false;
	if (!peer->upgraded) {
		const char *end = memmem(out.at, out.len, "\r\n\r\n", 4);

		CHECK(end && fr_str_starts(out, FR_STR("HTTP/1.1 101 ")));
		out.len -= (size_t)(end + 4 - out.at);
		out.at = end + 4;
		peer->upgraded = true;
	}
	peer_frames(peer, out);
	memconn_clear(peer->conn);
	return true;
}

static bool peer_collect_polling(struct peer *peer)
{
	struct fr_buf body = FR_BUF_INIT;
	int get = take_response(peer->conn, &body);
	int post;

	if (get == 200)
		peer_payload(peer, fr_buf_str(&body));
	else if (get)
		peer->over = true;
	if (get == 200 && !peer->over)
		peer_get(peer);
	post = take_response(peer->post, &body);
	if (post && post != 200)
		peer->over = true;
	fr_buf_fini(&body);
	return get || post;
}

static bool peer_collect(struct peer *peer)
{
	bool was_over = peer->over;
	bool got = peer->polling ? peer_collect_polling(peer) : peer_collect_ws(peer);

	if (peer->over && !was_over)
		fr_buf_add_str(&peer->log, FR_STR("[over] "));
	return got;
}

/* --- turns --- */

static void stack_turn(struct stack *stack)
{
	bool busy = true;

	while (busy) {
		net_timers_run(&stack->timers, stack->timers.now);
		eio_server_flush(sio_server_eio(stack->sio));
		httpd_server_flush(stack->httpd);
		busy = net_timers_next(&stack->timers) <= stack->timers.now;
		for (size_t i = 0; i < stack->peer_count; i++) {
			busy |= memconn_pump(stack->peers[i]->conn);
			if (stack->peers[i]->polling)
				busy |= memconn_pump(stack->peers[i]->post);
			busy |= peer_collect(stack->peers[i]);
		}
	}
}

/* Lets what gathers for a few milliseconds leave too. */
static void stack_pass(struct stack *stack, uint64_t ms)
{
	stack_turn(stack);
	net_timers_run(&stack->timers, stack->timers.now + ms);
	stack_turn(stack);
}

/* --- what a peer does --- */

static struct peer *peer_open(struct stack *stack, int revision, bool polling)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	char request[300];

	CHECK(stack->peer_count < STACK_PEERS);
	peer->stack = stack;
	peer->revision = revision;
	peer->polling = polling;
	peer->conn = memconn_new();
	httpd_server_accept(stack->httpd, &peer->conn->conn);
	if (polling) {
		peer->post = memconn_new();
		httpd_server_accept(stack->httpd, &peer->post->conn);
	}
	stack->peers[stack->peer_count++] = peer;
	snprintf(request, sizeof(request),
		 "GET /io?EIO=%d&transport=%s HTTP/1.1\r\nHost: x\r\n%s\r\n", revision,
		 polling ? "polling" : "websocket",
		 polling ? ""
			 : "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
			   "13\r\n"
			   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
	memconn_say(peer->conn, request);
	stack_pass(stack, 10);
	return peer;
}

static void send_frame(struct peer *peer, enum ws_opcode opcode, struct fr_str payload)
{
	static const uint8_t mask[4]; /* of zeroes: the payload stays as it is */
	uint8_t head[WS_HEAD_MAX];
	struct fr_buf frame = FR_BUF_INIT;
	size_t n = ws_frame_head(head, opcode, payload.len);

	head[1] |= 0x80;
	fr_buf_add(&frame, head, n);
	fr_buf_add(&frame, mask, sizeof(mask));
	fr_buf_add_str(&frame, payload);
	memconn_recv(peer->conn, frame.at, frame.len);
	fr_buf_fini(&frame);
}

static void send_post(struct peer *peer, struct fr_str packet)
{
	struct fr_buf request = FR_BUF_INIT, body = FR_BUF_INIT;

	if (peer->revision == 3)
		fr_buf_printf(&body, "%zu:", packet.len);
	fr_buf_add_str(&body, packet);
	fr_buf_printf(&request,
		      "POST /io?EIO=%d&transport=polling&sid=%s HTTP/1.1\r\nHost: x\r\n"
		      "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: %zu\r\n\r\n",
		      peer->revision, peer->sid, body.len);
	fr_buf_add_str(&request, fr_buf_str(&body));
	memconn_recv(peer->post, request.at, request.len);
	fr_buf_fini(&request);
	fr_buf_fini(&body);
}

/* A text packet with its type, or "b:" and a binary message. */
static void peer_say(struct peer *peer, const char *step)
{
	struct fr_buf packet = FR_BUF_INIT;
	bool binary = strncmp(step, "b:", 2) == 0;

	if (peer->over)
		return;
	if (!binary) {
		fr_buf_add_str(&packet, fr_str_of(step));
	} else if (peer->polling) {
		fr_buf_add_str(&packet, peer->revision == 3 ? FR_STR("b4") : FR_STR("b"));
		fr_base64_encode(&packet, step + 2, strlen(step + 2));
	} else {
		if (peer->revision == 3)
			fr_buf_add_char(&packet, '\x04');
		fr_buf_add_str(&packet, fr_str_of(step + 2));
	}
	if (peer->polling)
		send_post(peer, fr_buf_str(&packet));
	else
		send_frame(peer, binary ? WS_BINARY : WS_TEXT, fr_buf_str(&packet));
	fr_buf_fini(&packet);
	stack_pass(peer->stack, 10);
}

/* What came since the last call; valid until the next packet. */
static struct fr_str peer_heard(struct peer *peer)
{
	struct fr_str heard = fr_buf_str(&peer->log);

	fr_buf_clear(&peer->log);
	return heard;
}

/* Breaks every connection and ends the servers. */
static void stack_close(struct stack *stack)
{
	for (size_t i = 0; i < stack->peer_count; i++) {
		memconn_reset(stack->peers[i]->conn);
		if (stack->peers[i]->polling)
			memconn_reset(stack->peers[i]->post);
	}
	stack_turn(stack);
	eio_server_close(sio_server_eio(stack->sio));
	stack_turn(stack);
	CHECK_INT(eio_server_sessions(sio_server_eio(stack->sio)), 0);
	sio_server_free(stack->sio);
	httpd_server_free(stack->httpd);
	for (size_t i = 0; i < stack->peer_count; i++) {
		CHECK(stack->peers[i]->conn->closed);
		memconn_free(stack->peers[i]->conn);
		memconn_free(stack->peers[i]->post);
		fr_buf_fini(&stack->peers[i]->log);
		free(stack->peers[i]);
	}
}

#endif
