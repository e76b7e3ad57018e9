/*
 * The hub's end of its lines to the other loops (rule R16); outpost.h is a loop's end. What the hub
 * has anybody told is put into one bundle of messages a turn, which all loops read: each in the
 * order of the whole, and only what is its own. So what a client is told keeps its order, also
 * between broadcasts and what is for one alone.
 *
 *     live ─ outpost ═ a bundle a turn ═▶ relay ─ hub ─ relay ═ a bundle a turn ═▶ outposts ─ live
 *
 * The clients of the hub's own loop are served without any of that. All of it is on the hub's loop.
 */
#ifndef APP_RELAY_H
#define APP_RELAY_H

#include "app/api.h"
#include "app/hub.h"
#include "app/outpost.h"

struct relay_options {
	uint32_t loops;      /* the hub's own too: at least 2 */
	struct deliver home; /* the live side of the hub's own loop */
	struct input hub;
	/* A loop's messages were lost, for want of memory: its clients are ending. */
	void (*lost)(void *ctx, uint32_t loop);
	/* The body of one of api's routes, borrowed; NULL: no memory. */
	struct net_chunk *(*body)(void *ctx, const struct api_question *question,
				  uint64_t *version);
	void *ctx;
};

struct relay;

/* NULL: no memory. */
struct relay *relay_new(const struct relay_options *options) FR_MUST_CHECK;
/* No letter is under way any more. Takes NULL. */
void relay_free(struct relay *relay);
/* Set once, before the first client: the hub, which takes relay_deliver. */
void relay_connect(struct relay *relay, struct input hub);
/* Set once: the end at a loop from 1 on. */
void relay_attach(struct relay *relay, uint32_t loop, struct outpost *outpost);
/* For hub_options.deliver. */
struct deliver relay_deliver(struct relay *relay);
/* Sends what has gathered. Once a turn. */
void relay_flush(struct relay *relay);

/* A bundle from a loop; for outpost.c. */
void relay_recv(struct relay *relay, uint32_t loop, struct fr_str messages);

#endif
