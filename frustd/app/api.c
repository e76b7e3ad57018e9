#include "app/api.h"

#include <stdlib.h>

#include <frust/version.h>

#include "app/body.h"
#include "app/json.h"

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
	struct body body;
};

struct api {
	const struct hub *hub;
	struct answer answers[ROUTES];
};

static void add_about(void *ctx, struct fr_buf *out)
{
	const struct hub *hub = ctx;

	fr_buf_add_str(
		out, FR_STR("{\"version\":\"" FRUST_VERSION "\",\"server\":\"frustd\",\"ready\":"));
	fr_buf_add_str(out, hub_ready(hub) ? FR_STR("true}") : FR_STR("false}"));
}

static uint64_t about_version(const struct hub *hub)
{
	return hub_ready(hub);
}

static void add_clicks(void *ctx, struct fr_buf *out)
{
	const struct hub *hub = ctx;

	feed_add_json(&hub_state(hub)->clicks, out);
}

static void add_events(void *ctx, struct fr_buf *out)
{
	const struct hub *hub = ctx;

	feed_add_json(&hub_state(hub)->events, out);
}

static void add_hours(void *ctx, struct fr_buf *out)
{
	const struct hub *hub = ctx;

	hours_add_json(&hub_state(hub)->hours, out);
}

static void add_users(void *ctx, struct fr_buf *out)
{
	const struct hub *hub = ctx;

	users_add_json(&hub_state(hub)->users, out);
}

static void add_online(void *ctx, struct fr_buf *out)
{
	const struct hub *hub = ctx;

	presence_add_json(hub_presence(hub), out);
}

static void add_stats(void *ctx, struct fr_buf *out)
{
	const struct hub *hub = ctx;

	json_add_stats(out, &hub_state(hub)->stats);
}

static const struct {
	struct fr_str path;
	body_fn fn;
	uint64_t (*version)(const struct hub *hub);
} routes[ROUTES] = {
	[ABOUT] = {FR_STR_INIT("/api"), add_about, about_version},
	[LATEST_CLICKS] = {FR_STR_INIT("/api/latest_clicks"), add_clicks, hub_state_version},
	[LATEST_EVENTS] = {FR_STR_INIT("/api/latest_events"), add_events, hub_state_version},
	[LATEST_HOURS] = {FR_STR_INIT("/api/latest_hours"), add_hours, hub_state_version},
	[USERS] = {FR_STR_INIT("/api/users"), add_users, hub_state_version},
	[ONLINE_USERS] = {FR_STR_INIT("/api/online_users"), add_online, hub_presence_version},
	[CURRENT_STATS] = {FR_STR_INIT("/api/current_stats"), add_stats, hub_state_version},
};

static void on_route(void *ctx, struct httpd_exchange *exchange)
{
	struct answer *answer = ctx;
	struct api *api = answer->api;
	size_t i = (size_t)(answer - api->answers);

	body_respond(&answer->body, exchange, routes[i].version(api->hub), routes[i].fn,
		     (void *)(uintptr_t)api->hub);
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
		err = body_init(&answer->body);
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
	for (size_t i = 0; i < ROUTES; i++)
		body_fini(&api->answers[i].body);
	free(api);
}
