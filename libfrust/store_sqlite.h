/* The SQLite backend's own header: its files and schema_sqlite.c include it, and nobody else. */
#ifndef FRUST_STORE_SQLITE_H
#define FRUST_STORE_SQLITE_H

#include <sqlite3.h>

#include "base/attr.h"
#include "store.h"

enum frust__sql {
	FRUST__SQL_BEGIN,
	FRUST__SQL_COMMIT,
	FRUST__SQL_DATA_VERSION,
	FRUST__SQL_LAST_IDS,
	FRUST__SQL_INSERT_CLICK,
	FRUST__SQL_INSERT_EVENT,
	FRUST__SQL_ADD_USER,
	FRUST__SQL_ADD_HOUR,
	FRUST__SQL_ADD_LATER_HOURS,
	FRUST__SQL_ADD_UNSAVED,
	FRUST__SQL_TOUCH,
	FRUST__SQL_COUNT
};

struct frust__sqlite {
	struct frust__store store;
	sqlite3 *db;
	char *path;                                 /* as the caller named it, for messages */
	int64_t data_version;                       /* as of the last look */
	sqlite3_stmt *statements[FRUST__SQL_COUNT]; /* the writing side's; prepared at first use */
};

extern const struct frust__store_ops frust__sqlite_ops;

/* store_sqlite.c */

/* Our code for SQLite's, and for the errno behind it. */
int frust__sqlite_code(const struct frust__sqlite *s, int rc);
/* Fills err with what SQLite says and returns our code; rc is not SQLITE_OK. */
int frust__sqlite_fail(const struct frust__sqlite *s, int rc, struct frust_error *err);
/* Runs SQL without values and without answer. */
int frust__sqlite_exec(struct frust__sqlite *s, const char *sql,
		       struct frust_error *err) FR_MUST_CHECK;
/* Runs SQL that answers with one integer. */
int frust__sqlite_int(struct frust__sqlite *s, const char *sql, int64_t *out,
		      struct frust_error *err) FR_MUST_CHECK;
int frust__sqlite_look(struct frust__store *store, bool *foreign, struct frust_error *err);
void frust__sqlite_close(struct frust__store *store);

/* store_sqlite_read.c */

int frust__sqlite_read_begin(struct frust__store *store, struct frust_error *err);
void frust__sqlite_read_end(struct frust__store *store);
int frust__sqlite_records(struct frust__store *store, enum frust_kind kind,
			  const struct frust_filter *filter, frust_record_fn fn, void *ctx,
			  struct frust_error *err);
int frust__sqlite_hours(struct frust__store *store, int64_t since, int64_t until, frust_hour_fn fn,
			void *ctx, struct frust_error *err);
int frust__sqlite_newest_hour(struct frust__store *store, struct frust_hour *hour,
			      struct frust_error *err);
int frust__sqlite_users(struct frust__store *store, frust_user_fn fn, void *ctx,
			struct frust_error *err);

/* schema_sqlite.c */

/* Are these our tables? *empty: there is no table at all. Reads only. */
int frust__schema_check(struct frust__sqlite *s, bool *empty,
			struct frust_error *err) FR_MUST_CHECK;
/* Makes the tables that the Python server would make, into an empty database. */
int frust__schema_create(struct frust__sqlite *s, struct frust_error *err) FR_MUST_CHECK;
/* Adds our own tables and indexes where they are missing. */
int frust__schema_extend(struct frust__sqlite *s, struct frust_error *err) FR_MUST_CHECK;

#endif
