#include "stock.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers/check.h"
#include "internal.h"

#define NOW 1795371634

static int open_status(const char *path, enum frust_open_mode mode, struct frust_error *err)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust *db = NULL;
	int status;

	options.mode = mode;
	options.busy_ms = 0;
	status = frust_open(path, &options, &db, err);
	CHECK((db != NULL) == (status == 0));
	frust_close(db);
	return status;
}

static void a_database_is_made_only_when_asked_for(void **state)
{
	struct scratch s;
	struct frust_error err;
	char url[128];

	(void)state;
	scratch_init(&s);
	CHECK_INT(open_status(s.db, FRUST_READ, &err), FRUST_EOPEN);
	CHECK(strstr(err.text, "No such file") != NULL);
	CHECK_INT(open_status(s.db, FRUST_WRITE, &err), FRUST_EOPEN);
	CHECK_INT(access(s.db, F_OK), -1);
	CHECK_INT(open_status(s.db, FRUST_CREATE, &err), 0);
	CHECK_INT(open_status(s.db, FRUST_CREATE, &err), 0);
	CHECK_INT(open_status(s.db, FRUST_WRITE, &err), 0);
	CHECK_INT(open_status(s.db, FRUST_READ, &err), 0);
	snprintf(url, sizeof(url), "sqlite:%s", s.db);
	CHECK_INT(open_status(url, FRUST_READ, &err), 0);
	scratch_fini(&s);
}

static void an_empty_file_becomes_a_database_only_by_create(void **state)
{
	struct scratch s;
	struct frust_error err;

	(void)state;
	scratch_init(&s);
	fclose(fopen(s.db, "w"));
	CHECK_INT(open_status(s.db, FRUST_READ, &err), FRUST_ENOTDB);
	CHECK_INT(open_status(s.db, FRUST_WRITE, &err), FRUST_ENOTDB);
	CHECK_INT(open_status(s.db, FRUST_CREATE, &err), 0);
	CHECK_INT(open_status(s.db, FRUST_READ, &err), 0);
	scratch_fini(&s);
}

static void each_wrong_path_has_its_sentence(void **state)
{
	struct scratch s;
	struct frust_error err;
	char path[128];
	FILE *file;

	(void)state;
	scratch_init(&s);
	CHECK_INT(open_status(s.dir, FRUST_CREATE, &err), FRUST_EOPEN);
	CHECK(strstr(err.text, "is not a regular file") != NULL);
	snprintf(path, sizeof(path), "%s/none/db.sqlite", s.dir);
	CHECK_INT(open_status(path, FRUST_CREATE, &err), FRUST_EOPEN);
	CHECK(strstr(err.text, "No such file") != NULL);
	file = fopen(s.db, "w");
	for (int i = 0; i < 500; i++)
		fputs("this is no database ", file);
	fclose(file);
	for (int mode = FRUST_READ; mode <= FRUST_CREATE; mode++) {
		CHECK_INT(open_status(s.db, mode, &err), FRUST_ENOTDB);
		CHECK(strstr(err.text, "is not a database") != NULL);
	}
	scratch_fini(&s);
}

static void bad_arguments_are_told(void **state)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust *db;

	(void)state;
	CHECK_INT(frust_open(NULL, NULL, &db, NULL), FRUST_EINVAL);
	CHECK_INT(frust_open("", NULL, &db, NULL), FRUST_EINVAL);
	CHECK_INT(frust_open("sqlite:", NULL, &db, NULL), FRUST_EINVAL);
	CHECK_INT(frust_open("x", NULL, NULL, NULL), FRUST_EINVAL);
	options.mode = 3;
	CHECK_INT(frust_open("x", &options, &db, NULL), FRUST_EINVAL);
	options.size = 0;
	CHECK_INT(frust_open("x", &options, &db, NULL), FRUST_EINVAL);
	frust_close(NULL);
}

static void odd_file_names_are_just_names(void **state)
{
	static const char *const names[] = {":memory:", "file:x?mode=memory", "a%20b?c#d",
					    "sqlite:y"};
	struct scratch s;
	struct frust_error err;
	char *before = getcwd(NULL, 0);
	struct stat st;

	(void)state;
	scratch_init(&s);
	CHECK_INT(chdir(s.dir), 0);
	for (size_t i = 0; i < FR_ARRAY_LEN(names); i++)
		CHECK_INT(open_status(names[i], FRUST_CREATE, &err), 0);
	for (size_t i = 0; i < FR_ARRAY_LEN(names) - 1; i++)
		CHECK_INT(stat(names[i], &st), 0);
	CHECK_INT(stat("y", &st), 0);
	CHECK_INT(chdir(before), 0);
	free(before);
	scratch_fini(&s);
}

static char *content_of(const char *path, size_t *len)
{
	char *bytes = malloc(1 << 20);
	FILE *file = fopen(path, "rb");

	CHECK(bytes && file);
	*len = fread(bytes, 1, 1 << 20, file);
	fclose(file);
	return bytes;
}

static void reading_changes_no_byte(void **state)
{
	struct scratch s;
	struct frust_stats stats;
	struct frust *db;
	char *before, *after;
	size_t n, m;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	before = content_of(s.db, &n);
	db = scratch_open(&s, FRUST_READ);
	CHECK_INT(frust_stats(db, NOW, NULL, &stats, NULL), 0);
	CHECK_INT(stats.clicks_total, 347);
	CHECK_INT(frust_probe(db, NULL), FRUST_EREADONLY);
	frust_close(db);
	after = content_of(s.db, &m);
	CHECK_INT(m, n);
	CHECK_INT(memcmp(before, after, n), 0);
	CHECK_TEXT(scratch_ask(&s, "PRAGMA journal_mode"), "delete");
	free(before);
	free(after);
	scratch_fini(&s);
}

static int read_total(const struct scratch *s)
{
	struct frust *db;
	struct frust_stats stats = {0};

	if (frust_open(s->db, NULL, &db, NULL))
		return 201;
	if (frust_stats(db, NOW, NULL, &stats, NULL))
		return 202;
	frust_close(db);
	return (int)(stats.clicks_total % 200);
}

static int try_to_write(const struct scratch *s)
{
	struct frust_error err;

	return -open_status(s->db, FRUST_CREATE, &err);
}

static void a_read_only_folder_can_be_read(void **state)
{
	struct scratch s;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	CHECK_INT(chmod(s.db, 0444), 0);
	CHECK_INT(chmod(s.dir, 0555), 0);
	CHECK_INT(scratch_as_nobody(read_total, &s), 147);
	CHECK_INT(scratch_as_nobody(try_to_write, &s), -FRUST_EREADONLY);
	scratch_fini(&s);
}

static void a_wal_database_in_a_read_only_folder_can_be_read(void **state)
{
	struct scratch s;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	frust_close(scratch_open(&s, FRUST_WRITE));
	CHECK_TEXT(scratch_ask(&s, "PRAGMA journal_mode"), "wal");
	CHECK_INT(chmod(s.db, 0444), 0);
	CHECK_INT(chmod(s.dir, 0555), 0);
	CHECK_INT(scratch_as_nobody(read_total, &s), 147);
	scratch_fini(&s);
}

static void what_a_crash_left_is_recovered_by_a_writer_only(void **state)
{
	struct frust_error err;
	struct frust_stats stats;
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	/* a cache of one page: half of the change is in the file, the way back in its journal */
	scratch_crash(&s, "PRAGMA cache_size = 1; BEGIN; UPDATE hours SET clicks_total = 0;"
			  "UPDATE clicks SET comment = hex(zeroblob(300))");
	CHECK_INT(open_status(s.db, FRUST_READ, &err), FRUST_EREADONLY);
	CHECK(strstr(err.text, "left by a crash") != NULL);
	db = scratch_open(&s, FRUST_WRITE);
	CHECK_INT(frust_stats(db, NOW, NULL, &stats, NULL), 0);
	CHECK_INT(stats.clicks_total, 347);
	frust_close(db);
	CHECK_TEXT(scratch_ask(&s, "PRAGMA integrity_check"), "ok");

	scratch_crash(&s, "UPDATE hours SET clicks_total = 7; BEGIN; DELETE FROM hours");
	CHECK_INT(read_total(&s), 7); /* a write-ahead log needs no recovery by hand */
	scratch_fini(&s);
}

static void an_unwritable_folder_takes_no_database(void **state)
{
	struct scratch s;

	(void)state;
	scratch_init(&s);
	CHECK_INT(chmod(s.dir, 0555), 0);
	CHECK_INT(scratch_as_nobody(try_to_write, &s), -FRUST_EOPEN);
	scratch_fini(&s);
}

static void a_locked_database_is_busy_and_comes_back(void **state)
{
	struct scratch s;
	struct frust_record click = click_of("A", NULL, NOW);
	struct scratch_lock *lock;
	struct frust_stats stats;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	lock = scratch_lock(&s);
	CHECK_INT(frust_apply(db, &click, 1, NULL), FRUST_EBUSY);
	CHECK_INT(click.id, 0);
	CHECK_INT(frust_probe(db, NULL), FRUST_EBUSY);
	CHECK_INT(frust_stats(db, NOW, NULL, &stats, NULL), 0); /* readers do not wait */
	scratch_unlock(lock);
	CHECK_INT(frust_probe(db, NULL), 0);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 1);
	frust_close(db);
	scratch_fini(&s);
}

static void nothing_is_committed_into_a_file_that_is_gone(void **state)
{
	struct scratch s;
	struct frust_record click = click_of("A", NULL, NOW);
	struct frust_error err;
	struct frust *db;
	char aside[128];

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	snprintf(aside, sizeof(aside), "%s/aside", s.dir);
	CHECK_INT(rename(s.db, aside), 0);
	CHECK_INT(frust_apply(db, &click, 1, &err), FRUST_EGONE);
	CHECK(strstr(err.text, "deleted or replaced") != NULL);
	CHECK_INT(click.id, 0);
	fclose(fopen(s.db, "w")); /* another file of that name is not ours either */
	CHECK_INT(frust_probe(db, NULL), FRUST_EGONE);
	CHECK_INT(rename(aside, s.db), 0);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 2);
	frust_close(db);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM clicks"), "2");
	scratch_fini(&s);
}

static void a_log_that_is_gone_takes_no_more_and_what_it_had_is_kept(void **state)
{
	struct scratch s, kept;
	struct frust_record click = click_of("A", NULL, NOW);
	struct frust_error err;
	struct frust *db;
	char log[128];

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	snprintf(log, sizeof(log), "%s-wal", s.db);
	CHECK_INT(unlink(log), 0);
	CHECK_INT(frust_apply(db, &click, 1, &err), FRUST_EGONE);
	CHECK(strstr(err.text, "-wal was deleted or replaced") != NULL);
	CHECK_INT(frust_probe(db, NULL), FRUST_EGONE);
	stock_copy(&s, &kept); /* as a crash would leave it */
	CHECK_TEXT(scratch_ask(&kept, "SELECT count(*) FROM clicks"), "1");
	scratch_fini(&kept);
	frust_close(db);
	scratch_fini(&s);
}

static void what_became_newer_is_not_written_to(void **state)
{
	struct scratch s;
	struct frust_record click = click_of("A", NULL, NOW);
	struct frust_error err;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	scratch_exec(&s, "UPDATE frust_meta SET value = value + 1 WHERE name = 'schema_version'");
	CHECK_INT(frust_apply(db, &click, 1, &err), FRUST_ESCHEMA);
	CHECK(strstr(err.text, "newer frust") != NULL);
	CHECK_INT(frust_probe(db, NULL), FRUST_ESCHEMA);
	scratch_exec(&s, "UPDATE frust_meta SET value = value - 1 WHERE name = 'schema_version'");
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 2);
	frust_close(db);
	scratch_fini(&s);
}

static void a_probe_writes_and_changes_nothing_that_counts(void **state)
{
	struct scratch s;
	struct frust *db;
	char before[64];

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(frust_probe(db, NULL), 0);
	snprintf(before, sizeof(before), "%s",
		 scratch_ask(&s, "SELECT value FROM frust_meta WHERE name = 'probe'"));
	CHECK_INT(frust_probe(db, NULL), 0);
	CHECK(strcmp(before,
		     scratch_ask(&s, "SELECT value FROM frust_meta WHERE name = 'probe'")) != 0);
	CHECK_TEXT(scratch_ask(&s,
			       "SELECT (SELECT count(*) FROM clicks) + (SELECT count(*) FROM users)"
			       " + (SELECT count(*) FROM hours)"),
		   "0");
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_database_is_made_only_when_asked_for),
		cmocka_unit_test(an_empty_file_becomes_a_database_only_by_create),
		cmocka_unit_test(each_wrong_path_has_its_sentence),
		cmocka_unit_test(bad_arguments_are_told),
		cmocka_unit_test(odd_file_names_are_just_names),
		cmocka_unit_test(reading_changes_no_byte),
		cmocka_unit_test(a_read_only_folder_can_be_read),
		cmocka_unit_test(a_wal_database_in_a_read_only_folder_can_be_read),
		cmocka_unit_test(what_a_crash_left_is_recovered_by_a_writer_only),
		cmocka_unit_test(an_unwritable_folder_takes_no_database),
		cmocka_unit_test(a_locked_database_is_busy_and_comes_back),
		cmocka_unit_test(nothing_is_committed_into_a_file_that_is_gone),
		cmocka_unit_test(a_log_that_is_gone_takes_no_more_and_what_it_had_is_kept),
		cmocka_unit_test(what_became_newer_is_not_written_to),
		cmocka_unit_test(a_probe_writes_and_changes_nothing_that_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
