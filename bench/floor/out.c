/* Owns what leaves the floor: whole answers, and the turn's frames for all who follow. */
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "floor.h"
#include "ws/frame.h"

void floor_watch(struct floor *floor, struct peer *peer, uint32_t events, int operation)
{
	struct epoll_event event = {.events = events, .data.ptr = peer};

	floor_check(epoll_ctl(floor->epoll, operation, peer->fd, &event) == 0, "epoll_ctl");
}

void floor_send(struct floor *floor, struct peer *peer, struct fr_str bytes)
{
	ssize_t n = 0;

	if (peer->out.len == 0)
		n = send(peer->fd, bytes.at, bytes.len, MSG_NOSIGNAL);
	if (n < 0)
		n = 0; /* who has gone is noticed on reading */
	if ((size_t)n == bytes.len)
		return;
	if (peer->out.len == 0)
		floor_watch(floor, peer, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
	fr_buf_add_str(&peer->out, fr_str_skip(bytes, (size_t)n));
}

void floor_send_rest(struct floor *floor, struct peer *peer)
{
	ssize_t n = send(peer->fd, peer->out.at, peer->out.len, MSG_NOSIGNAL);

	if (n > 0)
		fr_buf_drop(&peer->out, (size_t)n);
	if (peer->out.len == 0)
		floor_watch(floor, peer, EPOLLIN, EPOLL_CTL_MOD);
}

void floor_make_response(struct fr_buf *out, const char *more, struct fr_str body)
{
	fr_buf_printf(out,
		      "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Type: "
		      "application/json; charset=utf-8\r\nContent-Length: %zu\r\n"
		      "X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n"
		      "ETag: \"0123456789abcdef-12\"\r\nCache-Control: no-cache\r\n"
		      "Vary: Accept-Encoding\r\n%s\r\n",
		      body.len, more);
	fr_buf_add_str(out, body);
}

void floor_add_packet(struct fr_buf *payload, struct fr_str packet)
{
	if (payload->len)
		fr_buf_add_char(payload, 0x1e);
	fr_buf_add_str(payload, packet);
}

static void send_turn(struct floor *floor, struct peer *peer)
{
	if (peer->websocket) {
		floor_send(floor, peer, fr_buf_str(&floor->turn));
	} else if (peer->polls) {
		peer->polls = false;
		floor_send(floor, peer, fr_buf_str(&floor->answer));
	} else {
		floor_add_packet(&peer->box, fr_buf_str(&floor->packets));
	}
}

void floor_flush(struct floor *floor)
{
	if (floor->turn.len == 0)
		return;
	floor_make_response(&floor->answer, "", fr_buf_str(&floor->packets));
	for (size_t i = 0; i < floor->count; i++)
		if (floor->peers[i]->follows)
			send_turn(floor, floor->peers[i]);
	fr_buf_clear(&floor->turn);
	fr_buf_clear(&floor->packets);
	fr_buf_clear(&floor->answer);
}

void floor_add_frame(struct fr_buf *buf, struct fr_str payload)
{
	uint8_t head[WS_HEAD_MAX];

	fr_buf_add(buf, head, ws_frame_head(head, WS_TEXT, payload.len));
	fr_buf_add_str(buf, payload);
}

void floor_broadcast(struct floor *floor, struct fr_str payload)
{
	floor_add_frame(&floor->turn, payload);
	floor_add_packet(&floor->packets, payload);
	if (floor->by_frame)
		floor_flush(floor);
}

void floor_broadcast_status(struct floor *floor)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "42[\"status\",{\"user_count\":%zu}]",
			 floor->connected);

	floor->told = floor->connected;
	floor_broadcast(floor, fr_str(text, (size_t)n));
	floor_broadcast(floor, FR_STR("42[\"stats\",{" STATS "}]"));
}
