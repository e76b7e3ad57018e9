/*
 * Rows as lines of CSV (RFC 4180, but for the line feeds alone): the same columns for every kind. A
 * cell with nothing in it is null, "" is the empty text.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "rows.h"

/* --- writing --- */

/* Does a spreadsheet compute it, or do we take a ' away from it? */
static bool is_formula(struct fr_str text)
{
	return text.len && text.at[0] && strchr("=+-@\t\r'", text.at[0]);
}

/* Quotes are doubled, bytes that are not UTF-8 are written as U+FFFD. */
static void write_quoted(struct fr_buf *out, struct fr_str text)
{
	size_t run = 0; /* bytes at the front that go out as they are */

	while (run < text.len) {
		uint32_t point;
		size_t n = fr_utf8_decode(fr_str_skip(text, run), &point);
		bool bad = n == 1 && point == 0xfffd;

		run += n;
		if (!bad && point != '"')
			continue;
		fr_buf_add(out, text.at, run - bad);
		fr_buf_add_str(out, bad ? FR_STR("\xef\xbf\xbd") : FR_STR("\""));
		text = fr_str_skip(text, run);
		run = 0;
	}
	fr_buf_add(out, text.at, run);
}

static void write_text(struct fr_buf *out, struct fr_str text, bool formula_safe)
{
	if (!text.at)
		return;
	fr_buf_add_char(out, '"');
	if (formula_safe && is_formula(text))
		fr_buf_add_char(out, '\'');
	write_quoted(out, text);
	fr_buf_add_char(out, '"');
}

void frust__csv_write_columns(struct fr_buf *out)
{
	for (int i = 0; i < FRUST__COLUMNS; i++) {
		fr_buf_add_str(out, fr_str_of(frust__row_columns[i]));
		fr_buf_add_char(out, i < FRUST__COLUMNS - 1 ? ',' : '\n');
	}
}

void frust__csv_write(struct fr_buf *out, const struct frust__row *row, bool formula_safe)
{
	struct frust__row copy = *row;
	const struct frust__field *cells[FRUST__COLUMNS] = {NULL};

	for (const struct frust__field *f = frust__row_fields(row->kind); f->name.at; f++)
		cells[f->column] = f;
	fr_buf_add_str(out, frust__row_name(row->kind));
	for (int i = 1; i < FRUST__COLUMNS; i++) {
		const struct frust__field *f = cells[i];

		fr_buf_add_char(out, ',');
		if (f && f->is_text)
			write_text(out, frust__str(*frust__row_text(&copy, f)), formula_safe);
		else if (f)
			fr_buf_add_i64(out, *frust__row_number(&copy, f));
	}
	fr_buf_add_char(out, '\n');
}

/* --- reading --- */

static int add_cell(struct frust__reader *reader, struct frust_str cell)
{
	if (reader->cell_count == reader->cell_size) {
		size_t size = reader->cell_size ? reader->cell_size * 2 : 16;
		struct frust_str *cells = realloc(reader->cells, size * sizeof(*cells));

		if (!cells)
			return FRUST_ENOMEM;
		reader->cells = cells;
		reader->cell_size = size;
	}
	reader->cells[reader->cell_count++] = cell;
	return 0;
}

/* A cell in quotes, without them; takes it off the line. */
static const char *take_quoted(struct frust__reader *reader, struct fr_str *line,
			       struct frust_str *cell)
{
	size_t begin = reader->scratch.len;

	*line = fr_str_skip(*line, 1);
	for (;;) {
		size_t n = fr_str_find(*line, '"');

		if (n == line->len)
			return "a quote is not closed";
		fr_buf_add(&reader->scratch, line->at, n);
		*line = fr_str_skip(*line, n + 1);
		if (!line->len || *line->at != '"')
			break;
		fr_buf_add_char(&reader->scratch, '"');
		*line = fr_str_skip(*line, 1);
	}
	*cell = (struct frust_str){reader->scratch.at + begin, reader->scratch.len - begin};
	return line->len && *line->at != ',' ? "a quote is closed too early" : NULL;
}

/* Parts the line into the reader's cells. */
static int split(struct frust__reader *reader, struct fr_str line, const char **why)
{
	bool more = true;

	reader->cell_count = 0;
	fr_buf_clear(&reader->scratch);
	/* so that no view moves */
	if (fr_buf_reserve(&reader->scratch, line.len + 1))
		return FRUST_ENOMEM;
	while (more) {
		struct frust_str cell = {NULL, 0};

		*why = NULL;
		if (line.len && *line.at == '"') {
			*why = take_quoted(reader, &line, &cell);
		} else {
			size_t n = fr_str_find(line, ',');

			if (memchr(line.at, '"', n))
				*why = "a quote is within a cell";
			if (n)
				cell = (struct frust_str){line.at, n};
			line = fr_str_skip(line, n);
		}
		if (*why)
			return FRUST_EFORMAT;
		if (add_cell(reader, cell))
			return FRUST_ENOMEM;
		more = line.len > 0;
		if (more)
			line = fr_str_skip(line, 1);
	}
	return 0;
}

int frust__csv_read_columns(struct frust__reader *reader, struct fr_str line, const char **why)
{
	int status = split(reader, line, why);

	for (int c = 0; !status && c < FRUST__COLUMNS; c++) {
		reader->columns[c] = -1;
		for (size_t i = 0; i < reader->cell_count; i++) {
			if (fr_str_eq(frust__str(reader->cells[i]),
				      fr_str_of(frust__row_columns[c])))
				reader->columns[c] = (int)i;
		}
	}
	if (!status && reader->columns[0] < 0) {
		*why = "the first line must name the columns, \"type\" among them";
		status = FRUST_EFORMAT;
	}
	return status;
}

/* The cell of a column; absent where the line or the table has none. */
static struct frust_str cell_of(const struct frust__reader *reader, int column)
{
	int i = reader->columns[column];

	if (i < 0 || (size_t)i >= reader->cell_count)
		return (struct frust_str){NULL, 0};
	return reader->cells[i];
}

static bool read_int(struct fr_str text, int64_t *out)
{
	bool minus = text.len && *text.at == '-';
	uint64_t value = 0;

	if (minus)
		text = fr_str_skip(text, 1);
	if (!text.len || text.len > 19)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text.at[i] - '0');
	}
	if (value > (uint64_t)INT64_MAX + minus)
		return false;
	*out = minus ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

static const char *read_field(const struct frust__reader *reader, const struct frust__field *field,
			      struct frust__row *row)
{
	struct frust_str cell = cell_of(reader, field->column);

	if (field->is_text) {
		if (cell.at && !fr_utf8_valid(frust__str(cell)))
			return "a text is not UTF-8";
		if (reader->formula_safe && cell.len && *cell.at == '\'')
			cell = (struct frust_str){cell.at + 1, cell.len - 1};
		*frust__row_text(row, field) = cell;
		return NULL;
	}
	if (!cell.at)
		return field->needed ? "a number is missing" : NULL;
	return read_int(frust__str(cell), frust__row_number(row, field))
		       ? NULL
		       : "a number is not whole, or none";
}

int frust__csv_read(struct frust__reader *reader, struct fr_str line, struct frust__row *row,
		    const char **why)
{
	int status = split(reader, line, why);
	struct frust_str type;

	if (status)
		return status;
	type = cell_of(reader, 0);
	*row = (struct frust__row){.kind = frust__row_kind_of(frust__str(type))};
	*why = "its type is unknown";
	if (row->kind == FRUST__ROW_KINDS)
		return FRUST_EFORMAT;
	*why = NULL;
	for (const struct frust__field *f = frust__row_fields(row->kind); f->name.at && !*why; f++)
		*why = read_field(reader, f, row);
	if (!*why)
		*why = frust__row_finish(row);
	return *why ? FRUST_EFORMAT : 0;
}
