/* Moments as people write and read them, in a zone (NULL: UTC); inside, seconds since 1970. */
#ifndef FRUSTCTL_WHEN_H
#define FRUSTCTL_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <frust/zone.h>

#define WHEN_SIZE 64 /* bytes for any text of this file */

/*
 * Reads 2026-11-22, 2026-11-22T18:20[:34][Z|+01:00] (also with a space), today, yesterday, now,
 * -2h or 7d (that long before now; s, m, h, d, w), or @SECONDS. Without an offset, in the zone.
 */
bool when_read(const char *text, const struct frust_zone *zone, int64_t now, int64_t *out);
/* ISO 8601 with the zone's offset; a number where there is no date. */
void when_text(const struct frust_zone *zone, int64_t t, char out[WHEN_SIZE]);
/* 2026-11-22 */
void when_day_text(const struct frust_zone *zone, int64_t t, char out[WHEN_SIZE]);
/* Sun 22 Nov */
void when_weekday_text(const struct frust_zone *zone, int64_t t, char out[WHEN_SIZE]);
/* 2026-11-22 18:00 */
void when_hour_text(const struct frust_zone *zone, int64_t t, char out[WHEN_SIZE]);
/* t's hour of the day in the zone, 0 to 23. */
int when_hour(const struct frust_zone *zone, int64_t t);

#endif
