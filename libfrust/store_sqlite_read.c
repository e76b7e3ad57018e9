/*
 * The SQLite backend's reading side: rows and counters. Its statements are prepared for each
 * question, so that a callback may ask another one.
 */
#include "store_sqlite.h"

#include "internal.h"

int frust__sqlite_read_begin(struct frust__store *store, struct frust_error *err)
{
	struct frust__sqlite *s = frust__sqlite_of(store);
	int64_t ignored = 0;
	int status;

	frust__sqlite_rollback(store); /* should the last one have failed */
	status = frust__sqlite_exec(s, "BEGIN", err);
	/* the snapshot is taken by the first read, not by BEGIN */
	if (!status)
		status = frust__sqlite_int(s, "SELECT count(*) FROM main.sqlite_master", &ignored,
					   err);
	if (status)
		frust__sqlite_read_end(store);
	return status;
}

void frust__sqlite_read_end(struct frust__store *store)
{
	frust__sqlite_rollback(store);
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

#define STOP 1 /* from a row function: enough, and not an error */

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
	status = frust__sqlite_column(s, statement, 1, &r.user, err);
	if (!status)
		status = frust__sqlite_column(s, statement, 3,
					      q->kind == FRUST_CLICK ? &r.comment : &r.name, err);
	if (!status && q->kind == FRUST_CLICK)
		status = frust__sqlite_column(s, statement, 4, &r.style, err);
	if (status)
		return status;
	if (q->left > 0)
		q->left--;
	return q->fn(q->ctx, &r);
}

/* The order; the "+" keeps SQLite from walking all rows by id where the index of times finds few.
 */
static const char *order_of(const struct frust_filter *filter, bool timed)
{
	if (filter->by_time)
		return filter->newest_first ? " ORDER BY timestamp DESC, id DESC"
					    : " ORDER BY timestamp, id";
	if (timed && filter->since != INT64_MIN)
		return filter->newest_first ? " ORDER BY +id DESC" : " ORDER BY +id";
	return filter->newest_first ? " ORDER BY id DESC" : " ORDER BY id";
}

static const char *records_sql(struct frust__sqlite_query *query, enum frust_kind kind,
			       const struct frust_filter *filter)
{
	/* what is newest by id alone needs no look at the index of times */
	bool timed = !filter->newest_only;

	fr_buf_add_str(&query->sql,
		       kind == FRUST_CLICK
			       ? FR_STR("SELECT id, user, timestamp, comment, style FROM clicks")
			       : FR_STR("SELECT id, user, timestamp, name FROM events"));
	frust__sqlite_where(query, kind, filter, timed);
	fr_buf_add_str(&query->sql, fr_str_of(order_of(filter, timed)));
	if (timed && filter->limit >= 0) {
		fr_buf_add_str(&query->sql, FR_STR(" LIMIT "));
		frust__sqlite_add_value(query, frust__number(filter->limit));
	}
	return frust__sqlite_text(query);
}

int frust__sqlite_records(struct frust__store *store, enum frust_kind kind,
			  const struct frust_filter *filter, frust_record_fn fn, void *ctx,
			  struct frust_error *err)
{
	struct records_question q = {kind, filter, filter->limit, false, fn, ctx};
	struct frust__sqlite_query query = {.sql = FR_BUF_INIT};
	const char *sql = records_sql(&query, kind, filter);
	int status;

	if (sql)
		status = frust__sqlite_ask(frust__sqlite_of(store), sql, query.values, query.n,
					   on_record, &q, err);
	else
		status = frust__fail(err, FRUST_ENOMEM, "out of memory");
	fr_buf_fini(&query.sql);
	return q.done ? 0 : status;
}

/* One row of two integers, maybe NULL: 0 then. */
static int on_pair(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		   struct frust_error *err)
{
	int64_t *pair = question;

	(void)s;
	(void)err;
	pair[0] = sqlite3_column_int64(statement, 0);
	pair[1] = sqlite3_column_int64(statement, 1);
	return 0;
}

int frust__sqlite_seen(struct frust__store *store, struct frust_str name, int64_t times[2],
		       struct frust_error *err)
{
	const struct frust__value values[] = {frust__text(name), frust__text(name)};

	return frust__sqlite_ask(
		frust__sqlite_of(store),
		"SELECT min(low), max(high) FROM"
		" (SELECT min(timestamp) AS low, max(timestamp) AS high"
		" FROM clicks WHERE user = ? UNION ALL"
		" SELECT min(timestamp), max(timestamp) FROM events WHERE user = ?)",
		values, 2, on_pair, times, err);
}

int frust__sqlite_count(struct frust__store *store, int64_t since, int64_t until, int64_t counts[2],
			struct frust_error *err)
{
	const struct frust__value values[] = {frust__number(since), frust__number(until),
					      frust__number(since), frust__number(until)};

	return frust__sqlite_ask(
		frust__sqlite_of(store),
		"SELECT (SELECT count(*) FROM clicks WHERE timestamp >= ? AND timestamp < ?),"
		" (SELECT count(*) FROM events WHERE timestamp >= ? AND timestamp < ?)",
		values, 4, on_pair, counts, err);
}

static int on_comment(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		      struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust_comment comment = {.count = sqlite3_column_int64(statement, 1)};
	int status = frust__sqlite_column(s, statement, 0, &comment.text, err);

	return status ? status : answer->fn.comment(answer->ctx, &comment);
}

int frust__sqlite_comments(struct frust__store *store, struct frust_str user, int64_t limit,
			   frust_comment_fn fn, void *ctx, struct frust_error *err)
{
	struct frust__answer answer = {{.comment = fn}, ctx};
	const struct frust__value values[] = {frust__text(user), frust__number(limit)};
	const struct frust__value all[] = {frust__number(1), frust__number(limit)};

	return frust__sqlite_ask(
		frust__sqlite_of(store),
		user.at ? "SELECT comment, count(*) FROM clicks WHERE comment IS NOT NULL AND user "
			  "= ?"
			  " GROUP BY comment ORDER BY 2 DESC, 1 LIMIT ?"
			: "SELECT comment, count(*) FROM clicks WHERE comment IS NOT NULL AND ?"
			  " GROUP BY comment ORDER BY 2 DESC, 1 LIMIT ?",
		user.at ? values : all, 2, on_comment, &answer, err);
}

/* --- hours --- */

static int on_hour(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		   struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust_hour hour = {
		.timestamp = sqlite3_column_int64(statement, 0),
		.clicks = sqlite3_column_int64(statement, 1),
		.events = sqlite3_column_int64(statement, 2),
		.clicks_total = sqlite3_column_int64(statement, 3),
		.events_total = sqlite3_column_int64(statement, 4),
	};

	(void)s;
	(void)err;
	return answer->fn.hour(answer->ctx, &hour);
}

#define HOURS "SELECT timestamp, clicks, events, clicks_total, events_total FROM hours "

/* Asks for what lies in since <= hour < until. */
static int ask_between(struct frust__store *store, const char *sql, int64_t since, int64_t until,
		       frust__sqlite_row_fn on_row, struct frust__answer *answer,
		       struct frust_error *err)
{
	const struct frust__value values[] = {frust__number(since), frust__number(until)};

	return frust__sqlite_ask(frust__sqlite_of(store), sql, values, 2, on_row, answer, err);
}

int frust__sqlite_hours(struct frust__store *store, int64_t since, int64_t until, frust_hour_fn fn,
			void *ctx, struct frust_error *err)
{
	struct frust__answer answer = {{.hour = fn}, ctx};

	return ask_between(store, HOURS "WHERE timestamp >= ? AND timestamp < ? ORDER BY timestamp",
			   since, until, on_hour, &answer, err);
}

static int keep_hour(void *ctx, const struct frust_hour *hour)
{
	*(struct frust_hour *)ctx = *hour;
	return 0;
}

int frust__sqlite_newest_hour(struct frust__store *store, struct frust_hour *hour,
			      struct frust_error *err)
{
	struct frust__answer answer = {{.hour = keep_hour}, hour};

	*hour = (struct frust_hour){0};
	return frust__sqlite_ask(frust__sqlite_of(store), HOURS "ORDER BY timestamp DESC LIMIT 1",
				 NULL, 0, on_hour, &answer, err);
}

static int on_unsaved(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		      struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust_unsaved unsaved = {.hour = sqlite3_column_int64(statement, 0),
					.count = sqlite3_column_int64(statement, 2)};
	int status = frust__sqlite_column(s, statement, 1, &unsaved.name, err);

	return status ? status : answer->fn.unsaved(answer->ctx, &unsaved);
}

int frust__sqlite_unsaved(struct frust__store *store, int64_t since, int64_t until,
			  frust_unsaved_fn fn, void *ctx, struct frust_error *err)
{
	struct frust__answer answer = {{.unsaved = fn}, ctx};

	return ask_between(store,
			   "SELECT hour, name, count FROM frust_unsaved"
			   " WHERE hour >= ? AND hour < ? ORDER BY hour, name",
			   since, until, on_unsaved, &answer, err);
}

static int on_erased(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		     struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust__erased erased = {sqlite3_column_int64(statement, 0),
				       sqlite3_column_int64(statement, 1),
				       sqlite3_column_int64(statement, 2)};

	(void)s;
	(void)err;
	return answer->fn.erased(answer->ctx, &erased);
}

int frust__sqlite_erased(struct frust__store *store, int64_t since, int64_t until,
			 frust__erased_fn fn, void *ctx, struct frust_error *err)
{
	struct frust__answer answer = {{.erased = fn}, ctx};

	return ask_between(store,
			   "SELECT hour, clicks, events FROM frust_erased"
			   " WHERE hour >= ? AND hour < ? ORDER BY hour",
			   since, until, on_erased, &answer, err);
}

/* --- users --- */

static int on_user(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		   struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust_user user = {
		.clicks = sqlite3_column_int64(statement, 1),
		.events = sqlite3_column_int64(statement, 2),
	};
	int status = frust__sqlite_column(s, statement, 0, &user.name, err);

	return status ? status : answer->fn.user(answer->ctx, &user);
}

int frust__sqlite_users(struct frust__store *store, frust_user_fn fn, void *ctx,
			struct frust_error *err)
{
	struct frust__answer answer = {{.user = fn}, ctx};

	return frust__sqlite_ask(frust__sqlite_of(store),
				 "SELECT name, clicks, events FROM users ORDER BY rowid", NULL, 0,
				 on_user, &answer, err);
}

struct user_question {
	struct frust_user *user;
	bool *found;
};

static int keep_user(void *ctx, const struct frust_user *user)
{
	const struct user_question *q = ctx;

	q->user->clicks = user->clicks;
	q->user->events = user->events;
	*q->found = true;
	return 0;
}

int frust__sqlite_user(struct frust__store *store, struct frust_str name, struct frust_user *user,
		       bool *found, struct frust_error *err)
{
	struct user_question q = {user, found};
	struct frust__answer answer = {{.user = keep_user}, &q};
	const struct frust__value value = frust__text(name);

	*found = false;
	*user = (struct frust_user){.name = name};
	return frust__sqlite_ask(frust__sqlite_of(store),
				 "SELECT name, clicks, events FROM users WHERE name = ?", &value, 1,
				 on_user, &answer, err);
}
