/*
 * The HTTP routes under /api: the hub's state as JSON. So that nobody asks for more than is shown,
 * latest_clicks, latest_events (newest first) and online_users take ?limit=N, and users takes
 * ?top=N: those with the most clicks, most first.
 */
#ifndef APP_API_H
#define APP_API_H

#include "app/hub.h"
#include "httpd/server.h"

struct api;

/* Which body; a number of its asker's comes back with it. */
struct api_question {
	uint32_t route, limit;
	uint64_t number;
};

/* Where bodies come from. */
struct api_source {
	const struct board *board;
	/* On the hub's loop. NULL: bodies are composed there, for api_body, and this one asks. */
	const struct hub *hub;
	/* api_answer follows, unless api_lose does. */
	void (*ask)(void *ctx, const struct api_question *question);
	void *ctx;
};

/* Adds the routes; what source points to outlives the server's last request. NULL: no memory. */
struct api *api_new(struct httpd_server *httpd, const struct api_source *source) FR_MUST_CHECK;
/* Takes NULL. */
void api_free(struct api *api);

/* On the hub's loop: the body, borrowed, and what it was composed of. NULL: no memory. */
struct net_chunk *api_body(struct api *api, const struct api_question *question,
			   uint64_t *version) FR_MUST_CHECK;
/* On the asker's: the body (the reference is the api's), or NULL: there is none. Answers come in
 * the order of the questions; what was asked before and not answered never will be. */
void api_answer(struct api *api, const struct api_question *question, uint64_t version,
		struct net_chunk *body);
/* No question that was asked is answered any more. */
void api_lose(struct api *api);

#endif
