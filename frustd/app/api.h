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

/* Adds the routes; the hub outlives the server's last request. NULL: no memory. */
struct api *api_new(struct httpd_server *httpd, const struct hub *hub) FR_MUST_CHECK;
/* Takes NULL. */
void api_free(struct api *api);

#endif
