/*
 * One client of a Socket.IO server: Engine.IO 3 or 4, over WebSocket or long polling. Speaks just
 * what a well-behaved client speaks, as cheaply as possible, and hands up what the server sends.
 * Its heartbeat is the server's (revision 4); revision 3's own pings are left out, so such a client
 * lives for ping-interval + ping-timeout: 45 s and more with every server here.
 */
#ifndef LOAD_CLIENT_H
#define LOAD_CLIENT_H

#include <netinet/in.h>

#include "base/buf.h"

struct client;

/* What all clients share. */
struct client_world {
	struct sockaddr_in server;
	int epoll;
	uint64_t now; /* ns, monotonic, when the bytes at hand were read */
	/* The Socket.IO connection is made. */
	void (*on_connected)(struct client *client);
	/* An event's JSON, as the packet has it: ["click",…; borrowed. */
	void (*on_event)(struct client *client, struct fr_str event);
	void *ctx;
	const char *error; /* the first thing that went wrong; everything ends then */
	char bytes[1 << 18];
};

enum client_asked { ASKED_NOTHING, ASKED_UPGRADE, ASKED_OPEN, ASKED_GET, ASKED_POST };

struct client {
	struct client_world *world;
	int fd;
	int revision; /* 3 or 4 */
	bool polling;
	bool begun;              /* the TCP connection is made */
	bool connected;          /* the Socket.IO connection is */
	enum client_asked asked; /* the HTTP response that is due */
	char sid[40];
	struct fr_buf in;    /* what came and is not whole */
	struct fr_buf out;   /* what the socket did not take yet */
	struct fr_buf posts; /* polling: packets for the next POST */
	uint32_t position;   /* of the layer above: clicks that it has got */
	uint32_t in_flight;  /* of the layer above: of its own clicks */
	bool settled;        /* of the layer above */
};

/* Begins to connect. 0 or a negative errno. */
int client_open(struct client *client, struct client_world *world, int revision, bool polling);
void client_close(struct client *client);
/* epoll's events for it. */
void client_ready(struct client *client, uint32_t events);
/* Queues a Socket.IO packet; it leaves with client_flush. */
void client_emit(struct client *client, struct fr_str packet);
void client_flush(struct client *client);

#endif
