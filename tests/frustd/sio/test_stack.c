/* Socket.IO over the real layers below it, both revisions, WebSocket and polling. */
#include "frustd/sio/peer.h"

#define STEPS 6

struct app {
	struct stack stack;
	struct sio_namespace *root, *custom;
	struct fr_buf left; /* "reason " for each on_disconnect */
};

static void on_connect(void *ctx, struct sio_socket *socket, const struct fr_json *json,
		       uint32_t auth)
{
	struct fr_str args = auth == FR_JSON_NONE ? FR_STR("{}") : fr_json_raw(json, auth);

	(void)ctx;
	CHECK_INT(sio_socket_accept(socket), 0);
	CHECK_INT(sio_socket_emit(socket, FR_STR("auth"), args), 0);
	CHECK_INT(sio_socket_follow(socket), 0);
}

static void on_event(void *ctx, struct sio_socket *socket, const struct sio_event *event)
{
	struct app *app = ctx;
	struct fr_buf args = FR_BUF_INIT;

	for (uint32_t i = 0; i < event->args; i++) {
		if (i)
			fr_buf_add_char(&args, ',');
		fr_buf_add_str(&args, fr_json_raw(event->json, sio_event_arg(event, i)));
	}
	for (uint32_t i = 0; i < event->binary.count; i++)
		fr_buf_printf(&args, ",\"%.*s\"", FR_STR_ARG(event->binary.data[i]));
	if (event->wants_ack)
		CHECK_INT(sio_socket_ack(socket, event->ack, fr_buf_str(&args)), 0);
	if (fr_str_eq(event->name, FR_STR("message")))
		CHECK_INT(sio_socket_emit(socket, FR_STR("message-back"), fr_buf_str(&args)), 0);
	if (fr_str_eq(event->name, FR_STR("all")))
		CHECK_INT(sio_namespace_emit(app->root, FR_STR("news"), fr_buf_str(&args)), 0);
	if (fr_str_eq(event->name, FR_STR("leave")))
		sio_socket_disconnect(socket, false);
	if (fr_str_eq(event->name, FR_STR("kick")))
		sio_socket_disconnect(socket, true);
	fr_buf_fini(&args);
}

static void on_disconnect(void *ctx, struct sio_socket *socket, enum eio_reason reason)
{
	struct app *app = ctx;

	(void)socket;
	fr_buf_printf(&app->left, "%d ", (int)reason);
}

static void app_open(struct app *app)
{
	static const struct sio_handler handler = {on_connect, on_event, on_disconnect};

	*app = (struct app){0};
	stack_open(&app->stack);
	app->root = sio_server_namespace(app->stack.sio, FR_STR("/"), &handler, app);
	app->custom = sio_server_namespace(app->stack.sio, FR_STR("/custom"), &handler, app);
	CHECK(app->root && app->custom);
}

static void app_close(struct app *app)
{
	stack_close(&app->stack);
	fr_buf_fini(&app->left);
}

static const struct conversation {
	const char *what;
	int revision;
	const char *steps[STEPS];
	const char *heard;
	enum eio_reason left; /* why the last socket left; SHUTDOWN: none was there, or it stays */
} conversations[] = {
	{"a client of today",
	 4,
	 {"40", "42[\"message\",1,{\"a\":[]}]", "425[\"e\",\"\xc3\xa4\"]"},
	 "0 40{\"sid\":\"*\"} 42[\"auth\",{}] 42[\"message-back\",1,{\"a\":[]}] 435[\"\xc3\xa4\"] ",
	 EIO_SHUTDOWN},
	{"an old client",
	 3,
	 {"42[\"message\",1,{\"a\":[]}]", "425[\"e\",\"x\"]"},
	 "0 40 42[\"auth\",{}] 42[\"message-back\",1,{\"a\":[]}] 435[\"x\"] ",
	 EIO_SHUTDOWN},
	{"auth",
	 4,
	 {"40{\"token\":\"t\"}"},
	 "0 40{\"sid\":\"*\"} 42[\"auth\",{\"token\":\"t\"}] ",
	 EIO_SHUTDOWN},
	{"a namespace",
	 4,
	 {"40/custom,{\"a\":1}", "42/custom,[\"message\"]", "41/custom,"},
	 "0 40/custom,{\"sid\":\"*\"} 42/custom,[\"auth\",{\"a\":1}] 42/custom,[\"message-back\"] ",
	 EIO_CLIENT_CLOSE},
	{"a namespace, old",
	 3,
	 {"40/custom?a=1,", "42/custom,[\"message\"]"},
	 "0 40 42[\"auth\",{}] 40/custom, 42/custom,[\"auth\",{}] 42/custom,[\"message-back\"] ",
	 EIO_SHUTDOWN},
	{"an unknown namespace",
	 4,
	 {"40/x", "40"},
	 "0 44/x,{\"message\":\"Invalid namespace\"} 40{\"sid\":\"*\"} 42[\"auth\",{}] ",
	 EIO_SHUTDOWN},
	{"an unknown namespace, old",
	 3,
	 {"40/x", "42[\"message\"]"},
	 "0 40 42[\"auth\",{}] 44/x,\"Invalid namespace\" 42[\"message-back\"] ",
	 EIO_SHUTDOWN},
	{"attachments",
	 4,
	 {"40", "452-7[\"e\",{\"_placeholder\":true,\"num\":0}]", "b:one", "b:two",
	  "42[\"message\"]"},
	 "0 40{\"sid\":\"*\"} 42[\"auth\",{}] "
	 "437[{\"_placeholder\":true,\"num\":0},\"one\",\"two\"] 42[\"message-back\"] ",
	 EIO_SHUTDOWN},
	{"attachments, old",
	 3,
	 {"451-7[\"e\",{\"_placeholder\":true,\"num\":0}]", "b:one", "42[\"message\"]"},
	 "0 40 42[\"auth\",{}] 437[{\"_placeholder\":true,\"num\":0},\"one\"] "
	 "42[\"message-back\"] ",
	 EIO_SHUTDOWN},
	{"a missing attachment",
	 4,
	 {"40", "451-[\"e\"]", "42[\"message\"]"},
	 "0 40{\"sid\":\"*\"} 42[\"auth\",{}] [over] ",
	 EIO_PROTOCOL_ERROR},
	{"a malformed packet",
	 4,
	 {"40", "4abc", "42[\"message\"]"},
	 "0 40{\"sid\":\"*\"} 42[\"auth\",{}] [over] ",
	 EIO_PROTOCOL_ERROR},
	{"an object as an event, old",
	 3,
	 {"42{}", "42[\"message\"]"},
	 "0 40 42[\"auth\",{}] [over] ",
	 EIO_PROTOCOL_ERROR},
	{"an event before the connect", 4, {"42[\"message\"]", "40"}, "0 [over] ", EIO_SHUTDOWN},
	{"a leave by the server",
	 4,
	 {"40", "42[\"leave\"]", "42[\"message\"]", "40"},
	 "0 40{\"sid\":\"*\"} 42[\"auth\",{}] 41 40{\"sid\":\"*\"} 42[\"auth\",{}] ",
	 EIO_SERVER_CLOSE},
	{"a close by the server",
	 4,
	 {"40", "42[\"kick\"]", "42[\"message\"]"},
	 "0 40{\"sid\":\"*\"} 42[\"auth\",{}] 41 [over] ",
	 EIO_SERVER_CLOSE},
	{"a close by the server, old",
	 3,
	 {"42[\"kick\"]", "42[\"message\"]"},
	 "0 40 42[\"auth\",{}] 41 [over] ",
	 EIO_SERVER_CLOSE},
};

static void run(const struct conversation *row, bool polling)
{
	struct app app;
	struct peer *peer;
	struct fr_str heard;
	char left[8] = "";

	app_open(&app);
	peer = peer_open(&app.stack, row->revision, polling);
	for (int i = 0; i < STEPS && row->steps[i]; i++)
		peer_say(peer, row->steps[i]);
	heard = peer_heard(peer);
	if (!fr_str_eq(heard, fr_str_of(row->heard)))
		print_error("%s over %s:\n", row->what, polling ? "polling" : "WebSocket");
	CHECK_STR(heard, row->heard);
	if (row->left != EIO_SHUTDOWN)
		snprintf(left, sizeof(left), "%d ", (int)row->left);
	CHECK_STR(fr_buf_str(&app.left), left);
	app_close(&app);
	CHECK_INT(app.stack.peer_count, 1);
}

static void a_conversation_is_the_same_over_either_transport(void **state)
{
	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(conversations); i++) {
		run(&conversations[i], false);
		run(&conversations[i], true);
	}
}

static void everyone_gets_a_broadcast_in_one_order(void **state)
{
	struct app app;

	(void)state;
	app_open(&app);
	for (int i = 0; i < STACK_PEERS; i++) {
		struct peer *peer = peer_open(&app.stack, i % 2 ? 3 : 4, i / 2);

		if (peer->revision == 4)
			peer_say(peer, "40");
		peer_heard(peer);
	}
	for (int i = 0; i < 100; i++) {
		char event[64];

		snprintf(event, sizeof(event), "42%d[\"all\",%d]", i, i);
		peer_say(app.stack.peers[i % STACK_PEERS], event);
	}
	for (int k = 0; k < STACK_PEERS; k++) {
		struct fr_buf expected = FR_BUF_INIT;

		for (int i = 0; i < 100; i++) {
			if (i % STACK_PEERS == k)
				fr_buf_printf(&expected, "43%d[%d] ", i, i);
			fr_buf_printf(&expected, "42[\"news\",%d] ", i);
		}
		fr_buf_add_char(&expected, '\0');
		CHECK_STR(peer_heard(app.stack.peers[k]), expected.at);
		fr_buf_fini(&expected);
	}
	app_close(&app);
}

static void one_that_leaves_a_namespace_hears_no_more_of_it(void **state)
{
	struct app app;

	(void)state;
	app_open(&app);
	for (int i = 0; i < 2; i++) {
		struct peer *peer = peer_open(&app.stack, 4, i);

		peer_say(peer, "40");
		peer_say(peer, "42[\"all\",1]");
		peer_say(peer, "42[\"leave\"]");
	}
	peer_heard(app.stack.peers[0]);
	peer_say(peer_open(&app.stack, 3, false), "42[\"all\",2]");
	CHECK_STR(peer_heard(app.stack.peers[0]), "");
	CHECK_STR(peer_heard(app.stack.peers[1]),
		  "0 40{\"sid\":\"*\"} 42[\"auth\",{}] 42[\"news\",1] 41 ");
	CHECK_STR(peer_heard(app.stack.peers[2]), "0 40 42[\"auth\",{}] 42[\"news\",2] ");
	app_close(&app);
}

static void who_does_not_connect_in_time_is_closed(void **state)
{
	(void)state;
	for (int polling = 0; polling < 2; polling++) {
		struct app app;
		struct peer *peer;

		app_open(&app);
		peer = peer_open(&app.stack, 4, polling);
		stack_pass(&app.stack, 25000);
		peer_say(peer, "3");
		stack_pass(&app.stack, 19000);
		CHECK_STR(peer_heard(peer), "0 2 ");
		stack_pass(&app.stack, 1000);
		CHECK_STR(peer_heard(peer), "[over] ");
		app_close(&app);
	}
}

static void shutdown_tells_everyone(void **state)
{
	struct app app;

	(void)state;
	app_open(&app);
	for (int i = 0; i < STACK_PEERS; i++) {
		peer_open(&app.stack, i % 2 ? 3 : 4, i / 2);
		if (i % 2 == 0)
			peer_say(app.stack.peers[i], "40");
		peer_heard(app.stack.peers[i]);
	}
	eio_server_close(sio_server_eio(app.stack.sio));
	stack_pass(&app.stack, 10);
	CHECK_STR(fr_buf_str(&app.left), "6 6 6 6 ");
	for (int i = 0; i < STACK_PEERS; i++)
		CHECK_STR(peer_heard(app.stack.peers[i]), "[over] ");
	app_close(&app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_conversation_is_the_same_over_either_transport),
		cmocka_unit_test(everyone_gets_a_broadcast_in_one_order),
		cmocka_unit_test(one_that_leaves_a_namespace_hears_no_more_of_it),
		cmocka_unit_test(who_does_not_connect_in_time_is_closed),
		cmocka_unit_test(shutdown_tells_everyone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
