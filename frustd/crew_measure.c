/* Asks each loop, by letter, what it has counted: counters are plain, and only their loop reads
 * them.
 */
#include <errno.h>
#include <stdlib.h>

#include "crew_internal.h"

struct measurement {
	struct metrics_loop sum;
	uint32_t left; /* loops that have not told */
	watch_measured_fn done;
	void *ctx;
};

/* Goes to a loop, and comes back. */
struct measure {
	struct net_letter letter;
	struct member *member;
	struct measurement *measurement; /* the first loop's */
	struct metrics_loop metrics;
};

static void give_back(struct measurement *measurement, bool alive)
{
	if (--measurement->left > 0)
		return;
	if (alive)
		measurement->done(measurement->ctx, &measurement->sum);
	free(measurement);
}

static void read_measured(struct net_letter *letter, void *ctx)
{
	struct measure *measure = FR_CONTAINER_OF(letter, struct measure, letter);

	if (ctx)
		metrics_add_loop(&measure->measurement->sum, &measure->metrics);
	give_back(measure->measurement, ctx != NULL);
	free(measure);
}

static void read_measure(struct net_letter *letter, void *ctx)
{
	struct measure *measure = FR_CONTAINER_OF(letter, struct measure, letter);

	if (ctx)
		front_measure(measure->member->front, &measure->metrics);
	measure->letter.read = read_measured;
	if (ctx)
		net_mailbox_send(measure->member->crew->members[0].mailbox, &measure->letter);
	else
		read_measured(letter, NULL); /* all threads have ended */
}

int crew_measure(struct crew *crew, watch_measured_fn done, void *ctx)
{
	struct measurement *measurement = calloc(1, sizeof(*measurement));

	if (!measurement)
		return -ENOMEM;
	measurement->done = done;
	measurement->ctx = ctx;
	measurement->left = crew->count;
	front_measure(crew->members[0].front, &measurement->sum);
	for (uint32_t i = 1; i < crew->count; i++) {
		struct measure *measure = calloc(1, sizeof(*measure));

		if (!measure) {
			give_back(measurement, true); /* never the last: the first is to come */
			continue;
		}
		measure->letter.read = read_measure;
		measure->member = &crew->members[i];
		measure->measurement = measurement;
		net_mailbox_send(measure->member->mailbox, &measure->letter);
	}
	give_back(measurement, true);
	return 0;
}
