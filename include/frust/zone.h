/*
 * Time zones of the TZ database, read from its files (RFC 8536): where a zone's days begin, and
 * what its clocks show. A zone is immutable: any thread may use it, several at once. Nothing here
 * looks at or changes the process's own zone (tzset, localtime).
 *
 * A day of a zone begins at the first moment at which its clocks show that date or a later one. So
 * days never overlap and leave no gap, whatever the clocks do around midnight; they last 23, 24 or
 * 25 hours mostly.
 *
 * Wherever a zone is asked for, NULL stands for UTC.
 */
#ifndef FRUST_ZONE_H
#define FRUST_ZONE_H

#include <frust/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct frust_zone;

/*
 * Opens a zone by name: "Europe/Berlin", "UTC", or "local" for the system's (/etc/localtime). The
 * files are looked for in TZDIR, or else in /usr/share/zoneinfo. The caller closes. FRUST_ENOENT:
 * no such zone; FRUST_EFORMAT: its file is none; FRUST_EINVAL: no name of a zone; FRUST_ENOMEM. On
 * failure *zone is NULL.
 */
FRUST_API int frust_zone_open(const char *name, struct frust_zone **zone, struct frust_error *err);
/* Frees the zone; no thread may use it any more. Takes NULL. */
FRUST_API void frust_zone_close(struct frust_zone *zone);

/* What the zone's clocks show at t, less UTC: seconds east. */
FRUST_API int32_t frust_zone_offset(const struct frust_zone *zone, int64_t t);
/*
 * The moment at which the zone's clocks show `local`, a time in seconds as if it were UTC's. Where
 * they show it twice: the first. Where they skip it: the moment of the skip.
 */
FRUST_API int64_t frust_zone_time(const struct frust_zone *zone, int64_t local);
/* The first second of t's day. */
FRUST_API int64_t frust_zone_day_start(const struct frust_zone *zone, int64_t t);
/* The first second of the day after t's. */
FRUST_API int64_t frust_zone_day_end(const struct frust_zone *zone, int64_t t);

#ifdef __cplusplus
}
#endif

#endif
