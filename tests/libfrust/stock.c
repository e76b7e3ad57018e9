#include "stock.h"

#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"

static void apply(struct frust *db, struct frust_record record)
{
	CHECK_INT(frust_apply(db, &record, 1, NULL), 0);
}

static void apply_styled(struct frust *db, const char *user, const char *comment, const char *style,
			 int64_t timestamp)
{
	struct frust_record record = click_of(user, comment, timestamp);

	record.style = text_of(style);
	apply(db, record);
}

struct frust *stock_open(struct scratch *s)
{
	struct frust_ban bans[] = {{text_of("Eve"), false, NOON}, {text_of("spam*"), true, NOON}};
	struct frust_filter filter = FRUST_FILTER_INIT;
	struct frust *db;

	scratch_init(s);
	db = scratch_open(s, FRUST_CREATE);
	apply_styled(db, "Anna", NULL, NULL, NOON + 1);
	apply_styled(db, "a\\b", "", "", NOON + 1);
	apply_styled(db, "Anna", "two\nlines, a \"quote\" and \t", "big", NOON + 2);
	apply(db, event_of("Anna", "rickroll", NOON + 3));
	apply_styled(db, "\xf0\x9f\x98\x80 Emoji", "=1+1", "'x", NOON + FRUST_HOUR);
	apply_styled(db, "-Bob", "\xc3\xbc, <b>", NULL, NOON + FRUST_HOUR);
	apply_styled(db, "-Bob", "\xc3\xbc, <b>", NULL, NOON + FRUST_HOUR);
	apply(db, event_of("-Bob", "@fu", NOON + FRUST_HOUR + 5));
	apply(db, event_of("Anna", "pride", NOON + 3 * FRUST_HOUR));
	apply(db, event_of("Anna", "rickroll", NOON + 3 * FRUST_HOUR));
	apply(db, event_of("Carl", "rickroll", NOON + 3 * FRUST_HOUR));
	apply_styled(db, "Carl", "gone", NULL, NOON + 3 * FRUST_HOUR);
	apply_styled(db, "Dora", "spam", NULL, NOON + 3 * FRUST_HOUR);
	for (size_t i = 0; i < FR_ARRAY_LEN(bans); i++)
		CHECK_INT(frust_ban_add(db, &bans[i], NULL, NULL, NULL), 0);
	CHECK_INT(frust_user_erase(db, text_of("Carl"), FRUST_REMOVE, NULL, NULL, NULL), 0);
	filter.text = text_of("spam");
	CHECK_INT(frust_records_delete(db, FRUST_CLICK, &filter, NULL, NULL, NULL), 0);
	return db;
}

void stock_copy(const struct scratch *from, struct scratch *to)
{
	static char bytes[1 << 20];
	FILE *in = fopen(from->db, "rb"), *out;
	size_t n;

	scratch_init(to);
	out = fopen(to->db, "wb");
	CHECK(in && out);
	n = fread(bytes, 1, sizeof(bytes), in);
	CHECK(n < sizeof(bytes));
	CHECK_INT(fwrite(bytes, 1, n, out), n);
	fclose(in);
	CHECK_INT(fclose(out), 0);
}

char *stock_dump(const struct scratch *s)
{
	static const char *const sql[] = {
		"SELECT 'click', id, quote(user), quote(comment), quote(style), timestamp FROM "
		"clicks"
		" ORDER BY id",
		"SELECT 'event', id, quote(user), quote(name), timestamp FROM events ORDER BY id",
		"SELECT 'user', quote(name), clicks, events FROM users ORDER BY rowid",
		"SELECT 'hour', timestamp, clicks, events, clicks_total, events_total FROM hours"
		" ORDER BY timestamp",
		"SELECT 'unsaved', hour, name, count FROM frust_unsaved ORDER BY hour, name",
		"SELECT 'erased', hour, clicks, events FROM frust_erased ORDER BY hour",
		"SELECT 'ban', pattern, glob, timestamp FROM frust_bans ORDER BY pattern",
		"SELECT 'high', max(ifnull((SELECT max(id) FROM clicks), 0),"
		" ifnull((SELECT value FROM frust_meta WHERE name = 'clicks_high'), 0)),"
		" max(ifnull((SELECT max(id) FROM events), 0),"
		" ifnull((SELECT value FROM frust_meta WHERE name = 'events_high'), 0))"};
	struct fr_buf out = FR_BUF_INIT;
	size_t len;

	for (size_t i = 0; i < FR_ARRAY_LEN(sql); i++) {
		fr_buf_add_str(&out, fr_str_of(scratch_ask(s, sql[i])));
		fr_buf_add_char(&out, '\n');
	}
	fr_buf_add_char(&out, '\0');
	CHECK_INT(fr_buf_error(&out), 0);
	return fr_buf_take(&out, &len);
}

static int add_bytes(void *ctx, const char *bytes, size_t n)
{
	fr_buf_add(ctx, bytes, n);
	return 0;
}

void stock_export(struct frust *db, enum frust_format format, bool formula_safe, struct fr_buf *out)
{
	struct frust_export_options options = FRUST_EXPORT_OPTIONS_INIT;
	struct frust_error err = {0};

	*out = FR_BUF_INIT;
	options.format = format;
	options.formula_safe = formula_safe;
	if (frust_export(db, &options, add_bytes, out, NULL, &err))
		fail_msg("%s", err.text);
	CHECK_INT(fr_buf_error(out), 0);
}

int stock_import(struct frust *db, struct fr_str text, size_t piece,
		 const struct frust_import_options *options, struct frust_receipt *receipt,
		 struct frust_error *err)
{
	struct frust_import *import;
	int status = frust_import_open(db, options, &import, err);

	if (status)
		return status;
	for (size_t at = 0; !status && at < text.len; at += piece) {
		size_t n = text.len - at < piece ? text.len - at : piece;
		char *copy = malloc(n); /* so that reading beyond it is seen */

		if (!copy) {
			status = frust__fail(err, FRUST_ENOMEM, "out of memory");
			frust_import_close(import, false, NULL, NULL);
			return status;
		}
		memcpy(copy, text.at + at, n);
		status = frust_import_feed(import, copy, n, err);
		free(copy);
	}
	if (status) {
		CHECK_INT(frust_import_close(import, true, receipt, NULL), status);
		return status;
	}
	return frust_import_close(import, true, receipt, err);
}

static int add_finding(void *ctx, const struct frust_finding *finding)
{
	struct fr_buf *out = ctx;

	if (out)
		fr_buf_printf(out, "%s %s\n", finding->severity == FRUST_NOTE ? "note" : "problem",
			      finding->text);
	return 0;
}

int stock_check(struct frust *db, struct fr_buf *out)
{
	struct frust_verdict verdict;
	struct frust_error err = {0};

	if (out)
		*out = FR_BUF_INIT;
	if (frust_check(db, NULL, add_finding, out, &verdict, &err))
		fail_msg("%s", err.text);
	if (out)
		fr_buf_add_char(out, '\0');
	return (int)(verdict.problems + 100 * verdict.notes);
}

int stock_hear(void *ctx, int64_t done, int64_t total)
{
	struct stock_heard *heard = ctx;

	heard->calls++;
	heard->done = done;
	heard->total = total;
	return heard->stop;
}
