/*
 * libfrust: the presses ("clicks") and events of a live site, in a durable store.
 *
 *     #include <frust/frust.h>        cc … $(pkg-config --cflags --libs frust)
 *
 * What holds everywhere:
 *   - Times are seconds since 1970-01-01T00:00:00Z, int64_t.
 *   - Text is UTF-8 in views (struct frust_str) which need no NUL at their end and may hold one.
 *   - A function returns 0 or a negative FRUST_E… code; with `err` (which may be NULL) it also
 *     leaves a sentence for a person. Bad arguments give FRUST_EINVAL, never an abort.
 *   - Structs that begin with `size` are options and filters: start from their …_INIT macro.
 *   - A handle is used by one thread at a time; a writer's functions say which threads may call.
 *   - The library has no global state, never logs, and installs no signal handlers.
 */
#ifndef FRUST_FRUST_H
#define FRUST_FRUST_H

#include <frust/care.h>
#include <frust/db.h>
#include <frust/json.h>
#include <frust/query.h>
#include <frust/types.h>
#include <frust/version.h>
#include <frust/writer.h>
#include <frust/zone.h>

#endif
