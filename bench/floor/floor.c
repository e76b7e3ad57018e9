/*
 * The floor: how little CPU the job takes when nothing is stored, checked or bounded. An epoll loop
 * that broadcasts what it is told, in one write for each client and turn, or with --frame one for
 * each client and frame (polls: one answer, made once for all); and that answers two HTTP routes
 * with ready bytes.
 *     floor [--frame] [FILE [GZIPPED]]      FILE: what /api/latest_clicks answers
 * It speaks just enough for bench/load and wrk: never let anybody else near it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"
#include "ws/frame.h"
#include "ws/sha1.h"

#define STATUS_MS 100
#define STATS                                                                                      \
	"\"click_count_total\":1234567,\"event_count_total\":12345,\"click_count_today\":1234,"    \
	"\"event_count_today\":123,\"click_count_hour\":12,\"event_count_hour\":1"

#define OPEN                                                                                       \
	"0{\"sid\":\"abcdefghijklmnopqrst\",\"upgrades\":[],\"pingInterval\":25000,"               \
	"\"pingTimeout\":20000,\"maxPayload\":1000000}"

struct peer {
	int fd;
	bool websocket;
	bool follows;      /* gets what is broadcast */
	struct fr_buf in;  /* what came and is not whole */
	struct fr_buf out; /* what the socket did not take */
	bool polls;        /* a poll waits */
	struct fr_buf box; /* packets for the next poll */
};

struct floor {
	int epoll, listener;
	bool by_frame;
	struct peer **peers;
	size_t count, size, connected, told;
	struct fr_buf turn;                            /* the frames of this turn, for all */
	struct fr_buf packets, answer;                 /* the same for polls: payload, response */
	struct fr_buf small, body, gzip, not_modified; /* whole responses */
	char bytes[1 << 16];
};

static void check(bool fine, const char *what)
{
	if (fine)
		return;
	perror(what);
	exit(1);
}

/* --- out --- */

static void watch(struct floor *floor, struct peer *peer, uint32_t events, int operation)
{
	struct epoll_event event = {.events = events, .data.ptr = peer};

	check(epoll_ctl(floor->epoll, operation, peer->fd, &event) == 0, "epoll_ctl");
}

static void send_bytes(struct floor *floor, struct peer *peer, struct fr_str bytes)
{
	ssize_t n = 0;

	if (peer->out.len == 0)
		n = send(peer->fd, bytes.at, bytes.len, MSG_NOSIGNAL);
	if (n < 0)
		n = 0; /* who has gone is noticed on reading */
	if ((size_t)n == bytes.len)
		return;
	if (peer->out.len == 0)
		watch(floor, peer, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
	fr_buf_add_str(&peer->out, fr_str_skip(bytes, (size_t)n));
}

static void send_rest(struct floor *floor, struct peer *peer)
{
	ssize_t n = send(peer->fd, peer->out.at, peer->out.len, MSG_NOSIGNAL);

	if (n > 0)
		fr_buf_drop(&peer->out, (size_t)n);
	if (peer->out.len == 0)
		watch(floor, peer, EPOLLIN, EPOLL_CTL_MOD);
}

static void make_response(struct fr_buf *out, const char *more, struct fr_str body)
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

static void add_packet(struct fr_buf *payload, struct fr_str packet)
{
	if (payload->len)
		fr_buf_add_char(payload, 0x1e);
	fr_buf_add_str(payload, packet);
}

static void send_turn(struct floor *floor, struct peer *peer)
{
	if (peer->websocket) {
		send_bytes(floor, peer, fr_buf_str(&floor->turn));
	} else if (peer->polls) {
		peer->polls = false;
		send_bytes(floor, peer, fr_buf_str(&floor->answer));
	} else {
		add_packet(&peer->box, fr_buf_str(&floor->packets));
	}
}

static void flush(struct floor *floor)
{
	if (floor->turn.len == 0)
		return;
	make_response(&floor->answer, "", fr_buf_str(&floor->packets));
	for (size_t i = 0; i < floor->count; i++)
		if (floor->peers[i]->follows)
			send_turn(floor, floor->peers[i]);
	fr_buf_clear(&floor->turn);
	fr_buf_clear(&floor->packets);
	fr_buf_clear(&floor->answer);
}

static void add_frame(struct fr_buf *buf, struct fr_str payload)
{
	uint8_t head[WS_HEAD_MAX];

	fr_buf_add(buf, head, ws_frame_head(head, WS_TEXT, payload.len));
	fr_buf_add_str(buf, payload);
}

static void broadcast(struct floor *floor, struct fr_str payload)
{
	add_frame(&floor->turn, payload);
	add_packet(&floor->packets, payload);
	if (floor->by_frame)
		flush(floor);
}

static void broadcast_status(struct floor *floor)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "42[\"status\",{\"user_count\":%zu}]",
			 floor->connected);

	floor->told = floor->connected;
	broadcast(floor, fr_str(text, (size_t)n));
	broadcast(floor, FR_STR("42[\"stats\",{" STATS "}]"));
}

/* --- in --- */

static void connected(struct floor *floor, struct peer *peer, bool asked)
{
	void (*add)(struct fr_buf *, struct fr_str) = peer->websocket ? add_frame : add_packet;
	struct fr_buf out = FR_BUF_INIT;

	add(&out, asked ? FR_STR("40{\"sid\":\"abcdefghijklmnopqrst\"}") : FR_STR("40"));
	add(&out, FR_STR("42[\"stats\",{" STATS "}]"));
	if (peer->websocket)
		send_bytes(floor, peer, fr_buf_str(&out));
	else
		add_packet(&peer->box, fr_buf_str(&out));
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
		broadcast(floor, fr_str(text, (size_t)n));
	} else if (fr_str_starts(packet, FR_STR("42[\"auth\",\""))) {
		n = snprintf(
			text, sizeof(text),
			"42[\"message\",{\"text\":\"%.*s ist beigetreten.\",\"style\":\"medium "
			"highlight\",\"type\":\"toast\"}]",
			(int)packet.len - 13, packet.at + 11);
		broadcast(floor, fr_str(text, (size_t)n));
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

	check(key, "a key");
	memcpy(joined, key + sizeof(name) - 1, 24);
	memcpy(joined + 24, guid, 36);
	ws_sha1(digest, joined, sizeof(joined));
	fr_buf_add_str(&out, FR_STR("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
				    "Connection: Upgrade\r\nSec-WebSocket-Accept: "));
	fr_base64_encode(&out, digest, sizeof(digest));
	fr_buf_add_str(&out, FR_STR("\r\n\r\n"));
	add_frame(&out, FR_STR(OPEN));
	send_bytes(floor, peer, fr_buf_str(&out));
	fr_buf_fini(&out);
	peer->websocket = true;
	if (old)
		connected(floor, peer, false);
}

static void answer(struct floor *floor, struct peer *peer, struct fr_str body)
{
	struct fr_buf out = FR_BUF_INIT;

	make_response(&out, "", body);
	send_bytes(floor, peer, fr_buf_str(&out));
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
		send_bytes(floor, peer, fr_buf_str(&floor->not_modified));
	else if (!fr_str_starts(request, FR_STR("GET /api/latest_clicks")))
		send_bytes(floor, peer, fr_buf_str(&floor->small));
	else if (memmem(request.at, request.len, "gzip", 4))
		send_bytes(floor, peer, fr_buf_str(&floor->gzip));
	else
		send_bytes(floor, peer, fr_buf_str(&floor->body));
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

static void recv_bytes(struct floor *floor, struct peer *peer)
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

static void accept_all(struct floor *floor)
{
	int fd, on = 1;

	while ((fd = accept4(floor->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct peer *peer = calloc(1, sizeof(*peer));

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (floor->count == floor->size) {
			floor->size = floor->size ? floor->size * 2 : 64;
			floor->peers = realloc(floor->peers, floor->size * sizeof(struct peer *));
		}
		check(peer && floor->peers, "memory");
		peer->fd = fd;
		floor->peers[floor->count++] = peer;
		watch(floor, peer, EPOLLIN, EPOLL_CTL_ADD);
	}
}

/* --- the loop --- */

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void serve(struct floor *floor)
{
	struct epoll_event events[1024];
	uint64_t due = 0;

	for (;;) {
		uint64_t now = now_ms();
		bool changed = floor->told != floor->connected;
		int n;

		if (changed && now >= due) {
			broadcast_status(floor);
			due = now + STATUS_MS;
			changed = false;
		}
		flush(floor);
		n = epoll_wait(floor->epoll, events, 1024, changed ? (int)(due - now) : -1);
		for (int i = 0; i < n; i++) {
			struct peer *peer = events[i].data.ptr;

			if (!peer)
				accept_all(floor);
			else if (events[i].events & EPOLLOUT)
				send_rest(floor, peer);
			else
				recv_bytes(floor, peer);
		}
	}
}

static void read_file(const char *path, const char *more, struct fr_buf *out)
{
	struct fr_buf body = FR_BUF_INIT;
	char bytes[4096];
	size_t n;
	FILE *file;

	if (!path)
		return;
	file = fopen(path, "re");
	check(file, path);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		fr_buf_add(&body, bytes, n);
	fclose(file);
	make_response(out, more, fr_buf_str(&body));
	fr_buf_fini(&body);
}

static void open_listener(struct floor *floor)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct epoll_event event = {.events = EPOLLIN};
	socklen_t len = sizeof(address);

	floor->epoll = epoll_create1(EPOLL_CLOEXEC);
	floor->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	check(bind(floor->listener, (struct sockaddr *)&address, len) == 0, "bind");
	check(listen(floor->listener, 4096) == 0, "listen");
	getsockname(floor->listener, (struct sockaddr *)&address, &len);
	check(epoll_ctl(floor->epoll, EPOLL_CTL_ADD, floor->listener, &event) == 0, "epoll_ctl");
	fprintf(stderr, "floor: listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
}

int main(int argc, char **argv)
{
	static struct floor floor;
	char **file = argv + 1;

	if (argc > 1 && strcmp(argv[1], "--frame") == 0) {
		floor.by_frame = true;
		file++;
	}
	make_response(&floor.small, "", FR_STR("{" STATS "}"));
	if (*file) {
		read_file(file[0], "", &floor.body);
		read_file(file[1], "Content-Encoding: gzip\r\n", &floor.gzip);
	}
	fr_buf_add_str(&floor.not_modified,
		       FR_STR("HTTP/1.1 304 Not Modified\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\n"
			      "ETag: \"0123456789abcdef-12\"\r\nCache-Control: no-cache\r\n\r\n"));
	open_listener(&floor);
	serve(&floor);
}
