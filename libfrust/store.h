/*
 * What libfrust asks of a database: the seam between its rules and its backends. SQL and the
 * backend's library stay below; counting, ids and order stay above. One thread at a time.
 *
 * All functions return 0 or a negative FRUST_E… and fill err then; queries pass a callback's
 * non-zero return up unchanged.
 */
#ifndef FRUST_STORE_H
#define FRUST_STORE_H

#include <frust/query.h>

struct frust__store {
	const struct frust__store_ops *ops;
};

struct frust__store_ops {
	void (*close)(struct frust__store *store);

	/* True in *foreign when another process has committed since the last call. */
	int (*look)(struct frust__store *store, bool *foreign, struct frust_error *err);

	/* A writing transaction: takes the lock at once, so that what is read in it stays true. */
	int (*begin)(struct frust__store *store, struct frust_error *err);
	/* Durable when it returns 0; otherwise the caller rolls back. FRUST_EGONE: see db.h. */
	int (*commit)(struct frust__store *store, struct frust_error *err);
	void (*rollback)(struct frust__store *store);

	/* The rest of the writing side stands between begin and commit. */
	/* The highest id that was ever given, by kind - 1. */
	int (*last_ids)(struct frust__store *store, int64_t ids[2], struct frust_error *err);
	int (*insert)(struct frust__store *store, const struct frust_record *record,
		      struct frust_error *err);
	/* These add to what is there, or make the row. */
	int (*add_user)(struct frust__store *store, struct frust_str name, int64_t clicks,
			int64_t events, struct frust_error *err);
	/* A new row's totals start from the newest earlier row's; later rows' totals grow along. */
	int (*add_hour)(struct frust__store *store, int64_t hour, int64_t clicks, int64_t events,
			struct frust_error *err);
	int (*add_unsaved)(struct frust__store *store, int64_t hour, struct frust_str name,
			   int64_t count, struct frust_error *err);
	/* A change without content. */
	int (*touch)(struct frust__store *store, struct frust_error *err);

	/* A snapshot for reading, from now on. */
	int (*read_begin)(struct frust__store *store, struct frust_error *err);
	void (*read_end)(struct frust__store *store);
	int (*records)(struct frust__store *store, enum frust_kind kind,
		       const struct frust_filter *filter, frust_record_fn fn, void *ctx,
		       struct frust_error *err);
	/* Ascending; events_today is left 0. */
	int (*hours)(struct frust__store *store, int64_t since, int64_t until, frust_hour_fn fn,
		     void *ctx, struct frust_error *err);
	/* The newest hour's row; all 0 when there is none. */
	int (*newest_hour)(struct frust__store *store, struct frust_hour *hour,
			   struct frust_error *err);
	int (*users)(struct frust__store *store, frust_user_fn fn, void *ctx,
		     struct frust_error *err);
};

/* The SQLite backend. On failure *store is NULL. */
int frust__sqlite_open(const char *path, const struct frust_options *options,
		       struct frust__store **store, struct frust_error *err);

#endif
