/* What crew.c (the loops) and crew_measure.c (asking them) share. */
#ifndef CREW_INTERNAL_H
#define CREW_INTERNAL_H

#include <pthread.h>

#include "app/relay.h"
#include "crew.h"
#include "net/mailbox.h"

/* One loop of the crew. */
struct member {
	struct crew *crew;
	uint32_t index;
	struct net_loop *loop; /* [0]: the daemon's */
	struct net_mailbox *mailbox;
	struct front *front;
	struct outpost *outpost; /* [0]: none */
	pthread_t thread;        /* [0]: none */
	bool runs;               /* the thread was started */
	/* On the loop itself: */
	bool closing, told; /* it is to say when it is empty; it has */
};

struct crew {
	struct options options; /* as they were at the start: what a reload changes is the hub's */
	uint32_t count;
	uint32_t next;  /* whose the next connection is */
	uint32_t empty; /* of the other loops: those that are closed and empty */
	struct hub *hub;
	struct relay *relay; /* NULL: there is one loop */
	struct member *members;
};

#endif
