/*
 * The embedded page as routes: what is named by its content is immutable, the rest is revalidated
 * by ETag. Holds no state: the bytes are the program's own.
 */
#ifndef APP_SITE_H
#define APP_SITE_H

#include "app/assets.h"
#include "httpd/server.h"

/* Adds a route for each of the assets (see assets.h), which outlive the server. 0 or -ENOMEM. */
int site_mount(struct httpd_server *httpd, const struct asset *assets) FR_MUST_CHECK;

#endif
