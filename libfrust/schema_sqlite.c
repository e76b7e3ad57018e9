/*
 * The tables: those of the Python server, which stay exactly as it made them, and our own beside
 * them. What is in the rows is not this file's business.
 */
#include "store_sqlite.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

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
 * Ours. frust_meta: schema_version, additions; clicks_high and events_high, ids never to be given
 * again (raised when rows are deleted); probe, a bit that flips. frust_unsaved and frust_erased:
 * what counts in hours without a row. A library of the same schema_version that knows fewer of
 * these may write all the same: it leaves true what the others say.
 */
static const struct {
	const char *type, *name;
	const char *sql;     /* after CREATE … name */
	const char *imagine; /* the empty table, as a SELECT */
} ours[] = {
	{"TABLE", "frust_meta",
	 "(name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
	 "SELECT '' AS name, 0 AS value WHERE 0"},
	{"TABLE", "frust_unsaved",
	 "(hour INTEGER NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (hour, "
	 "name))"
	 " WITHOUT ROWID",
	 "SELECT 0 AS hour, '' AS name, 0 AS count WHERE 0"},
	{"TABLE", "frust_erased",
	 "(hour INTEGER NOT NULL PRIMARY KEY, clicks INTEGER NOT NULL, events INTEGER NOT NULL)",
	 "SELECT 0 AS hour, 0 AS clicks, 0 AS events WHERE 0"},
	{"TABLE", "frust_bans",
	 "(pattern TEXT NOT NULL, glob INTEGER NOT NULL, timestamp INTEGER NOT NULL,"
	 " PRIMARY KEY (pattern, glob)) WITHOUT ROWID",
	 "SELECT '' AS pattern, 0 AS glob, 0 AS timestamp WHERE 0"},
	{"TABLE", "frust_announcements",
	 "(id INTEGER PRIMARY KEY, text TEXT NOT NULL, style TEXT, popup INTEGER NOT NULL,"
	 " timestamp INTEGER NOT NULL)",
	 "SELECT 0 AS id, '' AS text, '' AS style, 0 AS popup, 0 AS timestamp WHERE 0"},
	{"INDEX", "frust_clicks_timestamp", "ON clicks (timestamp)", NULL},
	{"INDEX", "frust_events_timestamp", "ON events (timestamp)", NULL},
};

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

int frust__schema_version(struct frust__sqlite *s, int *schema, int *additions,
			  struct frust_error *err)
{
	int64_t version = 0, more = 0, there = 0;
	int status = frust__sqlite_int(s,
				       "SELECT count(*) FROM main.sqlite_master"
				       " WHERE type = 'table' AND name = 'frust_meta'",
				       &there, err);

	if (!status && there)
		status = frust__sqlite_int(
			s, "SELECT value FROM main.frust_meta WHERE name = 'schema_version'",
			&version, err);
	if (!status && there)
		status = frust__sqlite_int(
			s, "SELECT value FROM main.frust_meta WHERE name = 'additions'", &more,
			err);
	if (status == FRUST_ESTORE)
		status = frust__fail(err, FRUST_ESCHEMA,
				     "%s is not frust's: its frust_meta is another", s->path);
	*schema = version > INT_MAX ? INT_MAX : (int)version;
	*additions = more > INT_MAX ? INT_MAX : (int)more;
	return status;
}

static int check_version(struct frust__sqlite *s, struct frust_error *err)
{
	int schema, additions;
	int status = frust__schema_version(s, &schema, &additions, err);

	if (!status && schema > FRUST__SCHEMA_VERSION)
		status = frust__fail(err, FRUST_ESCHEMA,
				     "%s was made by a newer frust (schema %d, this one knows %d)",
				     s->path, schema, FRUST__SCHEMA_VERSION);
	return status;
}

int frust__schema_check(struct frust__sqlite *s, bool *empty, struct frust_error *err)
{
	int64_t count = 0;
	int status = frust__sqlite_int(s, "SELECT count(*) FROM main.sqlite_master", &count, err);

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

static int keep_count(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		      struct frust_error *err)
{
	(void)s;
	(void)err;
	*(int64_t *)question = sqlite3_column_int64(statement, 0);
	return 0;
}

/* Whether the database has one of ours. */
static int look_for(struct frust__sqlite *s, size_t i, bool *there, struct frust_error *err)
{
	const struct frust__value value = frust__text(
		(struct frust_str){ours[i].name, strlen(ours[i].name)});
	int64_t count = 0;
	int status = frust__sqlite_ask(s, "SELECT count(*) FROM main.sqlite_master WHERE name = ?",
				       &value, 1, keep_count, &count, err);

	*there = count != 0;
	return status;
}

static int add_missing(struct frust__sqlite *s, struct fr_buf *sql, struct frust_error *err)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(ours); i++) {
		bool there;
		int status = look_for(s, i, &there, err);

		if (status)
			return status;
		if (!there)
			fr_buf_printf(sql, "CREATE %s IF NOT EXISTS %s %s;", ours[i].type,
				      ours[i].name, ours[i].sql);
	}
	return 0;
}

int frust__schema_extend(struct frust__sqlite *s, struct frust_error *err)
{
	struct fr_buf sql = FR_BUF_INIT;
	int schema, additions;
	int status = frust__schema_version(s, &schema, &additions, err);

	if (!status)
		status = add_missing(s, &sql, err);
	if (!status &&
	    (sql.len || schema < FRUST__SCHEMA_VERSION || additions < FRUST__SCHEMA_ADDITIONS)) {
		fr_buf_printf(&sql,
			      "INSERT INTO frust_meta (name, value) VALUES ('schema_version', %d),"
			      " ('additions', %d) ON CONFLICT (name)"
			      " DO UPDATE SET value = max(value, excluded.value)",
			      FRUST__SCHEMA_VERSION, FRUST__SCHEMA_ADDITIONS);
		fr_buf_add_char(&sql, '\0');
		if (fr_buf_error(&sql))
			status = frust__fail(err, FRUST_ENOMEM, "out of memory");
		else
			status = in_transaction(s, sql.at, err);
	}
	fr_buf_fini(&sql);
	return status;
}

int frust__schema_imagine(struct frust__sqlite *s, struct frust_error *err)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(ours); i++) {
		char sql[160];
		bool there = true;
		int status = ours[i].imagine ? look_for(s, i, &there, err) : 0;

		if (status)
			return status;
		if (there)
			continue;
		snprintf(sql, sizeof(sql), "CREATE TEMP VIEW %s AS %s", ours[i].name,
			 ours[i].imagine);
		status = frust__sqlite_exec(s, sql, err);
		if (status)
			return status;
	}
	return 0;
}

/* --- remarks --- */

static int remark_missing(struct frust__sqlite *s, frust__remark_fn fn, void *ctx,
			  struct frust_error *err)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(ours); i++) {
		char text[120];
		bool there;
		int status = look_for(s, i, &there, err);

		if (status)
			return status;
		snprintf(text, sizeof(text), "%s is not there yet: opening for writing adds it",
			 ours[i].name);
		status = there ? 0 : fn(ctx, FRUST_NOTE, text);
		if (status)
			return status;
	}
	return 0;
}

/* What is neither theirs nor ours nor SQLite's own. */
static const char strangers[] =
	"SELECT type, name FROM main.sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	" AND name NOT IN ('clicks', 'events', 'users', 'hours') ORDER BY name";

static bool is_ours(struct frust_str name)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(ours); i++) {
		if (fr_str_eq(frust__str(name), fr_str_of(ours[i].name)))
			return true;
	}
	return false;
}

static int on_stranger(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		       struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust_str type, name;
	char text[160];
	bool acts;
	int status = frust__sqlite_column(s, statement, 0, &type, err);

	if (!status)
		status = frust__sqlite_column(s, statement, 1, &name, err);
	if (status || is_ours(name))
		return status;
	acts = fr_str_eq(frust__str(type), FR_STR("trigger"));
	snprintf(text, sizeof(text), "%.*s %.60s is none of frust's%s", FR_STR_ARG(type),
		 name.at ? name.at : "", acts ? " and changes what is written" : "");
	return answer->fn.remark(answer->ctx, acts ? FRUST_PROBLEM : FRUST_NOTE, text);
}

int frust__sqlite_schema(struct frust__store *store, frust__remark_fn fn, void *ctx,
			 struct frust_error *err)
{
	struct frust__sqlite *s = frust__sqlite_of(store);
	struct frust__answer answer = {{.remark = fn}, ctx};
	int status = remark_missing(s, fn, ctx, err);

	return status ? status
		      : frust__sqlite_ask(s, strangers, NULL, 0, on_stranger, &answer, err);
}
