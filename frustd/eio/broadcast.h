/*
 * What many sessions get alike: a broadcast log and its followers. A message is encoded once, as
 * its WebSocket frame; polling sessions re-frame what they read from the log.
 */
#ifndef EIO_BROADCAST_H
#define EIO_BROADCAST_H

#include "base/attr.h"
#include "base/str.h"

struct eio_server;
struct eio_broadcast;

struct eio_broadcast *eio_broadcast_new(struct eio_server *server) FR_MUST_CHECK;
/* Nobody follows it any more. Takes NULL. */
void eio_broadcast_free(struct eio_broadcast *broadcast);
/* Appends one text message for all who follow at this moment. parts are joined. 0 or -ENOMEM (large
 * messages only: those over a quarter of the window are shared as a chunk). */
int eio_broadcast_send(struct eio_broadcast *broadcast, const struct fr_str *parts,
		       int n) FR_MUST_CHECK;
/* The same of what a loaded server may leave unsent for longer, unless something hastier follows.
 */
int eio_broadcast_send_later(struct eio_broadcast *broadcast, const struct fr_str *parts,
			     int n) FR_MUST_CHECK;

#endif
