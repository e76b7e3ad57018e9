/*
 * The tables: those of the Python server, which stay exactly as it made them, and our own beside
 * them. What is in the rows is not this file's business.
 */
#include "store_sqlite.h"

#include "internal.h"

#define SCHEMA_VERSION 1 /* of our own tables */

/* Word for word what the Python server's ORM makes. */
static const char theirs[] = "CREATE TABLE IF NOT EXISTS clicks (\n"
			     "\tid INTEGER NOT NULL, \n"
			     "\tuser VARCHAR(15), \n"
			     "\tcomment VARCHAR(75), \n"
			     "\tstyle VARCHAR, \n"
			     "\ttimestamp INTEGER, \n"
			     "\tPRIMARY KEY (id)\n"
			     ");\n"
			     "CREATE TABLE IF NOT EXISTS events (\n"
			     "\tid INTEGER NOT NULL, \n"
			     "\tuser VARCHAR(15), \n"
			     "\tname VARCHAR(75), \n"
			     "\ttimestamp INTEGER, \n"
			     "\tPRIMARY KEY (id)\n"
			     ");\n"
			     "CREATE TABLE IF NOT EXISTS users (\n"
			     "\tname VARCHAR(15) NOT NULL, \n"
			     "\tclicks INTEGER, \n"
			     "\tevents INTEGER, \n"
			     "\tPRIMARY KEY (name)\n"
			     ");\n"
			     "CREATE TABLE IF NOT EXISTS hours (\n"
			     "\ttimestamp INTEGER NOT NULL, \n"
			     "\tclicks INTEGER, \n"
			     "\tevents INTEGER, \n"
			     "\tclicks_total INTEGER, \n"
			     "\tevents_total INTEGER, \n"
			     "\tPRIMARY KEY (timestamp)\n"
			     ");\n";

/*
 * frust_meta: schema_version; clicks_high and events_high, ids never to be given again (raised when
 * rows are deleted); probe, a bit that flips. frust_unsaved: what counts in hours without a row.
 */
static const char ours[] =
	"CREATE TABLE IF NOT EXISTS frust_meta"
	" (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS frust_unsaved"
	" (hour INTEGER NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL,"
	" PRIMARY KEY (hour, name)) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS frust_clicks_timestamp ON clicks (timestamp);"
	"CREATE INDEX IF NOT EXISTS frust_events_timestamp ON events (timestamp);"
	"INSERT OR IGNORE INTO frust_meta (name, value) VALUES ('schema_version', 1);";
_Static_assert(SCHEMA_VERSION == 1, "the version stands in the SQL above");

static const char count_ours[] =
	"SELECT count(*) FROM sqlite_master WHERE name IN ('frust_meta', 'frust_unsaved',"
	" 'frust_clicks_timestamp', 'frust_events_timestamp')";
#define OURS 4

/* A missing column of the Python server's tables; its keys must be keys. */
static const char missing_column[] =
	"WITH need(t, c, pk) AS (VALUES ('clicks', 'id', 1), ('clicks', 'user', 0),"
	" ('clicks', 'comment', 0), ('clicks', 'style', 0), ('clicks', 'timestamp', 0),"
	" ('events', 'id', 1), ('events', 'user', 0), ('events', 'name', 0),"
	" ('events', 'timestamp', 0), ('users', 'name', 1), ('users', 'clicks', 0),"
	" ('users', 'events', 0), ('hours', 'timestamp', 1), ('hours', 'clicks', 0),"
	" ('hours', 'events', 0), ('hours', 'clicks_total', 0), ('hours', 'events_total', 0))"
	" SELECT t || '.' || c FROM need WHERE NOT EXISTS"
	" (SELECT 1 FROM pragma_table_info(need.t) AS i WHERE i.name = need.c AND i.pk = need.pk)"
	" LIMIT 1";

static int check_columns(struct frust__sqlite *s, struct frust_error *err)
{
	sqlite3_stmt *statement = NULL;
	int status = 0;
	int rc = sqlite3_prepare_v2(s->db, missing_column, -1, &statement, NULL);

	if (!rc)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		status = frust__fail(err, FRUST_ESCHEMA,
				     "%s is not frust's: it has no key or column %s", s->path,
				     (const char *)sqlite3_column_text(statement, 0));
	else if (rc != SQLITE_DONE)
		status = frust__sqlite_fail(s, rc, err);
	sqlite3_finalize(statement);
	return status;
}

static int check_version(struct frust__sqlite *s, struct frust_error *err)
{
	int64_t version = 0;
	int64_t there = 0;
	int status = frust__sqlite_int(
		s,
		"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'frust_meta'",
		&there, err);

	if (status || !there)
		return status;
	status = frust__sqlite_int(s, "SELECT value FROM frust_meta WHERE name = 'schema_version'",
				   &version, err);
	if (status == FRUST_ESTORE)
		return frust__fail(err, FRUST_ESCHEMA,
				   "%s is not frust's: its frust_meta is another", s->path);
	if (!status && version > SCHEMA_VERSION)
		return frust__fail(err, FRUST_ESCHEMA,
				   "%s was made by a newer frust (schema %lld, this one knows %d)",
				   s->path, (long long)version, SCHEMA_VERSION);
	return status;
}

int frust__schema_check(struct frust__sqlite *s, bool *empty, struct frust_error *err)
{
	int64_t count = 0;
	int status = frust__sqlite_int(s, "SELECT count(*) FROM sqlite_master", &count, err);

	*empty = count == 0;
	if (status || *empty)
		return status;
	status = check_columns(s, err);
	return status ? status : check_version(s, err);
}

static int in_transaction(struct frust__sqlite *s, const char *sql, struct frust_error *err)
{
	int status = frust__sqlite_exec(s, "BEGIN IMMEDIATE", err);

	if (!status)
		status = frust__sqlite_exec(s, sql, err);
	if (!status)
		status = frust__sqlite_exec(s, "COMMIT", err);
	if (status)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}

int frust__schema_create(struct frust__sqlite *s, struct frust_error *err)
{
	return in_transaction(s, theirs, err);
}

int frust__schema_extend(struct frust__sqlite *s, struct frust_error *err)
{
	int64_t count = 0;
	int status = frust__sqlite_int(s, count_ours, &count, err);

	if (status || count == OURS)
		return status;
	return in_transaction(s, ours, err);
}
