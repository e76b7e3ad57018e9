/*
 * The SQLite backend's backup: SQLite's own online copy into a new file, which is checked, made
 * durable, and only then gets its name.
 */
#include "store_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

#define PAGES_A_STEP 256

struct backup {
	struct frust__sqlite *from;
	struct frust__sqlite copy; /* a connection to the new file; its store is not used */
	const char *to;
	bool replace;
	const struct frust_change *change;
	struct fr_buf partial; /* the new file's name until it is whole */
	bool made;             /* it exists */
};

static int system_fail(const char *path, struct frust_error *err)
{
	int code = FRUST_EIO;

	if (errno == ENOSPC || errno == EDQUOT)
		code = FRUST_ENOSPC;
	else if (errno == ENOENT || errno == ENOTDIR || errno == EACCES)
		code = FRUST_EOPEN;
	else if (errno == EROFS)
		code = FRUST_EREADONLY;
	return frust__fail(err, code, "%s: %s", path, strerror(errno));
}

/* What a crash has left of a database that was at `to`: SQLite would take it for the copy's own. */
static int check_log(const char *to, const char *suffix, struct frust_error *err)
{
	struct fr_buf log = FR_BUF_INIT;
	struct stat st;
	int status = 0;

	fr_buf_printf(&log, "%s%s", to, suffix);
	fr_buf_add_char(&log, '\0');
	if (fr_buf_error(&log))
		status = frust__fail(err, FRUST_ENOMEM, "out of memory");
	else if (stat(log.at, &st) == 0 && st.st_size > 0)
		status = frust__fail(
			err, FRUST_EEXIST,
			"%s is the log of another database: move it away with that one", log.at);
	fr_buf_fini(&log);
	return status;
}

static int check_target(const struct backup *b, struct stat *source, struct frust_error *err)
{
	struct stat st;

	if (stat(b->from->path, source))
		return system_fail(b->from->path, err);
	if (stat(b->to, &st))
		return errno == ENOENT ? 0 : system_fail(b->to, err);
	if (st.st_dev == source->st_dev && st.st_ino == source->st_ino)
		return frust__fail(err, FRUST_EINVAL, "%s is the database itself", b->to);
	if (!b->replace)
		return frust__fail(err, FRUST_EEXIST, "%s exists", b->to);
	if (!S_ISREG(st.st_mode))
		return frust__fail(err, FRUST_EINVAL, "%s is not a regular file", b->to);
	return 0;
}

/* Makes the new file beside `to`, as readable as the database is. */
static int make_partial(struct backup *b, const struct stat *source, struct frust_error *err)
{
	int fd, status = 0;

	fr_buf_printf(&b->partial, "%s.XXXXXX", b->to);
	fr_buf_add_char(&b->partial, '\0');
	if (fr_buf_error(&b->partial))
		return frust__fail(err, FRUST_ENOMEM, "out of memory");
	fd = mkostemp(b->partial.at, O_CLOEXEC);
	if (fd < 0)
		return system_fail(b->to, err);
	b->made = true;
	if (fchmod(fd, source->st_mode & 0666))
		status = system_fail(b->partial.at, err);
	close(fd);
	return status;
}

/* The source stands still in a snapshot: otherwise each commit would begin the copy anew. */
static int copy_pages(struct backup *b, struct frust_error *err)
{
	sqlite3_backup *pages = sqlite3_backup_init(b->copy.db, "main", b->from->db, "main");
	const struct frust_change *change = b->change;
	int status = 0, rc = SQLITE_OK;

	if (!pages)
		return frust__sqlite_fail(&b->copy, sqlite3_extended_errcode(b->copy.db), err);
	while (!status && rc == SQLITE_OK) {
		int all;

		rc = sqlite3_backup_step(pages, PAGES_A_STEP);
		all = sqlite3_backup_pagecount(pages);
		if (change->progress && (rc == SQLITE_OK || rc == SQLITE_DONE))
			status = change->progress(change->progress_ctx,
						  all - sqlite3_backup_remaining(pages), all);
	}
	sqlite3_backup_finish(pages);
	if (!status && rc != SQLITE_DONE)
		status = frust__sqlite_fail(&b->copy, rc, err);
	return status;
}

static int on_damage(void *ctx, enum frust_severity severity, const char *text)
{
	(void)severity;
	return frust__fail(ctx, FRUST_ECORRUPT, "the database is damaged: %s", text);
}

/* One file, without a log beside it, that is whole. */
static int finish_copy(struct backup *b, struct frust_error *err)
{
	struct frust_error damage = {0};
	bool empty = false;
	int status = frust__sqlite_exec(&b->copy, "PRAGMA journal_mode = DELETE", err);

	if (!status)
		status = frust__sqlite_scan(&b->copy.store, on_damage, &damage, err);
	if (damage.code && err)
		*err = damage;
	if (!status)
		status = frust__schema_check(&b->copy, &empty, err);
	return status;
}

/* Opens what is to be synced; *fd is -1 on failure. */
static int open_path(const char *path, int flags, int *fd, struct frust_error *err)
{
	*fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	return *fd < 0 ? system_fail(path, err) : 0;
}

/* Without taking it from whoever made `to` meanwhile. NFS has no such renaming, but links. */
static int name_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL || link(from, to))
		return -1;
	unlink(from);
	return 0;
}

/* Gives the copy its name: it has it on the disk, or not at all. */
static int name_and_sync(struct backup *b, int copy, int folder, struct frust_error *err)
{
	int status;

	if (fsync(copy))
		return system_fail(b->partial.at, err);
	if (b->replace ? rename(b->partial.at, b->to) : name_new(b->partial.at, b->to))
		return errno == EEXIST ? frust__fail(err, FRUST_EEXIST, "%s exists", b->to)
				       : system_fail(b->to, err);
	b->made = false;
	if (fsync(folder) == 0)
		return 0;
	status = system_fail(b->to, err);
	if (!b->replace) /* what it replaced is gone */
		unlink(b->to);
	return status;
}

static int name_copy(struct backup *b, struct frust_error *err)
{
	const char *slash = strrchr(b->to, '/');
	char *folder = slash ? strndup(b->to, (size_t)(slash - b->to) + 1) : strdup(".");
	int copy_fd = -1, folder_fd = -1, status;

	if (!folder)
		return frust__fail(err, FRUST_ENOMEM, "out of memory");
	status = open_path(b->partial.at, 0, &copy_fd, err);
	if (!status)
		status = open_path(folder, O_DIRECTORY, &folder_fd, err);
	if (!status)
		status = name_and_sync(b, copy_fd, folder_fd, err);
	if (copy_fd >= 0)
		close(copy_fd);
	if (folder_fd >= 0)
		close(folder_fd);
	free(folder);
	return status;
}

static int run(struct backup *b, struct frust_error *err)
{
	struct stat source;
	int rc, status = check_target(b, &source, err);

	if (!status)
		status = check_log(b->to, "-wal", err);
	if (!status)
		status = check_log(b->to, "-journal", err);
	if (status || b->change->dry_run)
		return status;
	status = make_partial(b, &source, err);
	if (status)
		return status;
	b->copy.path = b->partial.at;
	rc = sqlite3_open_v2(b->partial.at, &b->copy.db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
			     NULL);
	status = rc ? frust__sqlite_fail(&b->copy, rc, err) : copy_pages(b, err);
	if (!status)
		status = finish_copy(b, err);
	sqlite3_close(b->copy.db);
	return status ? status : name_copy(b, err);
}

int frust__sqlite_backup(struct frust__store *store, const char *to, bool replace,
			 const struct frust_change *change, struct frust_error *err)
{
	struct backup b = {.from = frust__sqlite_of(store),
			   .to = to,
			   .replace = replace,
			   .change = change,
			   .partial = FR_BUF_INIT};
	int status = run(&b, err);

	if (b.made)
		unlink(b.partial.at);
	fr_buf_fini(&b.partial);
	return status;
}
