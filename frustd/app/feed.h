/*
 * The day's clicks or events as JSON, newest first, ready to be sent: an arena that grows
 * downwards, so that the newest record always stands at the front of one contiguous slice. Pure
 * memory.
 */
#ifndef APP_FEED_H
#define APP_FEED_H

#include <frust/types.h>

#include "base/buf.h"

#define FEED_MAX 10000 /* records; beyond it the oldest go */

struct feed {
	char *bytes; /* "{…},{…}," at [start, end), each record with its comma */
	size_t size, start, end;
	uint32_t *lens; /* of each record with its comma: a ring of FEED_MAX, newest at first */
	uint32_t first, count;
	struct fr_buf scratch;
};

int feed_init(struct feed *feed) FR_MUST_CHECK;
/* Takes a zeroed feed. */
void feed_fini(struct feed *feed);
/* Adds the newest record; the oldest goes when there are too many. *json is its JSON, valid until
 * the next change. 0 or -ENOMEM. */
int feed_add(struct feed *feed, const struct frust_record *record,
	     struct fr_str *json) FR_MUST_CHECK;
/* Adds a record older than all here (for loading newest first); beyond FEED_MAX it is ignored. */
int feed_add_older(struct feed *feed, const struct frust_record *record) FR_MUST_CHECK;
/* Appends the newest n records, or as many as there are, as a JSON array. */
void feed_add_json(const struct feed *feed, uint32_t n, struct fr_buf *out);

#endif
