/*
 * The floor: how little CPU the job takes when nothing is stored, checked or bounded. An epoll loop
 * that broadcasts what it is told, in one write for each client and turn, or with --frame one for
 * each client and frame (polls: one answer, made once for all); and that answers two HTTP routes
 * with ready bytes.
 *     floor [--frame] [FILE [GZIPPED]]      FILE: what /api/latest_clicks answers
 * It speaks just enough for bench/load and wrk: never let anybody else near it.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "floor.h"

#define STATUS_MS 100

void floor_check(bool fine, const char *what)
{
	if (fine)
		return;
	perror(what);
	exit(1);
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
		floor_check(peer && floor->peers, "memory");
		peer->fd = fd;
		floor->peers[floor->count++] = peer;
		floor_watch(floor, peer, EPOLLIN, EPOLL_CTL_ADD);
	}
}

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
			floor_broadcast_status(floor);
			due = now + STATUS_MS;
			changed = false;
		}
		floor_flush(floor);
		n = epoll_wait(floor->epoll, events, 1024, changed ? (int)(due - now) : -1);
		for (int i = 0; i < n; i++) {
			struct peer *peer = events[i].data.ptr;

			if (!peer)
				accept_all(floor);
			else if (events[i].events & EPOLLOUT)
				floor_send_rest(floor, peer);
			else
				floor_recv(floor, peer);
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
	floor_check(file, path);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		fr_buf_add(&body, bytes, n);
	fclose(file);
	floor_make_response(out, more, fr_buf_str(&body));
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
	floor_check(bind(floor->listener, (struct sockaddr *)&address, len) == 0, "bind");
	floor_check(listen(floor->listener, 4096) == 0, "listen");
	getsockname(floor->listener, (struct sockaddr *)&address, &len);
	floor_check(epoll_ctl(floor->epoll, EPOLL_CTL_ADD, floor->listener, &event) == 0,
		    "epoll_ctl");
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
	floor_make_response(&floor.small, "", FR_STR("{" STATS "}"));
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
