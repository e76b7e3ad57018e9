/*
 * Everything a store holds, row by row and in one order: what export writes, import reads, and
 * restore copies. Views in a row are borrowed.
 */
#ifndef FRUST_ROWS_H
#define FRUST_ROWS_H

#include "base/json.h"
#include "change.h"
#include "store.h"

enum frust__row_kind {
	FRUST__ROW_HEAD, /* the first line of an export; in no store */
	FRUST__ROW_CLICK,
	FRUST__ROW_EVENT,
	FRUST__ROW_USER,
	FRUST__ROW_HOUR,
	FRUST__ROW_UNSAVED,
	FRUST__ROW_ERASED,
	FRUST__ROW_BAN,
	FRUST__ROW_GLOB, /* a ban by glob */
	FRUST__ROW_IDS,
	FRUST__ROW_END, /* the last line; in no store */
	FRUST__ROW_KINDS
};

#define FRUST__EXPORT_FORMAT 1 /* the version of the text */
#define FRUST__FORMULA_SAFE "formula-safe"

struct frust__row {
	enum frust__row_kind kind;
	union {
		struct {
			int64_t format;
			struct frust_str quoting; /* of CSV: "formula-safe", or absent */
		} head;
		struct frust_record record; /* CLICK, EVENT */
		struct frust_user user;
		struct frust_hour hour; /* events_today is 0 */
		struct frust_unsaved unsaved;
		struct frust__erased erased;
		struct frust_ban ban; /* BAN, GLOB */
		struct {
			int64_t clicks, events; /* IDS: the highest ids given; END: rows of these */
			int64_t rows;           /* END: of all kinds, without HEAD and END */
		} sums;
	} as;
};
typedef int (*frust__row_fn)(void *ctx, const struct frust__row *row);

/*
 * Gives every row to fn: clicks and events by id, users in order of first appearance, hours,
 * unsaved and erased ones ascending, bans, ids. The caller holds a snapshot. What fn returns stops
 * it.
 */
int frust__rows(struct frust__store *store, frust__row_fn fn, void *ctx,
		struct frust_error *err) FR_MUST_CHECK;
/* Adds the row to the store, within a write: where there was nothing it is just this then. */
int frust__rows_put(struct frust__store *store, const struct frust__row *row,
		    struct frust_error *err) FR_MUST_CHECK;
/* Puts all rows of one store into another, within a write there, and counts them. */
int frust__rows_copy(struct frust__store *from, struct frust__store *to,
		     struct frust__progress *progress, struct frust_receipt *receipt,
		     struct frust_error *err) FR_MUST_CHECK;
/* How many there will be, about: for progress. */
int frust__rows_total(struct frust__store *store, int64_t *total,
		      struct frust_error *err) FR_MUST_CHECK;
/* Counts a row in a receipt. */
void frust__rows_count(const struct frust__row *row, struct frust_receipt *receipt);

/* --- as text: row_fields.c, row_ndjson.c, row_csv.c --- */

/* One for all kinds: what they have under what name. */
#define FRUST__COLUMNS 11

struct frust__field {
	struct fr_str name; /* in JSON; absent ends */
	struct fr_str key;  /* the same as it is written there: ,"name": */
	int column;         /* in CSV */
	bool is_text;
	bool needed;   /* must be there; a text may be null still */
	size_t offset; /* in struct frust__row, of an int64_t or a struct frust_str */
};

extern const char *const frust__row_columns[FRUST__COLUMNS];
/* The fields of a kind, and its name. */
const struct frust__field *frust__row_fields(enum frust__row_kind kind);
struct fr_str frust__row_name(enum frust__row_kind kind);
/* FRUST__ROW_KINDS: none of that name. */
enum frust__row_kind frust__row_kind_of(struct fr_str name);

static inline int64_t *frust__row_number(struct frust__row *row, const struct frust__field *field)
{
	return (int64_t *)(void *)((char *)row + field->offset);
}

static inline struct frust_str *frust__row_text(struct frust__row *row,
						const struct frust__field *field)
{
	return (struct frust_str *)(void *)((char *)row + field->offset);
}

/* What reading a row after its fields takes: kind of record, ban by glob; why not, or NULL. */
const char *frust__row_finish(struct frust__row *row);

/* Append a line with its line feed. */
void frust__ndjson_write(struct fr_buf *out, const struct frust__row *row);
void frust__csv_write_columns(struct fr_buf *out);
void frust__csv_write(struct fr_buf *out, const struct frust__row *row, bool formula_safe);

/* What is kept from line to line. */
struct frust__reader {
	struct fr_buf scratch;       /* unescaped texts of the row just read */
	struct fr_json *json;        /* NDJSON's tokens */
	int columns[FRUST__COLUMNS]; /* CSV: which cell is which column; -1: none */
	bool formula_safe;           /* CSV: texts have a ' before them */
	struct frust_str *cells;     /* CSV: of the row just read */
	size_t cell_count, cell_size;
};

/*
 * Read a line without its end into row, whose views live until the next one is read. 0,
 * FRUST_ENOMEM or FRUST_EFORMAT with *why, a few static words.
 */
int frust__ndjson_read(struct frust__reader *reader, struct fr_str line, struct frust__row *row,
		       const char **why) FR_MUST_CHECK;
int frust__csv_read_columns(struct frust__reader *reader, struct fr_str line,
			    const char **why) FR_MUST_CHECK;
int frust__csv_read(struct frust__reader *reader, struct fr_str line, struct frust__row *row,
		    const char **why) FR_MUST_CHECK;

#endif
