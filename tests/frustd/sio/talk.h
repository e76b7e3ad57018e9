/*
 * Socket.IO as conversations over a pretended Engine.IO: what each client sent against everything
 * that followed, in one line. Included by test files that link as helpers/alloc.h asks for.
 */
#ifndef TESTS_FRUSTD_SIO_TALK_H
#define TESTS_FRUSTD_SIO_TALK_H

#include "frustd/sio/fake_eio.h"
#include "helpers/check.h"
#include "sio/server.h"

#define CLIENTS 3
#define STEPS 8

/* The application: it says what it is told, and does as the events' names say. */
struct app {
	struct net_timers timers;
	struct sio_server *server;
	struct sio_namespace *root, *custom, *slow;
	struct eio_session sessions[CLIENTS];
	struct fr_buf log;
	uint64_t pending; /* the id of the socket that /slow has not answered yet */
	uint64_t first;   /* the first socket of "/" */
	bool short_of_memory;
};

/* A result of the server's; without memory the client is sent away. */
static void expect_fine(struct app *app, struct sio_socket *socket, int r)
{
	if (!app->short_of_memory)
		CHECK_INT(r, 0);
	if (r < 0)
		sio_socket_disconnect(socket, true);
}

/* Of a socket that is not connected nothing can be asked. */
static void check_not_asked(struct sio_socket *socket)
{
	const struct sio_question question = {.event = FR_STR("why")};

	CHECK_INT(sio_socket_ask(socket, &question), -ENOTCONN);
}

static void on_connect(void *ctx, struct sio_socket *socket, const struct fr_json *json,
		       uint32_t auth)
{
	struct app *app = ctx;

	fr_buf_add_str(&app->log, FR_STR("connect("));
	if (auth != FR_JSON_NONE)
		fr_buf_add_str(&app->log, fr_json_raw(json, auth));
	fr_buf_add_str(&app->log, FR_STR(") "));
	if (auth != FR_JSON_NONE && fr_json_get(json, auth, FR_STR("refuse")) != FR_JSON_NONE) {
		sio_socket_refuse(socket, FR_STR("not you"),
				  fr_json_raw(json, fr_json_get(json, auth, FR_STR("refuse"))));
		return;
	}
	expect_fine(app, socket, sio_socket_accept(socket));
	expect_fine(app, socket, sio_socket_accept(socket)); /* again: nothing */
	if (!app->first)
		app->first = sio_socket_id(socket);
}

static void on_slow_connect(void *ctx, struct sio_socket *socket, const struct fr_json *json,
			    uint32_t auth)
{
	struct app *app = ctx;

	(void)json;
	(void)auth;
	fr_buf_add_str(&app->log, FR_STR("asked() "));
	check_not_asked(socket);
	app->pending = sio_socket_id(socket);
}

static void log_binary(struct app *app, struct sio_binary binary)
{
	for (uint32_t i = 0; i < binary.count; i++) {
		fr_buf_add_char(&app->log, '|');
		fr_buf_add_str(&app->log, binary.data[i]);
	}
}

static void log_event(struct app *app, const struct sio_event *event)
{
	fr_buf_add_str(&app->log, event->name);
	fr_buf_add_char(&app->log, '(');
	for (uint32_t i = 0; i < event->args; i++) {
		if (i)
			fr_buf_add_char(&app->log, ',');
		fr_buf_add_str(&app->log, fr_json_raw(event->json, sio_event_arg(event, i)));
	}
	CHECK_INT(sio_event_arg(event, event->args), FR_JSON_NONE);
	log_binary(app, event->binary);
	fr_buf_add_str(&app->log, FR_STR(") "));
}

static bool is_found(struct app *app, const struct sio_socket *socket)
{
	uint64_t id = sio_socket_id(socket);

	return sio_namespace_find(app->root, id) == socket ||
	       sio_namespace_find(app->custom, id) == socket ||
	       sio_namespace_find(app->slow, id) == socket;
}

static void answer(struct app *app, struct fr_str name)
{
	struct sio_socket *socket = sio_namespace_find(app->slow, app->pending);

	if (socket && fr_str_eq(name, FR_STR("yes")))
		expect_fine(app, socket, sio_socket_accept(socket));
	if (socket && fr_str_eq(name, FR_STR("no")))
		sio_socket_refuse(socket, FR_STR("\"no\""), FR_STR_NULL);
}

#define PLACES "{\"_placeholder\":true,\"num\":1},{\"_placeholder\":true,\"num\":0}"

static const struct fr_str data[] = {FR_STR_INIT("one"), FR_STR_INIT("two")};
static const struct sio_binary binary = {data, FR_ARRAY_LEN(data)};

static void on_answer(void *ctx, struct sio_socket *socket, const struct sio_answer *answer)
{
	static const char *const outcomes[] = {"answer", "late", "gone"};
	struct app *app = ctx;
	bool answered = answer->outcome == SIO_ANSWERED;

	CHECK_INT(answer->json != NULL, answered);
	fr_buf_printf(&app->log, "%s(", outcomes[answer->outcome]);
	if (answered)
		fr_buf_add_str(&app->log, fr_json_raw(answer->json, 0));
	log_binary(app, answer->binary);
	fr_buf_add_str(&app->log, FR_STR(") "));
	if (answered && fr_json_is(answer->json, fr_json_at(answer->json, 0, 0), FR_JSON_NULL))
		sio_socket_disconnect(socket, false);
}

/* Asks twice; the second question waits twice as long. */
static void ask(struct app *app, struct sio_socket *socket)
{
	struct sio_question question = {
		.event = FR_STR("why"),
		.args = FR_STR("1"),
		.timeout = 1000,
		.on_answer = on_answer,
		.ctx = app,
	};

	expect_fine(app, socket, sio_socket_ask(socket, &question));
	question.binary = binary;
	question.args = FR_STR(PLACES);
	question.timeout = 2000;
	expect_fine(app, socket, sio_socket_ask(socket, &question));
}

static void send_binary(struct app *app, struct sio_socket *socket, const struct sio_event *event)
{
	const struct fr_str places = FR_STR(PLACES);

	if (fr_str_eq(event->name, FR_STR("give")))
		expect_fine(app, socket,
			    sio_socket_emit_binary(socket, FR_STR("hi"), places, binary));
	if (fr_str_eq(event->name, FR_STR("give back")))
		expect_fine(app, socket, sio_socket_ack_binary(socket, event->ack, places, binary));
	if (fr_str_eq(event->name, FR_STR("give all")))
		expect_fine(app, socket,
			    sio_namespace_emit_binary(app->root, FR_STR("n"), places, binary));
}

static void on_event(void *ctx, struct sio_socket *socket, const struct sio_event *event)
{
	struct app *app = ctx;

	CHECK(is_found(app, socket));
	log_event(app, event);
	send_binary(app, socket, event);
	if (fr_str_eq(event->name, FR_STR("ask")))
		ask(app, socket);
	if (event->wants_ack && !fr_str_eq(event->name, FR_STR("give back")))
		expect_fine(app, socket, sio_socket_ack(socket, event->ack, FR_STR("1")));
	if (fr_str_eq(event->name, FR_STR("hello")))
		expect_fine(app, socket, sio_socket_emit(socket, FR_STR("hi"), FR_STR("")));
	if (fr_str_eq(event->name, FR_STR("follow")))
		expect_fine(app, socket, sio_socket_follow(socket));
	if (fr_str_eq(event->name, FR_STR("all"))) {
		expect_fine(app, socket, sio_namespace_emit(app->root, FR_STR("n"), FR_STR("1")));
		expect_fine(app, socket, sio_namespace_emit(app->custom, FR_STR("n"), FR_STR("2")));
	}
	if (fr_str_eq(event->name, FR_STR("all, later")))
		expect_fine(app, socket,
			    sio_namespace_emit_later(app->root, FR_STR("n"), FR_STR("1")));
	if (fr_str_eq(event->name, FR_STR("leave")))
		sio_socket_disconnect(socket, false);
	if (fr_str_eq(event->name, FR_STR("leave, then all"))) {
		sio_socket_disconnect(socket, false);
		expect_fine(app, socket, sio_namespace_emit(app->root, FR_STR("n"), FR_STR("1")));
	}
	if (fr_str_eq(event->name, FR_STR("kick")))
		sio_socket_disconnect(socket, true);
	if (fr_str_eq(event->name, FR_STR("kick first")) &&
	    sio_namespace_find(app->root, app->first))
		sio_socket_disconnect(sio_namespace_find(app->root, app->first), false);
	if (fr_str_eq(event->name, FR_STR("leave")) || fr_str_eq(event->name, FR_STR("kick"))) {
		/* It is still there to be asked, and sends nothing. */
		CHECK(!is_found(app, socket));
		expect_fine(app, socket, sio_socket_emit(socket, FR_STR("late"), FR_STR("")));
		expect_fine(app, socket, sio_socket_follow(socket));
		check_not_asked(socket);
		sio_socket_disconnect(socket, false);
	}
	answer(app, event->name);
}

static void on_disconnect(void *ctx, struct sio_socket *socket, enum eio_reason reason)
{
	static const char *const reasons[] = {"client", "error",  "protocol", "timeout",
					      "slow",   "server", "shutdown"};
	struct app *app = ctx;

	fr_buf_printf(&app->log, "left(%s) ", reasons[reason]);
	expect_fine(app, socket, sio_socket_emit(socket, FR_STR("late"), FR_STR("")));
	check_not_asked(socket);
	sio_socket_disconnect(socket, false);
	CHECK(!is_found(app, socket));
}

static void app_init(struct app *app)
{
	static const struct sio_handler handler = {on_connect, on_event, on_disconnect};
	static const struct sio_handler slow = {on_slow_connect, on_event, on_disconnect};
	struct sio_options options = sio_options_default();
	const struct eio_options eio = eio_options_default();

	*app = (struct app){0};
	net_timers_init(&app->timers, 1000, NULL);
	options.namespaces_max = 2;
	options.packet_max = 700;
	app->server = sio_server_new(&app->timers, &options, &eio);
	app->root = sio_server_namespace(app->server, FR_STR("/"), &handler, app);
	app->custom = sio_server_namespace(app->server, FR_STR("/custom"), &handler, app);
	app->slow = sio_server_namespace(app->server, FR_STR("/slow"), &slow, app);
}

static void settle(struct app *app, uint64_t ms)
{
	net_timers_run(&app->timers, app->timers.now + ms);
	for (int i = 0; i < CLIENTS; i++)
		fake_pump(&app->sessions[i]);
}

static void app_fini(struct app *app)
{
	for (int i = 0; i < CLIENTS; i++) {
		app->sessions[i].ended = true;
		app->sessions[i].reason = EIO_TRANSPORT_ERROR;
	}
	settle(app, 0);
	settle(app, 1);
	CHECK_INT(sio_namespace_count(app->root), 0);
	CHECK_INT(sio_namespace_count(app->custom), 0);
	CHECK_INT(net_timers_next(&app->timers), UINT64_MAX);
	sio_server_free(app->server);
	fr_buf_fini(&app->log);
}

/*
 * A step is what a client sends: text as it stands, "b:" binary, "2>" or "3>" before it another
 * client; "wait" lets 44 s go by, "tick" 999 ms.
 */
struct conversation {
	const char *what;
	int revision;
	const char *steps[STEPS];
	const char *log;
};

static void take_step(struct app *app, int revision, const char *step)
{
	size_t client = 0;

	if (step[0] && step[1] == '>') {
		client = (size_t)(step[0] - '1');
		step += 2;
	}
	if (!app->sessions[client].log) {
		fake_open(&app->sessions[client], sio_server_eio(app->server), revision, &app->log);
		settle(app, 0);
	}
	if (strcmp(step, "wait") == 0)
		settle(app, 44000);
	else if (strcmp(step, "tick") == 0)
		settle(app, 999);
	else if (strncmp(step, "b:", 2) == 0)
		fake_recv(&app->sessions[client], true, fr_str_of(step + 2));
	else
		fake_recv(&app->sessions[client], false, fr_str_of(step));
	settle(app, 0);
}

/* Holds each conversation, and ends the clients' sessions after it. */
static void hold(const struct conversation *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct conversation *row = &rows[i];
		struct app app;

		app_init(&app);
		for (int k = 0; k < STEPS && row->steps[k]; k++)
			take_step(&app, row->revision, row->steps[k]);
		for (int k = 0; k < CLIENTS; k++) {
			if (!app.sessions[k].server)
				continue;
			app.sessions[k].ended = true;
			app.sessions[k].reason = EIO_TRANSPORT_ERROR;
		}
		settle(&app, 0);
		if (!fr_str_eq(fr_buf_str(&app.log), fr_str_of(row->log)))
			print_error("%s:\n", row->what);
		CHECK_STR(fr_buf_str(&app.log), row->log);
		fr_buf_clear(&app.log);
		app_fini(&app);
	}
}

#endif
