/*
 * What parts of the work cost by themselves, without a network:
 *     micro decode|encode|fan-out|commit        prints {"NAME": ns of CPU}
 * decode: a click's WebSocket frame up to its strings. encode: a click from record to broadcast
 * frame. fan-out: what a follower costs a flush, without its system call. commit: a row in a
 * transaction of a hundred, in memory: without the disk.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <frust/frust.h>

#include "base/json.h"
#include "httpd/server.h"
#include "net/conn.h"
#include "sio/server.h"

#define FOLLOWERS 1000
#define SECONDS 0.5

struct rig {
	struct net_timers timers;
	struct httpd_server *httpd;
	struct sio_server *sio;
	struct sio_namespace *root;
	struct net_conn *conns;
	uint64_t events, strings;
};

static void check(bool fine, const char *what)
{
	if (fine)
		return;
	fprintf(stderr, "micro: %s\n", what);
	exit(1);
}

static double cpu(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* --- connections that take everything and keep nothing --- */

static ssize_t take(struct net_conn *conn, const struct net_span *spans, int n)
{
	ssize_t total = 0;

	(void)conn;
	for (int i = 0; i < n; i++)
		total += (ssize_t)spans[i].len;
	return total;
}

static void ignore(struct net_conn *conn)
{
	(void)conn;
}

static void ignore_pause(struct net_conn *conn, bool paused)
{
	(void)conn;
	(void)paused;
}

static const struct net_conn_ops nowhere = {
	.write = take, .pause = ignore_pause, .finish = ignore, .close = ignore};

static void say(struct net_conn *conn, struct fr_str bytes)
{
	conn->handler->on_recv(conn->ctx, (const uint8_t *)bytes.at, bytes.len);
}

/* --- the server --- */

static void on_connect(void *ctx, struct sio_socket *socket, const struct fr_json *json,
		       uint32_t auth)
{
	(void)ctx;
	(void)json;
	(void)auth;
	check(sio_socket_accept(socket) == 0 && sio_socket_follow(socket) == 0, "accept");
}

/* Reads the strings as frustd does. */
static void on_event(void *ctx, struct sio_socket *socket, const struct sio_event *event)
{
	static const struct fr_str keys[] = {FR_STR_INIT("user"), FR_STR_INIT("comment"),
					     FR_STR_INIT("style")};
	struct rig *rig = ctx;
	struct fr_buf scratch = FR_BUF_INIT;
	uint32_t object = sio_event_arg(event, 0);

	(void)socket;
	for (size_t i = 0; i < FR_ARRAY_LEN(keys); i++)
		rig->strings += fr_json_str(event->json, fr_json_get(event->json, object, keys[i]),
					    &scratch)
					.len;
	rig->events++;
	fr_buf_fini(&scratch);
}

static void on_disconnect(void *ctx, struct sio_socket *socket, enum eio_reason reason)
{
	(void)ctx;
	(void)socket;
	(void)reason;
}

static uint64_t hrtime(void)
{
	return (uint64_t)(cpu() * 1e9);
}

static void open_rig(struct rig *rig, size_t clients)
{
	const struct sio_handler handler = {on_connect, on_event, on_disconnect};
	struct httpd_options http = httpd_options_default();
	struct eio_options eio = eio_options_default();
	struct sio_options sio = sio_options_default();

	eio.gather = 0;
	net_timers_init(&rig->timers, 1000, hrtime);
	rig->httpd = httpd_server_new(&rig->timers, &http);
	rig->sio = sio_server_new(&rig->timers, &sio, &eio);
	rig->conns = calloc(clients, sizeof(*rig->conns));
	check(rig->httpd && rig->sio && rig->conns, "memory");
	rig->root = sio_server_namespace(rig->sio, FR_STR("/"), &handler, rig);
	check(rig->root && eio_server_mount(sio_server_eio(rig->sio), rig->httpd,
					    FR_STR("/socket.io")) == 0,
	      "mount");
	for (size_t i = 0; i < clients; i++) {
		rig->conns[i].ops = &nowhere;
		httpd_server_accept(rig->httpd, &rig->conns[i]);
		say(&rig->conns[i],
		    FR_STR("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
			   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			   "Sec-WebSocket-Version: 13\r\n"
			   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
		say(&rig->conns[i], FR_STR("\x81\x82\0\0\0\0"
					   "40"));
	}
	eio_server_flush(sio_server_eio(rig->sio));
	check(sio_namespace_count(rig->root) == clients, "not every client is there");
}

/* --- what is measured: each does its work n times --- */

static void decode(struct rig *rig, size_t n)
{
	static const char payload[] = "42[\"click\",{\"user\":\"load 0\",\"comment\":\"12345678\","
				      "\"style\":\"fire fancy\"}]";
	char frame[200] = {'\x81', (char)(0x80 | (sizeof(payload) - 1))};

	memcpy(frame + 6, payload, sizeof(payload) - 1);
	for (size_t i = 0; i < n; i++)
		say(&rig->conns[0], fr_str(frame, 6 + sizeof(payload) - 1));
}

static void emit(struct rig *rig)
{
	const struct frust_record record = {.kind = FRUST_CLICK,
					    .user = {"load 0", 6},
					    .comment = {"12345678", 8},
					    .style = {"fire fancy", 10},
					    .timestamp = 1795413600};
	char json[200];
	size_t len = frust_record_json(json, sizeof(json), &record);

	check(sio_namespace_emit(rig->root, FR_STR("click"), fr_str(json, len)) == 0, "emit");
}

static void encode(struct rig *rig, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		emit(rig);
		if (i % 100 == 99)
			eio_server_flush(sio_server_eio(rig->sio));
	}
}

static void fan_out(struct rig *rig, size_t n)
{
	for (size_t i = 0; i < n; i += FOLLOWERS) {
		emit(rig);
		eio_server_flush(sio_server_eio(rig->sio));
	}
}

static double commit(void)
{
	char dir[] = "/dev/shm/frust-micro-XXXXXX", path[64];
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust_record records[100];
	struct frust_error error;
	size_t rows = 0;
	struct frust *db;
	double start;

	check(mkdtemp(dir), "no folder in /dev/shm");
	snprintf(path, sizeof(path), "%s/db", dir);
	options.mode = FRUST_CREATE;
	check(frust_open(path, &options, &db, &error) == 0, "open");
	for (start = cpu(); cpu() < start + SECONDS; rows += FR_ARRAY_LEN(records)) {
		for (size_t i = 0; i < FR_ARRAY_LEN(records); i++)
			records[i] = (struct frust_record){.kind = FRUST_CLICK,
							   .user = {"load 0", 6},
							   .comment = {"12345678", 8},
							   .style = {"fire fancy", 10},
							   .timestamp = 1795413600};
		check(frust_apply(db, records, FR_ARRAY_LEN(records), &error) == 0, "apply");
	}
	start = cpu() - start;
	frust_close(db);
	unlink(path);
	rmdir(dir);
	return start * 1e9 / (double)rows;
}

static double measure(void (*work)(struct rig *rig, size_t n), size_t clients)
{
	struct rig rig = {0};
	size_t n = 0;
	double start;

	open_rig(&rig, clients);
	work(&rig, 100 * FOLLOWERS);
	for (start = cpu(); cpu() < start + SECONDS; n += 100 * FOLLOWERS)
		work(&rig, 100 * FOLLOWERS);
	return (cpu() - start) * 1e9 / (double)n;
}

int main(int argc, char **argv)
{
	const char *name = argc == 2 ? argv[1] : "";
	double ns;

	if (strcmp(name, "decode") == 0)
		ns = measure(decode, 1);
	else if (strcmp(name, "encode") == 0)
		ns = measure(encode, 1);
	else if (strcmp(name, "fan-out") == 0)
		ns = measure(fan_out, FOLLOWERS);
	else if (strcmp(name, "commit") == 0)
		ns = commit();
	else
		return 2;
	printf("{\"%s\":%.1f}\n", name, ns);
	return 0;
}
