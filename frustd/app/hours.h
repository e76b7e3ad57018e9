/*
 * The hours of a zone's last seven days, as the database's rows have them. An hour is of the day in
 * which it begins. Pure memory.
 */
#ifndef APP_HOURS_H
#define APP_HOURS_H

#include <frust/zone.h>

#include "base/buf.h"

#define HOURS_DAYS 7                     /* today and the six days before */
#define HOURS_MAX (HOURS_DAYS * 24 + 24) /* clocks that are set back make days longer */

struct hours {
	const struct frust_zone *zone;     /* NULL: UTC */
	struct frust_hour rows[HOURS_MAX]; /* ascending */
	uint32_t count;
};

/* Where the window that ends with now's day begins, and where it ends. */
int64_t hours_since(const struct frust_zone *zone, int64_t now);
int64_t hours_until(const struct frust_zone *zone, int64_t now);
/* Adds a row that follows all others; false when the window is full. */
bool hours_append(struct hours *hours, const struct frust_hour *row);
/*
 * Makes sure that t's hour has a row: a new one takes its totals from its neighbours, or from
 * `totals` when it is the only one. NULL when the window is full.
 */
struct frust_hour *hours_row(struct hours *hours, int64_t t, const struct frust_stats *totals);
/* Counts a click or an event at t, in its hour and in all that come after it. */
void hours_add(struct hours *hours, enum frust_kind kind, int64_t t,
	       const struct frust_stats *totals);
void hours_add_json(const struct hours *hours, struct fr_buf *out);

#endif
