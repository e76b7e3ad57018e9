/* Owns a client's socket and its stream. What the events mean is the layer above's business. */
#include "client.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATH "/api/socket.io/"
#define HEAD_MAX 16384

static void fail(struct client *client, const char *why)
{
	if (!client->world->error)
		client->world->error = why;
}

static void set_events(struct client *client, uint32_t events, int operation)
{
	struct epoll_event event = {.events = events, .data.ptr = client};

	if (epoll_ctl(client->world->epoll, operation, client->fd, &event) < 0)
		fail(client, "epoll does not take a socket");
}

/* --- out --- */

void client_flush(struct client *client)
{
	ssize_t n;

	if (fr_buf_error(&client->out))
		fail(client, "out of memory");
	if (client->out.len == 0)
		return;
	n = send(client->fd, client->out.at, client->out.len, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN) {
		fail(client, "the server closed a connection while it was written to");
		return;
	}
	if (n > 0)
		fr_buf_drop(&client->out, (size_t)n);
	if (client->out.len)
		set_events(client, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

/* A masked text frame whose mask is zero: the payload stays readable. */
static void add_frame(struct client *client, struct fr_str payload)
{
	const uint8_t head[] = {0x81, (uint8_t)(0x80 | (payload.len < 126 ? payload.len : 126))};
	const uint8_t length[] = {(uint8_t)(payload.len >> 8), (uint8_t)payload.len};

	fr_buf_add(&client->out, head, sizeof(head));
	if (payload.len >= 126)
		fr_buf_add(&client->out, length, sizeof(length));
	fr_buf_add(&client->out, "\0\0\0\0", 4);
	fr_buf_add_str(&client->out, payload);
}

static void add_post(struct client *client, struct fr_str packet)
{
	if (client->revision == 3)
		fr_buf_printf(&client->posts, "%zu:", packet.len);
	else if (client->posts.len)
		fr_buf_add_char(&client->posts, 0x1e);
	fr_buf_add_str(&client->posts, packet);
}

/* An Engine.IO packet. */
static void add_packet(struct client *client, struct fr_str packet)
{
	if (client->polling)
		add_post(client, packet);
	else
		add_frame(client, packet);
}

void client_emit(struct client *client, struct fr_str packet)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "4%.*s", FR_STR_ARG(packet));

	add_packet(client, fr_str(text, (size_t)n));
}

/* The next request of a polling client: what it has to say, then the next poll. */
static void ask(struct client *client)
{
	bool post = client->posts.len > 0;

	client->asked = post ? ASKED_POST : client->sid[0] ? ASKED_GET : ASKED_OPEN;
	fr_buf_printf(&client->out,
		      "%s " PATH "?EIO=%d&transport=polling%s%s HTTP/1.1\r\nHost: x\r\n",
		      post ? "POST" : "GET", client->revision, client->sid[0] ? "&sid=" : "",
		      client->sid);
	if (post)
		fr_buf_printf(&client->out,
			      "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: %zu\r\n",
			      client->posts.len);
	fr_buf_add_str(&client->out, FR_STR("\r\n"));
	if (post)
		fr_buf_add_str(&client->out, fr_buf_str(&client->posts));
	fr_buf_clear(&client->posts);
}

static void upgrade(struct client *client)
{
	client->asked = ASKED_UPGRADE;
	fr_buf_printf(&client->out,
		      "GET " PATH "?EIO=%d&transport=websocket HTTP/1.1\r\nHost: x\r\n"
		      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
		      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
		      client->revision);
}

/* --- packets --- */

static void recv_open(struct client *client, struct fr_str packet)
{
	static const char key[] = "\"sid\":";
	const char *at = memmem(packet.at, packet.len, key, sizeof(key) - 1);
	size_t n = 0;

	if (!at) {
		fail(client, "a handshake without sid");
		return;
	}
	for (at += sizeof(key) - 1; *at == ' ' || *at == '"'; at++)
		;
	while (at + n < packet.at + packet.len && at[n] != '"' && n < sizeof(client->sid) - 1)
		n++;
	memcpy(client->sid, at, n);
	if (client->revision == 4)
		add_packet(client, FR_STR("40"));
}

static void recv_packet(struct client *client, struct fr_str packet)
{
	if (packet.len == 0)
		return;
	if (packet.len > 2 && memcmp(packet.at, "42", 2) == 0) {
		client->world->on_event(client, fr_str_skip(packet, 2));
	} else if (packet.at[0] == '0') {
		recv_open(client, packet);
	} else if (packet.at[0] == '2') {
		add_packet(client, FR_STR("3"));
	} else if (fr_str_starts(packet, FR_STR("40")) && !client->connected) {
		client->connected = true;
		client->world->on_connected(client);
	} else if (packet.at[0] == '1' || fr_str_starts(packet, FR_STR("41")) ||
		   fr_str_starts(packet, FR_STR("44"))) {
		fail(client, "the server said goodbye");
	}
}

static void recv_payload(struct client *client, struct fr_str rest)
{
	while (rest.len) {
		size_t n = fr_str_find(rest, client->revision == 3 ? ':' : 0x1e);
		uint64_t len;

		if (client->revision == 3) {
			if (!fr_str_u64(fr_str(rest.at, n), &len) || len > rest.len - n - 1) {
				fail(client, "a payload that is none");
				return;
			}
			rest = fr_str_skip(rest, n + 1);
			n = (size_t)len; /* all is ASCII here */
		}
		recv_packet(client, fr_str(rest.at, n));
		n += client->revision == 4 && n < rest.len;
		rest = fr_str_skip(rest, n);
	}
}

/* --- in: each of these returns how many bytes it took, 0 when more must come --- */

static size_t recv_frame(struct client *client, const uint8_t *bytes, size_t n)
{
	size_t head = 2, len;

	if (n < 2)
		return 0;
	len = bytes[1];
	if (len == 126) {
		if (n < 4)
			return 0;
		len = (size_t)bytes[2] << 8 | bytes[3];
		head = 4;
	} else if (len == 127) {
		if (n < 10)
			return 0;
		len = 0;
		for (int i = 2; i < 10; i++)
			len = len << 8 | bytes[i];
		head = 10;
	}
	if (n - head < len)
		return 0;
	if (bytes[0] == 0x81)
		recv_packet(client, fr_str((const char *)bytes + head, len));
	else
		fail(client, "a WebSocket frame that is no text");
	return head + len;
}

/* Content-Length, or 0. */
static size_t body_length(struct fr_str head)
{
	static const char name[] = "\r\ncontent-length:";
	const char *at = head.at;
	size_t len = 0;

	while (at + sizeof(name) <= head.at + head.len &&
	       strncasecmp(at, name, sizeof(name) - 1) != 0)
		at++;
	if (at + sizeof(name) > head.at + head.len)
		return 0;
	for (at += sizeof(name) - 1; *at == ' '; at++)
		;
	for (; *at >= '0' && *at <= '9'; at++)
		len = len * 10 + (size_t)(*at - '0');
	return len;
}

static void recv_answer(struct client *client, struct fr_str body)
{
	if (client->asked == ASKED_UPGRADE) {
		client->asked = ASKED_NOTHING;
		return;
	}
	if (client->asked != ASKED_POST)
		recv_payload(client, body);
	ask(client);
}

static size_t recv_response(struct client *client, const uint8_t *bytes, size_t n)
{
	const char *text = (const char *)bytes;
	const char *end = memmem(text, n < HEAD_MAX ? n : HEAD_MAX, "\r\n\r\n", 4);
	const char *wanted = client->asked == ASKED_UPGRADE ? "HTTP/1.1 101" : "HTTP/1.1 200";
	size_t head, len;

	if (!end)
		return 0;
	head = (size_t)(end - text) + 4;
	if (strncmp(text, wanted, strlen(wanted)) != 0) {
		fail(client, "a request was refused");
		return 0;
	}
	len = client->asked == ASKED_UPGRADE ? 0 : body_length(fr_str(text, head));
	if (n - head < len)
		return 0;
	recv_answer(client, fr_str(text + head, len));
	return head + len;
}

/* Takes what is whole; returns how much that was. */
static size_t recv_some(struct client *client, const uint8_t *bytes, size_t n)
{
	size_t done = 0, took;

	do {
		if (client->asked == ASKED_NOTHING)
			took = recv_frame(client, bytes + done, n - done);
		else
			took = recv_response(client, bytes + done, n - done);
		done += took;
	} while (took && done < n && !client->world->error);
	return done;
}

static void recv_bytes(struct client *client)
{
	struct client_world *world = client->world;
	ssize_t n = recv(client->fd, world->bytes, sizeof(world->bytes), 0);
	size_t took;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		fail(client, n == 0 ? "the server closed a connection" : "a connection broke");
		return;
	}
	if (client->in.len == 0) {
		took = recv_some(client, (const uint8_t *)world->bytes, (size_t)n);
		fr_buf_add(&client->in, world->bytes + took, (size_t)n - took);
	} else {
		fr_buf_add(&client->in, world->bytes, (size_t)n);
		took = recv_some(client, (const uint8_t *)client->in.at, client->in.len);
		fr_buf_drop(&client->in, took);
	}
	if (fr_buf_error(&client->in))
		fail(client, "out of memory");
}

void client_ready(struct client *client, uint32_t events)
{
	if (events & EPOLLOUT) {
		set_events(client, EPOLLIN, EPOLL_CTL_MOD);
		if (!client->begun) {
			client->begun = true;
			if (client->polling)
				ask(client);
			else
				upgrade(client);
		}
	}
	if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
		recv_bytes(client);
	client_flush(client);
}

int client_open(struct client *client, struct client_world *world, int revision, bool polling)
{
	const struct sockaddr *to = (const struct sockaddr *)&world->server;
	const int on = 1;

	*client = (struct client){.world = world, .revision = revision, .polling = polling};
	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (client->fd < 0)
		return -errno;
	/* As browsers and node do: a click does not wait for the ack of the one before it. */
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(client->fd, to, sizeof(world->server)) < 0 && errno != EINPROGRESS) {
		close(client->fd);
		return -errno;
	}
	set_events(client, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
	return 0;
}

void client_close(struct client *client)
{
	if (!client->world)
		return;
	close(client->fd);
	fr_buf_fini(&client->in);
	fr_buf_fini(&client->out);
	fr_buf_fini(&client->posts);
}
