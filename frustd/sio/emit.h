/* The answers to what the server asked; asking and saying is in server.h. */
#ifndef SIO_EMIT_H
#define SIO_EMIT_H

#include "sio/kept.h"
#include "sio/socket.h"

/*
 * An ack came, whose payload is in the server's json; kept: it came with attachments, or NULL. An
 * id that nothing waits for is ignored: the answer may be late, or the second.
 */
void sio_socket_answered(struct sio_socket *socket, uint64_t id, const struct sio_kept *kept);
/* The socket leaves: nothing is answered any more. */
void sio_socket_unanswered(struct sio_socket *socket);

#endif
