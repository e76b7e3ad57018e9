/*
 * The SQLite backend's writing side: transactions, rows, counters. Opening is in
 * store_sqlite_open.c, reading in store_sqlite_read.c, the tables in schema_sqlite.c.
 */
#include "store_sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static const char *const sql[FRUST__SQL_COUNT] = {
	[FRUST__SQL_BEGIN] = "BEGIN IMMEDIATE",
	[FRUST__SQL_COMMIT] = "COMMIT",
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
	/* the same value again would write nothing at all */
	[FRUST__SQL_TOUCH] = "INSERT INTO frust_meta (name, value) VALUES ('probe', 0)"
			     " ON CONFLICT (name) DO UPDATE SET value = NOT value",
};

static struct frust__sqlite *self(struct frust__store *store)
{
	return FR_CONTAINER_OF(store, struct frust__sqlite, store);
}

/* --- errors --- */

int frust__sqlite_code(const struct frust__sqlite *s, int rc)
{
	int os = s->db ? sqlite3_system_errno(s->db) : 0;

	switch (rc) {
	case SQLITE_READONLY_DBMOVED:
		return FRUST_EGONE;
	case SQLITE_IOERR_NOMEM:
		return FRUST_ENOMEM;
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

int frust__sqlite_exec(struct frust__sqlite *s, const char *text, struct frust_error *err)
{
	int rc = sqlite3_exec(s->db, text, NULL, NULL, NULL);

	return rc ? frust__sqlite_fail(s, rc, err) : 0;
}

int frust__sqlite_int(struct frust__sqlite *s, const char *text, int64_t *out,
		      struct frust_error *err)
{
	sqlite3_stmt *statement = NULL;
	int status = 0;
	int rc = sqlite3_prepare_v2(s->db, text, -1, &statement, NULL);

	if (!rc)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	else if (rc != SQLITE_DONE)
		status = frust__sqlite_fail(s, rc, err);
	sqlite3_finalize(statement);
	return status;
}

static int prepare(struct frust__sqlite *s, enum frust__sql which, sqlite3_stmt **out,
		   struct frust_error *err)
{
	int rc = SQLITE_OK;

	if (!s->statements[which])
		rc = sqlite3_prepare_v3(s->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT,
					&s->statements[which], NULL);
	*out = s->statements[which];
	return rc ? frust__sqlite_fail(s, rc, err) : 0;
}

/* The views live until the step that follows: no copy. */
static int bind_str(sqlite3_stmt *statement, int at, struct frust_str value)
{
	if (!value.at)
		return sqlite3_bind_null(statement, at);
	return sqlite3_bind_text64(statement, at, value.at, value.len, SQLITE_STATIC, SQLITE_UTF8);
}

/* Steps a statement whose values were bound with result rc; it answers with nothing. */
static int run(struct frust__sqlite *s, sqlite3_stmt *statement, int rc, struct frust_error *err)
{
	int status = 0;

	if (!rc)
		rc = sqlite3_step(statement);
	if (rc && rc != SQLITE_DONE)
		status = frust__sqlite_fail(s, rc, err);
	sqlite3_reset(statement);
	return status;
}

static int run_plain(struct frust__sqlite *s, enum frust__sql which, struct frust_error *err)
{
	sqlite3_stmt *statement;
	int status = prepare(s, which, &statement, err);

	return status ? status : run(s, statement, SQLITE_OK, err);
}

/* --- transactions --- */

int frust__sqlite_look(struct frust__store *store, bool *foreign, struct frust_error *err)
{
	struct frust__sqlite *s = self(store);
	sqlite3_stmt *statement;
	int64_t version;
	int rc, status = prepare(s, FRUST__SQL_DATA_VERSION, &statement, err);

	*foreign = false;
	if (status)
		return status;
	rc = sqlite3_step(statement);
	version = sqlite3_column_int64(statement, 0);
	if (rc != SQLITE_ROW)
		status = frust__sqlite_fail(s, rc, err);
	sqlite3_reset(statement);
	if (status)
		return status;
	*foreign = version != s->data_version;
	s->data_version = version;
	return 0;
}

static int begin(struct frust__store *store, struct frust_error *err)
{
	struct frust__sqlite *s = self(store);

	/* SQLite would begin a transaction that can only read */
	if (sqlite3_db_readonly(s->db, "main"))
		return frust__fail(err, FRUST_EREADONLY, "%s is open for reading only", s->path);
	return run_plain(s, FRUST__SQL_BEGIN, err);
}

static int commit(struct frust__store *store, struct frust_error *err)
{
	struct frust__sqlite *s = self(store);
	int moved = 0;

	/* a commit into an unlinked file succeeds, and is lost with it */
	if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
	    moved)
		return frust__fail(err, FRUST_EGONE, "%s was deleted or replaced while in use",
				   s->path);
	return run_plain(s, FRUST__SQL_COMMIT, err);
}

static void rollback(struct frust__store *store)
{
	struct frust__sqlite *s = self(store);

	/* some errors have rolled back already */
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* --- rows --- */

static int last_ids(struct frust__store *store, int64_t ids[2], struct frust_error *err)
{
	struct frust__sqlite *s = self(store);
	sqlite3_stmt *statement;
	int rc, status = prepare(s, FRUST__SQL_LAST_IDS, &statement, err);

	if (status)
		return status;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW) {
		ids[0] = sqlite3_column_int64(statement, 0);
		ids[1] = sqlite3_column_int64(statement, 1);
	} else {
		status = frust__sqlite_fail(s, rc, err);
	}
	sqlite3_reset(statement);
	return status;
}

static int insert(struct frust__store *store, const struct frust_record *r, struct frust_error *err)
{
	struct frust__sqlite *s = self(store);
	bool click = r->kind == FRUST_CLICK;
	sqlite3_stmt *statement;
	int rc, status = prepare(s, click ? FRUST__SQL_INSERT_CLICK : FRUST__SQL_INSERT_EVENT,
				 &statement, err);

	if (status)
		return status;
	rc = sqlite3_bind_int64(statement, 1, r->id);
	if (!rc)
		rc = bind_str(statement, 2, r->user);
	if (!rc)
		rc = sqlite3_bind_int64(statement, 3, r->timestamp);
	if (!rc)
		rc = bind_str(statement, 4, click ? r->comment : r->name);
	if (!rc && click)
		rc = bind_str(statement, 5, r->style);
	return run(s, statement, rc, err);
}

static int add_user(struct frust__store *store, struct frust_str name, int64_t clicks,
		    int64_t events, struct frust_error *err)
{
	struct frust__sqlite *s = self(store);
	sqlite3_stmt *statement;
	int rc, status = prepare(s, FRUST__SQL_ADD_USER, &statement, err);

	if (status)
		return status;
	rc = bind_str(statement, 1, name);
	if (!rc)
		rc = sqlite3_bind_int64(statement, 2, clicks);
	if (!rc)
		rc = sqlite3_bind_int64(statement, 3, events);
	return run(s, statement, rc, err);
}

static int add_to_hours(struct frust__sqlite *s, enum frust__sql which, int64_t hour,
			int64_t clicks, int64_t events, struct frust_error *err)
{
	sqlite3_stmt *statement;
	int rc, status = prepare(s, which, &statement, err);

	if (status)
		return status;
	rc = sqlite3_bind_int64(statement, 1, hour);
	if (!rc)
		rc = sqlite3_bind_int64(statement, 2, clicks);
	if (!rc)
		rc = sqlite3_bind_int64(statement, 3, events);
	return run(s, statement, rc, err);
}

static int add_hour(struct frust__store *store, int64_t hour, int64_t clicks, int64_t events,
		    struct frust_error *err)
{
	struct frust__sqlite *s = self(store);
	int status = add_to_hours(s, FRUST__SQL_ADD_HOUR, hour, clicks, events, err);

	if (status)
		return status;
	return add_to_hours(s, FRUST__SQL_ADD_LATER_HOURS, hour, clicks, events, err);
}

static int add_unsaved(struct frust__store *store, int64_t hour, struct frust_str name,
		       int64_t count, struct frust_error *err)
{
	struct frust__sqlite *s = self(store);
	sqlite3_stmt *statement;
	int rc, status = prepare(s, FRUST__SQL_ADD_UNSAVED, &statement, err);

	if (status)
		return status;
	rc = sqlite3_bind_int64(statement, 1, hour);
	if (!rc)
		rc = bind_str(statement, 2, name);
	if (!rc)
		rc = sqlite3_bind_int64(statement, 3, count);
	return run(s, statement, rc, err);
}

static int touch(struct frust__store *store, struct frust_error *err)
{
	return run_plain(self(store), FRUST__SQL_TOUCH, err);
}

void frust__sqlite_close(struct frust__store *store)
{
	struct frust__sqlite *s = self(store);

	for (size_t i = 0; i < FRUST__SQL_COUNT; i++)
		sqlite3_finalize(s->statements[i]);
	sqlite3_close(s->db);
	free(s->path);
	free(s);
}

const struct frust__store_ops frust__sqlite_ops = {
	.close = frust__sqlite_close,
	.look = frust__sqlite_look,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.last_ids = last_ids,
	.insert = insert,
	.add_user = add_user,
	.add_hour = add_hour,
	.add_unsaved = add_unsaved,
	.touch = touch,
	.read_begin = frust__sqlite_read_begin,
	.read_end = frust__sqlite_read_end,
	.records = frust__sqlite_records,
	.hours = frust__sqlite_hours,
	.newest_hour = frust__sqlite_newest_hour,
	.users = frust__sqlite_users,
};
