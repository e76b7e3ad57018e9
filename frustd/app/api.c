#include "app/api.h"

#include <stdlib.h>

#include <frust/version.h>

#include "app/body.h"
#include "app/json.h"
#include "base/json.h"
#include "httpd/query.h"

#define ALL UINT32_MAX   /* no limit */
#define LIMIT_MAX 100000 /* from here on a limit is none */

enum route {
	ABOUT,
	LATEST_CLICKS,
	LATEST_EVENTS,
	LATEST_HOURS,
	USERS,
	ONLINE_USERS,
	CURRENT_STATS,
	ROUTES
};

struct answer {
	struct api *api;
	struct body whole, part;
};

struct api {
	struct api_source source;
	struct answer answers[ROUTES];
	struct fr_list waiting; /* in the order of their questions */
	uint64_t asked;         /* the last question's number */
};

/* A request whose answer was asked for elsewhere. */
struct waiting {
	struct fr_list link;             /* api.waiting */
	struct httpd_exchange *exchange; /* NULL: the peer has gone */
	uint64_t number;
};

/* What a route's answer is made from. */
struct wanted {
	const struct hub *hub;
	uint32_t limit; /* of the array's length */
	void (*add)(const struct wanted *wanted, struct fr_buf *out);
};

static void add_about(const struct wanted *wanted, struct fr_buf *out)
{
	fr_buf_add_str(
		out, FR_STR("{\"version\":\"" FRUST_VERSION "\",\"server\":\"frustd\",\"ready\":"));
	fr_buf_add_str(out, hub_ready(wanted->hub) ? FR_STR("true") : FR_STR("false"));
	fr_buf_add_str(out, FR_STR(",\"timezone\":"));
	fr_json_add_str(out, fr_str_of(hub_timezone(wanted->hub)));
	fr_buf_add_char(out, '}');
}

static uint64_t about_version(const struct board *board)
{
	return atomic_load_explicit(&board->ready, memory_order_acquire);
}

static uint64_t state_version(const struct board *board)
{
	return atomic_load_explicit(&board->state, memory_order_acquire);
}

static uint64_t presence_version(const struct board *board)
{
	return atomic_load_explicit(&board->presence, memory_order_acquire);
}

static void add_clicks(const struct wanted *wanted, struct fr_buf *out)
{
	feed_add_json(&hub_state(wanted->hub)->clicks, wanted->limit, out);
}

static void add_events(const struct wanted *wanted, struct fr_buf *out)
{
	feed_add_json(&hub_state(wanted->hub)->events, wanted->limit, out);
}

static void add_hours(const struct wanted *wanted, struct fr_buf *out)
{
	hours_add_json(&hub_state(wanted->hub)->hours, out);
}

static void add_users(const struct wanted *wanted, struct fr_buf *out)
{
	const struct users *users = &hub_state(wanted->hub)->users;

	if (wanted->limit == ALL)
		users_add_json(users, out);
	else
		users_add_json_top(users, wanted->limit, out);
}

static void add_online(const struct wanted *wanted, struct fr_buf *out)
{
	presence_add_json(hub_presence(wanted->hub), wanted->limit, out);
}

static void add_stats(const struct wanted *wanted, struct fr_buf *out)
{
	json_add_stats(out, &hub_state(wanted->hub)->stats);
}

static const struct {
	struct fr_str path;
	void (*add)(const struct wanted *wanted, struct fr_buf *out);
	uint64_t (*version)(const struct board *board);
	struct fr_str limit; /* the parameter that shortens the array */
} routes[ROUTES] = {
	[ABOUT] = {FR_STR_INIT("/api"), add_about, about_version, {0}},
	[LATEST_CLICKS] = {FR_STR_INIT("/api/latest_clicks"), add_clicks, state_version,
			   FR_STR_INIT("limit")},
	[LATEST_EVENTS] = {FR_STR_INIT("/api/latest_events"), add_events, state_version,
			   FR_STR_INIT("limit")},
	[LATEST_HOURS] = {FR_STR_INIT("/api/latest_hours"), add_hours, state_version, {0}},
	[USERS] = {FR_STR_INIT("/api/users"), add_users, state_version, FR_STR_INIT("top")},
	[ONLINE_USERS] = {FR_STR_INIT("/api/online_users"), add_online, presence_version,
			  FR_STR_INIT("limit")},
	[CURRENT_STATS] = {FR_STR_INIT("/api/current_stats"), add_stats, state_version, {0}},
};

static void compose(void *ctx, struct fr_buf *out)
{
	const struct wanted *wanted = ctx;

	wanted->add(wanted, out);
}

/* ALL when none is asked for, or nothing that is a number. */
static uint32_t limit_of(struct fr_str query, struct fr_str parameter)
{
	struct fr_str name, value;
	uint64_t limit;

	while (parameter.at && httpd_query_next(&query, &name, &value))
		if (fr_str_eq(name, parameter) && fr_str_u64(value, &limit) && limit < LIMIT_MAX)
			return (uint32_t)limit;
	return ALL;
}

/* --- bodies --- */

/* Kept for one limit at a time: the page always asks for the same. */
static struct body *body_of(struct api *api, const struct api_question *question)
{
	struct answer *answer = &api->answers[question->route];

	return question->limit == ALL ? &answer->whole : &answer->part;
}

static uint64_t version_of(const struct api *api, const struct api_question *question)
{
	uint64_t version = routes[question->route].version(api->source.board);

	return question->limit == ALL ? version : version * LIMIT_MAX + question->limit;
}

struct net_chunk *api_body(struct api *api, const struct api_question *question, uint64_t *version)
{
	struct body *body = body_of(api, question);
	struct wanted wanted = {api->source.hub, question->limit, routes[question->route].add};

	*version = version_of(api, question);
	return body_make(body, *version, compose, &wanted) == 0 ? body->plain : NULL;
}

/* --- asking elsewhere --- */

static void on_abort(void *ctx)
{
	struct waiting *waiting = ctx;

	waiting->exchange = NULL;
}

static void ask(struct api *api, struct httpd_exchange *exchange, struct api_question *question)
{
	struct waiting *waiting = malloc(sizeof(*waiting));

	if (!waiting) {
		httpd_exchange_error(exchange, 503, FR_STR_NULL);
		return;
	}
	exchange = httpd_exchange_defer(exchange, on_abort, waiting);
	if (!exchange) {
		free(waiting);
		return;
	}
	question->number = ++api->asked;
	*waiting = (struct waiting){.exchange = exchange, .number = question->number};
	fr_list_append(&api->waiting, &waiting->link);
	api->source.ask(api->source.ctx, question);
}

/* Takes out the first that waits for that number or an earlier one; false: there is none. */
static bool next_waiting(struct api *api, uint64_t number, struct waiting *out)
{
	struct fr_list *link = api->waiting.next;
	struct waiting *waiting = FR_CONTAINER_OF(link, struct waiting, link);

	if (link == &api->waiting || waiting->number > number)
		return false;
	*out = *waiting;
	fr_list_remove(link);
	free(waiting);
	return true;
}

void api_answer(struct api *api, const struct api_question *question, uint64_t version,
		struct net_chunk *chunk)
{
	struct body *body = body_of(api, question);
	struct waiting waiting;

	if (chunk)
		body_take(body, version, chunk);
	while (next_waiting(api, question->number, &waiting)) {
		if (!waiting.exchange)
			continue;
		if (chunk && waiting.number == question->number)
			body_respond(body, waiting.exchange, api->source.board->boot);
		else
			httpd_exchange_error(waiting.exchange, 503, FR_STR_NULL);
	}
}

void api_lose(struct api *api)
{
	struct waiting waiting;

	while (next_waiting(api, api->asked, &waiting))
		if (waiting.exchange)
			httpd_exchange_error(waiting.exchange, 503, FR_STR_NULL);
}

/* --- the routes --- */

static void on_route(void *ctx, struct httpd_exchange *exchange)
{
	const struct answer *answer = ctx;
	struct api *api = answer->api;
	uint32_t route = (uint32_t)(answer - api->answers);
	struct api_question question = {
		.route = route,
		.limit = limit_of(exchange->request.query, routes[route].limit),
	};
	uint64_t version = version_of(api, &question);
	struct body *body = body_of(api, &question);

	if (!body_is(body, version) && !api->source.hub)
		ask(api, exchange, &question);
	else if (!body_is(body, version) && !api_body(api, &question, &version))
		httpd_exchange_error(exchange, 500, FR_STR("out of memory"));
	else
		body_respond(body, exchange, api->source.board->boot);
}

struct api *api_new(struct httpd_server *httpd, const struct api_source *source)
{
	struct api *api = calloc(1, sizeof(*api));
	int err = 0;

	if (!api)
		return NULL;
	api->source = *source;
	fr_list_init(&api->waiting);
	for (size_t i = 0; i < ROUTES && err == 0; i++) {
		struct answer *answer = &api->answers[i];

		answer->api = api;
		err = httpd_server_route(httpd, routes[i].path, HTTPD_GET, on_route, answer);
	}
	if (err < 0) {
		api_free(api);
		return NULL;
	}
	return api;
}

void api_free(struct api *api)
{
	struct waiting waiting;

	if (!api)
		return;
	while (next_waiting(api, api->asked, &waiting))
		; /* their connections are gone */
	for (size_t i = 0; i < ROUTES; i++) {
		body_fini(&api->answers[i].whole);
		body_fini(&api->answers[i].part);
	}
	free(api);
}
