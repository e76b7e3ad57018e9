/*
 * What the files of the SQLite backend share: errors and statements. Opening is in
 * store_sqlite_open.c, transactions and counters in store_sqlite_write.c, changes by hand in
 * store_sqlite_care.c, questions in store_sqlite_read.c and store_sqlite_audit.c, the tables in
 * schema_sqlite.c.
 */
#include "store_sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static const char *const sql[FRUST__SQL_COUNT] = {
	[FRUST__SQL_BEGIN] = "BEGIN IMMEDIATE",
	[FRUST__SQL_COMMIT] = "COMMIT",
	[FRUST__SQL_ROLLBACK] = "ROLLBACK",
	[FRUST__SQL_DATA_VERSION] = "PRAGMA data_version",
	[FRUST__SQL_LAST_IDS] =
		"SELECT max(ifnull((SELECT max(id) FROM clicks), 0),"
		" ifnull((SELECT value FROM frust_meta WHERE name = 'clicks_high'), 0)),"
		" max(ifnull((SELECT max(id) FROM events), 0),"
		" ifnull((SELECT value FROM frust_meta WHERE name = 'events_high'), 0))",
	[FRUST__SQL_INSERT_CLICK] = "INSERT INTO clicks (id, user, timestamp, comment, style) "
				    "VALUES (?1, ?2, ?3, ?4, ?5)",
	[FRUST__SQL_INSERT_EVENT] =
		"INSERT INTO events (id, user, timestamp, name) VALUES (?1, ?2, ?3, ?4)",
	[FRUST__SQL_ADD_USER] =
		"INSERT INTO users (name, clicks, events) VALUES (?1, ?2, ?3) ON CONFLICT (name)"
		" DO UPDATE SET clicks = ifnull(clicks, 0) + ?2, events = ifnull(events, 0) + ?3",
	[FRUST__SQL_ADD_HOUR] =
		"INSERT INTO hours (timestamp, clicks, events, clicks_total, events_total) VALUES"
		" (?1, ?2, ?3,"
		" ?2 + ifnull((SELECT clicks_total FROM hours WHERE timestamp < ?1"
		" ORDER BY timestamp DESC LIMIT 1), 0),"
		" ?3 + ifnull((SELECT events_total FROM hours WHERE timestamp < ?1"
		" ORDER BY timestamp DESC LIMIT 1), 0))"
		" ON CONFLICT (timestamp) DO UPDATE SET"
		" clicks = ifnull(clicks, 0) + ?2, events = ifnull(events, 0) + ?3,"
		" clicks_total = ifnull(clicks_total, 0) + ?2,"
		" events_total = ifnull(events_total, 0) + ?3",
	[FRUST__SQL_ADD_LATER_HOURS] =
		"UPDATE hours SET clicks_total = ifnull(clicks_total, 0) + ?2,"
		" events_total = ifnull(events_total, 0) + ?3"
		" WHERE timestamp > ?1",
	[FRUST__SQL_ADD_UNSAVED] =
		"INSERT INTO frust_unsaved (hour, name, count) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (hour, name) DO UPDATE SET count = count + ?3",
	[FRUST__SQL_ADD_ERASED] =
		"INSERT INTO frust_erased (hour, clicks, events) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (hour) DO UPDATE SET clicks = clicks + ?2, events = events + ?3",
	[FRUST__SQL_TAKE_USER] = "UPDATE users SET clicks = max(ifnull(clicks, 0) - ?2, 0),"
				 " events = max(ifnull(events, 0) - ?3, 0) WHERE name = ?1",
	[FRUST__SQL_DROP_EMPTY_USER] =
		"DELETE FROM users WHERE name = ?1 AND clicks = 0 AND events = 0",
	[FRUST__SQL_SET_USER] = "INSERT INTO users (name, clicks, events) VALUES (?1, ?2, ?3)"
				" ON CONFLICT (name) DO UPDATE SET clicks = ?2, events = ?3",
	[FRUST__SQL_SET_HOUR] =
		"INSERT OR REPLACE INTO hours (timestamp, clicks, events, clicks_total,"
		" events_total) VALUES (?1, ?2, ?3, ?4, ?5)",
	/* the same value again would write nothing at all */
	[FRUST__SQL_TOUCH] = "INSERT INTO frust_meta (name, value) VALUES ('probe', 0)"
			     " ON CONFLICT (name) DO UPDATE SET value = NOT value",
};

/* --- errors --- */

int frust__sqlite_code(const struct frust__sqlite *s, int rc)
{
	int os = s->db ? sqlite3_system_errno(s->db) : 0;

	switch (rc) {
	case SQLITE_READONLY_DBMOVED:
		return FRUST_EGONE;
	case SQLITE_IOERR_NOMEM:
		return FRUST_ENOMEM;
	case SQLITE_IOERR_SHMSIZE: /* of a file that was to grow; there is no errno */
		return FRUST_ENOSPC;
	default:
		break;
	}
	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		return FRUST_ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return FRUST_EBUSY;
	case SQLITE_NOTADB:
		return FRUST_ENOTDB;
	case SQLITE_CORRUPT:
		return FRUST_ECORRUPT;
	case SQLITE_FULL:
		return FRUST_ENOSPC;
	case SQLITE_READONLY:
		return FRUST_EREADONLY;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return os == EROFS ? FRUST_EREADONLY : FRUST_EOPEN;
	case SQLITE_IOERR:
		return os == ENOSPC || os == EDQUOT ? FRUST_ENOSPC : FRUST_EIO;
	default:
		return FRUST_ESTORE;
	}
}

int frust__sqlite_fail(const struct frust__sqlite *s, int rc, struct frust_error *err)
{
	int code = frust__sqlite_code(s, rc);
	int os = s->db ? sqlite3_system_errno(s->db) : 0;

	if (code == FRUST_ENOSPC) /* which SQLite often calls an I/O error */
		return frust__fail(err, code, "%s: %s", s->path, frust_strerror(code));
	if (code == FRUST_ENOTDB)
		return frust__fail(err, code, "%s is not a database", s->path);
	if (rc == SQLITE_READONLY_ROLLBACK || rc == SQLITE_READONLY_RECOVERY)
		return frust__fail(err, code, "%s was left by a crash: open it for writing once",
				   s->path);
	if (os && (code == FRUST_EIO || code == FRUST_EOPEN || code == FRUST_EREADONLY))
		return frust__fail(err, code, "%s: %s (%s)", s->path, sqlite3_errstr(rc),
				   strerror(os));
	return frust__fail(err, code, "%s: %s", s->path,
			   s->db ? sqlite3_errmsg(s->db) : "out of memory");
}

/* --- running statements --- */

/* The texts live until the statement has run: no copy. */
static int bind(sqlite3_stmt *statement, const struct frust__value *values, int n)
{
	int rc = SQLITE_OK;

	for (int i = 0; !rc && i < n; i++) {
		const struct frust__value *value = &values[i];

		if (!value->is_text)
			rc = sqlite3_bind_int64(statement, i + 1, value->number);
		else if (!value->text.at)
			rc = sqlite3_bind_null(statement, i + 1);
		else
			rc = sqlite3_bind_text64(statement, i + 1, value->text.at, value->text.len,
						 SQLITE_STATIC, SQLITE_UTF8);
	}
	return rc;
}

int frust__sqlite_exec(struct frust__sqlite *s, const char *text, struct frust_error *err)
{
	int rc = sqlite3_exec(s->db, text, NULL, NULL, NULL);

	return rc ? frust__sqlite_fail(s, rc, err) : 0;
}

int frust__sqlite_ask(struct frust__sqlite *s, const char *text, const struct frust__value *values,
		      int n, frust__sqlite_row_fn on_row, void *question, struct frust_error *err)
{
	sqlite3_stmt *statement = NULL;
	int status = 0;
	int rc = sqlite3_prepare_v2(s->db, text, -1, &statement, NULL);

	if (!rc)
		rc = bind(statement, values, n);
	if (!rc)
		rc = sqlite3_step(statement);
	while (rc == SQLITE_ROW && !status) {
		status = on_row(s, statement, question, err);
		if (!status)
			rc = sqlite3_step(statement);
	}
	if (!status && rc != SQLITE_DONE)
		status = frust__sqlite_fail(s, rc, err);
	sqlite3_finalize(statement);
	return status;
}

static int keep_int(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		    struct frust_error *err)
{
	(void)s;
	(void)err;
	*(int64_t *)question = sqlite3_column_int64(statement, 0);
	return 0;
}

int frust__sqlite_int(struct frust__sqlite *s, const char *text, int64_t *out,
		      struct frust_error *err)
{
	return frust__sqlite_ask(s, text, NULL, 0, keep_int, out, err);
}

static int no_row(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		  struct frust_error *err)
{
	(void)s;
	(void)statement;
	(void)question;
	(void)err;
	return 0;
}

int frust__sqlite_change(struct frust__sqlite *s, const char *text,
			 const struct frust__value *values, int n, int64_t *changes,
			 struct frust_error *err)
{
	int status = frust__sqlite_ask(s, text, values, n, no_row, NULL, err);

	if (!status && changes)
		*changes = sqlite3_changes64(s->db);
	return status;
}

int frust__sqlite_prepared(struct frust__sqlite *s, enum frust__sql which, sqlite3_stmt **out,
			   struct frust_error *err)
{
	int rc = SQLITE_OK;

	if (!s->statements[which])
		rc = sqlite3_prepare_v3(s->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT,
					&s->statements[which], NULL);
	*out = s->statements[which];
	return rc ? frust__sqlite_fail(s, rc, err) : 0;
}

int frust__sqlite_run(struct frust__sqlite *s, enum frust__sql which,
		      const struct frust__value *values, int n, struct frust_error *err)
{
	sqlite3_stmt *statement;
	int rc, status = frust__sqlite_prepared(s, which, &statement, err);

	if (status)
		return status;
	rc = bind(statement, values, n);
	if (!rc)
		rc = sqlite3_step(statement);
	if (rc && rc != SQLITE_DONE)
		status = frust__sqlite_fail(s, rc, err);
	sqlite3_reset(statement);
	return status;
}

int frust__sqlite_column(const struct frust__sqlite *s, sqlite3_stmt *statement, int at,
			 struct frust_str *out, struct frust_error *err)
{
	*out = (struct frust_str){NULL, 0};
	if (sqlite3_column_type(statement, at) == SQLITE_NULL)
		return 0;
	out->at = (const char *)sqlite3_column_text(statement, at);
	out->len = (size_t)sqlite3_column_bytes(statement, at);
	if (!out->at && sqlite3_errcode(s->db) == SQLITE_NOMEM)
		return frust__sqlite_fail(s, SQLITE_NOMEM, err);
	if (!out->at)
		out->at = "";
	return 0;
}
