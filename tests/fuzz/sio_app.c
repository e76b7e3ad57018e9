/* Owns the clients as the application sees them. */
#include "fuzz/sio_app.h"

static const char *const names[SIO_APP_NSPS] = {"/", "/c"};

/* --- sockets --- */

static struct sio_app_client *client_of(struct sio_app *app, struct sio_socket *socket)
{
	struct sio_app_client *client = sio_socket_user(socket);

	FUZZ_CHECK(client >= app->clients && client < app->clients + app->client_count);
	FUZZ_CHECK(client->socket == socket && client->id == sio_socket_id(socket));
	return client;
}

static size_t count(const struct sio_app *app, int nsp)
{
	size_t n = 0;

	for (int i = 0; i < app->client_count; i++)
		n += app->clients[i].nsp == nsp && app->clients[i].state == SIO_APP_ACCEPTED;
	return n;
}

void sio_app_accept(struct sio_app *app, struct sio_app_client *client)
{
	struct sio_socket *socket = client->socket;
	struct fr_buf hello = FR_BUF_INIT;

	if (sio_socket_recoverable(socket))
		FUZZ_CHECK(sio_socket_accept_as(socket, FR_STR("pid")) == 0);
	else
		FUZZ_CHECK(sio_socket_accept(socket) == 0);
	client->state = SIO_APP_ACCEPTED;
	fr_buf_printf(&hello, "\"%s\",%u,%d", names[client->nsp], app->serials[client->nsp],
		      (int)(client - app->clients));
	FUZZ_CHECK(sio_socket_emit(socket, FR_STR("hello"), fr_buf_str(&hello)) == 0);
	FUZZ_CHECK(sio_socket_follow(socket) == 0);
	fr_buf_fini(&hello);
}

void sio_app_refuse(struct sio_app_client *client)
{
	client->state = SIO_APP_GONE;
	sio_socket_refuse(client->socket, FR_STR("no \"you\""), FR_STR("{\"why\":[1]}"));
}

void sio_app_disconnect(struct sio_app_client *client, bool close)
{
	if (client->state == SIO_APP_WAITING)
		client->state = SIO_APP_GONE;
	client->leaving = true;
	sio_socket_disconnect(client->socket, close);
}

/* The oldest socket that waits, if it is still there. */
struct sio_app_client *sio_app_waiting(struct sio_app *app)
{
	for (int i = 0; i < app->client_count; i++) {
		struct sio_app_client *client = &app->clients[i];

		if (client->state != SIO_APP_WAITING)
			continue;
		if (sio_namespace_find(app->nsps[client->nsp], client->id) == client->socket)
			return client;
		client->state = SIO_APP_GONE; /* nobody is told of one that was never accepted */
	}
	return NULL;
}

/* --- sending --- */

static void on_answer(void *ctx, struct sio_socket *socket, const struct sio_answer *answer)
{
	struct sio_app *app = ctx;

	FUZZ_CHECK(client_of(app, socket)->state == SIO_APP_ACCEPTED);
	FUZZ_CHECK((answer->outcome == SIO_ANSWERED) == (answer->json != NULL));
	if (answer->json)
		FUZZ_CHECK(fr_json_is(answer->json, 0, FR_JSON_ARRAY));
	FUZZ_CHECK(answer->binary.count <= 10);
	app->answered++;
}

void sio_app_ask(struct sio_app *app, struct sio_app_client *client)
{
	const struct sio_question question = {.event = FR_STR_INIT("ask"),
					      .args = FR_STR_INIT("1"),
					      .timeout = 500,
					      .on_answer = on_answer,
					      .ctx = app};
	int r = sio_socket_ask(client->socket, &question);

	FUZZ_CHECK(r == 0 || client->state != SIO_APP_ACCEPTED || client->leaving ||
		   !sio_namespace_find(app->nsps[client->nsp], client->id));
	app->asked += r == 0;
}

void sio_app_emit(struct sio_app *app, int nsp, char how)
{
	static const struct fr_str bytes[] = {FR_STR_INIT("one"), FR_STR_INIT("")};
	struct fr_buf args = FR_BUF_INIT;

	fr_buf_printf(&args, "\"%s\",%u", names[nsp], app->serials[nsp]++);
	if (how == 'b') {
		fr_buf_add_str(&args, FR_STR(",{\"_placeholder\":true,\"num\":1},"
					     "{\"_placeholder\":true,\"num\":0}"));
		FUZZ_CHECK(sio_namespace_emit_binary(app->nsps[nsp], FR_STR("news"),
						     fr_buf_str(&args),
						     (struct sio_binary){bytes, 2}) == 0);
	} else if (how == 'o') {
		FUZZ_CHECK(sio_namespace_emit_at(app->nsps[nsp], FR_STR("news"), fr_buf_str(&args),
						 FR_STR("offset")) == 0);
	} else {
		FUZZ_CHECK(sio_namespace_emit(app->nsps[nsp], FR_STR("news"), fr_buf_str(&args)) ==
			   0);
	}
	fr_buf_fini(&args);
}

/* --- what it is told --- */

static void on_connect(void *ctx, struct sio_socket *socket, const struct fr_json *json,
		       uint32_t auth)
{
	const struct sio_app_space *space = ctx;
	struct sio_app *app = space->app;
	struct sio_app_client *client = &app->clients[app->client_count];
	struct fr_str mode = FR_STR("");

	if (app->client_count == SIO_APP_CLIENTS) {
		app->full = true;
		sio_socket_refuse(socket, FR_STR("full"), FR_STR_NULL);
		return;
	}
	app->client_count++;
	*client = (struct sio_app_client){.state = SIO_APP_WAITING,
					  .socket = socket,
					  .id = sio_socket_id(socket),
					  .nsp = space->nsp,
					  .came = app->numbers,
					  .next = app->numbers};
	FUZZ_CHECK(client->id != 0);
	sio_socket_set_user(socket, client);
	if (auth != FR_JSON_NONE)
		mode = fr_json_raw(json, fr_json_get(json, auth, FR_STR("mode")));
	if (fr_str_eq(mode, FR_STR("\"refuse\"")))
		sio_app_refuse(client);
	else if (!fr_str_eq(mode, FR_STR("\"later\"")))
		sio_app_accept(app, client);
}

static void on_disconnect(void *ctx, struct sio_socket *socket, enum eio_reason reason)
{
	const struct sio_app_space *space = ctx;
	struct sio_app *app = space->app;
	struct sio_app_client *client = client_of(app, socket);

	FUZZ_CHECK(client->state == SIO_APP_ACCEPTED && client->nsp == space->nsp);
	FUZZ_CHECK(reason < EIO_REASONS);
	FUZZ_CHECK(!sio_socket_said_goodbye(socket) || reason == EIO_CLIENT_CLOSE);
	client->state = SIO_APP_GONE;
	FUZZ_CHECK(sio_namespace_count(app->nsps[space->nsp]) == count(app, space->nsp));
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

/* Two numbers, of which the second follows from the first: nobody but the target says such. */
static void take_number(struct sio_app_client *client, const struct sio_event *event)
{
	int64_t n, mark;

	if (!fr_json_int(event->json, sio_event_arg(event, 0), &n) ||
	    !fr_json_int(event->json, sio_event_arg(event, 1), &mark) ||
	    mark != (int64_t)sio_app_mark((uint64_t)n))
		return;
	FUZZ_CHECK((uint64_t)n >= client->next);
	client->next = (uint64_t)n + 1;
	client->received++;
}

static void act(struct sio_app *app, struct sio_app_client *client, const struct sio_event *event)
{
	if (fr_str_eq(event->name, FR_STR("all")))
		sio_app_emit(app, client->nsp, 'e');
	else if (fr_str_eq(event->name, FR_STR("binary")))
		sio_app_emit(app, client->nsp, 'b');
	else if (fr_str_eq(event->name, FR_STR("n")))
		take_number(client, event);
	else if (fr_str_eq(event->name, FR_STR("other")))
		sio_app_emit(app, 1 - client->nsp, 'o');
	else if (fr_str_eq(event->name, FR_STR("ask")))
		sio_app_ask(app, client);
	else if (fr_str_eq(event->name, FR_STR("leave")))
		sio_app_disconnect(client, false);
	else if (fr_str_eq(event->name, FR_STR("kick")))
		sio_app_disconnect(client, true);
	else if (fr_str_eq(event->name, FR_STR("let")) && sio_app_waiting(app))
		sio_app_accept(app, sio_app_waiting(app));
	else if (fr_str_eq(event->name, FR_STR("refuse")) && sio_app_waiting(app))
		sio_app_refuse(sio_app_waiting(app));
}

static void on_event(void *ctx, struct sio_socket *socket, const struct sio_event *event)
{
	const struct sio_app_space *space = ctx;
	struct sio_app *app = space->app;
	struct sio_app_client *client = client_of(app, socket);
	struct fr_buf args = FR_BUF_INIT;

	FUZZ_CHECK(client->state == SIO_APP_ACCEPTED && client->nsp == space->nsp &&
		   !client->leaving);
	FUZZ_CHECK(sio_namespace_find(app->nsps[client->nsp], client->id) == socket);
	check_event(event);
	add_args(&args, event);
	if (event->wants_ack)
		FUZZ_CHECK(sio_socket_ack_binary(socket, event->ack, fr_buf_str(&args),
						 event->binary) == 0);
	if (fr_str_eq(event->name, FR_STR("echo")))
		FUZZ_CHECK(sio_socket_emit_binary(socket, FR_STR("back"), fr_buf_str(&args),
						  event->binary) == 0);
	fr_buf_fini(&args);
	act(app, client, event);
}

/* --- the whole --- */

bool sio_app_is_live(const struct sio_app *app, const struct sio_app_client *client)
{
	return client->state == SIO_APP_ACCEPTED && !client->leaving &&
	       sio_namespace_find(app->nsps[client->nsp], client->id);
}

uint32_t sio_app_mark(uint64_t n)
{
	return (uint32_t)(n * 2654435761u) ^ 0x5a5a5a5au;
}

void sio_app_open(struct sio_app *app, struct net_timers *timers, const struct eio_options *eio)
{
	const struct sio_handler handler = {on_connect, on_event, on_disconnect};
	struct sio_options options = sio_options_default();

	*app = (struct sio_app){0};
	options.recovery = SIO_RECOVERY_ASK;
	options.connect_timeout = 4000;
	options.namespaces_max = SIO_APP_NSPS;
	app->sio = sio_server_new(timers, &options, eio);
	FUZZ_CHECK(app->sio != NULL);
	for (int i = 0; i < SIO_APP_NSPS; i++) {
		app->spaces[i] = (struct sio_app_space){app, i};
		app->nsps[i] = sio_server_namespace(app->sio, fr_str_of(names[i]), &handler,
						    &app->spaces[i]);
		FUZZ_CHECK(app->nsps[i] != NULL);
	}
}

void sio_app_close(struct sio_app *app)
{
	for (int i = 0; i < app->client_count; i++)
		FUZZ_CHECK(app->clients[i].state != SIO_APP_ACCEPTED);
	for (int i = 0; i < SIO_APP_NSPS; i++)
		FUZZ_CHECK(sio_namespace_count(app->nsps[i]) == 0);
	FUZZ_CHECK(app->asked == app->answered);
	sio_server_free(app->sio);
}
