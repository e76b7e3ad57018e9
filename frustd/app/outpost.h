/*
 * The end of the line to the hub at another loop (see relay.h). Towards the live side it is the
 * hub: its input goes out in one bundle a turn, and what the hub has the loop's clients told comes
 * in. Loops never compute what the hub knows. All of it is on that loop.
 */
#ifndef APP_OUTPOST_H
#define APP_OUTPOST_H

#include "app/api.h"
#include "app/hub.h"
#include "net/mailbox.h"

struct relay;

struct outpost_options {
	uint32_t loop; /* from 1 on */
	struct relay *relay;
	struct net_mailbox *home, *own; /* of the hub's loop, and of this one */
	struct deliver live;
	uint32_t records_max; /* that the hub has not read yet; what is more is refused */
	/* Messages were lost, for want of memory: all clients are to end, and nothing that was
	 * asked is answered. */
	void (*lost)(void *ctx);
	void (*answer)(void *ctx, const struct api_question *question, uint64_t version,
		       struct net_chunk *body); /* as api_answer */
	void *ctx;
};

struct outpost;

/* NULL: no memory. */
struct outpost *outpost_new(const struct outpost_options *options) FR_MUST_CHECK;
/* No letter is under way any more. Takes NULL. */
void outpost_free(struct outpost *outpost);
/* For live_connect. */
struct input outpost_input(struct outpost *outpost);
/* For api_source.ask. */
void outpost_ask(void *outpost, const struct api_question *question);
/* Sends what has gathered. Once a turn. */
void outpost_flush(struct outpost *outpost);
/* The clients have been told the end: nothing that the hub says comes behind it. */
void outpost_close(struct outpost *outpost);

/* --- for relay.c, on the hub's loop --- */

/* Sends a bundle, of which the loop gets its own reference, or an answer (body NULL: there is
 * none). 0 or -ENOMEM. */
int outpost_send(struct outpost *outpost, struct net_chunk *messages) FR_MUST_CHECK;
int outpost_send_body(struct outpost *outpost, const struct api_question *question,
		      uint64_t version, struct net_chunk *body) FR_MUST_CHECK;
/* The hub has read that many of its records. */
void outpost_has_read(struct outpost *outpost, uint32_t records);

#endif
