/* /version and /version.json: what --dev answers where the old site's deployment put its commit. */
#ifndef APP_VERSION_H
#define APP_VERSION_H

#include "httpd/server.h"

struct version;

/* Adds the routes; timestamp: when this server was started. NULL: no memory. */
struct version *version_new(struct httpd_server *httpd, int64_t timestamp) FR_MUST_CHECK;
/* Takes NULL. */
void version_free(struct version *version);

#endif
