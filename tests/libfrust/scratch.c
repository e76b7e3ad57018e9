#include "scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "helpers/check.h"
#include "internal.h"
#include "store_sqlite.h"

void scratch_init(struct scratch *scratch)
{
	snprintf(scratch->dir, sizeof(scratch->dir), "/tmp/frust-test-XXXXXX");
	CHECK(mkdtemp(scratch->dir) != NULL);
	CHECK_INT(chmod(scratch->dir, 0755), 0);
	snprintf(scratch->db, sizeof(scratch->db), "%s/db.sqlite", scratch->dir);
}

static int on_path(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void scratch_fini(struct scratch *scratch)
{
	chmod(scratch->dir, 0755);
	nftw(scratch->dir, on_path, 8, FTW_DEPTH | FTW_PHYS);
}

void scratch_reference(struct scratch *scratch)
{
	char buffer[4096];
	size_t n;
	FILE *from = fopen(TESTS_DATA "/reference.sqlite", "rb");
	FILE *to = fopen(scratch->db, "wb");

	CHECK(from && to);
	while ((n = fread(buffer, 1, sizeof(buffer), from)) > 0)
		CHECK_INT(fwrite(buffer, 1, n, to), n);
	fclose(from);
	CHECK_INT(fclose(to), 0);
}

struct frust *scratch_open(const struct scratch *scratch, enum frust_open_mode mode)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust_error err = {0};
	struct frust *db;

	options.mode = mode;
	options.busy_ms = 0;
	if (frust_open(scratch->db, &options, &db, &err))
		fail_msg("%s", err.text);
	return db;
}

static sqlite3 *connect_to(const struct scratch *scratch)
{
	sqlite3 *db;

	CHECK_INT(sqlite3_open(scratch->db, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	return db;
}

static void exec(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL))
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

void scratch_exec(const struct scratch *scratch, const char *sql)
{
	sqlite3 *db = connect_to(scratch);

	exec(db, sql);
	sqlite3_close(db);
}

void scratch_crash(const struct scratch *scratch, const char *sql)
{
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0) {
		exec(connect_to(scratch), sql);
		_exit(0);
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK_INT(status, 0);
}

const char *scratch_ask(const struct scratch *scratch, const char *sql)
{
	static char answer[65536];
	sqlite3 *db = connect_to(scratch);
	sqlite3_stmt *statement;
	size_t len = 0;

	answer[0] = '\0';
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL))
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(statement) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(statement); i++) {
			const char *text = (const char *)sqlite3_column_text(statement, i);
			const char *before = i ? "|" : len ? "\n" : "";

			len += (size_t)snprintf(answer + len, sizeof(answer) - len, "%s%s", before,
						text ? text : "");
			CHECK(len < sizeof(answer));
		}
	}
	CHECK_INT(sqlite3_finalize(statement), SQLITE_OK);
	sqlite3_close(db);
	return answer;
}

struct scratch_lock {
	sqlite3 *db;
};

struct scratch_lock *scratch_lock(const struct scratch *scratch)
{
	struct scratch_lock *lock = malloc(sizeof(*lock));

	CHECK(lock != NULL);
	lock->db = connect_to(scratch);
	exec(lock->db, "BEGIN IMMEDIATE");
	return lock;
}

void scratch_unlock(struct scratch_lock *lock)
{
	exec(lock->db, "ROLLBACK");
	sqlite3_close(lock->db);
	free(lock);
}

void scratch_limit(struct frust *db, int pages)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %d", pages);
	exec(frust__sqlite_of(db->store)->db, sql);
}

int scratch_as_nobody(int (*fn)(const struct scratch *scratch), const struct scratch *scratch)
{
	const unsigned nobody = 65534;
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 &&
		    (setresgid(nobody, nobody, nobody) || setresuid(nobody, nobody, nobody)))
			_exit(255);
		_exit(fn(scratch));
	}
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status));
	return WEXITSTATUS(status);
}

struct frust_str text_of(const char *text)
{
	return (struct frust_str){text, text ? strlen(text) : 0};
}

struct frust_record click_of(const char *user, const char *comment, int64_t timestamp)
{
	return (struct frust_record){.kind = FRUST_CLICK,
				     .user = text_of(user),
				     .comment = text_of(comment),
				     .timestamp = timestamp};
}

struct frust_record event_of(const char *user, const char *name, int64_t timestamp)
{
	return (struct frust_record){.kind = FRUST_EVENT,
				     .user = text_of(user),
				     .name = text_of(name),
				     .timestamp = timestamp};
}
