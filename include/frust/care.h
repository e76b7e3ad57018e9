/*
 * Care of a database: moving its content out and in, checking and mending it, backups, and changes
 * by the hand of whoever runs the site. All of it works beside a running frustd, which notices each
 * commit and loads its counters, feed, users and bans anew.
 *
 * What holds of every function that changes something:
 *   - The database must be open for writing (FRUST_EREADONLY) and no snapshot open (FRUST_EINVAL).
 *   - It is one transaction: on failure nothing has changed. FRUST_EBUSY: another process kept the
 *     lock for busy_ms. FRUST_ENOSPC, FRUST_EIO, FRUST_ECORRUPT, FRUST_EGONE: as frust_apply.
 *   - With dry_run all of it is done and then taken back, under the same lock: the receipt tells
 *     what would have changed.
 *   - change may be NULL (change, no progress), and so may receipt, which is all zero on failure.
 *   - The thread is the handle's; texts that are passed in stay the caller's.
 *   - An id that a row once had is never given to another one.
 */
#ifndef FRUST_CARE_H
#define FRUST_CARE_H

#include <frust/json.h>
#include <frust/query.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * How far something long has come: rows or pages done, of so many in all (0: not known). Called now
 * and then, and at the end before anything is kept. A non-zero return stops it, with nothing
 * changed, and is returned as it is.
 */
typedef int (*frust_progress_fn)(void *ctx, int64_t done, int64_t total);

/* How to make a change. */
struct frust_change {
	size_t size;
	bool dry_run;               /* take it back at the end */
	frust_progress_fn progress; /* NULL: none; called by import, restore and backup */
	void *progress_ctx;         /* its first argument */
};
#define FRUST_CHANGE_INIT                                                                          \
	{                                                                                          \
		sizeof(struct frust_change), false, NULL, NULL                                     \
	}

/* What a change did, or would do. Each function says what of it is filled; the rest is 0. */
struct frust_receipt {
	int64_t clicks, events;              /* rows */
	int64_t clicks_known, events_known;  /* rows that were there already and were left out */
	int64_t users, hours;                /* rows of counters */
	int64_t unsaved;                     /* unsaved events, as counted */
	int64_t bans;                        /* rows */
	int64_t bytes_before, bytes_after;   /* of the file */
	int64_t schema_before, schema_after; /* see frust_migrate */
};

/* --- moving: export and import --- */

/* What an export is written in, see frust-export(5). */
enum frust_format {
	FRUST_FORMAT_AUTO = 0, /* import: told by the first byte, '{' is NDJSON */
	FRUST_NDJSON = 1,      /* a JSON object (RFC 8259) a line */
	FRUST_CSV = 2,         /* RFC 4180, with \n at line ends; nothing is null, "" is empty */
};

/* How to export. */
struct frust_export_options {
	size_t size;
	enum frust_format format; /* not AUTO */
	/* CSV: put ' before texts that a spreadsheet would take for a formula; import takes it away
	 */
	bool formula_safe;
	frust_progress_fn progress; /* rows; NULL: none */
	void *progress_ctx;         /* its first argument */
};
#define FRUST_EXPORT_OPTIONS_INIT                                                                  \
	{                                                                                          \
		sizeof(struct frust_export_options), FRUST_NDJSON, false, NULL, NULL               \
	}

/* Takes the next n bytes, whole lines; non-zero stops the export and is returned as it is. */
typedef int (*frust_sink_fn)(void *ctx, const char *bytes, size_t n);

/*
 * Gives everything to the sink in pieces of some 64 KiB, in constant memory, from one snapshot.
 * options NULL: the defaults. A database that is open for reading will do. Receipt: clicks, events,
 * users, hours, unsaved, bans written.
 *
 * Each line is a row of one of these types, in this order; NDJSON has the members as they are named
 * here, CSV has one set of columns for all (type, id, timestamp, user, comment, style, name,
 * clicks, events, clicks_total, events_total), where (c) says which it uses if the name is another:
 *
 *     frust     format (c: id) = 1, quoting (c: name): null or "formula-safe"; the first line
 *     click     id, timestamp, user, comment, style; texts may be null
 *     event     id, timestamp, user, name
 *     user      user, clicks, events; in order of first appearance
 *     hour      timestamp, clicks, events, clicks_total, events_total
 *     unsaved   timestamp (of the hour), name, events
 *     erased    timestamp (of the hour), clicks, events: counted in it, and their rows erased
 *     ban       timestamp, user; ban-glob the same, with a glob for the user
 *     ids       clicks, events: the highest ids ever given
 *     end       rows (c: id), clicks, events: how many there were; the last line
 *
 * Bytes that are not UTF-8 are written as U+FFFD.
 */
FRUST_API int frust_export(struct frust *db, const struct frust_export_options *options,
			   frust_sink_fn sink, void *ctx, struct frust_receipt *receipt,
			   struct frust_error *err);

struct frust_import; /* an import under way */

/* How to import. */
struct frust_import_options {
	size_t size;
	enum frust_format format;   /* of the text */
	bool merge;                 /* into a database that has something already */
	bool dry_run;               /* take it back at the end */
	frust_progress_fn progress; /* of frust_import_close: rows; NULL: none */
	void *progress_ctx;         /* its first argument */
};
#define FRUST_IMPORT_OPTIONS_INIT                                                                  \
	{                                                                                          \
		sizeof(struct frust_import_options), FRUST_FORMAT_AUTO, false, false, NULL, NULL   \
	}

/*
 * Begins an import. What is fed gathers in a temporary database of its own (in SQLITE_TMPDIR,
 * TMPDIR or /var/tmp, in constant memory) without any lock: db changes in frust_import_close alone,
 * and stays open until then. FRUST_EEXIST: db has rows, and merge was not asked for. On failure
 * *import is NULL; otherwise frust_import_close frees it. options NULL: the defaults.
 */
FRUST_API int frust_import_open(struct frust *db, const struct frust_import_options *options,
				struct frust_import **import, struct frust_error *err);
/*
 * The next n bytes of the text, in pieces of any size. FRUST_EFORMAT: a bad line, err tells "line
 * N: …" (the first is 1) and why. After a failure the import can only be closed.
 */
FRUST_API int frust_import_feed(struct frust_import *import, const char *bytes, size_t n,
				struct frust_error *err);
/*
 * Ends the import and frees it, whatever is returned. keep false: nothing changes, returns 0. keep
 * true: what was fed is stored in one transaction; FRUST_EFORMAT when the text was cut short,
 * FRUST_EEXIST when rows came into the database meanwhile and merge was not asked for.
 *
 * A whole export into an empty database gives the same rows (ids too) and the same counters. Any
 * other text (a merge, or lines of one's own making without the first and the last one) adds rows
 * as frust_apply does, with their hours' and users' counters, but leaves out those that are there
 * already: as many rows with the same kind, user, time and texts as there are. So merging twice
 * changes nothing. A row keeps its id where that is free. Counts of unsaved and of erased events,
 * and what the Python server counted in hours beyond its rows, become the greater of both; bans are
 * joined.
 * Receipt: clicks, events (added), clicks_known, events_known, users, hours (made), unsaved, bans.
 */
FRUST_API int frust_import_close(struct frust_import *import, bool keep,
				 struct frust_receipt *receipt, struct frust_error *err);

/* --- checking and mending --- */

/* How bad a finding is. */
enum frust_severity {
	FRUST_NOTE = 1,    /* worth knowing, nothing wrong */
	FRUST_PROBLEM = 2, /* wrong */
};

/* What a finding is about, and which of its fields say more. */
enum frust_finding_kind {
	FRUST_FOUND_DAMAGE = 1,   /* the file's structure; text says what the store says */
	FRUST_FOUND_SCHEMA,       /* tables or indexes: ours are missing, or others are there */
	FRUST_FOUND_CLICK_TIME,   /* a click's impossible timestamp; id, actual */
	FRUST_FOUND_EVENT_TIME,   /* an event's; id, actual */
	FRUST_FOUND_HOUR_TIME,    /* an hour's row that is on no hour, or impossible; hour */
	FRUST_FOUND_USER_CLICKS,  /* a user's counter against the rows; name, expected, actual */
	FRUST_FOUND_USER_EVENTS,  /* the same for events */
	FRUST_FOUND_USER,         /* a user's row without any row behind it, or the reverse; name */
	FRUST_FOUND_HOUR_CLICKS,  /* an hour's counter against the rows; hour, expected, actual */
	FRUST_FOUND_HOUR_EVENTS,  /* fewer events in an hour than rows and unsaved ones */
	FRUST_FOUND_HOUR_UNSAVED, /* a note: more of them, as the Python server's unsaved events are
				   */
	FRUST_FOUND_HOUR,         /* rows without an hour's row; hour, expected (rows) */
	FRUST_FOUND_CLICKS_TOTAL, /* an hour's total against the one before and its own counter */
	FRUST_FOUND_EVENTS_TOTAL, /* the same for events */
};

/* What frust_check found, or what frust_repair changed. */
struct frust_finding {
	enum frust_severity severity; /* wrong or not */
	enum frust_finding_kind kind; /* what about */
	int64_t hour;                 /* HOUR…, …TOTAL; otherwise 0 */
	int64_t id;                   /* …TIME of a row; otherwise 0 */
	struct frust_str name;        /* USER…; otherwise absent */
	int64_t expected, actual;     /* by the rows, and as it stands */
	const char *text; /* one line for a person, without a full stop; lives during the call */
};
/* Takes one finding; non-zero ends it and is returned as it is. */
typedef int (*frust_finding_fn)(void *ctx, const struct frust_finding *finding);

/* How to check. */
struct frust_check_options {
	size_t size;
	int64_t now;  /* times beyond a day after it are impossible; INT64_MAX: none are */
	bool no_scan; /* leave out the look at every page of the file, which takes the longest */
};
#define FRUST_CHECK_OPTIONS_INIT                                                                   \
	{                                                                                          \
		sizeof(struct frust_check_options), INT64_MAX, false                               \
	}

/* What a check came to. */
struct frust_verdict {
	int64_t problems, notes;              /* findings of each severity */
	int64_t clicks, events, users, hours; /* rows looked at */
};

/*
 * Looks at everything, on one snapshot, in constant memory, and changes nothing; a database that is
 * open for reading will do. Returns 0 whatever was found, with the counts in *verdict. A damaged
 * page is a finding (DAMAGE), and ends the check of what it makes unreadable. Impossible times are
 * those before 2000 or beyond `now`. options NULL: the defaults.
 *
 * More events in an hour than its rows is a note: the Python server counted unsaved ones and kept
 * no count of them. Fewer, clicks that differ, and rows without counters are problems, whoever left
 * them.
 */
FRUST_API int frust_check(struct frust *db, const struct frust_check_options *options,
			  frust_finding_fn fn, void *ctx, struct frust_verdict *verdict,
			  struct frust_error *err);
/*
 * Makes the counters what the rows say: each user's, each hour's (with unsaved and erased ones, and
 * with what an hour counts in events beyond them), the totals from there, from where the first hour
 * began. Rows are never touched. fn (may be NULL) gets each counter that changes, as a finding with
 * expected (after) and actual (before). Receipt: users, hours whose rows changed, came or went.
 */
FRUST_API int frust_repair(struct frust *db, const struct frust_change *change, frust_finding_fn fn,
			   void *ctx, struct frust_receipt *receipt, struct frust_error *err);
/*
 * Brings the database at path to this library's schema: our tables and indexes are added where they
 * are missing (as opening for writing does too). Receipt: schema_before, schema_after (schema * 100
 * + additions), and after is what this library makes also with dry_run.
 */
FRUST_API int frust_migrate(const char *path, const struct frust_change *change,
			    struct frust_receipt *receipt, struct frust_error *err);
/*
 * Rewrites the file without its unused pages. That needs as much free space again; others may read
 * meanwhile, and wait to write. Receipt: bytes_before, bytes_after (with dry_run an estimate; while
 * others read, the file shrinks only later).
 */
FRUST_API int frust_vacuum(struct frust *db, const struct frust_change *change,
			   struct frust_receipt *receipt, struct frust_error *err);

/* --- backup and restore --- */

/*
 * Copies the database to the file `to` while others read and write it, as of one moment, by the
 * store's own means, never as a file. The copy is made beside `to`, checked page by page, made
 * durable and then named: `to` is a whole backup or does not exist. FRUST_EEXIST: it does (replace
 * true: it is replaced), or `to`-wal or `to`-journal does, the log that a crash left of another
 * database, which SQLite would play into the copy. A database that is open for reading will do.
 * Receipt: clicks, events, bytes_after. With dry_run no file is made. Progress counts pages.
 */
FRUST_API int frust_backup(struct frust *db, const char *to, bool replace,
			   const struct frust_change *change, struct frust_receipt *receipt,
			   struct frust_error *err);
/*
 * Replaces everything in db by what the database file `from` holds (a backup), after checking that
 * file; the ids given since stay given. Announcements that wait stay. FRUST_ECORRUPT, FRUST_ENOTDB
 * … of `from`: db has not changed. Receipt: clicks, events, users, hours, unsaved, bans as they are
 * after. Progress counts rows.
 */
FRUST_API int frust_restore(struct frust *db, const char *from, const struct frust_change *change,
			    struct frust_receipt *receipt, struct frust_error *err);

/* --- people --- */

/*
 * Gives a user's rows and counters another name. FRUST_ENOENT: no such user; FRUST_EEXIST: the
 * other one exists (merge them); FRUST_EINVAL: a name that frust_user_clean refuses or would trim.
 * Receipt: clicks, events (rows), users.
 */
FRUST_API int frust_user_rename(struct frust *db, struct frust_str from, struct frust_str to,
				const struct frust_change *change, struct frust_receipt *receipt,
				struct frust_error *err);
/*
 * Makes the rows and counters of n users those of `into`, which must exist, as they must
 * (FRUST_ENOENT). `into` among them: FRUST_EINVAL. Receipt: clicks, events, users (that went).
 */
FRUST_API int frust_user_merge(struct frust *db, const struct frust_str *names, size_t n,
			       struct frust_str into, const struct frust_change *change,
			       struct frust_receipt *receipt, struct frust_error *err);

/* How a user is erased. */
enum frust_erasure {
	FRUST_ANONYMISE = 1, /* rows stay, under FRUST_ERASED and without their comments */
	FRUST_REMOVE = 2,    /* rows go; hours and totals keep counting them */
};
/* The user whose rows are those of all who were anonymised. */
#define FRUST_ERASED "[erased]"

/*
 * Takes a user's name out of the database, which overwrites it in the file too (the write-ahead log
 * and backups apart). The site's counters stay; how many erased rows an hour counts is kept, so
 * that frust_check can still prove them. FRUST_ENOENT: neither rows nor counters have that name.
 * Receipt: clicks, events, users.
 */
FRUST_API int frust_user_erase(struct frust *db, struct frust_str name, enum frust_erasure how,
			       const struct frust_change *change, struct frust_receipt *receipt,
			       struct frust_error *err);
/*
 * Removes the clicks or events that the filter names (since, until, user, text; its order and limit
 * must be left alone: FRUST_EINVAL) as if they had never been: the counters of their users, hours
 * and totals shrink, never below 0; a user who is left with nothing goes. filter NULL:
 * FRUST_EINVAL. Receipt: clicks, events, users (that went), hours (that changed).
 */
FRUST_API int frust_records_delete(struct frust *db, enum frust_kind kind,
				   const struct frust_filter *filter,
				   const struct frust_change *change, struct frust_receipt *receipt,
				   struct frust_error *err);

/*
 * Adds a ban; an empty pattern, one that is not UTF-8 or one of more than FRUST_BAN_MAX bytes:
 * FRUST_EINVAL. FRUST_EEXIST: it is there. What was stored under the name stays. Receipt: bans.
 */
FRUST_API int frust_ban_add(struct frust *db, const struct frust_ban *ban,
			    const struct frust_change *change, struct frust_receipt *receipt,
			    struct frust_error *err);
/* Removes a ban, told by pattern and glob. FRUST_ENOENT: there is none. Receipt: bans. */
FRUST_API int frust_ban_remove(struct frust *db, const struct frust_ban *ban,
			       const struct frust_change *change, struct frust_receipt *receipt,
			       struct frust_error *err);
/* The most bytes of a ban's pattern. */
#define FRUST_BAN_MAX 1024

/* --- announcements --- */

/* What is to be said to everyone, once. */
struct frust_announcement {
	struct frust_str text;        /* 1 to FRUST_ANNOUNCEMENT_MAX bytes of UTF-8 */
	struct frust_str style;       /* CSS classes, or absent; as long at most */
	enum frust_message_type type; /* how it is shown */
	int64_t timestamp;            /* when it was made */
};
/* The most bytes of an announcement's text or style. */
#define FRUST_ANNOUNCEMENT_MAX 2000
/* Takes one announcement; its views live during the call. */
typedef int (*frust_announcement_fn)(void *ctx, const struct frust_announcement *announcement);

/* Leaves an announcement for frustd to take. FRUST_EINVAL: text or style are not as above. */
FRUST_API int frust_announce(struct frust *db, const struct frust_announcement *announcement,
			     const struct frust_change *change, struct frust_error *err);
/*
 * Takes all that wait, in their order, out of the database in one commit and then gives them to fn:
 * no one else gets them. Commits nothing when there are none. On failure fn was not called, and
 * they wait on. A non-zero return of fn ends it; the rest is lost.
 */
FRUST_API int frust_announcements_take(struct frust *db, frust_announcement_fn fn, void *ctx,
				       struct frust_error *err);

#ifdef __cplusplus
}
#endif

#endif
