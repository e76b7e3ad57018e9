/* The SQLite backend's changes by hand: of users' rows, bans, announcements, and of everything. */
#include "store_sqlite.h"

#include "internal.h"

/* --- users and their rows --- */

int frust__sqlite_drop_user(struct frust__store *store, struct frust_str name,
			    struct frust_error *err)
{
	const struct frust__value value = frust__text(name);

	return frust__sqlite_change(frust__sqlite_of(store), "DELETE FROM users WHERE name = ?",
				    &value, 1, NULL, err);
}

int frust__sqlite_drop_hour(struct frust__store *store, int64_t hour, struct frust_error *err)
{
	const struct frust__value value = frust__number(hour);

	return frust__sqlite_change(frust__sqlite_of(store),
				    "DELETE FROM hours WHERE timestamp = ?", &value, 1, NULL, err);
}

int frust__sqlite_name_user(struct frust__store *store, struct frust_str from, struct frust_str to,
			    struct frust_error *err)
{
	const struct frust__value values[] = {frust__text(to), frust__text(from)};

	return frust__sqlite_change(frust__sqlite_of(store),
				    "UPDATE users SET name = ? WHERE name = ?", values, 2, NULL,
				    err);
}

int frust__sqlite_move_rows(struct frust__store *store, enum frust_kind kind, struct frust_str from,
			    struct frust_str to, bool bare, int64_t *n, struct frust_error *err)
{
	const struct frust__value values[] = {frust__text(to), frust__text(from)};
	const char *sql = "UPDATE clicks SET user = ? WHERE user = ?";

	if (kind == FRUST_EVENT)
		sql = "UPDATE events SET user = ? WHERE user = ?";
	else if (bare)
		sql = "UPDATE clicks SET user = ?, comment = NULL WHERE user = ?";
	return frust__sqlite_change(frust__sqlite_of(store), sql, values, 2, n, err);
}

int frust__sqlite_drop_rows(struct frust__store *store, enum frust_kind kind,
			    const struct frust_filter *filter, int64_t *n, struct frust_error *err)
{
	struct frust__sqlite_query query = {.sql = FR_BUF_INIT};
	const char *sql;
	int status;

	fr_buf_add_str(&query.sql, kind == FRUST_CLICK ? FR_STR("DELETE FROM clicks")
						       : FR_STR("DELETE FROM events"));
	frust__sqlite_where(&query, kind, filter, true);
	sql = frust__sqlite_text(&query);
	if (sql)
		status = frust__sqlite_change(frust__sqlite_of(store), sql, query.values, query.n,
					      n, err);
	else
		status = frust__fail(err, FRUST_ENOMEM, "out of memory");
	fr_buf_fini(&query.sql);
	return status;
}

/* --- bans --- */

int frust__sqlite_add_ban(struct frust__store *store, const struct frust_ban *ban, int64_t *n,
			  struct frust_error *err)
{
	const struct frust__value values[] = {frust__text(ban->pattern), frust__number(ban->glob),
					      frust__number(ban->timestamp)};

	return frust__sqlite_change(
		frust__sqlite_of(store),
		"INSERT OR IGNORE INTO frust_bans (pattern, glob, timestamp) VALUES (?, ?, ?)",
		values, 3, n, err);
}

int frust__sqlite_drop_ban(struct frust__store *store, const struct frust_ban *ban, int64_t *n,
			   struct frust_error *err)
{
	const struct frust__value values[] = {frust__text(ban->pattern), frust__number(ban->glob)};

	return frust__sqlite_change(frust__sqlite_of(store),
				    "DELETE FROM frust_bans WHERE pattern = ? AND glob = ?", values,
				    2, n, err);
}

static int on_ban(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
		  struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust_ban ban = {.glob = sqlite3_column_int(statement, 1) != 0,
				.timestamp = sqlite3_column_int64(statement, 2)};
	int status = frust__sqlite_column(s, statement, 0, &ban.pattern, err);

	return status ? status : answer->fn.ban(answer->ctx, &ban);
}

int frust__sqlite_bans(struct frust__store *store, frust_ban_fn fn, void *ctx,
		       struct frust_error *err)
{
	struct frust__answer answer = {{.ban = fn}, ctx};

	return frust__sqlite_ask(
		frust__sqlite_of(store),
		"SELECT pattern, glob, timestamp FROM frust_bans ORDER BY pattern, glob", NULL, 0,
		on_ban, &answer, err);
}

/* --- announcements --- */

int frust__sqlite_add_announcement(struct frust__store *store,
				   const struct frust_announcement *announcement,
				   struct frust_error *err)
{
	const struct frust__value values[] = {frust__text(announcement->text),
					      frust__text(announcement->style),
					      frust__number(announcement->type == FRUST_POPUP),
					      frust__number(announcement->timestamp)};

	return frust__sqlite_change(
		frust__sqlite_of(store),
		"INSERT INTO frust_announcements (text, style, popup, timestamp)"
		" VALUES (?, ?, ?, ?)",
		values, 4, NULL, err);
}

static int on_announcement(const struct frust__sqlite *s, sqlite3_stmt *statement, void *question,
			   struct frust_error *err)
{
	const struct frust__answer *answer = question;
	struct frust_announcement announcement = {
		.type = sqlite3_column_int(statement, 2) ? FRUST_POPUP : FRUST_TOAST,
		.timestamp = sqlite3_column_int64(statement, 3)};
	int status = frust__sqlite_column(s, statement, 0, &announcement.text, err);

	if (!status)
		status = frust__sqlite_column(s, statement, 1, &announcement.style, err);
	return status ? status : answer->fn.announcement(answer->ctx, &announcement);
}

int frust__sqlite_announcements(struct frust__store *store, frust_announcement_fn fn, void *ctx,
				struct frust_error *err)
{
	struct frust__answer answer = {{.announcement = fn}, ctx};

	return frust__sqlite_ask(
		frust__sqlite_of(store),
		"SELECT text, style, popup, timestamp FROM frust_announcements ORDER BY id", NULL,
		0, on_announcement, &answer, err);
}

int frust__sqlite_drop_announcements(struct frust__store *store, struct frust_error *err)
{
	return frust__sqlite_exec(frust__sqlite_of(store), "DELETE FROM frust_announcements", err);
}

/* --- everything --- */

int frust__sqlite_clear(struct frust__store *store, struct frust_error *err)
{
	return frust__sqlite_exec(frust__sqlite_of(store),
				  "DELETE FROM clicks; DELETE FROM events; DELETE FROM users;"
				  " DELETE FROM hours; DELETE FROM frust_unsaved;"
				  " DELETE FROM frust_erased; DELETE FROM frust_bans",
				  err);
}

int frust__sqlite_vacuum(struct frust__store *store, struct frust_error *err)
{
	struct frust__sqlite *s = frust__sqlite_of(store);
	int status = frust__sqlite_exec(s, "VACUUM", err);

	/* the file shrinks when the log has gone into it; with a reader there, it does later */
	if (!status)
		sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return status;
}
