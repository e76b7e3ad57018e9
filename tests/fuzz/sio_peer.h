/*
 * One client's view of a Socket.IO session: it reads what the server sends, packet by packet, and
 * insists on what the protocol promises. "hello" and "news" are events of sio_app.c, which
 * number its broadcasts.
 */
#ifndef TESTS_FUZZ_SIO_PEER_H
#define TESTS_FUZZ_SIO_PEER_H

#include "eio/packet.h"
#include "fuzz/fuzz.h"

#define SIO_PEER_NSPS 2 /* "/" and "/c" */

struct sio_peer {
	struct {
		bool connected;
		bool counts;   /* a hello came */
		uint64_t next; /* the number of the next broadcast */
		int client;    /* of the application, as the last hello said */
	} nsps[SIO_PEER_NSPS];
	uint32_t due; /* attachments that are to come */
};

/* revision: Engine.IO's. sure: all that was sent before has arrived. */
void sio_peer_recv(struct sio_peer *peer, int revision, bool sure, const struct eio_packet *packet);

#endif
