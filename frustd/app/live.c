#include "app/live.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "app/json.h"

#define NS_PER_US 1000

struct live {
	struct sio_namespace *root;
	struct input hub;
	uint32_t loop;
	const struct fr_log *log;
	struct fr_buf scratch; /* unescaped strings of the event at hand */
	struct fr_buf json;
	struct net_timers *timers;
	struct fr_buf asked; /* uint64_t: the asked_at of what was published and has not left */
	struct fr_histogram delivery_us;
};

static uint64_t client_of(const struct live *live, const struct sio_socket *socket)
{
	uint64_t id = sio_socket_id(socket);

	assert(live_loop_of(id) == 0);
	return id | live->loop << LIVE_LOOP_SHIFT;
}

/* The client's socket, or NULL when it has left or is about to. */
static struct sio_socket *find(const struct live *live, uint64_t client)
{
	assert(live_loop_of(client) == live->loop);
	return sio_namespace_find(live->root, client ^ live->loop << LIVE_LOOP_SHIFT);
}

/* --- outward: the hub's news --- */

static const struct fr_str event_names[NEWS_KINDS] = {
	[NEWS_CLICK] = FR_STR_INIT("click"),     [NEWS_EVENT] = FR_STR_INIT("event"),
	[NEWS_MESSAGE] = FR_STR_INIT("message"), [NEWS_STATS] = FR_STR_INIT("stats"),
	[NEWS_STATUS] = FR_STR_INIT("status"),
};

static void publish(void *ctx, const struct news *news)
{
	struct live *live = ctx;
	struct fr_str event = event_names[news->kind];
	int r;

	/* That somebody came can wait where many come; what is part of a click comes with it. */
	if (news->kind == NEWS_MESSAGE)
		r = sio_namespace_emit_later(live->root, event, news->json);
	else
		r = sio_namespace_emit_at(live->root, event, news->json, news->offset);
	if (r < 0)
		fr_log(live->log, FR_LOG_ERROR, "out of memory: a broadcast was lost");
	if (news->asked_at)
		fr_buf_add(&live->asked, &news->asked_at, sizeof(news->asked_at));
}

void live_flushed(struct live *live)
{
	uint64_t now = live->asked.len ? live->timers->hrtime() : 0, asked_at;

	/* Without memory for them, some are not counted. */
	for (size_t at = 0; at < live->asked.len; at += sizeof(asked_at)) {
		memcpy(&asked_at, live->asked.at + at, sizeof(asked_at));
		fr_histogram_add(&live->delivery_us, (now - asked_at) / NS_PER_US);
	}
	fr_buf_clear(&live->asked);
}

const struct fr_histogram *live_delivery_us(const struct live *live)
{
	return &live->delivery_us;
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
	struct sio_socket *socket = find(live, client);
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
	struct sio_socket *socket = find(live, client);

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

static void welcome(void *ctx, uint64_t client, struct fr_str pid)
{
	struct live *live = ctx;
	struct sio_socket *socket = find(live, client);

	if (socket && sio_socket_accept_as(socket, pid) == 0)
		return;
	/* Nobody else tells of the end of a socket that was not accepted. */
	live->hub.leave(live->hub.ctx, client, false);
	if (socket)
		sio_socket_disconnect(socket, true);
}

static void follow(void *ctx, uint64_t client)
{
	struct live *live = ctx;
	struct sio_socket *socket = find(live, client);

	if (socket && sio_socket_follow(socket) < 0)
		sio_socket_disconnect(socket, true);
}

static void drop(void *ctx, uint64_t client)
{
	struct live *live = ctx;
	struct sio_socket *socket = find(live, client);

	if (socket)
		sio_socket_disconnect(socket, true);
}

struct deliver live_deliver(struct live *live)
{
	return (struct deliver){publish, send_one, send_ack, welcome, follow, drop, live};
}

/* --- coming and going --- */

/* A string of the connect's auth object; absent when there is none. Scratch has room for it. */
static struct fr_str auth_text(struct live *live, const struct fr_json *json, uint32_t auth,
			       struct fr_str key)
{
	uint32_t value = FR_JSON_NONE;

	if (auth != FR_JSON_NONE && fr_json_is(json, auth, FR_JSON_OBJECT))
		value = fr_json_get(json, auth, key);
	if (value == FR_JSON_NONE || !fr_json_is(json, value, FR_JSON_STRING))
		return FR_STR_NULL;
	return fr_json_str(json, value, &live->scratch);
}

/* Who can resume gets its connect reply from the hub, which has the pids; what comes after it (rule
 * R9) is the hub's to say for all. */
static void on_connect(void *ctx, struct sio_socket *socket, const struct fr_json *json,
		       uint32_t auth)
{
	struct live *live = ctx;
	struct join join = {.recoverable = sio_socket_recoverable(socket),
			    .from = *sio_socket_peer(socket)};

	fr_buf_clear(&live->scratch);
	if (!join.recoverable && sio_socket_accept(socket) < 0) {
		sio_socket_disconnect(socket, true);
		return;
	}
	if (join.recoverable && fr_buf_reserve(&live->scratch, json->text.len) == 0) {
		join.pid = auth_text(live, json, auth, FR_STR("pid"));
		join.offset = auth_text(live, json, auth, FR_STR("offset"));
	}
	live->hub.join(live->hub.ctx, client_of(live, socket), &join);
}

static void on_disconnect(void *ctx, struct sio_socket *socket, enum eio_reason reason)
{
	struct live *live = ctx;

	(void)reason;
	live->hub.leave(live->hub.ctx, client_of(live, socket), sio_socket_said_goodbye(socket));
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
		live->hub.refuse(live->hub.ctx, client, TEXT_REFUSED_FORM, ack);
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
		live->hub.record(live->hub.ctx, client, &record, ack);
	else
		live->hub.refuse(live->hub.ctx, client, TEXT_REFUSED_FORM, ack);
}

static void on_auth(struct live *live, uint64_t client, const struct sio_event *event,
		    struct ack ack)
{
	uint32_t name = sio_event_arg(event, 0);
	struct fr_str text;

	if (name == FR_JSON_NONE || !fr_json_is(event->json, name, FR_JSON_STRING)) {
		live->hub.refuse(live->hub.ctx, client, TEXT_REFUSED_FORM, ack);
		return;
	}
	text = fr_json_str(event->json, name, &live->scratch);
	if (fr_buf_error(&live->scratch) == 0)
		live->hub.auth(live->hub.ctx, client, text, ack);
}

static void on_event(void *ctx, struct sio_socket *socket, const struct sio_event *event)
{
	struct live *live = ctx;
	uint64_t client = client_of(live, socket);
	struct ack ack = {event->wants_ack, event->ack, live->timers->hrtime()};

	/* Room for every string of the packet at once: their views must not move. */
	fr_buf_clear(&live->scratch);
	if (fr_buf_reserve(&live->scratch, event->json->text.len) < 0) {
		live->hub.refuse(live->hub.ctx, client, TEXT_REFUSED_BUSY, ack);
		return;
	}
	if (fr_str_eq(event->name, FR_STR("click")))
		on_record(live, client, event, FRUST_CLICK, ack);
	else if (fr_str_eq(event->name, FR_STR("event")))
		on_record(live, client, event, FRUST_EVENT, ack);
	else if (fr_str_eq(event->name, FR_STR("auth")))
		on_auth(live, client, event, ack);
	else if (ack.wanted)
		live->hub.refuse(live->hub.ctx, client, TEXT_REFUSED_EVENT, ack);
}

static const struct sio_handler handler = {on_connect, on_event, on_disconnect};

struct live *live_new(struct sio_server *sio, uint32_t loop, struct net_timers *timers,
		      const struct fr_log *log)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return NULL;
	live->timers = timers;
	live->loop = loop;
	live->log = log;
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
	fr_buf_fini(&live->scratch);
	fr_buf_fini(&live->json);
	fr_buf_fini(&live->asked);
	free(live);
}

void live_connect(struct live *live, struct input hub)
{
	live->hub = hub;
}

void live_drop_all(struct live *live)
{
	sio_namespace_disconnect(live->root);
}
