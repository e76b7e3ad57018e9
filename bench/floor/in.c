/* Owns what comes to the floor: requests, polls and frames. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/base64.h"
#include "floor.h"
#include "ws/frame.h"
#include "ws/sha1.h"

#define OPEN                                                                                       \
	"0{\"sid\":\"abcdefghijklmnopqrst\",\"upgrades\":[],\"pingInterval\":25000,"               \
	"\"pingTimeout\":20000,\"maxPayload\":1000000}"

static void connected(struct floor *floor, struct peer *peer, bool asked)
{
	void (*add)(struct fr_buf *, struct fr_str) = peer->websocket ? floor_add_frame
								      : floor_add_packet;
	struct fr_buf out = FR_BUF_INIT;

	add(&out, asked ? FR_STR("40{\"sid\":\"abcdefghijklmnopqrst\"}") : FR_STR("40"));
	add(&out, FR_STR("42[\"stats\",{" STATS "}]"));
	if (peer->websocket)
		floor_send(floor, peer, fr_buf_str(&out));
	else
		floor_add_packet(&peer->box, fr_buf_str(&out));
	fr_buf_fini(&out);
	peer->follows = true;
	floor->connected++;
}

static void recv_packet(struct floor *floor, struct peer *peer, struct fr_str packet)
{
	char text[400];
	int n;

	if (fr_str_starts(packet, FR_STR("42[\"click\","))) {
		n = snprintf(text, sizeof(text), "%.*s,\"timestamp\":%lld}]", (int)packet.len - 2,
			     packet.at, (long long)time(NULL));
		floor_broadcast(floor, fr_str(text, (size_t)n));
	} else if (fr_str_starts(packet, FR_STR("42[\"auth\",\""))) {
		n = snprintf(
			text, sizeof(text),
			"42[\"message\",{\"text\":\"%.*s ist beigetreten.\",\"style\":\"medium "
			"highlight\",\"type\":\"toast\"}]",
			(int)packet.len - 13, packet.at + 11);
		floor_broadcast(floor, fr_str(text, (size_t)n));
	} else if (fr_str_starts(packet, FR_STR("40"))) {
		connected(floor, peer, true);
	}
}

static size_t recv_frame(struct floor *floor, struct peer *peer, char *bytes, size_t n)
{
	size_t len, head = 6;

	if (n < 2)
		return 0;
	len = (uint8_t)bytes[1] & 127;
	if (len == 126) {
		head = 8;
		if (n < 4)
			return 0;
		len = (size_t)(uint8_t)bytes[2] << 8 | (uint8_t)bytes[3];
	}
	if (n < head + len)
		return 0;
	for (size_t i = 0; i < len; i++)
		bytes[head + i] ^= bytes[head - 4 + i % 4];
	recv_packet(floor, peer, fr_str(bytes + head, len));
	return head + len;
}

static void upgrade(struct floor *floor, struct peer *peer, struct fr_str request)
{
	static const char name[] = "Sec-WebSocket-Key: ";
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	const char *key = memmem(request.at, request.len, name, sizeof(name) - 1);
	bool old = memmem(request.at, request.len, "EIO=3", 5);
	struct fr_buf out = FR_BUF_INIT;
	uint8_t digest[WS_SHA1_SIZE];
	char joined[60];

	floor_check(key, "a key");
	memcpy(joined, key + sizeof(name) - 1, 24);
	memcpy(joined + 24, guid, 36);
	ws_sha1(digest, joined, sizeof(joined));
	fr_buf_add_str(&out, FR_STR("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
				    "Connection: Upgrade\r\nSec-WebSocket-Accept: "));
	fr_base64_encode(&out, digest, sizeof(digest));
	fr_buf_add_str(&out, FR_STR("\r\n\r\n"));
	floor_add_frame(&out, FR_STR(OPEN));
	floor_send(floor, peer, fr_buf_str(&out));
	fr_buf_fini(&out);
	peer->websocket = true;
	if (old)
		connected(floor, peer, false);
}

static void answer(struct floor *floor, struct peer *peer, struct fr_str body)
{
	struct fr_buf out = FR_BUF_INIT;

	floor_make_response(&out, "", body);
	floor_send(floor, peer, fr_buf_str(&out));
	fr_buf_fini(&out);
}

/* One packet a POST. */
static size_t recv_post(struct floor *floor, struct peer *peer, struct fr_str request, size_t n)
{
	static const char name[] = "Content-Length: ";
	const char *length = memmem(request.at, request.len, name, sizeof(name) - 1);
	size_t len = length ? strtoul(length + sizeof(name) - 1, NULL, 10) : 0;

	if (n < request.len + len)
		return 0;
	recv_packet(floor, peer, fr_str(request.at + request.len, len));
	answer(floor, peer, FR_STR("ok"));
	return request.len + len;
}

/* A polling client keeps to its connection: that is its session. */
static void recv_poll(struct floor *floor, struct peer *peer, struct fr_str request)
{
	if (!memmem(request.at, request.len, "sid=", 4)) {
		answer(floor, peer, FR_STR(OPEN));
	} else if (peer->box.len) {
		answer(floor, peer, fr_buf_str(&peer->box));
		fr_buf_clear(&peer->box);
	} else {
		peer->polls = true;
	}
}

static size_t recv_request(struct floor *floor, struct peer *peer, char *bytes, size_t n)
{
	const char *end = memmem(bytes, n, "\r\n\r\n", 4);
	struct fr_str request;

	if (!end)
		return 0;
	request = fr_str(bytes, (size_t)(end - bytes) + 4);
	if (fr_str_starts(request, FR_STR("POST")))
		return recv_post(floor, peer, request, n);
	if (memmem(request.at, request.len, "transport=polling", 17))
		recv_poll(floor, peer, request);
	else if (fr_str_starts(request, FR_STR("GET /api/socket.io")))
		upgrade(floor, peer, request);
	else if (memmem(request.at, request.len, "If-None-Match", 13))
		floor_send(floor, peer, fr_buf_str(&floor->not_modified));
	else if (!fr_str_starts(request, FR_STR("GET /api/latest_clicks")))
		floor_send(floor, peer, fr_buf_str(&floor->small));
	else if (memmem(request.at, request.len, "gzip", 4))
		floor_send(floor, peer, fr_buf_str(&floor->gzip));
	else
		floor_send(floor, peer, fr_buf_str(&floor->body));
	return request.len;
}

static void drop(struct floor *floor, struct peer *peer)
{
	for (size_t i = 0; i < floor->count; i++) {
		if (floor->peers[i] != peer)
			continue;
		floor->peers[i] = floor->peers[--floor->count];
		break;
	}
	floor->connected -= peer->follows;
	close(peer->fd);
	fr_buf_fini(&peer->in);
	fr_buf_fini(&peer->out);
	fr_buf_fini(&peer->box);
	free(peer);
}

void floor_recv(struct floor *floor, struct peer *peer)
{
	ssize_t got = recv(peer->fd, floor->bytes, sizeof(floor->bytes), 0);
	size_t n = (size_t)got, done = 0, took;
	char *at = floor->bytes;

	if (got <= 0) {
		drop(floor, peer);
		return;
	}
	if (peer->in.len) {
		fr_buf_add(&peer->in, at, n);
		at = peer->in.at;
		n = peer->in.len;
	}
	do {
		took = peer->websocket ? recv_frame(floor, peer, at + done, n - done)
				       : recv_request(floor, peer, at + done, n - done);
		done += took;
	} while (took && done < n);
	if (at == floor->bytes)
		fr_buf_add(&peer->in, at + done, n - done);
	else
		fr_buf_drop(&peer->in, done);
}
