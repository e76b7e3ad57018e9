/*
 * An import: text is parted into lines and read into a scratch store, which needs no lock on the
 * database however slowly the text comes; at the end the scratch store is copied or merged in one
 * transaction.
 */
#include "import.h"

#include <stdlib.h>

#include "base/json.h"

#define LINE_MAX_BYTES (1024 * 1024)
#define UNNUMBERED (INT64_MIN / 2) /* ids of rows that came without one count up from here */

struct frust_import {
	struct frust *db;
	struct frust_import_options options;
	enum frust_format format; /* as told by the first byte */
	struct frust__store *scratch;
	struct fr_buf line; /* what there is yet of the line that is coming */
	size_t seen;        /* of it, looked at for its end */
	bool quoted;        /* CSV: within quotes there */
	struct frust__reader reader;
	struct fr_json json;
	int64_t lines; /* whole ones, line feeds within quotes too */
	int64_t first; /* the line on which the one that is coming began */
	int64_t rows;  /* without head and end */
	struct frust_receipt read;
	int64_t ids[2];  /* the last ones given to rows without */
	bool columns;    /* CSV: they have been named */
	bool head, end;  /* they were there */
	bool unnumbered; /* some row came without an id */
	int failed;      /* a status below 0: nothing can be fed any more */
	struct frust_error error;
};

static int fail_line(struct frust_import *import, const char *why)
{
	return frust__fail(&import->error, FRUST_EFORMAT, "line %lld: %s", (long long)import->first,
			   why);
}

/* --- rows --- */

static int take_head(struct frust_import *import, const struct frust__row *row)
{
	if (import->head || import->rows)
		return fail_line(import, "an export begins here, and there was something before");
	if (row->as.head.format > FRUST__EXPORT_FORMAT)
		return fail_line(import, "a newer frust has written this");
	import->head = true;
	import->reader.formula_safe = import->format == FRUST_CSV &&
				      fr_str_eq(frust__str(row->as.head.quoting),
						FR_STR(FRUST__FORMULA_SAFE));
	return 0;
}

static int take_end(struct frust_import *import, const struct frust__row *row)
{
	import->end = true;
	if (row->as.sums.rows != import->rows || row->as.sums.clicks != import->read.clicks ||
	    row->as.sums.events != import->read.events)
		return fail_line(import, "the export had more or fewer rows than were read");
	return 0;
}

static void number(struct frust_import *import, struct frust__row *row)
{
	if (row->kind != FRUST__ROW_CLICK && row->kind != FRUST__ROW_EVENT)
		return;
	if (row->as.record.id)
		return;
	row->as.record.id = UNNUMBERED + import->ids[row->kind == FRUST__ROW_EVENT]++;
	import->unnumbered = true;
}

static int take_row(struct frust_import *import, struct frust__row *row)
{
	struct frust_error err = {0};
	int status;

	if (import->end)
		return fail_line(import, "the export has ended, and there is more");
	if (row->kind == FRUST__ROW_HEAD)
		return take_head(import, row);
	if (row->kind == FRUST__ROW_END)
		return take_end(import, row);
	number(import, row);
	status = frust__rows_put(import->scratch, row, &err);
	if (status == FRUST_ESTORE)
		return fail_line(import, "a row of that id is there already");
	if (status) {
		import->error = err;
		return status;
	}
	import->rows++;
	frust__rows_count(row, &import->read);
	return 0;
}

/* --- lines --- */

static bool is_blank(struct fr_str line)
{
	return fr_str_trim_ows(line).len == 0;
}

static int read_line(struct frust_import *import, struct fr_str line)
{
	struct frust__row row;
	const char *why = NULL;
	int status;

	if (line.len && line.at[line.len - 1] == '\r')
		line.len--;
	if (is_blank(line))
		return 0;
	if (import->format == FRUST_CSV && !import->columns) {
		import->columns = true;
		status = frust__csv_read_columns(&import->reader, line, &why);
		row.kind = FRUST__ROW_KINDS;
	} else if (import->format == FRUST_CSV) {
		status = frust__csv_read(&import->reader, line, &row, &why);
	} else {
		status = frust__ndjson_read(&import->reader, line, &row, &why);
	}
	if (status == FRUST_EFORMAT)
		return fail_line(import, why);
	if (status)
		return frust__fail(&import->error, status, "out of memory");
	return row.kind == FRUST__ROW_KINDS ? 0 : take_row(import, &row);
}

static void tell_format(struct frust_import *import)
{
	static const struct fr_str mark = FR_STR_INIT("\xef\xbb\xbf"); /* as some editors begin */

	if (import->lines == 0 && fr_str_starts(fr_buf_str(&import->line), mark))
		fr_buf_drop(&import->line, mark.len);
	if (import->format == FRUST_FORMAT_AUTO && import->line.len)
		import->format = import->line.at[0] == '{' ? FRUST_NDJSON : FRUST_CSV;
}

/* The line is whole: reads and forgets it. */
static int end_line(struct frust_import *import)
{
	int status;

	tell_format(import);
	status = read_line(import, fr_buf_str(&import->line));
	fr_buf_clear(&import->line);
	import->first = import->lines + 1;
	return status;
}

/* Whether a piece of a line ends within quotes, when it began so or not. */
static bool ends_quoted(const char *at, size_t n, bool quoted)
{
	const char *end = at + n;

	while (at < end) {
		at = memchr(at, '"', (size_t)(end - at));
		if (!at)
			break;
		quoted = !quoted;
		at++;
	}
	return quoted;
}

static int feed_line(struct frust_import *import, const char *at, size_t n, bool ended)
{
	if (import->line.len + n > LINE_MAX_BYTES)
		return fail_line(import, "it is too long");
	fr_buf_add(&import->line, at, n);
	if (fr_buf_error(&import->line))
		return frust__fail(&import->error, FRUST_ENOMEM, "out of memory");
	tell_format(import);
	if (import->format == FRUST_CSV)
		import->quoted = ends_quoted(at, n, import->quoted);
	import->lines += ended;
	if (!ended)
		return 0;
	if (!import->quoted)
		return end_line(import);
	fr_buf_add_char(&import->line, '\n');
	return 0;
}

int frust_import_feed(struct frust_import *import, const char *bytes, size_t n,
		      struct frust_error *err)
{
	const char *end = bytes + n;

	if (!import || (n && !bytes))
		return frust__fail(err, FRUST_EINVAL, "no import, or nothing to feed");
	while (!import->failed && bytes < end) {
		const char *feed = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t length = (size_t)((feed ? feed : end) - bytes);

		import->failed = feed_line(import, bytes, length, feed != NULL);
		bytes += length + 1;
	}
	if (import->failed && err)
		*err = import->error;
	return import->failed;
}

/* --- open and close --- */

int frust_import_open(struct frust *db, const struct frust_import_options *options,
		      struct frust_import **out, struct frust_error *err)
{
	struct frust_import *import;
	bool empty = true;
	int status;

	if (!out)
		return frust__fail(err, FRUST_EINVAL, "no place for the import");
	*out = NULL;
	import = calloc(1, sizeof(*import));
	if (!import)
		return frust__fail(err, FRUST_ENOMEM, "out of memory");
	import->options = (struct frust_import_options)FRUST_IMPORT_OPTIONS_INIT;
	import->db = db;
	import->first = 1;
	import->reader.json = &import->json;
	if (!db ||
	    (options && !frust__options_copy(&import->options, sizeof(import->options), options)) ||
	    import->options.format < FRUST_FORMAT_AUTO || import->options.format > FRUST_CSV) {
		free(import);
		return frust__fail(err, FRUST_EINVAL, "bad database, options or format");
	}
	import->format = import->options.format;
	status = frust__sqlite_scratch(&import->scratch, err);
	if (!status)
		status = import->scratch->ops->begin(import->scratch, err);
	if (!status)
		status = frust__import_is_empty(db->store, &empty, err);
	if (!status && !empty && !import->options.merge)
		status = frust__import_not_empty(err);
	if (status)
		frust_import_close(import, false, NULL, NULL);
	else
		*out = import;
	return status;
}

/* The last line may lack its line feed. */
static int end_text(struct frust_import *import, struct frust_error *err)
{
	if (!import->failed && import->quoted)
		import->failed = fail_line(import, "a quote is not closed");
	if (!import->failed && import->line.len)
		import->failed = end_line(import);
	import->first = import->lines;
	if (!import->failed && import->head && !import->end)
		import->failed = fail_line(import, "the export was cut short after it");
	if (import->failed && err)
		*err = import->error;
	return import->failed;
}

static int keep_all(struct frust_import *import, struct frust_receipt *receipt,
		    struct frust_error *err)
{
	struct frust__import_job job = {
		.from = import->scratch,
		.whole = import->end && !import->unnumbered,
		.merge = import->options.merge,
		.progress = {import->options.progress, import->options.progress_ctx, 0,
			     import->rows},
	};
	struct frust_change change = FRUST_CHANGE_INIT;
	int status = end_text(import, err);

	change.dry_run = import->options.dry_run;
	job.whole = import->end && !import->unnumbered;
	if (!status)
		status = frust__change_write(import->db, &change, frust__import_write, &job, err);
	return frust__change_end(status, &job.receipt, receipt);
}

int frust_import_close(struct frust_import *import, bool keep, struct frust_receipt *receipt,
		       struct frust_error *err)
{
	int status = 0;

	if (receipt)
		*receipt = (struct frust_receipt){0};
	if (!import)
		return 0;
	if (keep)
		status = keep_all(import, receipt, err);
	if (import->scratch)
		import->scratch->ops->close(import->scratch);
	fr_json_fini(&import->json);
	fr_buf_fini(&import->line);
	fr_buf_fini(&import->reader.scratch);
	free(import->reader.cells);
	free(import);
	return status;
}
