/* Opening a database, and changing it in one transaction. */
#ifndef FRUST_DB_H
#define FRUST_DB_H

#include <frust/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct frust; /* an open database; one thread at a time */

/* What a database is opened for. */
enum frust_open_mode {
	FRUST_READ = 0,   /* must exist; nothing is changed, not even the journal mode */
	FRUST_WRITE = 1,  /* must exist; our own tables and indexes are added where missing */
	FRUST_CREATE = 2, /* as FRUST_WRITE, and made when there is none */
};

/* How to open a database. */
struct frust_options {
	size_t size;
	enum frust_open_mode mode; /* what is to be done with it */
	uint32_t busy_ms;          /* milliseconds to wait for another process's lock */
};
#define FRUST_OPTIONS_INIT                                                                         \
	{                                                                                          \
		sizeof(struct frust_options), FRUST_READ, 5000                                     \
	}

/*
 * Opens the database at path (a file name; "sqlite:" before it is allowed). For writing it is set
 * to WAL with synchronous=FULL: what a call reported as applied survives a crash. A database of the
 * Python server is taken as it is. options NULL: the defaults. On failure *db is NULL;
 * otherwise the caller closes it.
 *
 * FRUST_EOPEN: no such file, or not allowed; FRUST_ENOTDB, FRUST_ESCHEMA, FRUST_ECORRUPT: not a
 * database of ours, or a damaged one; FRUST_EREADONLY: not for writing; FRUST_EBUSY: another
 * process kept the lock for busy_ms; FRUST_ENOSPC, FRUST_EIO, FRUST_ENOMEM, FRUST_ESTORE. Any
 * thread.
 */
FRUST_API int frust_open(const char *path, const struct frust_options *options, struct frust **db,
			 struct frust_error *err);
/* Closes and frees; a snapshot that is open ends. Takes NULL. The handle's thread. */
FRUST_API void frust_close(struct frust *db);

/*
 * Adds n records, their users' counters and their hours' counters in one transaction: all or none.
 * The records are taken as they are (see frust_record_clean) with their timestamps; user, and name
 * of an event, must be there. Each gets its id, except unsaved events, whose id becomes 0. On
 * failure nothing is stored and the ids are 0. A record whose hour has later hours' rows adds to
 * those rows' totals too. The texts stay the caller's. The handle's thread.
 *
 * FRUST_EINVAL: a record lacks something, or a snapshot is open; FRUST_EREADONLY: open for reading,
 * or the file system is; FRUST_EBUSY: another process kept the lock for busy_ms; FRUST_ENOSPC,
 * FRUST_EIO, FRUST_ECORRUPT, FRUST_ENOMEM; FRUST_EGONE: the file is no longer where it was opened.
 */
FRUST_API int frust_apply(struct frust *db, struct frust_record *records, size_t n,
			  struct frust_error *err);
/* Commits a change without content: 0 when the store can be written now. Errors as frust_apply. */
FRUST_API int frust_probe(struct frust *db, struct frust_error *err);

#ifdef __cplusplus
}
#endif

#endif
