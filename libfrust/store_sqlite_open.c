/*
 * Opening the SQLite backend: modes, pragmas, and one clear sentence for each way in which a path
 * can fail. What the file must hold is schema_sqlite.c's business.
 */
#include "store_sqlite.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "internal.h"

static int check_path(const char *path, enum frust_open_mode mode, struct frust_error *err)
{
	bool reading = mode == FRUST_READ;
	struct stat st;

	if (stat(path, &st)) {
		if (errno == ENOENT && mode == FRUST_CREATE)
			return 0;
		return frust__fail(err, FRUST_EOPEN, "%s: %s", path, strerror(errno));
	}
	if (!S_ISREG(st.st_mode))
		return frust__fail(err, FRUST_EOPEN, "%s is not a regular file", path);
	if (access(path, reading ? R_OK : R_OK | W_OK) == 0)
		return 0;
	return frust__fail(err, reading ? FRUST_EOPEN : FRUST_EREADONLY, "%s cannot be %s: %s",
			   path, reading ? "read" : "written", strerror(errno));
}

/*
 * The name for SQLite: never ":memory:" nor an accidental URI. As a URI, immutable says that no one
 * writes, so that neither a lock nor a -shm file is needed.
 */
static char *file_name(const char *path, bool immutable)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
	struct fr_buf name = FR_BUF_INIT;
	size_t len;

	if (immutable)
		fr_buf_add_str(&name, FR_STR("file:"));
	if (path[0] != '/')
		fr_buf_add_str(&name, FR_STR("./"));
	for (const char *c = path; *c; c++) {
		if (immutable && !strchr(plain, *c))
			fr_buf_printf(&name, "%%%02X", (unsigned char)*c);
		else
			fr_buf_add_char(&name, *c);
	}
	if (immutable)
		fr_buf_add_str(&name, FR_STR("?immutable=1"));
	fr_buf_add_char(&name, '\0');
	if (fr_buf_error(&name))
		fr_buf_fini(&name);
	return fr_buf_take(&name, &len);
}

/* A busy handler: SQLite's own cannot be ended from outside. tries: waits for this lock so far. */
static int wait_for_lock(void *ctx, int tries)
{
	static const uint32_t naps[] = {1, 2, 5, 10, 15, 20, 25}; /* ms, then the last one again */
	const struct frust__sqlite *s = ctx;
	uint32_t waited = 0, nap = 0;

	for (int i = 0; i <= tries; i++) {
		waited += nap;
		nap = naps[i < (int)FR_ARRAY_LEN(naps) ? i : (int)FR_ARRAY_LEN(naps) - 1];
		if (waited >= s->busy_ms || s->hurry)
			return 0;
	}
	sqlite3_sleep((int)nap);
	return 1;
}

static int connect_to(struct frust__sqlite *s, const struct frust_options *options, bool immutable,
		      struct frust_error *err)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	char *name = file_name(s->path, immutable);
	int rc;

	if (!name)
		return frust__fail(err, FRUST_ENOMEM, "out of memory");
	if (options->mode == FRUST_READ)
		flags |= SQLITE_OPEN_READONLY;
	else
		flags |= SQLITE_OPEN_READWRITE;
	if (options->mode == FRUST_CREATE)
		flags |= SQLITE_OPEN_CREATE;
	if (immutable)
		flags |= SQLITE_OPEN_URI;
	sqlite3_close(s->db);
	rc = sqlite3_open_v2(name, &s->db, flags, NULL);
	free(name);
	s->busy_ms = options->busy_ms;
	if (!rc)
		rc = sqlite3_busy_handler(s->db, wait_for_lock, s);
	/* the file is not ours alone: its schema must not run what its author likes */
	if (!rc)
		rc = sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (!rc)
		rc = sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (!rc)
		rc = frust__sqlite_add_glob(s->db);
	return rc ? frust__sqlite_fail(s, rc, err) : 0;
}

static bool absent_beside(const char *path, const char *suffix)
{
	struct fr_buf name = FR_BUF_INIT;
	struct stat st;
	bool absent;

	fr_buf_printf(&name, "%s%s", path, suffix);
	fr_buf_add_char(&name, '\0');
	absent = !fr_buf_error(&name) && stat(name.at, &st) && errno == ENOENT;
	fr_buf_fini(&name);
	return absent;
}

/* True when nobody writes to the database now, and nobody who did has crashed. */
static bool at_rest(const char *path)
{
	return absent_beside(path, "-wal") && absent_beside(path, "-journal");
}

/*
 * A WAL database cannot be read in a folder where its -shm file cannot be made, not even when its
 * WAL is empty and gone: then it is read as a file that nobody changes.
 */
static int open_for_reading(struct frust__sqlite *s, const struct frust_options *options,
			    struct frust_error *err)
{
	bool empty = false;
	int status = connect_to(s, options, false, err);

	if (!status)
		status = frust__schema_check(s, &empty, err);
	if ((status == FRUST_EOPEN || status == FRUST_EREADONLY) && at_rest(s->path)) {
		status = connect_to(s, options, true, err);
		if (!status)
			status = frust__schema_check(s, &empty, err);
	}
	if (!status && empty)
		return frust__fail(err, FRUST_ENOTDB, "%s holds no tables", s->path);
	return status ? status : frust__schema_imagine(s, err);
}

static int set_wal(struct frust__sqlite *s, struct frust_error *err)
{
	sqlite3_stmt *statement = NULL;
	const char *mode = NULL;
	int status = 0;
	int rc = sqlite3_prepare_v2(s->db, "PRAGMA journal_mode = WAL", -1, &statement, NULL);

	if (!rc)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		mode = (const char *)sqlite3_column_text(statement, 0);
	else
		status = frust__sqlite_fail(s, rc, err);
	if (!status && (!mode || strcmp(mode, "wal") != 0))
		status = frust__fail(err, FRUST_ESTORE, "%s cannot be set to a write-ahead log",
				     s->path);
	sqlite3_finalize(statement);
	if (status)
		return status;
	/* what is erased is overwritten, not only forgotten */
	return frust__sqlite_exec(s, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON", err);
}

static int open_for_writing(struct frust__sqlite *s, const struct frust_options *options,
			    struct frust_error *err)
{
	bool empty = false, foreign;
	sqlite3_stmt *rollback;
	int status = connect_to(s, options, false, err);

	if (!status)
		status = frust__schema_check(s, &empty, err);
	if (!status && empty && options->mode != FRUST_CREATE)
		status = frust__fail(err, FRUST_ENOTDB, "%s holds no tables", s->path);
	if (!status)
		status = set_wal(s, err);
	if (!status && empty)
		status = frust__schema_create(s, err);
	if (!status)
		status = frust__schema_extend(s, err);
	/* made now: when one is needed there may be no memory */
	if (!status)
		status = frust__sqlite_prepared(s, FRUST__SQL_ROLLBACK, &rollback, err);
	if (!status)
		frust__sqlite_find_log(s);
	return status ? status : frust__sqlite_look(&s->store, &foreign, err);
}

int frust__sqlite_open(const char *path, const struct frust_options *options,
		       struct frust__store **store, struct frust_error *err)
{
	struct frust__sqlite *s;
	int status = check_path(path, options->mode, err);

	*store = NULL;
	if (status)
		return status;
	s = calloc(1, sizeof(*s));
	if (!s)
		return frust__fail(err, FRUST_ENOMEM, "out of memory");
	s->store.ops = &frust__sqlite_ops;
	s->path = strdup(path);
	if (!s->path)
		status = frust__fail(err, FRUST_ENOMEM, "out of memory");
	else if (options->mode == FRUST_READ)
		status = open_for_reading(s, options, err);
	else
		status = open_for_writing(s, options, err);
	if (status)
		frust__sqlite_close(&s->store);
	else
		*store = &s->store;
	return status;
}

int frust__sqlite_scratch(struct frust__store **store, struct frust_error *err)
{
	struct frust__sqlite *s = calloc(1, sizeof(*s));
	int rc, status;

	*store = NULL;
	if (!s)
		return frust__fail(err, FRUST_ENOMEM, "out of memory");
	s->store.ops = &frust__sqlite_ops;
	s->path = strdup("the temporary database");
	/* without a name: a file that is unlinked at once, and made only when the cache is full */
	rc = s->path ? sqlite3_open_v2("", &s->db,
				       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
					       SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
				       NULL)
		     : SQLITE_NOMEM;
	if (!rc)
		rc = frust__sqlite_add_glob(s->db);
	status = rc ? frust__sqlite_fail(s, rc, err) : 0;
	if (!status)
		status = frust__sqlite_exec(s, "PRAGMA journal_mode = OFF", err);
	if (!status)
		status = frust__schema_create(s, err);
	if (!status)
		status = frust__schema_extend(s, err);
	if (status)
		frust__sqlite_close(&s->store);
	else
		*store = &s->store;
	return status;
}
