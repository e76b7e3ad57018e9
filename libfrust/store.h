/*
 * What libfrust asks of a database: the seam between its rules and its backends. SQL and the
 * backend's library stay below; counting, ids and order stay above. One thread at a time.
 *
 * All functions return 0 or a negative FRUST_E… and fill err then; queries pass a callback's
 * non-zero return up unchanged.
 */
#ifndef FRUST_STORE_H
#define FRUST_STORE_H

#include <frust/care.h>

#include "base/attr.h"

/* The schema that this library makes, see frust_info. */
#define FRUST__SCHEMA_VERSION 1 /* who knows only a lesser one must not write */
#define FRUST__SCHEMA_ADDITIONS                                                                    \
	1 /* what was added since, without harm to those who don't know it */

struct frust__store {
	const struct frust__store_ops *ops;
};

/* What counts in an hour though its rows were erased. */
struct frust__erased {
	int64_t hour;
	int64_t clicks, events;
};
typedef int (*frust__erased_fn)(void *ctx, const struct frust__erased *erased);

/* A user's or an hour's counters beside what bears them. */
struct frust__user_audit {
	struct frust_user counters; /* name absent: rows without a user */
	bool counted;               /* there is a row of counters */
	int64_t click_rows, event_rows;
};
typedef int (*frust__user_audit_fn)(void *ctx, const struct frust__user_audit *audit);

struct frust__hour_audit {
	struct frust_hour counters; /* events_today is 0 */
	bool counted;
	int64_t click_rows, event_rows;
	int64_t unsaved;
	int64_t clicks_erased, events_erased;
};
typedef int (*frust__hour_audit_fn)(void *ctx, const struct frust__hour_audit *audit);

/* A row by its id and its time; timed false: it has no whole number there. */
struct frust__moment {
	int64_t id, timestamp;
	bool timed;
};
typedef int (*frust__moment_fn)(void *ctx, const struct frust__moment *moment);

/* Something about the database itself: one line for a person. */
typedef int (*frust__remark_fn)(void *ctx, enum frust_severity severity, const char *text);

struct frust__store_ops {
	void (*close)(struct frust__store *store);
	/* From now on nothing waits for another process's lock, also what waits now. Any thread. */
	void (*hurry)(struct frust__store *store);

	/* True in *foreign when another process has committed since the last call. */
	int (*look)(struct frust__store *store, bool *foreign, struct frust_error *err);

	/* A writing transaction: takes the lock at once, so that what is read in it stays true. */
	int (*begin)(struct frust__store *store, struct frust_error *err);
	/* Durable when it returns 0; otherwise the caller rolls back. FRUST_EGONE: see db.h. */
	int (*commit)(struct frust__store *store, struct frust_error *err);
	void (*rollback)(struct frust__store *store);

	/* The rest of the writing side stands between begin and commit. */
	/* The highest id that was ever given, by kind - 1. Asked after each foreign commit: by then
	 * the tables may be of a schema that we do not know (FRUST_ESCHEMA). */
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

	/* Takes away what is there, never below 0: a user who is left with nothing goes. */
	int (*take_user)(struct frust__store *store, struct frust_str name, int64_t clicks,
			 int64_t events, bool *gone, struct frust_error *err);
	int (*add_erased)(struct frust__store *store, const struct frust__erased *erased,
			  struct frust_error *err);
	/* These make the row, or what it says, just this; dropping what is not there is fine. */
	int (*set_user)(struct frust__store *store, const struct frust_user *user,
			struct frust_error *err);
	int (*set_hour)(struct frust__store *store, const struct frust_hour *hour,
			struct frust_error *err);
	int (*drop_user)(struct frust__store *store, struct frust_str name,
			 struct frust_error *err);
	int (*drop_hour)(struct frust__store *store, int64_t hour, struct frust_error *err);
	/* Gives a user's counters another name, in their place among the users. */
	int (*name_user)(struct frust__store *store, struct frust_str from, struct frust_str to,
			 struct frust_error *err);
	/* Gives a user's rows another name, bare: and takes their comments; in *n how many. */
	int (*move_rows)(struct frust__store *store, enum frust_kind kind, struct frust_str from,
			 struct frust_str to, bool bare, int64_t *n, struct frust_error *err);
	/* The rows that the filter names, without its order and limit; counters stay. */
	int (*drop_rows)(struct frust__store *store, enum frust_kind kind,
			 const struct frust_filter *filter, int64_t *n, struct frust_error *err);
	/* Ids up to these, by kind - 1, were given. */
	int (*raise_ids)(struct frust__store *store, const int64_t ids[2], struct frust_error *err);
	/* In *n how many: 0 when it was there, or was not. */
	int (*add_ban)(struct frust__store *store, const struct frust_ban *ban, int64_t *n,
		       struct frust_error *err);
	int (*drop_ban)(struct frust__store *store, const struct frust_ban *ban, int64_t *n,
			struct frust_error *err);
	int (*add_announcement)(struct frust__store *store,
				const struct frust_announcement *announcement,
				struct frust_error *err);
	int (*drop_announcements)(struct frust__store *store, struct frust_error *err);
	/* Everything but the ids given and the announcements. */
	int (*clear)(struct frust__store *store, struct frust_error *err);

	/* Outside of any transaction. */
	int (*vacuum)(struct frust__store *store, struct frust_error *err);
	int (*backup)(struct frust__store *store, const char *to, bool replace,
		      const struct frust_change *change, struct frust_error *err);

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
	/* *found: there are counters of that name; user->name is name. */
	int (*user)(struct frust__store *store, struct frust_str name, struct frust_user *user,
		    bool *found, struct frust_error *err);
	/* The times of a user's first and last row; both 0 when there is none. */
	int (*seen)(struct frust__store *store, struct frust_str name, int64_t times[2],
		    struct frust_error *err);
	/* How many rows there are in since <= timestamp < until, by kind - 1. */
	int (*count)(struct frust__store *store, int64_t since, int64_t until, int64_t counts[2],
		     struct frust_error *err);
	int (*comments)(struct frust__store *store, struct frust_str user, int64_t limit,
			frust_comment_fn fn, void *ctx, struct frust_error *err);
	/* These two ascending. */
	int (*unsaved)(struct frust__store *store, int64_t since, int64_t until,
		       frust_unsaved_fn fn, void *ctx, struct frust_error *err);
	int (*erased)(struct frust__store *store, int64_t since, int64_t until, frust__erased_fn fn,
		      void *ctx, struct frust_error *err);
	int (*bans)(struct frust__store *store, frust_ban_fn fn, void *ctx,
		    struct frust_error *err);
	int (*announcements)(struct frust__store *store, frust_announcement_fn fn, void *ctx,
			     struct frust_error *err);
	int (*info)(struct frust__store *store, struct frust_info *info, struct frust_error *err);

	/* What bears the counters: every user, and every hour in since <= hour < until, that has
	 * counters or rows; hours ascend. */
	int (*audit_users)(struct frust__store *store, frust__user_audit_fn fn, void *ctx,
			   struct frust_error *err);
	int (*audit_hours)(struct frust__store *store, int64_t since, int64_t until,
			   frust__hour_audit_fn fn, void *ctx, struct frust_error *err);
	/* Rows whose time is not in since <= timestamp < until. */
	int (*odd_times)(struct frust__store *store, enum frust_kind kind, int64_t since,
			 int64_t until, frust__moment_fn fn, void *ctx, struct frust_error *err);
	/* Damage of the file: a look at every page. */
	int (*scan)(struct frust__store *store, frust__remark_fn fn, void *ctx,
		    struct frust_error *err);
	/* Tables and indexes that should be there, or should not. */
	int (*schema)(struct frust__store *store, frust__remark_fn fn, void *ctx,
		      struct frust_error *err);
};

/* The SQLite backend. On failure *store is NULL. */
int frust__sqlite_open(const char *path, const struct frust_options *options,
		       struct frust__store **store, struct frust_error *err) FR_MUST_CHECK;
/* One that nobody else sees and that is gone when it is closed; its commits are not durable. */
int frust__sqlite_scratch(struct frust__store **store, struct frust_error *err) FR_MUST_CHECK;

#endif
