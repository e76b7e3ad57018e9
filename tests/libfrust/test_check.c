#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

#define HOUR1 "2026-11-22 12:00 UTC"

static void a_whole_database_has_nothing_to_tell(void **state)
{
	struct frust_verdict verdict;
	struct scratch s;
	struct frust *db = stock_open(&s);
	struct fr_buf out;

	(void)state;
	CHECK_INT(stock_check(db, &out), 0);
	CHECK_TEXT(out.at, "");
	CHECK_INT(frust_check(db, NULL, NULL, NULL, &verdict, NULL), 0);
	CHECK_INT(verdict.clicks, 6);
	CHECK_INT(verdict.events, 2);
	CHECK_INT(verdict.users, 4);
	CHECK_INT(verdict.hours, 3);
	fr_buf_fini(&out);
	frust_close(db);
	scratch_fini(&s);
}

static void each_fault_is_found(void **state)
{
	static const struct {
		const char *sql;
		int counts; /* problems + 100 * notes */
		const char *text;
	} rows[] = {
		{"UPDATE users SET clicks = 7 WHERE name = 'Anna'", 1,
		 "problem user Anna counts 7 clicks, and has 2\n"},
		{"UPDATE users SET events = NULL WHERE name = 'Anna'", 1,
		 "problem user Anna counts 0 events, and has 1\n"},
		{"DELETE FROM users WHERE name = 'Anna'", 1,
		 "problem user Anna has 3 rows and no counters\n"},
		{"INSERT INTO users VALUES ('X' || char(10), 1, 0)", 1,
		 "problem user X? counts 1 clicks, and has 0\n"},
		{"INSERT INTO users VALUES ('X', 0, 0)", 100, "note user X has no row at all\n"},
		{"UPDATE hours SET clicks = 4 WHERE timestamp = 1795348800", 2,
		 "problem the hour " HOUR1 " counts 4 clicks, and should count 3\n"
		 "problem the hour " HOUR1 " counts 3 clicks in all, and should count 4\n"},
		{"UPDATE hours SET clicks = 2, clicks_total = 2 WHERE timestamp = 1795348800", 2,
		 "problem the hour " HOUR1 " counts 2 clicks, and should count 3\n"
		 "problem the hour 2026-11-22 13:00 UTC counts 6 clicks in all, and should count "
		 "5\n"},
		{"UPDATE hours SET events = 0, events_total = 0 WHERE timestamp = 1795348800", 2,
		 "problem the hour " HOUR1 " counts 0 events, and should count 1\n"
		 "problem the hour 2026-11-22 13:00 UTC counts 2 events in all, and should count "
		 "1\n"},
		{"DELETE FROM frust_unsaved WHERE hour = 1795348800", 100,
		 "note the hour " HOUR1
		 " counts 1 events, and should count 0 unless some were not to be stored\n"},
		{"DELETE FROM frust_erased", 1,
		 "problem the hour 2026-11-22 15:00 UTC counts 1 clicks, and should count 0\n"},
		{"DELETE FROM hours WHERE timestamp = 1795359600", 1,
		 "problem the hour 2026-11-22 15:00 UTC has 4 rows and no counters\n"},
		{"UPDATE hours SET clicks_total = clicks_total + 10", 100,
		 "note the hour " HOUR1
		 " counts 13 clicks in all, and should count 3 unless there were hours before\n"},
		{"UPDATE hours SET clicks_total = clicks_total - 1", 1,
		 "problem the hour " HOUR1 " counts 2 clicks in all, and should count 3\n"},
		{"INSERT INTO hours VALUES (1795359601, 0, 0, 7, 5)", 1,
		 "problem an hour is of an impossible time: 2026-11-22 15:00 UTC\n"},
		{"UPDATE clicks SET user = NULL WHERE id = 1;"
		 "UPDATE users SET clicks = 1 WHERE name = 'Anna'",
		 100, "note 1 rows have no user\n"},
		{"UPDATE clicks SET timestamp = NULL WHERE id = 1;"
		 "UPDATE hours SET clicks = clicks - 1 WHERE timestamp = 1795348800;"
		 "UPDATE hours SET clicks_total = clicks_total - 1",
		 1, "problem click 1 has no time\n"},
		{"INSERT INTO events VALUES (9, 'Anna', 'x', 5);"
		 "UPDATE users SET events = events + 1 WHERE name = 'Anna'",
		 2,
		 "problem event 9 is of an impossible time: 1970-01-01 00:00 UTC\n"
		 "problem the hour 1970-01-01 00:00 UTC has 1 rows and no counters\n"},
		{"CREATE TRIGGER t AFTER INSERT ON clicks BEGIN DELETE FROM users; END", 1,
		 "problem trigger t is none of frust's and changes what is written\n"},
		{"CREATE TABLE more (x)", 100, "note table more is none of frust's\n"},
		{"DROP INDEX frust_clicks_timestamp; DROP TABLE frust_bans", 200,
		 "note frust_bans is not there yet: opening for writing adds it\n"
		 "note frust_clicks_timestamp is not there yet: opening for writing adds it\n"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct scratch s;
		struct frust *db = stock_open(&s);
		struct fr_buf out;
		int counts;

		frust_close(db);
		scratch_exec(&s, rows[i].sql);
		db = scratch_open(&s, FRUST_READ);
		counts = stock_check(db, &out);
		CHECK_TEXT(out.at, rows[i].text);
		CHECK_INT(counts, rows[i].counts);
		fr_buf_fini(&out);
		frust_close(db);
		scratch_fini(&s);
	}
}

static void what_the_python_server_left_is_told_and_nothing_is_changed(void **state)
{
	struct scratch s;
	struct frust *db;
	struct fr_buf out;
	int counts;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	db = scratch_open(&s, FRUST_READ);
	counts = stock_check(db, &out);
	print_message("%s", out.at);
	/* its tables are not ours yet; and it had counted unsaved events */
	CHECK_INT(counts % 100, 0);
	CHECK(strstr(out.at, "note frust_meta is not there yet") != NULL);
	fr_buf_fini(&out);
	frust_close(db);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'frust%'"),
		   "0");
	scratch_fini(&s);
}

static int take(void *ctx, const struct frust_finding *finding)
{
	*(struct frust_finding *)ctx = *finding;
	return finding->kind == FRUST_FOUND_DAMAGE ? 0 : 99;
}

static void a_finding_says_what_it_is_about(void **state)
{
	struct frust_finding finding = {0};
	struct frust_verdict verdict;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	scratch_exec(&s, "UPDATE hours SET clicks = 4 WHERE timestamp = 1795348800");
	/* a callback's answer stops it */
	CHECK_INT(frust_check(db, NULL, take, &finding, &verdict, NULL), 99);
	CHECK_INT(finding.kind, FRUST_FOUND_HOUR_CLICKS);
	CHECK_INT(finding.severity, FRUST_PROBLEM);
	CHECK_INT(finding.hour, NOON);
	CHECK_INT(finding.expected, 3);
	CHECK_INT(finding.actual, 4);
	CHECK_INT(verdict.problems, 0);
	frust_close(db);
	scratch_fini(&s);
}

static void the_future_is_impossible_when_now_is_known(void **state)
{
	struct frust_check_options options = FRUST_CHECK_OPTIONS_INIT;
	struct frust_verdict verdict;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	options.now = NOON + 3 * FRUST_HOUR;
	CHECK_INT(frust_check(db, &options, NULL, NULL, &verdict, NULL), 0);
	CHECK_INT(verdict.problems, 0);
	options.now = NOON - FRUST_DAY + FRUST_HOUR;
	CHECK_INT(frust_check(db, &options, NULL, NULL, &verdict, NULL), 0);
	/* the rows from 13:00 on: three clicks, two events; and two hours */
	CHECK_INT(verdict.problems, 3 + 2 + 2);
	frust_close(db);
	scratch_fini(&s);
}

/* Overwrites a page that holds rows. */
static void damage(const struct scratch *s, long page)
{
	static char noise[4096];
	int fd = open(s->db, O_WRONLY);

	memset(noise, 0x55, sizeof(noise));
	CHECK(fd >= 0);
	CHECK_INT(pwrite(fd, noise, sizeof(noise), (page - 1) * 4096), 4096);
	close(fd);
}

static void a_damaged_page_is_a_finding(void **state)
{
	static struct frust_record records[3000];
	struct scratch s;
	struct frust *db;
	struct frust_check_options options = FRUST_CHECK_OPTIONS_INIT;
	struct frust_finding finding = {0};
	struct frust_verdict verdict;
	struct fr_buf out;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	for (size_t i = 0; i < FR_ARRAY_LEN(records); i++)
		records[i] = click_of("somebody", "a comment", NOON + (int64_t)i);
	CHECK_INT(frust_apply(db, records, FR_ARRAY_LEN(records), NULL), 0);
	frust_close(db);
	damage(&s, atol(scratch_ask(&s, "SELECT rootpage FROM sqlite_master"
					" WHERE name = 'clicks'")));
	db = scratch_open(&s, FRUST_READ);
	CHECK(stock_check(db, &out) % 100 >= 2);
	CHECK(strstr(out.at, "problem the file is damaged: ") != NULL);
	CHECK(strstr(out.at, "note") == NULL);
	fr_buf_fini(&out);
	options.no_scan = true;
	CHECK_INT(frust_check(db, &options, take, &finding, &verdict, NULL), 0);
	CHECK_INT(finding.kind, FRUST_FOUND_DAMAGE);
	CHECK(verdict.problems > 0);
	frust_close(db);
	scratch_fini(&s);
}

static void bad_arguments_are_told(void **state)
{
	struct frust_check_options options = {0};
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	CHECK_INT(frust_check(NULL, NULL, NULL, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_check(db, &options, NULL, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_check(db, NULL, NULL, NULL, NULL, NULL), 0);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_database_has_nothing_to_tell),
		cmocka_unit_test(each_fault_is_found),
		cmocka_unit_test(what_the_python_server_left_is_told_and_nothing_is_changed),
		cmocka_unit_test(a_finding_says_what_it_is_about),
		cmocka_unit_test(the_future_is_impossible_when_now_is_known),
		cmocka_unit_test(a_damaged_page_is_a_finding),
		cmocka_unit_test(bad_arguments_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
