/*
 * Questions to the database. Each gives its rows to a callback, whose views live during that call
 * only; a callback's non-zero return stops the query and is returned as it is.
 */
#ifndef FRUST_QUERY_H
#define FRUST_QUERY_H

#include <frust/db.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Several queries on one snapshot: between begin and end no other writer's commit is seen. */
FRUST_API int frust_read_begin(struct frust *db, struct frust_error *err);
FRUST_API void frust_read_end(struct frust *db);

struct frust_filter {
	size_t size;
	int64_t since, until; /* since <= timestamp < until */
	int64_t limit;        /* rows at most; negative: all */
	bool newest_first;    /* by id, descending */
	bool newest_only;     /* with newest_first: stop at the first row older than `since` */
};
#define FRUST_FILTER_INIT                                                                          \
	{                                                                                          \
		sizeof(struct frust_filter), INT64_MIN, INT64_MAX, -1, false, false                \
	}

typedef int (*frust_record_fn)(void *ctx, const struct frust_record *record);
typedef int (*frust_hour_fn)(void *ctx, const struct frust_hour *hour);
typedef int (*frust_user_fn)(void *ctx, const struct frust_user *user);

/* Stored clicks or events, by id. Rows of any length are given as they are. filter NULL: all. */
FRUST_API int frust_records(struct frust *db, enum frust_kind kind,
			    const struct frust_filter *filter, frust_record_fn fn, void *ctx,
			    struct frust_error *err);
/* Hours with rows, since <= timestamp < until, ascending. */
FRUST_API int frust_hours(struct frust *db, int64_t since, int64_t until, frust_hour_fn fn,
			  void *ctx, struct frust_error *err);
/* Every user with counters, in order of first appearance. */
FRUST_API int frust_users(struct frust *db, frust_user_fn fn, void *ctx, struct frust_error *err);
/*
 * The counters as of `now`: total from the newest hour's row, today and hour from the rows of now's
 * UTC day and hour.
 */
FRUST_API int frust_stats(struct frust *db, int64_t now, struct frust_stats *stats,
			  struct frust_error *err);

#ifdef __cplusplus
}
#endif

#endif
