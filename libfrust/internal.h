/* What the files of libfrust share and its users do not see. */
#ifndef FRUST_INTERNAL_H
#define FRUST_INTERNAL_H

#include <frust/frust.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/sum.h"
#include "tally.h"

struct frust__store;

struct frust {
	struct frust__store *store;
	struct frust__tally tally;
	bool reading; /* between frust_read_begin and frust_read_end */
	bool foreign; /* another process committed, and nobody was told yet */
	bool ids_known;
	int64_t ids[2]; /* the last id given, by kind - 1 */
};

/* Wraps an open store, which belongs to the database from now on, also on failure. */
int frust__open(struct frust__store *store, struct frust **db,
		struct frust_error *err) FR_MUST_CHECK;
/* Looks whether another process has committed since the last look; sets foreign and drops the ids.
 */
int frust__look(struct frust *db, struct frust_error *err) FR_MUST_CHECK;
/* From now on nothing waits for another process's lock. Any thread. */
void frust__hurry(struct frust *db);
/* Runs one write: begin, look, learn the ids, write(ctx), commit; rolls back when any of it fails.
 */
int frust__write(struct frust *db,
		 int (*write)(struct frust *db, void *ctx, struct frust_error *err), void *ctx,
		 struct frust_error *err) FR_MUST_CHECK;

/* Fills err, which may be NULL, and returns code. Control characters become '?'. */
int frust__fail(struct frust_error *err, int code, const char *format, ...) FR_PRINTF(3, 4);
/*
 * Copies a struct that begins with `size` over ours, which holds the defaults: what an older caller
 * does not know keeps its default. False when theirs is not such a struct.
 */
bool frust__options_copy(void *ours, size_t size, const void *theirs) FR_MUST_CHECK;

/* Whether the record has what it needs to be stored: its kind, a user, the name of an event. */
bool frust__record_whole(const struct frust_record *record);
/* The index of an unsaved event's name, below FRUST__UNSAVED, or -1. */
int frust__unsaved_index(struct frust_str name);
struct frust_str frust__unsaved_name(int index);

static inline struct fr_str frust__str(struct frust_str s)
{
	return fr_str(s.at, s.len);
}

#endif
