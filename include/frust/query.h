/*
 * Questions to the database. Each gives its rows to a callback, whose views live during that call
 * only; a callback's non-zero return stops the query and is returned as it is. A callback may ask
 * other questions, and must not change anything. Counters are given as they stand, never mended:
 * frust_check (care.h) tells whether they are right.
 *
 * All fail with FRUST_EINVAL for bad arguments, and with what the store says: FRUST_ECORRUPT,
 * FRUST_EBUSY, FRUST_EIO, FRUST_ENOMEM. The thread is the handle's; the texts of a question stay
 * the caller's.
 */
#ifndef FRUST_QUERY_H
#define FRUST_QUERY_H

#include <frust/db.h>
#include <frust/zone.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Several queries on one snapshot: between begin and end no other writer's commit is seen.
 * FRUST_EINVAL: one is open already.
 */
FRUST_API int frust_read_begin(struct frust *db, struct frust_error *err);
/* Ends the snapshot, if one is open. */
FRUST_API void frust_read_end(struct frust *db);

/* --- rows --- */

/* Which clicks or events, and in which order. The texts stay the caller's. */
struct frust_filter {
	size_t size;
	int64_t since, until;  /* since <= timestamp < until */
	int64_t limit;         /* rows at most; negative: all */
	bool newest_first;     /* descending */
	bool newest_only;      /* with newest_first: stop at the first row older than `since` */
	bool by_time;          /* order by timestamp, then id; otherwise by id alone */
	struct frust_str user; /* this user's, byte for byte; absent: everybody's */
	struct frust_str text; /* clicks whose comment, events whose name matches this glob
				* (frust_glob); absent: all. A click without comment matches none */
};
#define FRUST_FILTER_INIT                                                                          \
	{                                                                                          \
		sizeof(struct frust_filter), INT64_MIN, INT64_MAX, -1, false, false, false,        \
			{NULL, 0},                                                                 \
		{                                                                                  \
			NULL, 0                                                                    \
		}                                                                                  \
	}

/* Each takes one row; non-zero stops the query. */
typedef int (*frust_record_fn)(void *ctx, const struct frust_record *record);
/* As frust_record_fn. */
typedef int (*frust_hour_fn)(void *ctx, const struct frust_hour *hour);
/* As frust_record_fn. */
typedef int (*frust_user_fn)(void *ctx, const struct frust_user *user);

/*
 * Stored clicks or events. Rows of any length are given as they are. filter NULL: all, by id.
 * Times use an index; a user or a text costs a look at every row within the times, and so does a
 * limit but by_time: then no more rows are read than are given.
 */
FRUST_API int frust_records(struct frust *db, enum frust_kind kind,
			    const struct frust_filter *filter, frust_record_fn fn, void *ctx,
			    struct frust_error *err);
/*
 * Does the text match the pattern, from its first character to its last? '*' stands for any run of
 * characters, '?' for one, [abc], [a-z] and [!a-z] for one of a set; all else for itself, case and
 * all ("[*]" is a star). UTF-8; a byte that is not is a character of its own. Any thread.
 */
FRUST_API bool frust_glob(struct frust_str pattern, struct frust_str text);

/* --- counters --- */

/* Hours with rows, since <= timestamp < until, ascending; an hour is of the zone's day in which it
 * begins. */
FRUST_API int frust_hours(struct frust *db, int64_t since, int64_t until,
			  const struct frust_zone *zone, frust_hour_fn fn, void *ctx,
			  struct frust_error *err);
/* Every user with counters, in order of first appearance. */
FRUST_API int frust_users(struct frust *db, frust_user_fn fn, void *ctx, struct frust_error *err);
/*
 * The counters as of `now`: total from the newest hour's row, hour from the row of now's UTC hour,
 * today from the rows of now's day in the zone, as frust_days counts it.
 */
FRUST_API int frust_stats(struct frust *db, int64_t now, const struct frust_zone *zone,
			  struct frust_stats *stats, struct frust_error *err);

/* A user at close. */
struct frust_profile {
	int64_t clicks, events;           /* the user's counters */
	int64_t clicks_rank, events_rank; /* 1 + how many users have more; 1 is the top */
	int64_t users;                    /* how many users there are */
	int64_t first_seen, last_seen;    /* times of the first and the last row; 0: no row */
};

/* A user's profile. FRUST_ENOENT: nobody of that name, byte for byte, has counters. */
FRUST_API int frust_user(struct frust *db, struct frust_str name, struct frust_profile *profile,
			 struct frust_error *err);

/* One day's counters. */
struct frust_day {
	int64_t start;          /* its first second */
	int64_t clicks, events; /* of this day */
};
/* As frust_record_fn. */
typedef int (*frust_day_fn)(void *ctx, const struct frust_day *day);

/*
 * The days of a zone that have a click or an event, ascending: all days that share a second with
 * since <= t < until, each of them whole. user absent: the site's, from the hours' counters,
 * unsaved events too (those of an hour that a day's border parts count in the earlier day); else
 * the user's own rows.
 */
FRUST_API int frust_days(struct frust *db, struct frust_str user, int64_t since, int64_t until,
			 const struct frust_zone *zone, frust_day_fn fn, void *ctx,
			 struct frust_error *err);

/* A comment and how often it was made. */
struct frust_comment {
	struct frust_str text; /* byte for byte */
	int64_t count;         /* clicks with it */
};
/* As frust_record_fn. */
typedef int (*frust_comment_fn)(void *ctx, const struct frust_comment *comment);

/*
 * The comments of a user's clicks (absent: everybody's), the most frequent first, among equals in
 * the order of their bytes; at most limit of them (negative: all). Clicks without one don't count.
 */
FRUST_API int frust_comments(struct frust *db, struct frust_str user, int64_t limit,
			     frust_comment_fn fn, void *ctx, struct frust_error *err);

/* Events that count in an hour without being rows, see frust_event_unsaved. */
struct frust_unsaved {
	int64_t hour;          /* its first second */
	struct frust_str name; /* the event's */
	int64_t count;         /* how many */
};
/* As frust_record_fn. */
typedef int (*frust_unsaved_fn)(void *ctx, const struct frust_unsaved *unsaved);

/* Those of the hours since <= hour < until, ascending. */
FRUST_API int frust_unsaved(struct frust *db, int64_t since, int64_t until, frust_unsaved_fn fn,
			    void *ctx, struct frust_error *err);

/* --- bans --- */

/* A name that may not be used. */
struct frust_ban {
	struct frust_str pattern; /* the name byte for byte, or a glob */
	bool glob;                /* which of the two, see frust_glob */
	int64_t timestamp;        /* when it was added */
};
/* As frust_record_fn. */
typedef int (*frust_ban_fn)(void *ctx, const struct frust_ban *ban);

/* All bans, in the order of their patterns' bytes. */
FRUST_API int frust_bans(struct frust *db, frust_ban_fn fn, void *ctx, struct frust_error *err);
/* The first of n bans that the name falls under, or NULL. Needs no database; any thread. */
FRUST_API const struct frust_ban *frust_ban_match(const struct frust_ban *bans, size_t n,
						  struct frust_str name);

/* --- the database itself --- */

/* What a database is and has. */
struct frust_info {
	int schema;                 /* 0: the Python server's tables alone; 1: ours beside them */
	int additions;              /* what was added since schema 1 and needs no other reader */
	int64_t clicks, events;     /* rows; counting them takes a look at an index */
	int64_t users, hours, bans; /* rows */
	int64_t last_click, last_event; /* the highest id ever given; 0: none */
	int64_t bytes;                  /* of the file and its write-ahead log */
	int64_t free_bytes;             /* of these unused: what frust_vacuum would give back */
	char journal[12];               /* the journal mode: "wal", "delete" …; NUL-terminated */
};

/* Fills *info; its rows are counted at one moment. */
FRUST_API int frust_info(struct frust *db, struct frust_info *info, struct frust_error *err);

#ifdef __cplusplus
}
#endif

#endif
