#include "scratch.h"

#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"

static const char schema_of_theirs[] =
	"SELECT sql FROM sqlite_master WHERE tbl_name IN ('clicks', 'events', 'users', 'hours')"
	" AND type = 'table' ORDER BY name";

static int try_open(const struct scratch *s, enum frust_open_mode mode, struct frust_error *err)
{
	struct frust_options options = FRUST_OPTIONS_INIT;
	struct frust *db;
	int status;

	options.mode = mode;
	status = frust_open(s->db, &options, &db, err);
	frust_close(db);
	return status;
}

static void the_python_servers_tables_stay_as_they_are(void **state)
{
	struct frust_record records[] = {click_of("Neu", "hallo", 1795371634),
					 event_of("Neu", "rickroll", 1795371634)};
	struct scratch s;
	struct frust *db;
	char *before;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	before = strdup(scratch_ask(&s, schema_of_theirs));
	db = scratch_open(&s, FRUST_WRITE);
	CHECK_INT(frust_apply(db, records, 2, NULL), 0);
	frust_close(db);

	CHECK_TEXT(scratch_ask(&s, schema_of_theirs), before);
	CHECK_TEXT(scratch_ask(&s, "PRAGMA integrity_check"), "ok");
	CHECK_TEXT(scratch_ask(
			   &s,
			   "SELECT name FROM sqlite_master WHERE name LIKE 'frust%' ORDER BY name"),
		   "frust_announcements\nfrust_bans\nfrust_clicks_timestamp\nfrust_erased\n"
		   "frust_events_timestamp\nfrust_meta\nfrust_unsaved");
	CHECK_TEXT(scratch_ask(&s, "PRAGMA user_version"), "0");
	free(before);
	scratch_fini(&s);
}

static void a_new_database_has_the_python_servers_tables(void **state)
{
	struct scratch theirs, ours;
	char *expected;

	(void)state;
	scratch_init(&theirs);
	scratch_init(&ours);
	scratch_reference(&theirs);
	expected = strdup(scratch_ask(&theirs, schema_of_theirs));
	frust_close(scratch_open(&ours, FRUST_CREATE));
	CHECK_TEXT(scratch_ask(&ours, schema_of_theirs), expected);
	free(expected);
	scratch_fini(&theirs);
	scratch_fini(&ours);
}

static void a_second_opening_writes_nothing(void **state)
{
	struct scratch s;
	char *before;

	(void)state;
	scratch_init(&s);
	frust_close(scratch_open(&s, FRUST_CREATE));
	before = strdup(scratch_ask(&s, "PRAGMA schema_version"));
	frust_close(scratch_open(&s, FRUST_CREATE));
	CHECK_TEXT(scratch_ask(&s, "PRAGMA schema_version"), before);
	free(before);
	scratch_fini(&s);
}

static void foreign_databases_are_left_alone(void **state)
{
	static const struct {
		const char *sql, *word;
	} rows[] = {
		{"CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)", "clicks.id"},
		{"CREATE VIEW clicks AS SELECT 1 AS id", "clicks.id"},
		{"CREATE TABLE clicks (id INTEGER PRIMARY KEY, user, comment, style, timestamp);"
		 "CREATE TABLE events (id INTEGER PRIMARY KEY, user, name, timestamp);"
		 "CREATE TABLE users (name, clicks, events);"
		 "CREATE TABLE hours (timestamp INTEGER PRIMARY KEY, clicks, events, clicks_total,"
		 " events_total)",
		 "users.name"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		for (int mode = FRUST_READ; mode <= FRUST_CREATE; mode++) {
			struct frust_error err;
			struct scratch s;

			scratch_init(&s);
			scratch_exec(&s, rows[i].sql);
			CHECK_INT(try_open(&s, mode, &err), FRUST_ESCHEMA);
			CHECK(strstr(err.text, rows[i].word) != NULL);
			CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM sqlite_master"
						   " WHERE name LIKE 'frust%'"),
				   "0");
			CHECK_TEXT(scratch_ask(&s, "PRAGMA journal_mode"), "delete");
			scratch_fini(&s);
		}
	}
}

static void a_newer_schema_is_not_touched(void **state)
{
	struct frust_error err;
	struct scratch s;

	(void)state;
	scratch_init(&s);
	frust_close(scratch_open(&s, FRUST_CREATE));
	scratch_exec(&s, "UPDATE frust_meta SET value = 2 WHERE name = 'schema_version'");
	for (int mode = FRUST_READ; mode <= FRUST_CREATE; mode++) {
		CHECK_INT(try_open(&s, mode, &err), FRUST_ESCHEMA);
		CHECK(strstr(err.text, "newer frust (schema 2, this one knows 1)") != NULL);
	}
	scratch_exec(&s, "DROP TABLE frust_meta; CREATE TABLE frust_meta (a)");
	CHECK_INT(try_open(&s, FRUST_WRITE, &err), FRUST_ESCHEMA);
	scratch_fini(&s);
}

static void a_damaged_schema_page_is_corrupt(void **state)
{
	struct frust_error err;
	struct scratch s;
	FILE *file;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	file = fopen(s.db, "r+b");
	fseek(file, 100, SEEK_SET); /* the b-tree header of page 1 */
	fputs("\xff\xff\xff\xff\xff\xff", file);
	fclose(file);
	CHECK_INT(try_open(&s, FRUST_READ, &err), FRUST_ECORRUPT);
	CHECK_INT(try_open(&s, FRUST_CREATE, &err), FRUST_ECORRUPT);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_python_servers_tables_stay_as_they_are),
		cmocka_unit_test(a_new_database_has_the_python_servers_tables),
		cmocka_unit_test(a_second_opening_writes_nothing),
		cmocka_unit_test(foreign_databases_are_left_alone),
		cmocka_unit_test(a_newer_schema_is_not_touched),
		cmocka_unit_test(a_damaged_schema_page_is_corrupt),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
