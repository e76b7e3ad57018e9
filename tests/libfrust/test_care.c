#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

/* A second place in the folder. */
static const char *beside(const struct scratch *s, const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	return path;
}

/* The same database, as if it were at another path. */
static struct scratch at(const struct scratch *s, const char *name)
{
	struct scratch other = *s;

	snprintf(other.db, sizeof(other.db), "%s/%s", s->dir, name);
	return other;
}

/* --- migrate --- */

static void an_old_database_is_brought_up_and_told_from_where(void **state)
{
	struct frust_change dry = FRUST_CHANGE_INIT;
	struct frust_receipt receipt;
	struct scratch s;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	dry.dry_run = true;
	CHECK_INT(frust_migrate(s.db, &dry, &receipt, NULL), 0);
	CHECK_INT(receipt.schema_before, 0);
	CHECK_INT(receipt.schema_after, 101);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'frust%'"),
		   "0");
	CHECK_INT(frust_migrate(s.db, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.schema_before, 0);
	CHECK_INT(receipt.schema_after, 101);
	CHECK_INT(frust_migrate(s.db, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.schema_before, 101);
	scratch_fini(&s);
}

static void an_unknown_addition_is_no_obstacle_and_a_newer_schema_is(void **state)
{
	struct frust_receipt receipt;
	struct frust_error err;
	struct scratch s;

	(void)state;
	scratch_init(&s);
	frust_close(scratch_open(&s, FRUST_CREATE));
	scratch_exec(&s, "UPDATE frust_meta SET value = 9 WHERE name = 'additions'");
	CHECK_INT(frust_migrate(s.db, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.schema_before, 109);
	CHECK_INT(receipt.schema_after, 109);
	scratch_exec(&s, "UPDATE frust_meta SET value = 2 WHERE name = 'schema_version'");
	CHECK_INT(frust_migrate(s.db, NULL, &receipt, &err), FRUST_ESCHEMA);
	CHECK(strstr(err.text, "newer frust") != NULL);
	CHECK_INT(receipt.schema_before, 0);
	CHECK_INT(frust_migrate(beside(&s, "none"), NULL, NULL, NULL), FRUST_EOPEN);
	CHECK_INT(frust_migrate(NULL, NULL, NULL, NULL), FRUST_EINVAL);
	scratch_fini(&s);
}

static void what_only_knew_less_is_completed(void **state)
{
	struct frust_receipt receipt;
	struct scratch s;

	(void)state;
	scratch_init(&s);
	frust_close(scratch_open(&s, FRUST_CREATE));
	scratch_exec(&s, "DELETE FROM frust_meta WHERE name = 'additions'; DROP TABLE frust_bans;"
			 "DROP TABLE frust_erased; DROP TABLE frust_announcements");
	CHECK_INT(frust_migrate(s.db, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.schema_before, 100);
	CHECK_INT(receipt.schema_after, 101);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'frust_%'"),
		   "7");
	scratch_fini(&s);
}

/* --- vacuum --- */

static struct frust *with_room(struct scratch *s)
{
	static struct frust_record records[5000];
	struct frust *db = stock_open(s);

	for (size_t i = 0; i < FR_ARRAY_LEN(records); i++)
		records[i] = click_of("Zed", "a comment of some length", NOON + (int64_t)i);
	CHECK_INT(frust_apply(db, records, FR_ARRAY_LEN(records), NULL), 0);
	CHECK_INT(frust_user_erase(db, text_of("Zed"), FRUST_REMOVE, NULL, NULL, NULL), 0);
	return db;
}

static void a_vacuum_gives_back_what_is_free_and_keeps_the_rest(void **state)
{
	struct frust_change dry = FRUST_CHANGE_INIT;
	struct frust_receipt told, done;
	struct frust_info info;
	struct scratch s;
	struct frust *db = with_room(&s);
	char *before = stock_dump(&s), *after;

	(void)state;
	dry.dry_run = true;
	CHECK_INT(frust_vacuum(db, &dry, &told, NULL), 0);
	CHECK(told.bytes_after < told.bytes_before);
	CHECK_INT(frust_vacuum(db, NULL, &done, NULL), 0);
	CHECK_INT(done.bytes_before, told.bytes_before);
	CHECK(done.bytes_after < done.bytes_before / 2);
	CHECK_INT(frust_info(db, &info, NULL), 0);
	CHECK_INT(info.free_bytes, 0);
	CHECK_INT(info.bytes, done.bytes_after);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	CHECK_INT(frust_read_begin(db, NULL), 0);
	CHECK_INT(frust_vacuum(db, NULL, &done, NULL), FRUST_EINVAL);
	CHECK_INT(done.bytes_before, 0);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

/* --- backup --- */

static void a_backup_is_the_same_in_one_file(void **state)
{
	struct frust_receipt receipt;
	struct scratch s, copy;
	struct frust *db = stock_open(&s);
	char *before = stock_dump(&s), *after;
	struct stat st;

	(void)state;
	copy = at(&s, "backup");
	CHECK_INT(chmod(s.db, 0640), 0);
	CHECK_INT(frust_backup(db, copy.db, false, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 6);
	CHECK_INT(receipt.events, 2);
	CHECK_INT(stat(copy.db, &st), 0);
	CHECK_INT(st.st_size, receipt.bytes_after);
	CHECK_INT(st.st_mode & 0777, 0640);
	CHECK_INT(access(beside(&s, "backup-wal"), F_OK), -1);
	after = stock_dump(&copy);
	CHECK_TEXT(after, before);
	CHECK_TEXT(scratch_ask(&copy, "PRAGMA journal_mode"), "delete");
	frust_close(db);
	db = scratch_open(&copy, FRUST_READ);
	CHECK_INT(stock_check(db, NULL), 0);
	frust_close(db);
	/* nothing else was left in the folder */
	CHECK_INT(unlink(copy.db), 0);
	CHECK_INT(unlink(s.db), 0);
	CHECK_INT(rmdir(s.dir), 0);
	free(before);
	free(after);
}

struct busy_site {
	struct frust *db;
	int64_t steps;
};

/* Somebody presses between all pages. */
static int press(void *ctx, int64_t done, int64_t total)
{
	struct busy_site *site = ctx;
	struct frust_record click = click_of("busy", NULL, NOON);

	CHECK(done <= total);
	CHECK_INT(frust_apply(site->db, &click, 1, NULL), 0);
	site->steps++;
	return 0;
}

static void a_backup_of_a_busy_database_is_of_one_moment(void **state)
{
	static struct frust_record records[60000];
	struct frust_change change = FRUST_CHANGE_INIT;
	struct busy_site site = {0};
	struct frust_receipt receipt;
	struct scratch s, copy;
	struct frust *db = stock_open(&s);

	(void)state;
	copy = at(&s, "backup");
	for (size_t i = 0; i < FR_ARRAY_LEN(records); i++)
		records[i] = click_of("Zed", "a comment of some length", NOON + (int64_t)i);
	CHECK_INT(frust_apply(db, records, FR_ARRAY_LEN(records), NULL), 0);
	site.db = scratch_open(&s, FRUST_WRITE);
	change.progress = press;
	change.progress_ctx = &site;
	CHECK_INT(frust_backup(db, copy.db, false, &change, &receipt, NULL), 0);
	CHECK(site.steps > 2);
	CHECK_INT(receipt.clicks, 60006);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) > 60006 FROM clicks"), "1");
	frust_close(site.db);
	frust_close(db);
	db = scratch_open(&copy, FRUST_READ);
	CHECK_INT(stock_check(db, NULL), 0);
	frust_close(db);
	scratch_fini(&s);
}

static void a_file_that_exists_is_replaced_only_when_asked(void **state)
{
	struct frust_change dry = FRUST_CHANGE_INIT;
	struct frust_error err;
	struct scratch s, copy;
	struct frust *db = stock_open(&s);
	FILE *file;

	(void)state;
	copy = at(&s, "backup");
	dry.dry_run = true;
	CHECK_INT(frust_backup(db, copy.db, false, &dry, NULL, NULL), 0);
	CHECK_INT(access(copy.db, F_OK), -1);
	file = fopen(copy.db, "w");
	fputs("something dear", file);
	fclose(file);
	CHECK_INT(frust_backup(db, copy.db, false, &dry, NULL, NULL), FRUST_EEXIST);
	CHECK_INT(frust_backup(db, copy.db, false, NULL, NULL, &err), FRUST_EEXIST);
	CHECK(strstr(err.text, "backup exists") != NULL);
	CHECK_INT(frust_backup(db, copy.db, true, NULL, NULL, NULL), 0);
	CHECK_TEXT(scratch_ask(&copy, "SELECT count(*) FROM clicks"), "6");
	/* not even then the database itself, or a folder */
	CHECK_INT(frust_backup(db, s.db, true, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_backup(db, s.dir, true, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_backup(db, beside(&s, "none/x"), true, NULL, NULL, NULL), FRUST_EOPEN);
	CHECK_INT(frust_backup(db, "", true, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_backup(NULL, "x", true, NULL, NULL, NULL), FRUST_EINVAL);
	frust_close(db);
	scratch_fini(&s);
}

static bool only_links; /* as on NFS, which cannot rename and spare what is there */

/* The C library's, for all of this program. */
int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	if (only_links && flags) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

static void a_backup_needs_no_more_of_a_file_system_than_links(void **state)
{
	struct scratch s, copy;
	struct frust *db = stock_open(&s);

	(void)state;
	copy = at(&s, "backup");
	only_links = true;
	CHECK_INT(frust_backup(db, copy.db, false, NULL, NULL, NULL), 0);
	only_links = false;
	CHECK_TEXT(scratch_ask(&copy, "SELECT count(*) FROM clicks"), "6");
	CHECK_INT(unlink(copy.db), 0);
	frust_close(db);
	/* and nothing else was left */
	CHECK_INT(unlink(s.db), 0);
	CHECK_INT(rmdir(s.dir), 0);
}

/* SQLite would play the other database's log into the backup when it opens it. */
static void a_backup_does_not_appear_beside_the_log_of_another_database(void **state)
{
	static const char *const logs[] = {"backup-wal", "backup-journal"};
	struct frust_error err;
	struct scratch s, copy;
	struct frust *db = stock_open(&s);

	(void)state;
	copy = at(&s, "backup");
	for (size_t i = 0; i < 2; i++) {
		FILE *log = fopen(beside(&s, logs[i]), "w");

		CHECK(log != NULL);
		fputs("left by a crash", log);
		fclose(log);
		CHECK_INT(frust_backup(db, copy.db, false, NULL, NULL, &err), FRUST_EEXIST);
		CHECK(strstr(err.text, logs[i]) != NULL);
		CHECK_INT(frust_backup(db, copy.db, true, NULL, NULL, NULL), FRUST_EEXIST);
		CHECK_INT(access(copy.db, F_OK), -1);
		/* an empty one is nobody's */
		CHECK_INT(truncate(beside(&s, logs[i]), 0), 0);
	}
	CHECK_INT(frust_backup(db, copy.db, false, NULL, NULL, NULL), 0);
	CHECK_TEXT(scratch_ask(&copy, "SELECT count(*) FROM clicks"), "6");
	frust_close(db);
	scratch_fini(&s);
}

static void a_backup_that_is_stopped_leaves_no_file(void **state)
{
	struct frust_change change = FRUST_CHANGE_INIT;
	struct stock_heard heard = {.stop = -321};
	struct scratch s, copy;
	struct frust *db = stock_open(&s);

	(void)state;
	copy = at(&s, "backup");
	change.progress = stock_hear;
	change.progress_ctx = &heard;
	CHECK_INT(frust_backup(db, copy.db, false, &change, NULL, NULL), -321);
	frust_close(db);
	CHECK_INT(unlink(s.db), 0);
	CHECK_INT(rmdir(s.dir), 0);
}

static void a_database_open_for_reading_is_backed_up_too(void **state)
{
	struct frust_receipt receipt;
	struct scratch s, copy;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	copy = at(&s, "backup");
	db = scratch_open(&s, FRUST_READ);
	CHECK_INT(frust_read_begin(db, NULL), 0);
	CHECK_INT(frust_backup(db, copy.db, false, NULL, &receipt, NULL), 0);
	CHECK(receipt.clicks > 300);
	frust_close(db);
	scratch_fini(&s);
}

static void ruin(const char *path)
{
	static char noise[4096];
	FILE *file = fopen(path, "r+");

	memset(noise, 0x55, sizeof(noise));
	CHECK(file != NULL);
	CHECK_INT(fseek(file, 4096, SEEK_SET), 0);
	CHECK_INT(fwrite(noise, 1, sizeof(noise), file), sizeof(noise));
	fclose(file);
}

static void a_damaged_database_gives_no_backup(void **state)
{
	struct frust_error err = {0};
	struct scratch s, copy;
	struct frust *db = stock_open(&s);

	(void)state;
	copy = at(&s, "backup");
	frust_close(db);
	ruin(s.db);
	db = scratch_open(&s, FRUST_READ);
	CHECK_INT(frust_backup(db, copy.db, false, NULL, NULL, &err), FRUST_ECORRUPT);
	CHECK(err.text[0] != '\0');
	CHECK_INT(access(copy.db, F_OK), -1);
	frust_close(db);
	scratch_fini(&s);
}

/* --- restore --- */

static void a_restore_brings_everything_back_but_old_ids(void **state)
{
	struct frust_change dry = FRUST_CHANGE_INIT;
	struct frust_announcement words = {text_of("hello"), {NULL, 0}, FRUST_TOAST, NOON};
	struct frust_record click = click_of("Later", NULL, NOON);
	struct frust_receipt receipt;
	struct scratch s, copy;
	struct frust *db = stock_open(&s);
	char *before, *after;

	(void)state;
	copy = at(&s, "backup");
	CHECK_INT(frust_backup(db, copy.db, false, NULL, NULL, NULL), 0);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 9);
	CHECK_INT(frust_announce(db, &words, NULL, NULL), 0);
	dry.dry_run = true;
	before = stock_dump(&s);
	CHECK_INT(frust_restore(db, copy.db, &dry, &receipt, NULL), 0);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	free(before);
	free(after);
	CHECK_INT(frust_restore(db, copy.db, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 6);
	CHECK_INT(receipt.events, 2);
	CHECK_INT(receipt.users, 4);
	CHECK_INT(receipt.hours, 3);
	CHECK_INT(receipt.unsaved, 3);
	CHECK_INT(receipt.bans, 2);
	scratch_exec(&copy, "UPDATE frust_meta SET value = 9 WHERE name = 'clicks_high'");
	before = stock_dump(&copy);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	CHECK_TEXT(scratch_ask(&s, "SELECT text FROM frust_announcements"), "hello");
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 10);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

static void a_restore_into_a_new_database_knows_the_ids(void **state)
{
	struct frust_record click = click_of("Later", NULL, NOON);
	struct scratch s, other;
	struct frust *db = stock_open(&s);

	(void)state;
	frust_close(db);
	other = at(&s, "other");
	db = scratch_open(&other, FRUST_CREATE);
	CHECK_INT(frust_restore(db, s.db, NULL, NULL, NULL), 0);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 9);
	frust_close(db);
	scratch_fini(&s);
}

static void what_is_no_whole_backup_changes_nothing(void **state)
{
	struct frust_change change = FRUST_CHANGE_INIT;
	struct stock_heard heard = {.stop = 12};
	struct frust_error err = {0};
	struct scratch s, copy;
	struct frust *db = stock_open(&s);
	char *before = stock_dump(&s), *after;

	(void)state;
	copy = at(&s, "backup");
	CHECK_INT(frust_restore(db, copy.db, NULL, NULL, NULL), FRUST_EOPEN);
	CHECK_INT(frust_restore(db, NULL, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_restore(NULL, copy.db, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_backup(db, copy.db, false, NULL, NULL, NULL), 0);
	change.progress = stock_hear;
	change.progress_ctx = &heard;
	CHECK_INT(frust_restore(db, copy.db, &change, NULL, NULL), 12);
	CHECK_INT(heard.calls, 1);
	ruin(copy.db);
	CHECK_INT(frust_restore(db, copy.db, NULL, NULL, &err), FRUST_ECORRUPT);
	CHECK(strstr(err.text, "the backup is damaged") != NULL);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_old_database_is_brought_up_and_told_from_where),
		cmocka_unit_test(an_unknown_addition_is_no_obstacle_and_a_newer_schema_is),
		cmocka_unit_test(what_only_knew_less_is_completed),
		cmocka_unit_test(a_vacuum_gives_back_what_is_free_and_keeps_the_rest),
		cmocka_unit_test(a_backup_is_the_same_in_one_file),
		cmocka_unit_test(a_backup_of_a_busy_database_is_of_one_moment),
		cmocka_unit_test(a_file_that_exists_is_replaced_only_when_asked),
		cmocka_unit_test(a_backup_needs_no_more_of_a_file_system_than_links),
		cmocka_unit_test(a_backup_does_not_appear_beside_the_log_of_another_database),
		cmocka_unit_test(a_backup_that_is_stopped_leaves_no_file),
		cmocka_unit_test(a_database_open_for_reading_is_backed_up_too),
		cmocka_unit_test(a_damaged_database_gives_no_backup),
		cmocka_unit_test(a_restore_brings_everything_back_but_old_ids),
		cmocka_unit_test(a_restore_into_a_new_database_knows_the_ids),
		cmocka_unit_test(what_is_no_whole_backup_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
