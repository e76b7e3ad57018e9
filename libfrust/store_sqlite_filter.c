/* Filters as SQL, and the globs that SQL must match as we do. */
#include "store_sqlite.h"

#include "internal.h"

static struct frust_str text_of(sqlite3_value *value)
{
	struct frust_str text = {(const char *)sqlite3_value_text(value), 0};

	text.len = (size_t)sqlite3_value_bytes(value);
	return text;
}

/* frust_glob(pattern, text): 1 or 0; a NULL matches nothing. */
static void glob(sqlite3_context *context, int n, sqlite3_value **values)
{
	struct frust_str pattern = text_of(values[0]), text = text_of(values[1]);

	(void)n;
	sqlite3_result_int(context, text.at && frust_glob(pattern, text));
}

int frust__sqlite_add_glob(sqlite3 *db)
{
	return sqlite3_create_function_v2(db, "frust_glob", 2,
					  SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
					  NULL, glob, NULL, NULL, NULL);
}

void frust__sqlite_add_value(struct frust__sqlite_query *query, struct frust__value value)
{
	fr_buf_add_char(&query->sql, '?');
	query->values[query->n++] = value;
}

static void add_condition(struct frust__sqlite_query *query, const char *before,
			  struct frust__value value, const char *after)
{
	fr_buf_add_str(&query->sql, query->n ? FR_STR(" AND ") : FR_STR(" WHERE "));
	fr_buf_add_str(&query->sql, fr_str_of(before));
	frust__sqlite_add_value(query, value);
	fr_buf_add_str(&query->sql, fr_str_of(after));
}

void frust__sqlite_where(struct frust__sqlite_query *query, enum frust_kind kind,
			 const struct frust_filter *filter, bool timed)
{
	if (timed && filter->since != INT64_MIN)
		add_condition(query, "timestamp >= ", frust__number(filter->since), "");
	if (timed && filter->until != INT64_MAX)
		add_condition(query, "timestamp < ", frust__number(filter->until), "");
	if (filter->user.at)
		add_condition(query, "user = ", frust__text(filter->user), "");
	if (filter->text.at)
		add_condition(query, "frust_glob(", frust__text(filter->text),
			      kind == FRUST_CLICK ? ", comment)" : ", name)");
}

const char *frust__sqlite_text(struct frust__sqlite_query *query)
{
	fr_buf_add_char(&query->sql, '\0');
	return fr_buf_error(&query->sql) ? NULL : query->sql.at;
}
