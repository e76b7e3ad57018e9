/* Everything as text, in constant memory, from one snapshot. */
#include "rows.h"

#define PIECE (64 * 1024) /* what the sink gets at a time, about */

struct export
{
	struct frust_export_options options;
	struct fr_buf out;
	frust_sink_fn sink;
	void *ctx;
	struct frust__progress progress;
	struct frust_receipt receipt;
	int64_t rows;
	struct frust_error *err;
};

static void write_row(struct export *e, const struct frust__row *row)
{
	if (e->options.format == FRUST_CSV)
		frust__csv_write(&e->out, row, e->options.formula_safe);
	else
		frust__ndjson_write(&e->out, row);
}

static int flush(struct export *e)
{
	int status;

	if (fr_buf_error(&e->out))
		return frust__fail(e->err, FRUST_ENOMEM, "out of memory");
	status = e->out.len ? e->sink(e->ctx, e->out.at, e->out.len) : 0;
	fr_buf_clear(&e->out);
	return status;
}

static int on_row(void *ctx, const struct frust__row *row)
{
	struct export *e = ctx;
	int status = 0;

	write_row(e, row);
	e->rows++;
	frust__rows_count(row, &e->receipt);
	if (e->out.len >= PIECE || fr_buf_error(&e->out))
		status = flush(e);
	return status ? status : frust__progress_step(&e->progress);
}

static void write_head(struct export *e)
{
	struct frust__row head = {.kind = FRUST__ROW_HEAD};
	bool safe = e->options.format == FRUST_CSV && e->options.formula_safe;

	head.as.head.format = FRUST__EXPORT_FORMAT;
	if (safe)
		head.as.head.quoting = (struct frust_str){FRUST__FORMULA_SAFE,
							  sizeof(FRUST__FORMULA_SAFE) - 1};
	if (e->options.format == FRUST_CSV)
		frust__csv_write_columns(&e->out);
	write_row(e, &head);
}

static void write_end(struct export *e)
{
	struct frust__row end = {.kind = FRUST__ROW_END};

	end.as.sums.clicks = e->receipt.clicks;
	end.as.sums.events = e->receipt.events;
	end.as.sums.rows = e->rows;
	write_row(e, &end);
}

static int export_all(struct export *e, struct frust *db)
{
	int status = 0;

	if (e->progress.fn)
		status = frust__rows_total(db->store, &e->progress.total, e->err);
	write_head(e);
	if (!status)
		status = frust__rows(db->store, on_row, e, e->err);
	write_end(e);
	if (!status)
		status = flush(e);
	return status ? status : frust__progress_end(&e->progress);
}

int frust_export(struct frust *db, const struct frust_export_options *options, frust_sink_fn sink,
		 void *ctx, struct frust_receipt *receipt, struct frust_error *err)
{
	struct export e = {
		.options = FRUST_EXPORT_OPTIONS_INIT, .sink = sink, .ctx = ctx, .err = err};
	bool own;
	int status;

	if (receipt)
		*receipt = (struct frust_receipt){0};
	if (!db || !sink ||
	    (options && !frust__options_copy(&e.options, sizeof(e.options), options)) ||
	    (e.options.format != FRUST_NDJSON && e.options.format != FRUST_CSV))
		return frust__fail(err, FRUST_EINVAL, "bad database, sink or format");
	e.progress.fn = e.options.progress;
	e.progress.ctx = e.options.progress_ctx;
	own = !db->reading;
	status = own ? frust_read_begin(db, err) : 0;
	if (!status)
		status = export_all(&e, db);
	if (own)
		frust_read_end(db);
	fr_buf_fini(&e.out);
	return frust__change_end(status, &e.receipt, receipt);
}
