/* The SQLite backend's answers about itself: counters beside rows, odd times, damage, size. */
#include "store_sqlite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "internal.h"

/* --- counters beside rows --- */

static int on_audit_user(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
			 struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust__user_audit audit = {
		.counted = sqlite3_column_int64(statement, 1) != 0,
		.counters = {.clicks = sqlite3_column_int64(statement, 2),
			     .events = sqlite3_column_int64(statement, 3)},
		.click_rows = sqlite3_column_int64(statement, 4),
		.event_rows = sqlite3_column_int64(statement, 5),
	};
	int status = frust__sqlite_column(s, statement, 0, &audit.counters.name, err);

	return status ? status : answer->fn.audit_user(answer->ctx, &audit);
}

int frust__sqlite_audit_users(struct frust__store *store, frust__user_audit_fn fn, void *ctx,
			      struct frust_error *err)
{
	struct frust__answer answer = {{.audit_user = fn}, ctx};

	return frust__sqlite_ask(
		frust__sqlite_of(store),
		"SELECT name, sum(counted), sum(clicks), sum(events), sum(click_rows),"
		" sum(event_rows) FROM ("
		"SELECT name, 1 AS counted, ifnull(clicks, 0) AS clicks, ifnull(events, 0) AS "
		"events,"
		" 0 AS click_rows, 0 AS event_rows FROM users"
		" UNION ALL SELECT user, 0, 0, 0, count(*), 0 FROM clicks GROUP BY user"
		" UNION ALL SELECT user, 0, 0, 0, 0, count(*) FROM events GROUP BY user"
		") GROUP BY name",
		NULL, 0, on_audit_user, &answer, err);
}

static int on_audit_hour(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
			 struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust__hour_audit audit = {
		.counters = {.timestamp = sqlite3_column_int64(statement, 0),
			     .clicks = sqlite3_column_int64(statement, 2),
			     .events = sqlite3_column_int64(statement, 3),
			     .clicks_total = sqlite3_column_int64(statement, 4),
			     .events_total = sqlite3_column_int64(statement, 5)},
		.counted = sqlite3_column_int64(statement, 1) != 0,
		.click_rows = sqlite3_column_int64(statement, 6),
		.event_rows = sqlite3_column_int64(statement, 7),
		.unsaved = sqlite3_column_int64(statement, 8),
		.clicks_erased = sqlite3_column_int64(statement, 9),
		.events_erased = sqlite3_column_int64(statement, 10),
	};

	(void)s;
	(void)err;
	return answer->fn.audit_hour(answer->ctx, &audit);
}

/* Rows by their hour; a plain % is negative before 1970. What has no whole number there is told by
 * odd_times. */
#define ROWS_OF(table)                                                                             \
	" FROM (SELECT timestamp - ((timestamp % 3600) + 3600) % 3600 AS hour FROM " table         \
	" WHERE typeof(timestamp) = 'integer' AND timestamp >= ?1 AND timestamp < ?2) GROUP BY "   \
	"hour"

int frust__sqlite_audit_hours(struct frust__store *store, int64_t since, int64_t until,
			      frust__hour_audit_fn fn, void *ctx, struct frust_error *err)
{
	struct frust__answer answer = {{.audit_hour = fn}, ctx};
	const struct frust__value values[] = {frust__number(since), frust__number(until)};

	return frust__sqlite_ask(
		frust__sqlite_of(store),
		"SELECT hour, sum(counted), sum(c), sum(e), sum(ct), sum(et), sum(cr), sum(er),"
		" sum(u), sum(ce), sum(ee) FROM ("
		"SELECT timestamp AS hour, 1 AS counted, ifnull(clicks, 0) AS c,"
		" ifnull(events, 0) AS e, ifnull(clicks_total, 0) AS ct,"
		" ifnull(events_total, 0) AS et, 0 AS cr, 0 AS er, 0 AS u, 0 AS ce, 0 AS ee"
		" FROM hours WHERE timestamp >= ?1 AND timestamp < ?2"
		" UNION ALL SELECT hour, 0, 0, 0, 0, 0, count(*), 0, 0, 0, 0" ROWS_OF(
			"clicks") " UNION ALL SELECT hour, 0, 0, 0, 0, 0, 0, count(*), 0, 0, "
				  "0" ROWS_OF("events") " UNION ALL SELECT hour, 0, 0, 0, 0, 0, 0, "
							"0, sum(count), 0, 0 FROM frust_unsaved"
							" WHERE hour >= ?1 AND hour < ?2 GROUP BY "
							"hour"
							" UNION ALL SELECT hour, 0, 0, 0, 0, 0, 0, "
							"0, 0, clicks, events FROM frust_erased"
							" WHERE hour >= ?1 AND hour < ?2) GROUP BY "
							"hour ORDER BY hour",
		values, 2, on_audit_hour, &answer, err);
}

static int on_moment(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		     struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust__moment moment = {sqlite3_column_int64(statement, 0),
				       sqlite3_column_int64(statement, 1),
				       sqlite3_column_type(statement, 1) == SQLITE_INTEGER};

	(void)s;
	(void)err;
	return answer->fn.moment(answer->ctx, &moment);
}

int frust__sqlite_odd_times(struct frust__store *store, enum frust_kind kind, int64_t since,
			    int64_t until, frust__moment_fn fn, void *ctx, struct frust_error *err)
{
	struct frust__answer answer = {{.moment = fn}, ctx};
	const struct frust__value values[] = {frust__number(since), frust__number(until)};

	return frust__sqlite_ask(
		frust__sqlite_of(store),
		kind == FRUST_CLICK
			? "SELECT id, timestamp FROM clicks WHERE typeof(timestamp) != 'integer'"
			  " OR timestamp < ? OR timestamp >= ? ORDER BY id"
			: "SELECT id, timestamp FROM events WHERE typeof(timestamp) != 'integer'"
			  " OR timestamp < ? OR timestamp >= ? ORDER BY id",
		values, 2, on_moment, &answer, err);
}

/* --- the file --- */

static int on_scan(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		   struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust_str text;
	int status = frust__sqlite_column(s, statement, 0, &text, err);

	if (status || !text.at || strcmp(text.at, "ok") == 0)
		return status;
	return answer->fn.remark(answer->ctx, FRUST_PROBLEM, text.at);
}

int frust__sqlite_scan(struct frust__store *store, frust__remark_fn fn, void *ctx,
		       struct frust_error *err)
{
	struct frust__answer answer = {{.remark = fn}, ctx};

	return frust__sqlite_ask(frust__sqlite_of(store), "PRAGMA main.integrity_check(20)", NULL,
				 0, on_scan, &answer, err);
}

/* Of the file and its log; 0 when that cannot be told. */
static int64_t file_bytes(const struct frust__sqlite *s)
{
	static const char *const suffixes[] = {"", "-wal"};
	int64_t bytes = 0;

	for (size_t i = 0; i < FR_ARRAY_LEN(suffixes); i++) {
		struct fr_buf name = FR_BUF_INIT;
		struct stat st;

		fr_buf_printf(&name, "%s%s", s->path, suffixes[i]);
		fr_buf_add_char(&name, '\0');
		if (!fr_buf_error(&name) && stat(name.at, &st) == 0)
			bytes += st.st_size;
		fr_buf_fini(&name);
	}
	return bytes;
}

static int on_info(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		   struct frust_error *err)
{
	struct frust_info *info = question;

	(void)s;
	(void)err;
	info->clicks = sqlite3_column_int64(statement, 0);
	info->events = sqlite3_column_int64(statement, 1);
	info->users = sqlite3_column_int64(statement, 2);
	info->hours = sqlite3_column_int64(statement, 3);
	info->bans = sqlite3_column_int64(statement, 4);
	info->last_click = sqlite3_column_int64(statement, 5);
	info->last_event = sqlite3_column_int64(statement, 6);
	info->free_bytes = sqlite3_column_int64(statement, 7);
	return 0;
}

static int on_journal(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		      struct frust_error *err)
{
	struct frust_info *info = question;
	struct frust_str mode;
	int status = frust__sqlite_column(s, statement, 0, &mode, err);

	if (!status)
		snprintf(info->journal, sizeof(info->journal), "%.*s", FR_STR_ARG(mode));
	return status;
}

int frust__sqlite_info(struct frust__store *store, struct frust_info *info, struct frust_error *err)
{
	struct frust__sqlite *s = frust__sqlite_of(store);
	int status = frust__sqlite_ask(
		s,
		"SELECT (SELECT count(*) FROM clicks), (SELECT count(*) FROM events),"
		" (SELECT count(*) FROM users), (SELECT count(*) FROM hours),"
		" (SELECT count(*) FROM frust_bans),"
		" max(ifnull((SELECT max(id) FROM clicks), 0),"
		" ifnull((SELECT value FROM frust_meta WHERE name = 'clicks_high'), 0)),"
		" max(ifnull((SELECT max(id) FROM events), 0),"
		" ifnull((SELECT value FROM frust_meta WHERE name = 'events_high'), 0)),"
		" (SELECT freelist_count FROM pragma_freelist_count) *"
		" (SELECT page_size FROM pragma_page_size)",
		NULL, 0, on_info, info, err);

	info->bytes = file_bytes(s);
	if (!status)
		status = frust__sqlite_ask(s, "PRAGMA main.journal_mode", NULL, 0, on_journal, info,
					   err);
	return status ? status : frust__schema_version(s, &info->schema, &info->additions, err);
}
