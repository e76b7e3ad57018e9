/* The SQLite backend's writing side: transactions, rows, counters. */
#include "store_sqlite.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "internal.h"

/* --- transactions --- */

static const char *log_path(const struct frust__sqlite *s)
{
	return sqlite3_filename_wal(sqlite3_db_filename(s->db, "main"));
}

void frust__sqlite_find_log(struct frust__sqlite *s)
{
	struct stat st;

	if (stat(log_path(s), &st) == 0) {
		s->log_device = st.st_dev;
		s->log_inode = st.st_ino;
	}
}

/*
 * Commits go to the -wal file. Into one that was deleted they go without a word, and a crash takes
 * them all: so what is in it goes to the database's own file as soon as we see that, and no more
 * goes in.
 */
static int check_log(struct frust__sqlite *s, struct frust_error *err)
{
	const char *path = log_path(s);
	struct stat st;

	if (!s->log_inode ||
	    (stat(path, &st) == 0 && st.st_dev == s->log_device && st.st_ino == s->log_inode))
		return 0;
	if (sqlite3_get_autocommit(s->db))
		sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_FULL, NULL, NULL);
	return frust__fail(err, FRUST_EGONE, "%s was deleted or replaced while in use", path);
}

int frust__sqlite_look(struct frust__store *store, bool *foreign, struct frust_error *err)
{
	struct frust__sqlite *s = frust__sqlite_of(store);
	sqlite3_stmt *statement;
	int64_t version;
	int rc, status = check_log(s, err);

	*foreign = false;
	if (!status)
		status = frust__sqlite_prepared(s, FRUST__SQL_DATA_VERSION, &statement, err);
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

int frust__sqlite_begin(struct frust__store *store, struct frust_error *err)
{
	struct frust__sqlite *s = frust__sqlite_of(store);
	int status;

	/* SQLite would begin a transaction that can only read */
	if (sqlite3_db_readonly(s->db, "main"))
		return frust__fail(err, FRUST_EREADONLY, "%s is open for reading only", s->path);
	frust__sqlite_rollback(store); /* should the last one have failed */
	status = check_log(s, err);
	if (status)
		return status;
	return frust__sqlite_run(s, FRUST__SQL_BEGIN, NULL, 0, err);
}

int frust__sqlite_commit(struct frust__store *store, struct frust_error *err)
{
	struct frust__sqlite *s = frust__sqlite_of(store);
	int moved = 0, status = check_log(s, err);

	if (status)
		return status;
	/* a commit into an unlinked file succeeds, and is lost with it */
	if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
	    moved)
		return frust__fail(err, FRUST_EGONE, "%s was deleted or replaced while in use",
				   s->path);
	return frust__sqlite_run(s, FRUST__SQL_COMMIT, NULL, 0, err);
}

void frust__sqlite_rollback(struct frust__store *store)
{
	struct frust__sqlite *s = frust__sqlite_of(store);
	int last = sqlite3_errcode(s->db) & 0xff;

	/* some errors have rolled back already */
	if (!sqlite3_get_autocommit(s->db))
		(void)!frust__sqlite_run(s, FRUST__SQL_ROLLBACK, NULL, 0, NULL);
	/* a damaged page stays in the cache, though the file may be mended */
	if (last == SQLITE_CORRUPT || last == SQLITE_NOTADB)
		sqlite3_db_release_memory(s->db);
}

/* --- rows --- */

int frust__sqlite_last_ids(struct frust__store *store, int64_t ids[2], struct frust_error *err)
{
	struct frust__sqlite *s = frust__sqlite_of(store);
	sqlite3_stmt *statement;
	bool empty;
	int rc, status = frust__schema_check(s, &empty, err);

	if (!status)
		status = frust__sqlite_prepared(s, FRUST__SQL_LAST_IDS, &statement, err);
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

int frust__sqlite_raise_ids(struct frust__store *store, const int64_t ids[2],
			    struct frust_error *err)
{
	const struct frust__value values[] = {frust__number(ids[0]), frust__number(ids[1])};

	return frust__sqlite_change(
		frust__sqlite_of(store),
		"INSERT INTO frust_meta (name, value) VALUES ('clicks_high', ?), ('events_high', ?)"
		" ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
		values, 2, NULL, err);
}

int frust__sqlite_insert(struct frust__store *store, const struct frust_record *r,
			 struct frust_error *err)
{
	bool click = r->kind == FRUST_CLICK;
	const struct frust__value values[] = {
		frust__number(r->id), frust__text(r->user), frust__number(r->timestamp),
		frust__text(click ? r->comment : r->name), frust__text(r->style)};

	return frust__sqlite_run(frust__sqlite_of(store),
				 click ? FRUST__SQL_INSERT_CLICK : FRUST__SQL_INSERT_EVENT, values,
				 click ? 5 : 4, err);
}

/* --- counters --- */

static int run_counters(struct frust__store *store, enum frust__sql which, struct frust__value key,
			int64_t clicks, int64_t events, struct frust_error *err)
{
	const struct frust__value values[] = {key, frust__number(clicks), frust__number(events)};

	return frust__sqlite_run(frust__sqlite_of(store), which, values, 3, err);
}

int frust__sqlite_add_user(struct frust__store *store, struct frust_str name, int64_t clicks,
			   int64_t events, struct frust_error *err)
{
	return run_counters(store, FRUST__SQL_ADD_USER, frust__text(name), clicks, events, err);
}

int frust__sqlite_set_user(struct frust__store *store, const struct frust_user *user,
			   struct frust_error *err)
{
	return run_counters(store, FRUST__SQL_SET_USER, frust__text(user->name), user->clicks,
			    user->events, err);
}

int frust__sqlite_take_user(struct frust__store *store, struct frust_str name, int64_t clicks,
			    int64_t events, bool *gone, struct frust_error *err)
{
	struct frust__sqlite *s = frust__sqlite_of(store);
	const struct frust__value value = frust__text(name);
	int status = run_counters(store, FRUST__SQL_TAKE_USER, value, clicks, events, err);

	if (!status)
		status = frust__sqlite_run(s, FRUST__SQL_DROP_EMPTY_USER, &value, 1, err);
	*gone = !status && sqlite3_changes(s->db) > 0;
	return status;
}

int frust__sqlite_add_hour(struct frust__store *store, int64_t hour, int64_t clicks, int64_t events,
			   struct frust_error *err)
{
	const struct frust__value key = frust__number(hour);
	int status = run_counters(store, FRUST__SQL_ADD_HOUR, key, clicks, events, err);

	if (status)
		return status;
	return run_counters(store, FRUST__SQL_ADD_LATER_HOURS, key, clicks, events, err);
}

int frust__sqlite_set_hour(struct frust__store *store, const struct frust_hour *hour,
			   struct frust_error *err)
{
	const struct frust__value values[] = {
		frust__number(hour->timestamp), frust__number(hour->clicks),
		frust__number(hour->events), frust__number(hour->clicks_total),
		frust__number(hour->events_total)};

	return frust__sqlite_run(frust__sqlite_of(store), FRUST__SQL_SET_HOUR, values, 5, err);
}

int frust__sqlite_add_unsaved(struct frust__store *store, int64_t hour, struct frust_str name,
			      int64_t count, struct frust_error *err)
{
	const struct frust__value values[] = {frust__number(hour), frust__text(name),
					      frust__number(count)};

	return frust__sqlite_run(frust__sqlite_of(store), FRUST__SQL_ADD_UNSAVED, values, 3, err);
}

int frust__sqlite_add_erased(struct frust__store *store, const struct frust__erased *erased,
			     struct frust_error *err)
{
	return run_counters(store, FRUST__SQL_ADD_ERASED, frust__number(erased->hour),
			    erased->clicks, erased->events, err);
}

int frust__sqlite_touch(struct frust__store *store, struct frust_error *err)
{
	return frust__sqlite_run(frust__sqlite_of(store), FRUST__SQL_TOUCH, NULL, 0, err);
}

void frust__sqlite_hurry(struct frust__store *store)
{
	frust__sqlite_of(store)->hurry = true;
}

void frust__sqlite_close(struct frust__store *store)
{
	struct frust__sqlite *s = frust__sqlite_of(store);

	for (size_t i = 0; i < FRUST__SQL_COUNT; i++)
		sqlite3_finalize(s->statements[i]);
	sqlite3_close(s->db);
	free(s->path);
	free(s);
}
