/* The SQLite backend's own header: its files and schema_sqlite.c include it, and nobody else. */
#ifndef FRUST_STORE_SQLITE_H
#define FRUST_STORE_SQLITE_H

#include <sqlite3.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/buf.h"
#include "store.h"

enum frust__sql {
	FRUST__SQL_BEGIN,
	FRUST__SQL_COMMIT,
	FRUST__SQL_ROLLBACK,
	FRUST__SQL_DATA_VERSION,
	FRUST__SQL_LAST_IDS,
	FRUST__SQL_INSERT_CLICK,
	FRUST__SQL_INSERT_EVENT,
	FRUST__SQL_ADD_USER,
	FRUST__SQL_ADD_HOUR,
	FRUST__SQL_ADD_LATER_HOURS,
	FRUST__SQL_ADD_UNSAVED,
	FRUST__SQL_ADD_ERASED,
	FRUST__SQL_TAKE_USER,
	FRUST__SQL_DROP_EMPTY_USER,
	FRUST__SQL_SET_USER,
	FRUST__SQL_SET_HOUR,
	FRUST__SQL_TOUCH,
	FRUST__SQL_COUNT
};

/* For a "?" in SQL, in the order of these. */
struct frust__value {
	bool is_text;
	int64_t number;
	struct frust_str text; /* borrowed until the statement has run; absent: NULL */
};

static inline struct frust__value frust__number(int64_t number)
{
	return (struct frust__value){.number = number};
}

static inline struct frust__value frust__text(struct frust_str text)
{
	return (struct frust__value){.is_text = true, .text = text};
}

struct frust__sqlite {
	struct frust__store store;
	sqlite3 *db;
	char *path;           /* as the caller named it, for messages */
	int64_t data_version; /* as of the last look */
	dev_t log_device;     /* the -wal file that is open, see frust__sqlite_find_log */
	ino_t log_inode;      /* 0: not known */
	uint32_t busy_ms;     /* how long to wait for another process's lock */
	_Atomic bool hurry;   /* do not wait at all */
	sqlite3_stmt
		*statements[FRUST__SQL_COUNT]; /* of what is done often; prepared at first use */
};

/* Gives the row that the statement stands on to a callback. */
typedef int (*frust__sqlite_row_fn)(const struct frust__sqlite *s, sqlite3_stmt *statement,
				    void *question, struct frust_error *err);

/* The question of an operation that only hands its rows on. */
struct frust__answer {
	union {
		frust_hour_fn hour;
		frust_user_fn user;
		frust_comment_fn comment;
		frust_unsaved_fn unsaved;
		frust__erased_fn erased;
		frust_ban_fn ban;
		frust_announcement_fn announcement;
		frust__user_audit_fn audit_user;
		frust__hour_audit_fn audit_hour;
		frust__moment_fn moment;
		frust__remark_fn remark;
	} fn;
	void *ctx;
};

/* The table of operations is in store_sqlite_ops.c. */
extern const struct frust__store_ops frust__sqlite_ops;

static inline struct frust__sqlite *frust__sqlite_of(struct frust__store *store)
{
	return FR_CONTAINER_OF(store, struct frust__sqlite, store);
}

/* store_sqlite.c */

/* Our code for SQLite's, and for the errno behind it. */
int frust__sqlite_code(const struct frust__sqlite *s, int rc);
/* Fills err with what SQLite says and returns our code; rc is not SQLITE_OK. */
int frust__sqlite_fail(const struct frust__sqlite *s, int rc, struct frust_error *err);
/* Runs SQL without values and without answer. */
int frust__sqlite_exec(struct frust__sqlite *s, const char *sql,
		       struct frust_error *err) FR_MUST_CHECK;
/* Runs SQL that answers with one integer; *out stays as it is when it answers nothing. */
int frust__sqlite_int(struct frust__sqlite *s, const char *sql, int64_t *out,
		      struct frust_error *err) FR_MUST_CHECK;
/* Asks SQL that is prepared for this once, so that a callback may ask too; what on_row returns
 * stops and is passed up. */
int frust__sqlite_ask(struct frust__sqlite *s, const char *sql, const struct frust__value *values,
		      int n, frust__sqlite_row_fn on_row, void *question,
		      struct frust_error *err) FR_MUST_CHECK;
/* Runs SQL that changes; in *changes (may be NULL) how many rows. */
int frust__sqlite_change(struct frust__sqlite *s, const char *sql,
			 const struct frust__value *values, int n, int64_t *changes,
			 struct frust_error *err) FR_MUST_CHECK;
/* Runs one of the prepared statements, which answers with nothing. */
int frust__sqlite_run(struct frust__sqlite *s, enum frust__sql which,
		      const struct frust__value *values, int n,
		      struct frust_error *err) FR_MUST_CHECK;
/* One of them, to be stepped and reset by the caller. */
int frust__sqlite_prepared(struct frust__sqlite *s, enum frust__sql which, sqlite3_stmt **out,
			   struct frust_error *err) FR_MUST_CHECK;
/* A view of a text column, valid until the next step; NULL is absent. */
int frust__sqlite_column(const struct frust__sqlite *s, sqlite3_stmt *statement, int at,
			 struct frust_str *out, struct frust_error *err) FR_MUST_CHECK;

/* store_sqlite_filter.c */

/* SQL that grows with its values. */
struct frust__sqlite_query {
	struct fr_buf sql;
	struct frust__value values[6];
	int n;
};
/* Makes the function frust_glob known to SQL; an SQLite code. */
int frust__sqlite_add_glob(sqlite3 *db);
/* Adds the filter's conditions, a WHERE before them; timed: those on time too. */
void frust__sqlite_where(struct frust__sqlite_query *query, enum frust_kind kind,
			 const struct frust_filter *filter, bool timed);
/* Adds "?" and its value. */
void frust__sqlite_add_value(struct frust__sqlite_query *query, struct frust__value value);
/* The text, NUL-terminated; NULL without memory. The query is freed by fr_buf_fini(&query->sql). */
const char *frust__sqlite_text(struct frust__sqlite_query *query);

/* Operations of store.h, each under its own name: store_sqlite_write.c, store_sqlite_care.c,
 * store_sqlite_backup.c, store_sqlite_read.c, store_sqlite_audit.c, schema_sqlite.c */

/* Notes which file is the log of a database that was opened for writing. */
void frust__sqlite_find_log(struct frust__sqlite *s);
int frust__sqlite_look(struct frust__store *store, bool *foreign, struct frust_error *err);
int frust__sqlite_begin(struct frust__store *store, struct frust_error *err);
int frust__sqlite_commit(struct frust__store *store, struct frust_error *err);
void frust__sqlite_rollback(struct frust__store *store);
void frust__sqlite_close(struct frust__store *store);
void frust__sqlite_hurry(struct frust__store *store);
int frust__sqlite_read_begin(struct frust__store *store, struct frust_error *err);
void frust__sqlite_read_end(struct frust__store *store);
int frust__sqlite_last_ids(struct frust__store *store, int64_t ids[2], struct frust_error *err);
int frust__sqlite_insert(struct frust__store *store, const struct frust_record *record,
			 struct frust_error *err);
int frust__sqlite_add_user(struct frust__store *store, struct frust_str name, int64_t clicks,
			   int64_t events, struct frust_error *err);
int frust__sqlite_add_hour(struct frust__store *store, int64_t hour, int64_t clicks, int64_t events,
			   struct frust_error *err);
int frust__sqlite_add_unsaved(struct frust__store *store, int64_t hour, struct frust_str name,
			      int64_t count, struct frust_error *err);
int frust__sqlite_touch(struct frust__store *store, struct frust_error *err);
int frust__sqlite_take_user(struct frust__store *store, struct frust_str name, int64_t clicks,
			    int64_t events, bool *gone, struct frust_error *err);
int frust__sqlite_add_erased(struct frust__store *store, const struct frust__erased *erased,
			     struct frust_error *err);
int frust__sqlite_set_user(struct frust__store *store, const struct frust_user *user,
			   struct frust_error *err);
int frust__sqlite_set_hour(struct frust__store *store, const struct frust_hour *hour,
			   struct frust_error *err);
int frust__sqlite_drop_user(struct frust__store *store, struct frust_str name,
			    struct frust_error *err);
int frust__sqlite_drop_hour(struct frust__store *store, int64_t hour, struct frust_error *err);
int frust__sqlite_name_user(struct frust__store *store, struct frust_str from, struct frust_str to,
			    struct frust_error *err);
int frust__sqlite_move_rows(struct frust__store *store, enum frust_kind kind, struct frust_str from,
			    struct frust_str to, bool bare, int64_t *n, struct frust_error *err);
int frust__sqlite_drop_rows(struct frust__store *store, enum frust_kind kind,
			    const struct frust_filter *filter, int64_t *n, struct frust_error *err);
int frust__sqlite_raise_ids(struct frust__store *store, const int64_t ids[2],
			    struct frust_error *err);
int frust__sqlite_add_ban(struct frust__store *store, const struct frust_ban *ban, int64_t *n,
			  struct frust_error *err);
int frust__sqlite_drop_ban(struct frust__store *store, const struct frust_ban *ban, int64_t *n,
			   struct frust_error *err);
int frust__sqlite_add_announcement(struct frust__store *store,
				   const struct frust_announcement *announcement,
				   struct frust_error *err);
int frust__sqlite_drop_announcements(struct frust__store *store, struct frust_error *err);
int frust__sqlite_clear(struct frust__store *store, struct frust_error *err);
int frust__sqlite_vacuum(struct frust__store *store, struct frust_error *err);
int frust__sqlite_backup(struct frust__store *store, const char *to, bool replace,
			 const struct frust_change *change, struct frust_error *err);
int frust__sqlite_records(struct frust__store *store, enum frust_kind kind,
			  const struct frust_filter *filter, frust_record_fn fn, void *ctx,
			  struct frust_error *err);
int frust__sqlite_hours(struct frust__store *store, int64_t since, int64_t until, frust_hour_fn fn,
			void *ctx, struct frust_error *err);
int frust__sqlite_newest_hour(struct frust__store *store, struct frust_hour *hour,
			      struct frust_error *err);
int frust__sqlite_users(struct frust__store *store, frust_user_fn fn, void *ctx,
			struct frust_error *err);
int frust__sqlite_user(struct frust__store *store, struct frust_str name, struct frust_user *user,
		       bool *found, struct frust_error *err);
int frust__sqlite_seen(struct frust__store *store, struct frust_str name, int64_t times[2],
		       struct frust_error *err);
int frust__sqlite_count(struct frust__store *store, int64_t since, int64_t until, int64_t counts[2],
			struct frust_error *err);
int frust__sqlite_comments(struct frust__store *store, struct frust_str user, int64_t limit,
			   frust_comment_fn fn, void *ctx, struct frust_error *err);
int frust__sqlite_unsaved(struct frust__store *store, int64_t since, int64_t until,
			  frust_unsaved_fn fn, void *ctx, struct frust_error *err);
int frust__sqlite_erased(struct frust__store *store, int64_t since, int64_t until,
			 frust__erased_fn fn, void *ctx, struct frust_error *err);
int frust__sqlite_bans(struct frust__store *store, frust_ban_fn fn, void *ctx,
		       struct frust_error *err);
int frust__sqlite_announcements(struct frust__store *store, frust_announcement_fn fn, void *ctx,
				struct frust_error *err);
int frust__sqlite_info(struct frust__store *store, struct frust_info *info,
		       struct frust_error *err);
int frust__sqlite_audit_users(struct frust__store *store, frust__user_audit_fn fn, void *ctx,
			      struct frust_error *err);
int frust__sqlite_audit_hours(struct frust__store *store, int64_t since, int64_t until,
			      frust__hour_audit_fn fn, void *ctx, struct frust_error *err);
int frust__sqlite_odd_times(struct frust__store *store, enum frust_kind kind, int64_t since,
			    int64_t until, frust__moment_fn fn, void *ctx, struct frust_error *err);
int frust__sqlite_scan(struct frust__store *store, frust__remark_fn fn, void *ctx,
		       struct frust_error *err);
int frust__sqlite_schema(struct frust__store *store, frust__remark_fn fn, void *ctx,
			 struct frust_error *err);

/* schema_sqlite.c */

/* Are these our tables? *empty: there is no table at all. Reads only. */
int frust__schema_check(struct frust__sqlite *s, bool *empty,
			struct frust_error *err) FR_MUST_CHECK;
/* Makes the tables that the Python server would make, into an empty database. */
int frust__schema_create(struct frust__sqlite *s, struct frust_error *err) FR_MUST_CHECK;
/* Adds our own tables and indexes where they are missing. */
int frust__schema_extend(struct frust__sqlite *s, struct frust_error *err) FR_MUST_CHECK;
/* Lets those of our tables that are missing read as empty ones, on this connection only. */
int frust__schema_imagine(struct frust__sqlite *s, struct frust_error *err) FR_MUST_CHECK;
/* The schema's numbers, see frust_info. */
int frust__schema_version(struct frust__sqlite *s, int *schema, int *additions,
			  struct frust_error *err) FR_MUST_CHECK;

#endif
