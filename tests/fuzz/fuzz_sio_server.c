/*
 * A whole Socket.IO server in conversation (talk.h), both revisions: what arrives are packets in an
 * order that a client can live with, and the layer above is told of beginnings, events and ends as
 * it was promised. The application is this file's: what it does follows from the event's name, or
 * from "mode" in a connect's auth. Lines of its own:
 *
 *     .e<n>      emits to namespace n ("/", "/c"); b: with binary data; o: with an offset
 *     .A, .R     accepts, refuses the oldest socket that waits for it
 *     .k<i>      disconnects socket i; K: closes its session
 *     .q<i>      asks socket i, which has 500 ms to answer
 *     .X         shuts the server down
 */
#include "fuzz/random.h"
#include "fuzz/sio_peer.h"
#include "fuzz/talk.h"
#include "sio/server.h"

#define LINES 150
#define SOCKETS 40
#define NAMESPACES 2

enum state { NOBODY, WAITING, ACCEPTED, GONE };

struct client {
	enum state state;
	struct sio_socket *socket;
	uint64_t id;
	int nsp;
	bool leaving; /* by our own doing: it gets nothing any more */
};

/* A namespace's ctx. */
struct space {
	struct world *world;
	int nsp;
};

struct world {
	struct talk talk;
	struct sio_server *sio;
	struct sio_namespace *nsps[NAMESPACES];
	struct space spaces[NAMESPACES];
	struct sio_peer peers[TALK_SESSIONS];
	struct client clients[SOCKETS];
	int client_count;
	unsigned serials[NAMESPACES]; /* of broadcasts */
	unsigned asked, answered;
};

static const char *const names[NAMESPACES] = {"/", "/c"};

/* --- sockets --- */

static struct client *client_of(struct world *world, struct sio_socket *socket)
{
	struct client *client = sio_socket_user(socket);

	FUZZ_CHECK(client >= world->clients && client < world->clients + world->client_count);
	FUZZ_CHECK(client->socket == socket && client->id == sio_socket_id(socket));
	return client;
}

static size_t count(const struct world *world, int nsp)
{
	size_t n = 0;

	for (int i = 0; i < world->client_count; i++)
		n += world->clients[i].nsp == nsp && world->clients[i].state == ACCEPTED;
	return n;
}

static void accept(struct world *world, struct client *client)
{
	struct sio_socket *socket = client->socket;
	struct fr_buf hello = FR_BUF_INIT;

	if (sio_socket_recoverable(socket))
		FUZZ_CHECK(sio_socket_accept_as(socket, FR_STR("pid")) == 0);
	else
		FUZZ_CHECK(sio_socket_accept(socket) == 0);
	client->state = ACCEPTED;
	fr_buf_printf(&hello, "\"%s\",%u", names[client->nsp], world->serials[client->nsp]);
	FUZZ_CHECK(sio_socket_emit(socket, FR_STR("hello"), fr_buf_str(&hello)) == 0);
	FUZZ_CHECK(sio_socket_follow(socket) == 0);
	fr_buf_fini(&hello);
}

static void refuse(struct client *client)
{
	client->state = GONE;
	sio_socket_refuse(client->socket, FR_STR("no \"you\""), FR_STR("{\"why\":[1]}"));
}

static void disconnect(struct client *client, bool close)
{
	if (client->state == WAITING)
		client->state = GONE;
	client->leaving = true;
	sio_socket_disconnect(client->socket, close);
}

/* The oldest socket that waits, if it is still there. */
static struct client *waiting(struct world *world)
{
	for (int i = 0; i < world->client_count; i++) {
		struct client *client = &world->clients[i];

		if (client->state != WAITING)
			continue;
		if (sio_namespace_find(world->nsps[client->nsp], client->id) == client->socket)
			return client;
		client->state = GONE; /* nobody is told of one that was never accepted */
	}
	return NULL;
}

/* --- sending --- */

static void on_answer(void *ctx, struct sio_socket *socket, const struct sio_answer *answer)
{
	struct world *world = ctx;

	FUZZ_CHECK(client_of(world, socket)->state == ACCEPTED);
	FUZZ_CHECK((answer->outcome == SIO_ANSWERED) == (answer->json != NULL));
	if (answer->json)
		FUZZ_CHECK(fr_json_is(answer->json, 0, FR_JSON_ARRAY));
	FUZZ_CHECK(answer->binary.count <= 10);
	world->answered++;
}

static void ask(struct world *world, struct client *client)
{
	const struct sio_question question = {.event = FR_STR_INIT("ask"),
					      .args = FR_STR_INIT("1"),
					      .timeout = 500,
					      .on_answer = on_answer,
					      .ctx = world};
	int r = sio_socket_ask(client->socket, &question);

	FUZZ_CHECK(r == 0 || client->state != ACCEPTED || client->leaving ||
		   !sio_namespace_find(world->nsps[client->nsp], client->id));
	world->asked += r == 0;
}

static void emit(struct world *world, int nsp, char how)
{
	static const struct fr_str bytes[] = {FR_STR_INIT("one"), FR_STR_INIT("")};
	struct fr_buf args = FR_BUF_INIT;

	fr_buf_printf(&args, "\"%s\",%u", names[nsp], world->serials[nsp]++);
	if (how == 'b') {
		fr_buf_add_str(&args, FR_STR(",{\"_placeholder\":true,\"num\":1},"
					     "{\"_placeholder\":true,\"num\":0}"));
		FUZZ_CHECK(sio_namespace_emit_binary(world->nsps[nsp], FR_STR("news"),
						     fr_buf_str(&args),
						     (struct sio_binary){bytes, 2}) == 0);
	} else if (how == 'o') {
		FUZZ_CHECK(sio_namespace_emit_at(world->nsps[nsp], FR_STR("news"),
						 fr_buf_str(&args), FR_STR("offset")) == 0);
	} else {
		FUZZ_CHECK(sio_namespace_emit(world->nsps[nsp], FR_STR("news"),
					      fr_buf_str(&args)) == 0);
	}
	fr_buf_fini(&args);
}

/* --- what it is told --- */

static void on_connect(void *ctx, struct sio_socket *socket, const struct fr_json *json,
		       uint32_t auth)
{
	const struct space *space = ctx;
	struct world *world = space->world;
	struct client *client = &world->clients[world->client_count];
	struct fr_str mode = FR_STR("");

	if (world->client_count == SOCKETS) {
		world->talk.full = true;
		sio_socket_refuse(socket, FR_STR("full"), FR_STR_NULL);
		return;
	}
	world->client_count++;
	*client = (struct client){WAITING, socket, sio_socket_id(socket), space->nsp, false};
	FUZZ_CHECK(client->id != 0);
	sio_socket_set_user(socket, client);
	if (auth != FR_JSON_NONE)
		mode = fr_json_raw(json, fr_json_get(json, auth, FR_STR("mode")));
	if (fr_str_eq(mode, FR_STR("\"refuse\"")))
		refuse(client);
	else if (!fr_str_eq(mode, FR_STR("\"later\"")))
		accept(world, client);
}

static void on_disconnect(void *ctx, struct sio_socket *socket, enum eio_reason reason)
{
	const struct space *space = ctx;
	struct world *world = space->world;
	struct client *client = client_of(world, socket);

	FUZZ_CHECK(client->state == ACCEPTED && client->nsp == space->nsp);
	FUZZ_CHECK(reason >= EIO_CLIENT_CLOSE && reason <= EIO_SHUTDOWN);
	FUZZ_CHECK(!sio_socket_said_goodbye(socket) || reason == EIO_CLIENT_CLOSE);
	client->state = GONE;
	FUZZ_CHECK(sio_namespace_count(world->nsps[space->nsp]) == count(world, space->nsp));
}

/* The arguments, as they came. */
static void add_args(struct fr_buf *out, const struct sio_event *event)
{
	for (uint32_t i = 0; i < event->args && i < 100; i++) {
		if (i)
			fr_buf_add_char(out, ',');
		fr_buf_add_str(out, fr_json_raw(event->json, sio_event_arg(event, i)));
	}
}

static void check_event(const struct sio_event *event)
{
	static const char *const reserved[] = {"connect",       "connect_error", "disconnect",
					       "disconnecting", "error",         "newListener",
					       "removeListener"};

	for (size_t i = 0; i < FR_ARRAY_LEN(reserved); i++)
		FUZZ_CHECK(!fr_str_eq(event->name, fr_str_of(reserved[i])));
	FUZZ_CHECK(event->name.at != NULL && fr_json_is(event->json, 0, FR_JSON_ARRAY));
	FUZZ_CHECK(event->json->tokens[0].size == event->args + 1);
	FUZZ_CHECK(sio_event_arg(event, event->args) == FR_JSON_NONE);
	FUZZ_CHECK(event->binary.count <= 10);
}

static void act(struct world *world, struct client *client, const struct sio_event *event)
{
	if (fr_str_eq(event->name, FR_STR("all")))
		emit(world, client->nsp, 'e');
	else if (fr_str_eq(event->name, FR_STR("binary")))
		emit(world, client->nsp, 'b');
	else if (fr_str_eq(event->name, FR_STR("other")))
		emit(world, 1 - client->nsp, 'o');
	else if (fr_str_eq(event->name, FR_STR("ask")))
		ask(world, client);
	else if (fr_str_eq(event->name, FR_STR("leave")))
		disconnect(client, false);
	else if (fr_str_eq(event->name, FR_STR("kick")))
		disconnect(client, true);
	else if (fr_str_eq(event->name, FR_STR("let")) && waiting(world))
		accept(world, waiting(world));
	else if (fr_str_eq(event->name, FR_STR("refuse")) && waiting(world))
		refuse(waiting(world));
}

static void on_event(void *ctx, struct sio_socket *socket, const struct sio_event *event)
{
	const struct space *space = ctx;
	struct world *world = space->world;
	struct client *client = client_of(world, socket);
	struct fr_buf args = FR_BUF_INIT;

	FUZZ_CHECK(client->state == ACCEPTED && client->nsp == space->nsp && !client->leaving);
	FUZZ_CHECK(sio_namespace_find(world->nsps[client->nsp], client->id) == socket);
	check_event(event);
	add_args(&args, event);
	if (event->wants_ack)
		FUZZ_CHECK(sio_socket_ack_binary(socket, event->ack, fr_buf_str(&args),
						 event->binary) == 0);
	if (fr_str_eq(event->name, FR_STR("echo")))
		FUZZ_CHECK(sio_socket_emit_binary(socket, FR_STR("back"), fr_buf_str(&args),
						  event->binary) == 0);
	fr_buf_fini(&args);
	act(world, client, event);
}

static void on_packet(void *ctx, int session, const struct eio_packet *packet)
{
	struct world *world = ctx;

	if (!world->talk.wild)
		sio_peer_recv(&world->peers[session], world->talk.sessions[session].revision,
			      talk_is_sure(&world->talk, session), packet);
}

static void flush(void *ctx)
{
	eio_server_flush(sio_server_eio(((struct world *)ctx)->sio));
}

/* --- the whole --- */

static void do_line(struct world *world, struct fr_str line)
{
	char verb = line.len > 1 ? line.at[1] : '\0';
	uint32_t n = line.len > 2 ? talk_number(fr_str_skip(line, 2)) : 0;
	struct client *client = n < (uint32_t)world->client_count ? &world->clients[n] : NULL;
	bool here = client && client->state <= ACCEPTED &&
		    sio_namespace_find(world->nsps[client->nsp], client->id);

	if (verb == 'e' || verb == 'b' || verb == 'o')
		emit(world, (int)n % NAMESPACES, verb);
	else if (verb == 'A' && waiting(world))
		accept(world, waiting(world));
	else if (verb == 'R' && waiting(world))
		refuse(waiting(world));
	else if ((verb == 'k' || verb == 'K') && here)
		disconnect(client, verb == 'K');
	else if (verb == 'q' && here)
		ask(world, client);
	else if (verb == 'X')
		eio_server_close(sio_server_eio(world->sio));
}

static void open_world(struct world *world)
{
	const struct sio_handler handler = {on_connect, on_event, on_disconnect};
	struct eio_options eio = eio_options_default();
	struct sio_options sio = sio_options_default();

	*world = (struct world){.talk = {.ctx = world, .flush = flush, .on_packet = on_packet}};
	eio.ping_interval = 2500;
	eio.ping_timeout = 2000;
	eio.upgrade_timeout = TALK_UPGRADE_MS;
	eio.closed_kept = 3000;
	eio.max_payload = 2000;
	eio.send_window = 4096;
	eio.queue_max = 8192;
	eio.sessions_max = 12;
	eio.deflate = true;
	sio.recovery = SIO_RECOVERY_ASK;
	sio.connect_timeout = 4000;
	sio.namespaces_max = NAMESPACES;
	fuzz_random_restart();
	talk_open(&world->talk);
	world->sio = sio_server_new(&world->talk.timers, &sio, &eio);
	FUZZ_CHECK(world->sio != NULL);
	FUZZ_CHECK(eio_server_mount(sio_server_eio(world->sio), world->talk.httpd, FR_STR("/e/")) ==
		   0);
	for (int i = 0; i < NAMESPACES; i++) {
		world->spaces[i] = (struct space){world, i};
		world->nsps[i] = sio_server_namespace(world->sio, fr_str_of(names[i]), &handler,
						      &world->spaces[i]);
		FUZZ_CHECK(world->nsps[i] != NULL);
	}
}

static void close_world(struct world *world)
{
	talk_let_go(&world->talk);
	talk_break(&world->talk);
	FUZZ_CHECK(eio_server_sessions(sio_server_eio(world->sio)) == 0);
	FUZZ_CHECK(eio_server_unfinished(sio_server_eio(world->sio)) == 0);
	for (int i = 0; i < world->client_count; i++)
		FUZZ_CHECK(world->clients[i].state != ACCEPTED);
	for (int i = 0; i < NAMESPACES; i++)
		FUZZ_CHECK(sio_namespace_count(world->nsps[i]) == 0);
	FUZZ_CHECK(world->asked == world->answered);
	sio_server_free(world->sio);
	talk_close(&world->talk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world world;
	struct fr_str input = fuzz_input(data, size);

	if (size > 4096)
		return 0;
	open_world(&world);
	for (int lines = 0; input.len && lines < LINES && !world.talk.full; lines++) {
		struct fr_str line = fuzz_until(&input, '\n');

		if (fr_str_starts(line, FR_STR("."))) {
			do_line(&world, line);
			talk_turn(&world.talk);
		} else {
			talk_line(&world.talk, line);
		}
	}
	close_world(&world);
	return 0;
}
