/* What the files of this layer share: the server's insides. */
#ifndef SIO_CORE_H
#define SIO_CORE_H

#include "base/list.h"
#include "base/random.h"
#include "sio/server.h"

/* How the protocol's revisions differ, as far as this layer sees it. */
struct sio_revision {
	bool connects_unasked; /* the server connects each client to "/" by itself */
	bool namespace_query;  /* a namespace may be followed by ?query */
	bool sends_sid;        /* the connect reply brings the socket's id */
	bool recovers;         /* clients know how to resume after a drop */
	bool error_object;     /* a connect error is {"message":…} and not a string */
};
/* For Engine.IO's revision, 3 or 4. */
const struct sio_revision *sio_revision_of(int eio_revision);

struct sio_server {
	struct sio_options options;
	struct sio_counters counters;
	size_t incoming; /* bytes of the packets that wait for attachments */
	struct net_timers *timers;
	struct eio_server *eio;
	struct fr_list namespaces;    /* sio_namespace.link */
	struct net_due_list connects; /* sio_client.connect_due */
	/*
	 * Sockets that must be called back and were changed from inside a callback or from outside
	 * any (sio_socket.unsettled): the timer, at once due, does it from the loop.
	 */
	struct fr_list unsettled;
	struct net_timer settle;

	struct fr_json json;   /* the payload of the packet that is being read */
	struct fr_buf scratch; /* its event's name, unescaped */
	struct fr_buf out;     /* the packet that is being written */
	struct fr_random_pool random;
};

/* The namespace of that name, or NULL. */
struct sio_namespace *sio_server_find(struct sio_server *server, struct fr_str name);
/* The server's buffer for one packet, empty. */
struct fr_buf *sio_server_out(struct sio_server *server);

#endif
