#include "app/live.h"

#include <errno.h>
#include <stdlib.h>

#include "app/json.h"
#include "app/pids.h"

struct live {
	struct sio_namespace *root;
	struct hub *hub;
	const struct fr_log *log;
	struct pids pids;
	struct fr_buf scratch; /* unescaped strings of the event at hand */
	struct fr_buf json;
};

/* --- outward: the hub's news --- */

static const struct fr_str event_names[NEWS_KINDS] = {
	[NEWS_CLICK] = FR_STR_INIT("click"),     [NEWS_EVENT] = FR_STR_INIT("event"),
	[NEWS_MESSAGE] = FR_STR_INIT("message"), [NEWS_STATS] = FR_STR_INIT("stats"),
	[NEWS_STATUS] = FR_STR_INIT("status"),
};

static void publish(void *ctx, const struct news *news)
{
	struct live *live = ctx;

	if (sio_namespace_emit_at(live->root, event_names[news->kind], news->json, news->offset) <
	    0)
		fr_log(live->log, FR_LOG_ERROR, "out of memory: a broadcast was lost");
}

/* The news as an event's arguments: with the offset for those who can resume. */
static struct fr_str arguments(struct live *live, const struct sio_socket *socket,
			       const struct news *news)
{
	if (!news->offset.at || !sio_socket_recoverable(socket))
		return news->json;
	fr_buf_clear(&live->json);
	fr_buf_add_str(&live->json, news->json);
	fr_buf_add_str(&live->json, FR_STR(",\""));
	fr_buf_add_str(&live->json, news->offset);
	fr_buf_add_char(&live->json, '"');
	return fr_buf_str(&live->json);
}

static void send_one(void *ctx, uint64_t client, const struct news *news)
{
	struct live *live = ctx;
	struct sio_socket *socket = sio_namespace_find(live->root, client);
	struct fr_str args;

	if (!socket)
		return;
	args = arguments(live, socket, news);
	if (fr_buf_error(&live->json) < 0 ||
	    sio_socket_emit(socket, event_names[news->kind], args) < 0)
		sio_socket_disconnect(socket, true);
}

static void add_accepted(struct fr_buf *out, const struct outcome *outcome)
{
	fr_buf_add_str(out, FR_STR("{\"ok\":true"));
	if (outcome->record) {
		fr_buf_add_str(out, FR_STR(",\"id\":"));
		if (outcome->id)
			fr_buf_add_i64(out, outcome->id);
		else
			fr_buf_add_str(out, FR_STR("null"));
		fr_buf_add_str(out, FR_STR(",\"timestamp\":"));
		fr_buf_add_i64(out, outcome->timestamp);
	}
	fr_buf_add_char(out, '}');
}

static void send_ack(void *ctx, uint64_t client, uint64_t ack, const struct outcome *outcome)
{
	struct live *live = ctx;
	struct sio_socket *socket = sio_namespace_find(live->root, client);

	if (!socket)
		return;
	fr_buf_clear(&live->json);
	if (outcome->refusal == 0) {
		add_accepted(&live->json, outcome);
	} else {
		/* Programs read it: English whatever the site speaks. */
		fr_buf_add_str(&live->json, FR_STR("{\"error\":"));
		fr_json_add_str(&live->json, fr_str_of(text_refusal(TEXT_EN, outcome->refusal)));
		fr_buf_add_char(&live->json, '}');
	}
	if (fr_buf_error(&live->json) < 0 ||
	    sio_socket_ack(socket, ack, fr_buf_str(&live->json)) < 0)
		sio_socket_disconnect(socket, true);
}

struct deliver live_deliver(struct live *live)
{
	return (struct deliver){publish, send_one, send_ack, live};
}

/* --- coming and going --- */

/* A string of the connect's auth object; absent when there is none. */
static struct fr_str auth_text(struct live *live, const struct fr_json *json, uint32_t auth,
			       struct fr_str key)
{
	uint32_t value = FR_JSON_NONE;

	if (auth != FR_JSON_NONE && fr_json_is(json, auth, FR_JSON_OBJECT))
		value = fr_json_get(json, auth, key);
	if (value == FR_JSON_NONE || !fr_json_is(json, value, FR_JSON_STRING))
		return FR_STR_NULL;
	fr_buf_clear(&live->scratch);
	return fr_json_str(json, value, &live->scratch);
}

/* Whether whoever names this pid may resume. A socket that still has it has dropped unnoticed: it
 * leaves now. */
static bool may_resume(struct live *live, struct fr_str name)
{
	struct pid *pid = pid_is_one(name) ? pids_find(&live->pids, name) : NULL;
	struct sio_socket *ghost;

	if (!pid)
		return pid_is_one(name);
	if (!pid->client)
		return false; /* it said goodbye */
	ghost = sio_namespace_find(live->root, pid->client);
	if (ghost) {
		hub_leave(live->hub, pid->client);
		sio_socket_set_user(ghost, NULL);
		sio_socket_disconnect(ghost, true);
	}
	pids_leave(&live->pids, pid, false);
	return true;
}

/* Accepts a socket that can resume, under a new pid or the one that it comes back with; *offset:
 * where it goes on, absent when it begins anew. */
static int accept_recoverable(struct live *live, struct sio_socket *socket,
			      const struct fr_json *json, uint32_t auth, struct fr_str *offset)
{
	char name[PID_LEN] = {0};
	struct fr_str text = auth_text(live, json, auth, FR_STR("pid"));
	bool resumes = may_resume(live, text);
	struct pid *pid;

	if (resumes)
		memcpy(name, text.at, PID_LEN);
	*offset = auth_text(live, json, auth, FR_STR("offset"));
	resumes = resumes && offset->at && hub_can_resume(live->hub, *offset);
	if (!resumes)
		*offset = FR_STR_NULL;
	pid = pids_take(&live->pids, resumes ? fr_str(name, PID_LEN) : FR_STR_NULL,
			sio_socket_id(socket));
	if (!pid)
		return -ENOMEM;
	sio_socket_set_user(socket, pid);
	return sio_socket_accept_as(socket, fr_str(pid->text, PID_LEN));
}

/* The newcomer's order (rule R9): connect reply, what was missed, stats, then it follows; status
 * comes by itself. */
static void on_connect(void *ctx, struct sio_socket *socket, const struct fr_json *json,
		       uint32_t auth)
{
	struct live *live = ctx;
	struct fr_str offset = FR_STR_NULL;
	uint64_t id = sio_socket_id(socket);
	int r = sio_socket_recoverable(socket)
			? accept_recoverable(live, socket, json, auth, &offset)
			: sio_socket_accept(socket);

	if (r == 0 && offset.at)
		hub_resume(live->hub, id, offset);
	if (r < 0 || hub_join(live->hub, id) < 0 || sio_socket_follow(socket) < 0)
		sio_socket_disconnect(socket, true);
}

static void on_disconnect(void *ctx, struct sio_socket *socket, enum eio_reason reason)
{
	struct live *live = ctx;
	struct pid *pid = sio_socket_user(socket);

	(void)reason;
	if (pid)
		pids_leave(&live->pids, pid, sio_socket_said_goodbye(socket));
	hub_leave(live->hub, sio_socket_id(socket));
}

/* --- events --- */

/* A member of the event's object: a string, or absent when missing or null. False: another type. */
static bool text_of(struct live *live, const struct fr_json *json, uint32_t object,
		    struct fr_str key, struct frust_str *out)
{
	uint32_t value = fr_json_get(json, object, key);

	*out = (struct frust_str){NULL, 0};
	if (value == FR_JSON_NONE || fr_json_is(json, value, FR_JSON_NULL))
		return true;
	if (!fr_json_is(json, value, FR_JSON_STRING))
		return false;
	*out = frust_of_str(fr_json_str(json, value, &live->scratch));
	return true;
}

static void on_record(struct live *live, uint64_t client, const struct sio_event *event,
		      enum frust_kind kind, struct ack ack)
{
	const struct fr_json *json = event->json;
	uint32_t object = sio_event_arg(event, 0);
	struct frust_record record = {.kind = kind};
	bool whole;

	if (object == FR_JSON_NONE || !fr_json_is(json, object, FR_JSON_OBJECT)) {
		hub_refuse(live->hub, client, TEXT_REFUSED_FORM, ack);
		return;
	}
	whole = text_of(live, json, object, FR_STR("user"), &record.user);
	if (kind == FRUST_CLICK) {
		whole = whole && text_of(live, json, object, FR_STR("comment"), &record.comment);
		whole = whole && text_of(live, json, object, FR_STR("style"), &record.style);
	} else {
		whole = whole && text_of(live, json, object, FR_STR("name"), &record.name);
	}
	if (whole && fr_buf_error(&live->scratch) == 0)
		hub_record(live->hub, client, &record, ack);
	else
		hub_refuse(live->hub, client, TEXT_REFUSED_FORM, ack);
}

static void on_auth(struct live *live, uint64_t client, const struct sio_event *event,
		    struct ack ack)
{
	uint32_t name = sio_event_arg(event, 0);
	struct fr_str text;

	if (name == FR_JSON_NONE || !fr_json_is(event->json, name, FR_JSON_STRING)) {
		hub_refuse(live->hub, client, TEXT_REFUSED_FORM, ack);
		return;
	}
	text = fr_json_str(event->json, name, &live->scratch);
	if (fr_buf_error(&live->scratch) == 0)
		hub_auth(live->hub, client, text, ack);
}

static void on_event(void *ctx, struct sio_socket *socket, const struct sio_event *event)
{
	struct live *live = ctx;
	uint64_t client = sio_socket_id(socket);
	struct ack ack = {event->wants_ack, event->ack};

	/* Room for every string of the packet at once: their views must not move. */
	fr_buf_clear(&live->scratch);
	if (fr_buf_reserve(&live->scratch, event->json->text.len) < 0) {
		hub_refuse(live->hub, client, TEXT_REFUSED_BUSY, ack);
		return;
	}
	if (fr_str_eq(event->name, FR_STR("click")))
		on_record(live, client, event, FRUST_CLICK, ack);
	else if (fr_str_eq(event->name, FR_STR("event")))
		on_record(live, client, event, FRUST_EVENT, ack);
	else if (fr_str_eq(event->name, FR_STR("auth")))
		on_auth(live, client, event, ack);
	else if (ack.wanted)
		hub_refuse(live->hub, client, TEXT_REFUSED_EVENT, ack);
}

static const struct sio_handler handler = {on_connect, on_event, on_disconnect};

struct live *live_new(struct sio_server *sio, struct net_timers *timers, uint64_t recovery_ms,
		      const struct fr_log *log)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return NULL;
	live->log = log;
	if (pids_init(&live->pids, timers, recovery_ms) == 0)
		live->root = sio_server_namespace(sio, FR_STR("/"), &handler, live);
	if (!live->root) {
		live_free(live);
		return NULL;
	}
	return live;
}

void live_free(struct live *live)
{
	if (!live)
		return;
	pids_fini(&live->pids);
	fr_buf_fini(&live->scratch);
	fr_buf_fini(&live->json);
	free(live);
}

void live_set_hub(struct live *live, struct hub *hub)
{
	live->hub = hub;
}
