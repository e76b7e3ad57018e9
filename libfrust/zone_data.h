/*
 * What a zone is made of: the turns of its file (RFC 8536) and the rule for the time after them (a
 * TZ string of POSIX, as RFC 8536 section 3.3 extends it). Offsets are seconds east of UTC.
 */
#ifndef FRUST_ZONE_DATA_H
#define FRUST_ZONE_DATA_H

#include <frust/zone.h>

#include "base/attr.h"
#include "base/str.h"

/* A day of each year and a time on it, by the clocks that show until then. */
struct frust__zone_day {
	enum { FRUST__ZONE_MONTH, FRUST__ZONE_JULIAN, FRUST__ZONE_DAY } kind;
	int month, week; /* MONTH: Mm.w.d, week 5 is the last */
	int day; /* MONTH: 0 is Sunday; JULIAN: 1 to 365, never 29 February; DAY: 0 to 365 */
	int32_t seconds; /* from its midnight; may be of another day */
};

struct frust__zone_rule {
	int32_t standard, summer;
	bool turns;                        /* false: always standard */
	struct frust__zone_day begin, end; /* of summer time */
};

struct frust_zone {
	size_t count;
	int64_t *times;   /* turns, ascending */
	int32_t *offsets; /* from each turn on */
	int32_t first;    /* before all turns */
	bool ruled;       /* from the last turn on */
	struct frust__zone_rule rule;
};

/* Reads a zone's file; 0, FRUST_EFORMAT or FRUST_ENOMEM, and then zone is zeroed. */
int frust__zone_parse(struct fr_str bytes, struct frust_zone *zone) FR_MUST_CHECK;
void frust__zone_fini(struct frust_zone *zone);

/* Reads a TZ string; false when it is none. */
bool frust__zone_rule_parse(struct fr_str text, struct frust__zone_rule *rule) FR_MUST_CHECK;
/* The offset at t, in *next the first turn after t. |t| is below 2^56. */
int32_t frust__zone_rule_at(const struct frust__zone_rule *rule, int64_t t, int64_t *next);

#endif
