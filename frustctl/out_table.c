/*
 * The first rows wait until there are enough of them to fit the columns to. On a terminal a table
 * that is too wide gives up space of its widest columns of text.
 */
#include "out_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <frust/frust.h>

#include "text.h"
#include "when.h"

#define ROWS_HELD 1000
#define NARROWEST 6 /* columns that a cut text keeps */

static bool is_markdown(const struct out *out)
{
	return out->format == OPT_MARKDOWN;
}

static const struct out_column *column_at(const struct out *out, size_t i)
{
	return &out->columns[out->order[i]];
}

/* As it will be printed, to be freed; NULL without memory. */
static char *cell_text(const struct out *out, const struct out_column *column,
		       const struct out_cell *cell)
{
	char text[WHEN_SIZE] = "";

	if (!cell->absent && column->type == OUT_TEXT)
		return text_shown(cell->text);
	if (!cell->absent && column->type == OUT_INT)
		snprintf(text, sizeof(text), "%" PRId64, cell->number);
	if (!cell->absent && column->type == OUT_TIME)
		when_text(out->zone, cell->number, text);
	if (!cell->absent && column->type == OUT_DAY)
		when_day_text(out->zone, cell->number, text);
	return strdup(text);
}

static size_t cell_width(const struct out *out, const char *cell)
{
	return is_markdown(out) ? text_markdown_width(cell) : text_width(cell);
}

static void pad(FILE *to, size_t n, char c)
{
	while (n--)
		fputc(c, to);
}

/* --- one line --- */

/* A cell in its column; one that is too wide is cut where columns are narrowed, and pushes else. */
static void print_cell(const struct out *out, size_t i, const char *cell)
{
	bool right = column_at(out, i)->type == OUT_INT;
	bool last = i + 1 == out->count && !is_markdown(out);
	size_t width = cell_width(out, cell), room = out->widths[i];
	size_t gap = width < room ? room - width : 0;

	if (right)
		pad(out->to, gap, ' ');
	if (is_markdown(out)) {
		text_markdown(out->to, cell);
	} else if (width > room && out->width && !right) {
		size_t n = text_fit(cell, room - 1, &width);

		fwrite(cell, 1, n, out->to);
		fputs("…", out->to);
		gap = room - 1 - width;
	} else {
		fputs(cell, out->to);
	}
	if (!right && !last)
		pad(out->to, gap, ' ');
}

static void print_line(const struct out *out, const char *const *cells)
{
	const char *between = is_markdown(out) ? " | " : "  ";

	if (is_markdown(out))
		fputs("| ", out->to);
	for (size_t i = 0; i < out->count; i++) {
		if (i)
			fputs(between, out->to);
		print_cell(out, i, cells[i]);
	}
	fputs(is_markdown(out) ? " |" : "", out->to);
}

static void print_row(const struct out *out, char *const *cells)
{
	print_line(out, (const char *const *)cells);
	fputc('\n', out->to);
}

static void print_rule(const struct out *out)
{
	for (size_t i = 0; i < out->count; i++) {
		bool right = column_at(out, i)->type == OUT_INT;

		fputs("| ", out->to);
		pad(out->to, out->widths[i] - right, '-');
		fputs(right ? ": " : " ", out->to);
	}
	fputs("|\n", out->to);
}

static void print_header(const struct out *out)
{
	const char *titles[OUT_COLUMNS_MAX];

	for (size_t i = 0; i < out->count; i++)
		titles[i] = column_at(out, i)->title;
	if (out->bold)
		fputs("\033[1m", out->to);
	print_line(out, titles);
	fputs(out->bold ? "\033[0m\n" : "\n", out->to);
}

/* --- fitting --- */

static void fit_to_rows(struct out *out)
{
	for (size_t i = 0; i < out->count; i++) {
		out->widths[i] = out->no_header && !is_markdown(out)
					 ? 1
					 : text_width(column_at(out, i)->title);
		if (is_markdown(out) && out->widths[i] < 3)
			out->widths[i] = 3;
	}
	for (size_t i = 0; i < out->cell_count; i++) {
		size_t width = cell_width(out, out->cells[i]);

		if (width > out->widths[i % out->count])
			out->widths[i % out->count] = width;
	}
}

/* The widest column of text gives a column of space until all fit, or none can give more. */
static void fit_to_terminal(struct out *out)
{
	size_t total = 2 * (out->count - 1);

	for (size_t i = 0; i < out->count; i++)
		total += out->widths[i];
	for (; total > out->width; total--) {
		size_t widest = SIZE_MAX;

		for (size_t i = 0; i < out->count; i++) {
			if (column_at(out, i)->type == OUT_TEXT && out->widths[i] > NARROWEST &&
			    (widest == SIZE_MAX || out->widths[i] > out->widths[widest]))
				widest = i;
		}
		if (widest == SIZE_MAX)
			return;
		out->widths[widest]--;
	}
}

static void print_held(struct out *out)
{
	fit_to_rows(out);
	if (out->width && !is_markdown(out))
		fit_to_terminal(out);
	if (!out->no_header || is_markdown(out))
		print_header(out);
	if (is_markdown(out))
		print_rule(out);
	for (size_t i = 0; i < out->cell_count; i += out->count)
		print_row(out, out->cells + i);
	out->fitted = true;
}

static void drop_held(struct out *out)
{
	for (size_t i = 0; i < out->cell_count; i++)
		free(out->cells[i]);
	out->cell_count = 0;
}

/* --- the module's functions --- */

int out_table_begin(struct out *out)
{
	if (!out->cells)
		out->cells = calloc(ROWS_HELD * OUT_COLUMNS_MAX, sizeof(*out->cells));
	if (!out->cells)
		return FRUST_ENOMEM;
	if (out->section)
		fprintf(out->to, "%s%s%s%s", out->sections ? "\n" : "",
			is_markdown(out) ? "## " : "", out->section,
			is_markdown(out) ? "\n\n" : "\n");
	out->fitted = false;
	return 0;
}

int out_table_row(struct out *out, const struct out_cell *cells)
{
	size_t first = out->cell_count;

	for (size_t i = 0; i < out->count; i++) {
		char *cell = cell_text(out, column_at(out, i), &cells[out->order[i]]);

		if (!cell)
			return FRUST_ENOMEM;
		out->cells[out->cell_count++] = cell;
	}
	if (out->fitted)
		print_row(out, out->cells + first);
	else if (out->cell_count == ROWS_HELD * out->count)
		print_held(out);
	if (out->fitted)
		drop_held(out);
	return 0;
}

void out_table_end(struct out *out)
{
	if (!out->fitted)
		print_held(out);
	drop_held(out);
}

void out_table_fini(struct out *out)
{
	drop_held(out);
	free(out->cells);
	out->cells = NULL;
}
