/*
 * The lines of exports: a row that was read from either form can be written in both, and is read as
 * the same. The first byte chooses CSV (bit 0), its texts safe from spreadsheets (1), and that the
 * first line names the columns (2); a line is a row.
 */
#include "rows.h"

#include "base/utf8.h"
#include "fuzz/fuzz.h"

static void reader_fini(struct frust__reader *reader)
{
	fr_buf_fini(&reader->scratch);
	fr_json_fini(reader->json);
	free(reader->cells);
}

static void check_same(const struct frust__row *a, const struct frust__row *b)
{
	struct frust__row x = *a, y = *b; /* the accessors are for reading in, too */

	FUZZ_CHECK(x.kind == y.kind);
	for (const struct frust__field *f = frust__row_fields(x.kind); f->name.at; f++) {
		struct frust_str *text = frust__row_text(&x, f), *other = frust__row_text(&y, f);

		if (f->is_text)
			FUZZ_CHECK(fr_str_eq(fr_str(text->at, text->len),
					     fr_str(other->at, other->len)));
		else
			FUZZ_CHECK(*frust__row_number(&x, f) == *frust__row_number(&y, f));
	}
}

static void check_texts(struct frust__row *row)
{
	for (const struct frust__field *f = frust__row_fields(row->kind); f->name.at; f++) {
		struct frust_str *text = frust__row_text(row, f);

		if (f->is_text)
			FUZZ_CHECK(fr_utf8_valid(fr_str(text->at, text->len)) &&
				   (text->at || !text->len));
	}
}

static struct fr_str line_of(const struct fr_buf *out)
{
	FUZZ_CHECK(out->len > 0 && out->at[out->len - 1] == '\n');
	return fr_str(out->at, out->len - 1);
}

static void check_ndjson(const struct frust__row *row)
{
	struct fr_buf out = FR_BUF_INIT;
	struct fr_json json = {0};
	struct frust__reader reader = {.json = &json};
	struct frust__row again;
	const char *why = NULL;

	frust__ndjson_write(&out, row);
	FUZZ_CHECK(fr_str_find(line_of(&out), '\n') == out.len - 1);
	FUZZ_CHECK(frust__ndjson_read(&reader, line_of(&out), &again, &why) == 0);
	check_same(row, &again);
	reader_fini(&reader);
	fr_buf_fini(&out);
}

static void read_columns(struct frust__reader *reader)
{
	struct fr_buf out = FR_BUF_INIT;
	const char *why = NULL;

	frust__csv_write_columns(&out);
	FUZZ_CHECK(frust__csv_read_columns(reader, line_of(&out), &why) == 0);
	fr_buf_fini(&out);
}

static void check_csv(const struct frust__row *row, bool formula_safe)
{
	struct fr_buf out = FR_BUF_INIT;
	struct fr_json json = {0};
	struct frust__reader reader = {.json = &json, .formula_safe = formula_safe};
	struct frust__row again;
	const char *why = NULL;

	read_columns(&reader);
	frust__csv_write(&out, row, formula_safe);
	FUZZ_CHECK(frust__csv_read(&reader, line_of(&out), &again, &why) == 0);
	check_same(row, &again);
	reader_fini(&reader);
	fr_buf_fini(&out);
}

static void read_line(struct frust__reader *reader, struct fr_str line, bool csv)
{
	struct frust__row row;
	const char *why = NULL;
	int status = csv ? frust__csv_read(reader, line, &row, &why)
			 : frust__ndjson_read(reader, line, &row, &why);

	FUZZ_CHECK(status == 0 || (status == FRUST_EFORMAT && why && *why));
	if (status)
		return;
	check_texts(&row);
	check_ndjson(&row);
	check_csv(&row, false);
	check_csv(&row, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str input = fuzz_input(data, size);
	uint8_t choice = fuzz_byte(&input);
	struct fr_json json = {0};
	struct frust__reader reader = {.json = &json, .formula_safe = choice & 2};
	const char *why = NULL;
	int status = 0;

	if (choice & 1) {
		read_columns(&reader);
		if (choice & 4)
			status = frust__csv_read_columns(&reader, fuzz_until(&input, '\n'), &why);
		FUZZ_CHECK(status == 0 || (status == FRUST_EFORMAT && why && *why));
	}
	while (input.len && !status)
		read_line(&reader, fuzz_until(&input, '\n'), choice & 1);
	reader_fini(&reader);
	return 0;
}
