/*
 * Bare SQLite doing what is stored of a click, rows by the commit: the disk's and SQLite's share of
 * every server here.
 *     sqlite FILE ROWS_A_COMMIT SECONDS      prints rows a second and CPU µs a row
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void check(sqlite3 *db, int rc)
{
	if (rc == SQLITE_OK || rc == SQLITE_DONE)
		return;
	fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
	exit(1);
}

static void run(sqlite3 *db, const char *sql)
{
	check(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static void step(sqlite3 *db, sqlite3_stmt *statement)
{
	check(db, sqlite3_step(statement));
	check(db, sqlite3_reset(statement));
}

int main(int argc, char **argv)
{
	sqlite3_stmt *insert, *count;
	sqlite3 *db = NULL;
	double until, wall, cpu;
	long rows = 0, batch;

	if (argc != 4)
		return 2;
	batch = atol(argv[2]);
	check(db, sqlite3_open(argv[1], &db));
	run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		"CREATE TABLE clicks (id INTEGER PRIMARY KEY, user, comment, style, timestamp);"
		"CREATE INDEX by_time ON clicks (timestamp);"
		"CREATE TABLE users (name TEXT PRIMARY KEY NOT NULL, clicks, events);");
	check(db, sqlite3_prepare_v2(db,
				     "INSERT INTO clicks (user, comment, style, timestamp)"
				     " VALUES ('load 0', 'a comment', 'fire fancy', 1795413600)",
				     -1, &insert, NULL));
	check(db, sqlite3_prepare_v2(db,
				     "INSERT INTO users VALUES ('load 0', 1, 0)"
				     " ON CONFLICT DO UPDATE SET clicks = clicks + 1",
				     -1, &count, NULL));
	wall = seconds(CLOCK_MONOTONIC);
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	until = wall + atof(argv[3]);
	while (seconds(CLOCK_MONOTONIC) < until) {
		run(db, "BEGIN IMMEDIATE");
		for (long i = 0; i < batch; i++) {
			step(db, insert);
			step(db, count);
		}
		run(db, "COMMIT");
		rows += batch;
	}
	wall = seconds(CLOCK_MONOTONIC) - wall;
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	sqlite3_finalize(insert);
	sqlite3_finalize(count);
	sqlite3_close(db);
	printf("{\"rows_per_s\":%.0f,\"cpu_us_per_row\":%.3f}\n", (double)rows / wall,
	       cpu * 1e6 / (double)rows);
	return 0;
}
