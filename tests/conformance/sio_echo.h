/*
 * /socket.io/. In the namespaces "/" and "/custom" each newcomer gets the event "auth" with what it
 * sent along, {} if nothing. On "/":
 *
 *     message           →  message-back with the same arguments and attachments
 *     message-with-ack  →  an ack with the same
 *
 * "/more" is for what else a server may do. Who connects with {"refuse":x} gets a connect error
 * with x as its data. Its events:
 *
 *     ask, ms, args…  →  the event question with the args, to be acknowledged within ms; then the
 *                        event answered with the answer's arguments, or late
 *     all, args…      →  all with the args, to everybody there
 *     leave, close    →  a disconnect packet; the end of the session too
 */
#ifndef TESTS_CONFORMANCE_SIO_ECHO_H
#define TESTS_CONFORMANCE_SIO_ECHO_H

#include "sio/server.h"

struct sio_echo;

/* Mounted on httpd. NULL: no memory. */
struct sio_echo *sio_echo_new(struct net_timers *timers, struct httpd_server *httpd,
			      const struct sio_options *sio,
			      const struct eio_options *eio) FR_MUST_CHECK;
/* Takes NULL. */
void sio_echo_free(struct sio_echo *echo);
struct eio_server *sio_echo_eio(struct sio_echo *echo);

#endif
