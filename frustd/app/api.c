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
	const struct hub *hub;
	struct answer answers[ROUTES];
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

static uint64_t about_version(const struct hub *hub)
{
	return hub_ready(hub);
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
	uint64_t (*version)(const struct hub *hub);
	struct fr_str limit; /* the parameter that shortens the array */
} routes[ROUTES] = {
	[ABOUT] = {FR_STR_INIT("/api"), add_about, about_version, {0}},
	[LATEST_CLICKS] = {FR_STR_INIT("/api/latest_clicks"), add_clicks, hub_state_version,
			   FR_STR_INIT("limit")},
	[LATEST_EVENTS] = {FR_STR_INIT("/api/latest_events"), add_events, hub_state_version,
			   FR_STR_INIT("limit")},
	[LATEST_HOURS] = {FR_STR_INIT("/api/latest_hours"), add_hours, hub_state_version, {0}},
	[USERS] = {FR_STR_INIT("/api/users"), add_users, hub_state_version, FR_STR_INIT("top")},
	[ONLINE_USERS] = {FR_STR_INIT("/api/online_users"), add_online, hub_presence_version,
			  FR_STR_INIT("limit")},
	[CURRENT_STATS] = {FR_STR_INIT("/api/current_stats"), add_stats, hub_state_version, {0}},
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

static void on_route(void *ctx, struct httpd_exchange *exchange)
{
	struct answer *answer = ctx;
	struct api *api = answer->api;
	size_t i = (size_t)(answer - api->answers);
	uint64_t version = routes[i].version(api->hub);
	struct wanted wanted = {api->hub, limit_of(exchange->request.query, routes[i].limit),
				routes[i].add};

	if (wanted.limit == ALL)
		body_respond(&answer->whole, exchange, version, compose, &wanted);
	else /* kept for one limit at a time: the page always asks for the same */
		body_respond(&answer->part, exchange, version * LIMIT_MAX + wanted.limit, compose,
			     &wanted);
}

struct api *api_new(struct httpd_server *httpd, const struct hub *hub)
{
	struct api *api = calloc(1, sizeof(*api));
	int err = 0;

	if (!api)
		return NULL;
	api->hub = hub;
	for (size_t i = 0; i < ROUTES && err == 0; i++) {
		struct answer *answer = &api->answers[i];

		answer->api = api;
		err = body_init(&answer->whole);
		if (err == 0)
			err = body_init(&answer->part);
		if (err == 0)
			err = httpd_server_route(httpd, routes[i].path, HTTPD_GET, on_route,
						 answer);
	}
	if (err < 0) {
		api_free(api);
		return NULL;
	}
	return api;
}

void api_free(struct api *api)
{
	if (!api)
		return;
	for (size_t i = 0; i < ROUTES; i++) {
		body_fini(&api->answers[i].whole);
		body_fini(&api->answers[i].part);
	}
	free(api);
}
