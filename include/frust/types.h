/* The records of the domain, the rules for text that people send, and the error codes. */
#ifndef FRUST_TYPES_H
#define FRUST_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks what the library exports. */
#define FRUST_API __attribute__((visibility("default")))

/* --- errors --- */

/* What functions return below 0. */
enum {
	FRUST_EINVAL = -1,     /* a bad argument */
	FRUST_ENOMEM = -2,     /* out of memory */
	FRUST_EOPEN = -3,      /* the database cannot be opened: path or permission */
	FRUST_ENOTDB = -4,     /* the file is not a frust database */
	FRUST_ESCHEMA = -5,    /* its schema is newer than this library, or not ours */
	FRUST_ECORRUPT = -6,   /* the database file is damaged */
	FRUST_EBUSY = -7,      /* another process holds the lock */
	FRUST_EFULL = -8,      /* the writer's queue is full */
	FRUST_ENOSPC = -9,     /* no space left on the device */
	FRUST_EREADONLY = -10, /* the database or its file system is read-only */
	FRUST_EIO = -11,       /* the system failed to read or write */
	FRUST_EGONE = -12,     /* the file was deleted or replaced while open */
	FRUST_ESTOPPED = -13,  /* the writer is stopping and takes nothing more */
	FRUST_ESTORE = -14,    /* any other failure of the store */
	FRUST_ENOENT = -15,    /* there is no such user, ban, zone … */
	FRUST_EEXIST = -16,    /* it is there already */
	FRUST_EFORMAT = -17,   /* what is to be read is not in its format */
};

/* What went wrong, for a person; filled only on failure. */
struct frust_error {
	int code;       /* FRUST_E… */
	char text[244]; /* NUL-terminated, one line, no full stop */
};

/* A few words for a code; static, never NULL. Any thread. */
FRUST_API const char *frust_strerror(int code);
/* The version of the library that runs: its FRUST_VERSION; static. Any thread. */
FRUST_API const char *frust_version(void);

/* --- records --- */

/* A view of text; at NULL stands for "absent" (JSON null). */
struct frust_str {
	const char *at; /* borrowed: who gives a view says how long it lives */
	size_t len;     /* bytes */
};

/* What a record is. */
enum frust_kind {
	FRUST_CLICK = 1, /* a press of the button */
	FRUST_EVENT = 2, /* a named thing that a user sets off */
};

/* A click {user, comment?, style?} or an event {user, name}. */
struct frust_record {
	enum frust_kind kind;     /* which of the texts below count */
	int64_t id;               /* given by the store, ascending per kind; 0: none */
	int64_t timestamp;        /* when it was received */
	struct frust_str user;    /* whose it is */
	struct frust_str comment; /* clicks */
	struct frust_str style;   /* clicks: CSS classes */
	struct frust_str name;    /* events */
};

/* One hour's counters. */
struct frust_hour {
	int64_t timestamp;                  /* the hour's first second (UTC) */
	int64_t clicks, events;             /* of this hour */
	int64_t clicks_total, events_total; /* of all time up to and including this hour */
	int64_t events_today;               /* of its day up to and including this hour */
};

/* One user's counters, of all time. */
struct frust_user {
	struct frust_str name;  /* told apart byte for byte */
	int64_t clicks, events; /* unsaved events are not among them */
};

/* The site's counters at a moment. */
struct frust_stats {
	int64_t clicks_total, events_total; /* of all time */
	int64_t clicks_today, events_today; /* of the day */
	int64_t clicks_hour, events_hour;   /* of the UTC hour */
};

/* --- rules for what people send --- */

/* How long texts may be. */
struct frust_limits {
	size_t size;
	uint32_t user, comment, style, name; /* code points, after trimming */
};
#define FRUST_LIMITS_INIT                                                                          \
	{                                                                                          \
		sizeof(struct frust_limits), 15, 75, 64, 75                                        \
	}

/* Why a record is refused; the words are frust_refusal_text's. */
enum frust_refusal {
	FRUST_REFUSED_USER_EMPTY = 1,
	FRUST_REFUSED_USER_LONG,
	FRUST_REFUSED_USER_CHARACTER,
	FRUST_REFUSED_NAME_EMPTY,
	FRUST_REFUSED_NAME_LONG,
	FRUST_REFUSED_NAME_CHARACTER,
	FRUST_REFUSED_COMMENT_LONG,
	FRUST_REFUSED_COMMENT_CHARACTER,
	FRUST_REFUSED_STYLE_LONG,
	FRUST_REFUSED_STYLE_CHARACTER,
};

/*
 * Trims the record's texts of Unicode white space (the views shrink, no byte is written), makes an
 * empty comment or style absent, and checks lengths and characters: control characters below U+0020
 * other than tab, LF and CR, and anything that is not UTF-8 (lone surrogates too) are refused.
 * Returns 0, an enum frust_refusal (> 0), or FRUST_EINVAL. Any thread. limits NULL: the defaults.
 */
FRUST_API int frust_record_clean(struct frust_record *record, const struct frust_limits *limits);
/* The same for a user's name alone: 0, FRUST_REFUSED_USER_…, or FRUST_EINVAL. Any thread. */
FRUST_API int frust_user_clean(struct frust_str *user, const struct frust_limits *limits);
/* A short English reason that repeats nothing of what was sent; static, never NULL. Any thread. */
FRUST_API const char *frust_refusal_text(int refusal);
/*
 * True for events that are broadcast and counted in hour, day and total, but neither stored as rows
 * nor counted for the user: "rickroll" and "exmatrikulieren". Any thread.
 */
FRUST_API bool frust_event_unsaved(struct frust_str name);

/* --- hours and days --- */

/* An hour, in seconds. */
#define FRUST_HOUR 3600
/* A day, in seconds; a day of a zone may have others. */
#define FRUST_DAY 86400

/* The first second of t's hour (UTC). Any thread. */
FRUST_API int64_t frust_hour_start(int64_t t);
/* The first second of t's day (UTC). Any thread. */
FRUST_API int64_t frust_day_start(int64_t t);

#ifdef __cplusplus
}
#endif

#endif
