#include "conformance/sio_echo.h"

#include <stdlib.h>

#define GREETING_DELAY                                                                             \
	20 /* ms; old test clients lose a frame that comes in one read with the 101 */

struct sio_echo {
	struct sio_server *sio;
	struct sio_namespace *more;
	struct net_due_list greetings; /* greeting.due */
};

/* What a newcomer of "/" or "/custom" is still to get. */
struct greeting {
	struct net_due due;
	struct sio_socket *socket;
	size_t len;
	char auth[];
};

/* A client that cannot be answered is sent away. */
static void expect(struct sio_socket *socket, int r)
{
	if (r < 0)
		sio_socket_disconnect(socket, true);
}

/* The elements of the payload's array from the i-th on, as they came. */
static struct fr_str elements_from(const struct fr_json *json, uint32_t i)
{
	struct fr_str all = fr_json_raw(json, 0);
	uint32_t first = fr_json_at(json, 0, i);
	const char *at;

	if (first == FR_JSON_NONE)
		return FR_STR("");
	at = fr_json_raw(json, first).at;
	return fr_str(at, (size_t)(all.at + all.len - 1 - at));
}

/* --- "/" and "/custom" --- */

static void greet(struct net_due *due, void *ctx)
{
	struct greeting *greeting = FR_CONTAINER_OF(due, struct greeting, due);

	(void)ctx;
	expect(greeting->socket, sio_socket_emit(greeting->socket, FR_STR("auth"),
						 fr_str(greeting->auth, greeting->len)));
}

static void on_connect(void *ctx, struct sio_socket *socket, const struct fr_json *json,
		       uint32_t auth)
{
	struct sio_echo *echo = ctx;
	struct fr_str text = auth == FR_JSON_NONE ? FR_STR("{}") : fr_json_raw(json, auth);
	struct greeting *greeting = calloc(1, sizeof(*greeting) + text.len);

	if (!greeting || sio_socket_accept(socket) < 0) {
		free(greeting);
		sio_socket_disconnect(socket, true);
		return;
	}
	greeting->socket = socket;
	greeting->len = text.len;
	memcpy(greeting->auth, text.at, text.len);
	sio_socket_set_user(socket, greeting);
	net_due_arm(&greeting->due, &echo->greetings);
}

static void on_root_event(void *ctx, struct sio_socket *socket, const struct sio_event *event)
{
	struct fr_str args = elements_from(event->json, 1);

	(void)ctx;
	if (fr_str_eq(event->name, FR_STR("message")))
		expect(socket,
		       sio_socket_emit_binary(socket, FR_STR("message-back"), args, event->binary));
	if (fr_str_eq(event->name, FR_STR("message-with-ack")) && event->wants_ack)
		expect(socket, sio_socket_ack_binary(socket, event->ack, args, event->binary));
}

static void on_custom_event(void *ctx, struct sio_socket *socket, const struct sio_event *event)
{
	(void)ctx;
	(void)socket;
	(void)event;
}

static void on_disconnect(void *ctx, struct sio_socket *socket, enum eio_reason reason)
{
	struct greeting *greeting = sio_socket_user(socket);

	(void)ctx;
	(void)reason;
	net_due_cancel(&greeting->due);
	free(greeting);
}

/* --- "/more" --- */

static void on_more_connect(void *ctx, struct sio_socket *socket, const struct fr_json *json,
			    uint32_t auth)
{
	uint32_t data = FR_JSON_NONE;

	(void)ctx;
	if (auth != FR_JSON_NONE)
		data = fr_json_get(json, auth, FR_STR("refuse"));
	if (data != FR_JSON_NONE) {
		sio_socket_refuse(socket, FR_STR("refused"), fr_json_raw(json, data));
		return;
	}
	expect(socket, sio_socket_accept(socket));
	expect(socket, sio_socket_follow(socket));
}

static void on_answer(void *ctx, struct sio_socket *socket, const struct sio_answer *answer)
{
	(void)ctx;
	if (answer->outcome == SIO_ANSWERED)
		expect(socket,
		       sio_socket_emit_binary(socket, FR_STR("answered"),
					      elements_from(answer->json, 0), answer->binary));
	if (answer->outcome == SIO_TIMED_OUT)
		expect(socket, sio_socket_emit(socket, FR_STR("late"), FR_STR("")));
}

static void ask(struct sio_socket *socket, const struct sio_event *event)
{
	struct sio_question question = {
		.event = FR_STR("question"),
		.args = elements_from(event->json, 2),
		.binary = event->binary,
		.on_answer = on_answer,
	};
	int64_t ms;

	if (event->args < 1 || !fr_json_int(event->json, sio_event_arg(event, 0), &ms) || ms < 0 ||
	    ms > UINT32_MAX)
		return;
	question.timeout = (uint32_t)ms;
	expect(socket, sio_socket_ask(socket, &question));
}

static void on_more_event(void *ctx, struct sio_socket *socket, const struct sio_event *event)
{
	struct sio_echo *echo = ctx;

	if (fr_str_eq(event->name, FR_STR("ask")))
		ask(socket, event);
	if (fr_str_eq(event->name, FR_STR("all")))
		expect(socket,
		       sio_namespace_emit_binary(echo->more, event->name,
						 elements_from(event->json, 1), event->binary));
	if (fr_str_eq(event->name, FR_STR("leave")) || fr_str_eq(event->name, FR_STR("close")))
		sio_socket_disconnect(socket, fr_str_eq(event->name, FR_STR("close")));
}

static void on_more_disconnect(void *ctx, struct sio_socket *socket, enum eio_reason reason)
{
	(void)ctx;
	(void)socket;
	(void)reason;
}

/* --- all of it --- */

static bool add_namespaces(struct sio_echo *echo)
{
	static const struct sio_handler root = {on_connect, on_root_event, on_disconnect};
	static const struct sio_handler custom = {on_connect, on_custom_event, on_disconnect};
	static const struct sio_handler more = {on_more_connect, on_more_event, on_more_disconnect};

	echo->more = sio_server_namespace(echo->sio, FR_STR("/more"), &more, echo);
	return echo->more && sio_server_namespace(echo->sio, FR_STR("/"), &root, echo) &&
	       sio_server_namespace(echo->sio, FR_STR("/custom"), &custom, echo);
}

struct sio_echo *sio_echo_new(struct net_timers *timers, struct httpd_server *httpd,
			      const struct sio_options *sio, const struct eio_options *eio)
{
	struct sio_echo *echo = calloc(1, sizeof(*echo));

	if (!echo)
		return NULL;
	net_due_list_init(&echo->greetings, timers, GREETING_DELAY, greet, echo);
	echo->sio = sio_server_new(timers, sio, eio);
	if (!echo->sio || !add_namespaces(echo) ||
	    eio_server_mount(sio_echo_eio(echo), httpd, FR_STR("/socket.io")) < 0) {
		sio_echo_free(echo);
		return NULL;
	}
	return echo;
}

void sio_echo_free(struct sio_echo *echo)
{
	if (!echo)
		return;
	sio_server_free(echo->sio);
	net_due_list_fini(&echo->greetings);
	free(echo);
}

struct eio_server *sio_echo_eio(struct sio_echo *echo)
{
	return sio_server_eio(echo->sio);
}
