/* One Engine.IO session as Socket.IO sees it: the namespaces it is in, and its packets. */
#ifndef SIO_CLIENT_H
#define SIO_CLIENT_H

#include "sio/core.h"
#include "sio/kept.h"

struct sio_client {
	struct sio_server *server;
	struct eio_session *session;
	const struct sio_revision *revision;
	struct fr_list sockets;      /* sio_socket.link */
	struct sio_socket *follower; /* the one whose broadcast the session follows */
	struct sio_kept *open;       /* a packet that waits for its attachments */
	struct net_due connect_due;  /* armed while it is in no namespace */
	uint16_t socket_count;
	uint16_t connected; /* sockets that were accepted and have not ended */
	bool asked;         /* a CONNECT to a namespace that there is has come */
	bool recoverable;   /* it asked to resume after a drop, and may */
	bool closing;       /* the session ends: nothing is taken or sent any more */
};

/* For the session that opens; without memory it is closed. */
void sio_client_open(struct sio_server *server, struct eio_session *session);
void sio_client_recv(struct sio_client *client, bool binary, struct fr_str data);
/* The session is over: ends the sockets and frees the client. */
void sio_client_free(struct sio_client *client, enum eio_reason reason);

/* Sends a packet and its attachments, unless the session ends. 0 or -ENOMEM; when memory runs out
 * in the middle, the session ends. */
int sio_client_send(struct sio_client *client, struct fr_str packet,
		    struct sio_binary binary) FR_MUST_CHECK;
/* Refuses a namespace with a connect error. 0 or -ENOMEM. */
int sio_client_refuse(struct sio_client *client, struct fr_str nsp, struct fr_str message,
		      struct fr_str data) FR_MUST_CHECK;
/* Ends the session by our own decision. Callbacks follow later. */
void sio_client_close(struct sio_client *client);
/* Ends the session for what the peer sent (result > 0), or for our own failure (< 0). 0: nothing.
 */
void sio_client_check(struct sio_client *client, int result);
/* Counts sockets that were accepted and that ended, and lets the connect clock run while there are
 * none. */
void sio_client_connected(struct sio_client *client);
void sio_client_disconnected(struct sio_client *client);

#endif
