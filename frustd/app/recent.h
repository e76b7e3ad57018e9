/*
 * What was shown lately, in its order, for clients that come back after a drop: a bounded ring of
 * stored clicks and events. A place in that order is an *offset*: the highest click's and the
 * highest event's id before it, which stays true across restarts. Pure memory but for recent_load.
 */
#ifndef APP_RECENT_H
#define APP_RECENT_H

#include <frust/query.h>

#include "base/buf.h"

#define RECENT_MAX 10000 /* records */
#define RECENT_OFFSET 48 /* an offset's text, NUL included */

struct recent_offset {
	int64_t click, event; /* ids, 0: none yet */
};

struct recent {
	struct recent_item *items; /* a ring, oldest at first */
	uint32_t first, count;
	struct recent_offset gone; /* the highest ids that are not here any more */
	struct recent_offset last; /* the highest ids shown */
	int64_t keep;              /* ms that a record stays */
};

typedef void (*recent_fn)(void *ctx, enum frust_kind kind, struct fr_str json,
			  const struct recent_offset *offset);

/* keep: ms. 0 or -ENOMEM. */
int recent_init(struct recent *recent, int64_t keep) FR_MUST_CHECK;
/* Takes a zeroed struct. */
void recent_fini(struct recent *recent);
/*
 * Fills an empty struct with what the database holds of the last `keep` ms before now_ms (wall
 * clock), in the order of their timestamps. 0 or FRUST_E…, with *error.
 */
int recent_load(struct recent *recent, struct frust *db, int64_t now_ms,
		struct frust_error *error) FR_MUST_CHECK;
/* A record was shown at now_ms (wall clock). Without memory for it, it is as if it were long ago.
 */
void recent_add(struct recent *recent, const struct frust_record *record, struct fr_str json,
		int64_t now_ms);
/* A record was stored that nobody was shown: nobody is told it later either. */
void recent_skip(struct recent *recent, const struct frust_record *record);
/* Nothing of the past can be told again: somebody else has changed it. */
void recent_forget(struct recent *recent);
/* Whether all that came after the offset is still here (and the offset is one of ours). */
bool recent_holds(struct recent *recent, const struct recent_offset *offset, int64_t now_ms);
/* The bytes of JSON that came after the offset. */
size_t recent_size_since(const struct recent *recent, const struct recent_offset *offset);
/* Gives what came after the offset to fn, in order, each with its own offset. */
void recent_since(const struct recent *recent, const struct recent_offset *offset, recent_fn fn,
		  void *ctx);

void recent_offset_text(const struct recent_offset *offset, char out[RECENT_OFFSET]);
bool recent_offset_parse(struct fr_str text, struct recent_offset *out);

#endif
