/*
 * The loops of the server, each on a thread of its own with a front of its own. The first is the
 * daemon's, where the hub is; it alone listens, and deals out what it accepts. Owns the fronts, the
 * other loops with their threads and mailboxes, and the lines between them and the hub. With one
 * loop it is that one front and nothing else. All of this is called on the first loop's thread.
 *
 *     crew_open → hub_new(crew_deliver) → crew_mount → crew_listen → …
 *     … → crew_close_listeners → crew_close, turns until crew_is_empty → crew_free → hub_free
 */
#ifndef CREW_H
#define CREW_H

#include "front.h"

struct crew;

/* first: of the first loop's front, what its place among several is excepted; the others are built
 * after it. 0 or a negative errno. */
int crew_open(const struct front_options *first, struct crew **crew) FR_MUST_CHECK;
/* How many loops there are. */
uint32_t crew_loops(const struct crew *crew);
/* For hub_options.deliver. */
struct deliver crew_deliver(struct crew *crew);
/* Adds the routes everywhere; the hub outlives the crew. EXIT_FINE, or the exit code: what the log
 * does not tell is EXIT_RUN. */
int crew_mount(struct crew *crew, struct hub *hub) FR_MUST_CHECK;
/* Listens on all doors and has the other loops run. 0 or a negative errno. */
int crew_listen(struct crew *crew, const struct doors *doors) FR_MUST_CHECK;
/* Once a turn, before and after the flush: sends the other loops what the hub has for them. */
void crew_flush(struct crew *crew);
/* Calls done with what all loops have counted, now or later; never when the crew is freed first. 0
 * or -ENOMEM: it is not called. */
int crew_measure(struct crew *crew, watch_measured_fn done, void *ctx) FR_MUST_CHECK;
void crew_close_listeners(struct crew *crew);
/* Tells all clients that it is over, behind all that the hub has had them told. */
void crew_close(struct crew *crew);
/* Whether everybody who was told has gone; the loop turns when that becomes true. */
bool crew_is_empty(const struct crew *crew);
/* Ends the other loops and all fronts. The first loop's wake-ups and signals were closed before.
 * Takes NULL. */
void crew_free(struct crew *crew);

#endif
