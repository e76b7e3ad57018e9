/*
 * The SQLite backend's reading side. Its statements are prepared for each question, so that a
 * callback may ask another one.
 */
#include "store_sqlite.h"

#include "internal.h"

static struct frust__sqlite *self(struct frust__store *store)
{
	return FR_CONTAINER_OF(store, struct frust__sqlite, store);
}

int frust__sqlite_read_begin(struct frust__store *store, struct frust_error *err)
{
	struct frust__sqlite *s = self(store);
	int64_t ignored = 0;
	int status = frust__sqlite_exec(s, "BEGIN", err);

	/* the snapshot is taken by the first read, not by BEGIN */
	if (!status)
		status = frust__sqlite_int(s, "SELECT count(*) FROM sqlite_master", &ignored, err);
	if (status)
		frust__sqlite_read_end(store);
	return status;
}

void frust__sqlite_read_end(struct frust__store *store)
{
	struct frust__sqlite *s = self(store);

	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* A view of a text column, valid until the next step. */
static int column(const struct frust__sqlite *s, sqlite3_stmt *statement, int at,
		  struct frust_str *out, struct frust_error *err)
{
	*out = (struct frust_str){NULL, 0};
	if (sqlite3_column_type(statement, at) == SQLITE_NULL)
		return 0;
	out->at = (const char *)sqlite3_column_text(statement, at);
	out->len = (size_t)sqlite3_column_bytes(statement, at);
	if (!out->at && sqlite3_errcode(s->db) == SQLITE_NOMEM)
		return frust__sqlite_fail(s, SQLITE_NOMEM, err);
	if (!out->at)
		out->at = "";
	return 0;
}

/* Gives the row that the statement stands on to a callback. */
typedef int (*row_fn)(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		      struct frust_error *err);

/* Asks sql with up to three integers; what on_row returns stops and is passed up. */
static int ask(struct frust__sqlite *s, const char *sql, const int64_t *values, int n,
	       row_fn on_row, void *question, struct frust_error *err)
{
	sqlite3_stmt *statement = NULL;
	int status = 0;
	int rc = sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL);

	for (int i = 0; !rc && i < n; i++)
		rc = sqlite3_bind_int64(statement, i + 1, values[i]);
	if (!rc)
		rc = sqlite3_step(statement);
	while (rc == SQLITE_ROW && !status) {
		status = on_row(s, statement, question, err);
		if (!status)
			rc = sqlite3_step(statement);
	}
	if (!status && rc != SQLITE_DONE)
		status = frust__sqlite_fail(s, rc, err);
	sqlite3_finalize(statement);
	return status;
}

/* --- records --- */

struct records_question {
	enum frust_kind kind;
	const struct frust_filter *filter;
	int64_t left; /* rows yet to be given; negative: all */
	bool done;    /* the answer is whole before the rows end */
	frust_record_fn fn;
	void *ctx;
};

#define CLICKS "SELECT id, user, timestamp, comment, style FROM clicks "
#define EVENTS "SELECT id, user, timestamp, name FROM events "
#define TIMES "WHERE timestamp >= ?1 AND timestamp < ?2 "

/* By kind - 1, times asked for, newest first. */
static const char *const records_sql[2][2][2] = {
	{{CLICKS "ORDER BY id", CLICKS "ORDER BY id DESC"},
	 {CLICKS TIMES "ORDER BY id LIMIT ?3", CLICKS TIMES "ORDER BY id DESC LIMIT ?3"}},
	{{EVENTS "ORDER BY id", EVENTS "ORDER BY id DESC"},
	 {EVENTS TIMES "ORDER BY id LIMIT ?3", EVENTS TIMES "ORDER BY id DESC LIMIT ?3"}},
};

#define STOP 1 /* from a row_fn: enough, and not an error */

static int on_record(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		     struct frust_error *err)
{
	struct records_question *q = question;
	struct frust_record r = {.kind = q->kind};
	int status;

	r.id = sqlite3_column_int64(statement, 0);
	r.timestamp = sqlite3_column_int64(statement, 2);
	q->done = !q->left || (q->filter->newest_only && r.timestamp < q->filter->since);
	if (q->done)
		return STOP;
	if (q->filter->newest_only && r.timestamp >= q->filter->until)
		return 0;
	status = column(s, statement, 1, &r.user, err);
	if (!status)
		status = column(s, statement, 3, q->kind == FRUST_CLICK ? &r.comment : &r.name,
				err);
	if (!status && q->kind == FRUST_CLICK)
		status = column(s, statement, 4, &r.style, err);
	if (status)
		return status;
	if (q->left > 0)
		q->left--;
	return q->fn(q->ctx, &r);
}

int frust__sqlite_records(struct frust__store *store, enum frust_kind kind,
			  const struct frust_filter *filter, frust_record_fn fn, void *ctx,
			  struct frust_error *err)
{
	struct records_question q = {kind, filter, filter->limit, false, fn, ctx};
	bool timed = filter->since != INT64_MIN || filter->until != INT64_MAX;
	const int64_t values[] = {filter->since, filter->until, filter->limit};
	const char *sql;
	int status;

	/* what is newest by id alone needs no look at the index of times */
	timed = timed && !filter->newest_only;
	sql = records_sql[kind - 1][timed][filter->newest_first];
	status = ask(self(store), sql, values, timed ? 3 : 0, on_record, &q, err);
	return q.done ? 0 : status;
}

/* --- hours and users --- */

struct hours_question {
	frust_hour_fn fn;
	void *ctx;
};

static int on_hour(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		   struct frust_error *err)
{
	const struct hours_question *q = question;
	struct frust_hour hour = {
		.timestamp = sqlite3_column_int64(statement, 0),
		.clicks = sqlite3_column_int64(statement, 1),
		.events = sqlite3_column_int64(statement, 2),
		.clicks_total = sqlite3_column_int64(statement, 3),
		.events_total = sqlite3_column_int64(statement, 4),
	};

	(void)s;
	(void)err;
	return q->fn(q->ctx, &hour);
}

#define HOURS "SELECT timestamp, clicks, events, clicks_total, events_total FROM hours "

int frust__sqlite_hours(struct frust__store *store, int64_t since, int64_t until, frust_hour_fn fn,
			void *ctx, struct frust_error *err)
{
	struct hours_question q = {fn, ctx};
	const int64_t values[] = {since, until};

	return ask(self(store), HOURS "WHERE timestamp >= ?1 AND timestamp < ?2 ORDER BY timestamp",
		   values, 2, on_hour, &q, err);
}

static int keep_hour(void *ctx, const struct frust_hour *hour)
{
	*(struct frust_hour *)ctx = *hour;
	return 0;
}

int frust__sqlite_newest_hour(struct frust__store *store, struct frust_hour *hour,
			      struct frust_error *err)
{
	struct hours_question q = {keep_hour, hour};

	*hour = (struct frust_hour){0};
	return ask(self(store), HOURS "ORDER BY timestamp DESC LIMIT 1", NULL, 0, on_hour, &q, err);
}

struct users_question {
	frust_user_fn fn;
	void *ctx;
};

static int on_user(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		   struct frust_error *err)
{
	const struct users_question *q = question;
	struct frust_user user = {
		.clicks = sqlite3_column_int64(statement, 1),
		.events = sqlite3_column_int64(statement, 2),
	};
	int status = column(s, statement, 0, &user.name, err);

	return status ? status : q->fn(q->ctx, &user);
}

int frust__sqlite_users(struct frust__store *store, frust_user_fn fn, void *ctx,
			struct frust_error *err)
{
	struct users_question q = {fn, ctx};

	return ask(self(store), "SELECT name, clicks, events FROM users ORDER BY rowid", NULL, 0,
		   on_user, &q, err);
}
