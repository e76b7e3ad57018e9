/*
 * /api/client: what the server takes its client for, so that a site can be examined from outside
 * (frustd doctor): {"address","scheme","host","forwarded_for"}. Tells a visitor of nobody else.
 */
#ifndef APP_VISITOR_H
#define APP_VISITOR_H

#include "httpd/server.h"

/* Adds the route. 0 or a negative errno. */
int visitor_mount(struct httpd_server *httpd) FR_MUST_CHECK;

#endif
