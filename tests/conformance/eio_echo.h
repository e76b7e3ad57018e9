/* /engine.io/: every message comes back, text as text and binary as binary. */
#ifndef TESTS_CONFORMANCE_EIO_ECHO_H
#define TESTS_CONFORMANCE_EIO_ECHO_H

#include "eio/server.h"

/* Mounted on httpd. NULL: no memory. */
struct eio_server *eio_echo_new(struct net_timers *timers, struct httpd_server *httpd,
				const struct eio_options *options) FR_MUST_CHECK;

#endif
