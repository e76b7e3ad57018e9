/* Tables and lists. How wide a character is on a terminal is the C library's knowledge (wcwidth).
 */
#include "out.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include <frust/frust.h>

#define ESCAPE_MAX 12 /* bytes of the longest escape, \u{10ffff} */

/* --- text for a terminal --- */

/* Marks that turn the direction of what follows, beyond their own cell. */
static bool turns_direction(wchar_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* The next character of s, or its escape, goes to out; returns the bytes taken from s. */
static size_t show(const char *s, size_t len, char **out)
{
	mbstate_t state = {0};
	wchar_t c;
	size_t n = mbrtowc(&c, s, len, &state);

	if (n == (size_t)-1 || n == (size_t)-2) {
		*out += sprintf(*out, "\\x%02x", (unsigned char)*s);
		return 1;
	}
	if (n == 0)
		n = 1; /* a NUL */
	if (wcwidth(c) < 0 || c == 0 || turns_direction(c)) {
		*out += sprintf(*out, "\\u{%x}", (unsigned)c);
		return n;
	}
	memcpy(*out, s, n);
	*out += n;
	return n;
}

/* A copy fit for a terminal, to be freed; NULL without memory. */
static char *shown(struct frust_str text)
{
	char *copy, *out;

	if (text.len > (SIZE_MAX - 1) / ESCAPE_MAX)
		return NULL;
	copy = out = malloc(text.len * ESCAPE_MAX + 1);
	for (size_t i = 0; copy && i < text.len;)
		i += show(text.at + i, text.len - i, &out);
	if (out)
		*out = '\0';
	return copy;
}

/* Columns on a terminal; text has been shown(). */
static size_t width_of(const char *text)
{
	size_t len = strlen(text), width = 0;
	mbstate_t state = {0};

	for (size_t i = 0; i < len;) {
		wchar_t c;
		size_t n = mbrtowc(&c, text + i, len - i, &state);

		if (n == 0 || n == (size_t)-1 || n == (size_t)-2)
			break;
		width += (size_t)wcwidth(c);
		i += n;
	}
	return width;
}

/* --- tables --- */

void out_table_init(struct out_table *table, const struct out_column *columns, size_t count)
{
	*table = (struct out_table){.columns = columns, .column_count = count};
}

void out_table_fini(struct out_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct out_table){0};
}

/* Takes the cell, which may be NULL for want of memory. */
static void add_cell(struct out_table *table, char *cell)
{
	if (table->count == table->size) {
		size_t size = table->size ? table->size * 2 : 256;
		char **cells = realloc(table->cells, size * sizeof(*cells));

		if (!cells) {
			table->failed = true;
			free(cell);
			return;
		}
		table->cells = cells;
		table->size = size;
	}
	if (!cell) {
		table->failed = true;
		return;
	}
	table->cells[table->count++] = cell;
}

void out_table_text(struct out_table *table, struct frust_str text)
{
	add_cell(table, shown(text.at ? text : (struct frust_str){"", 0}));
}

void out_table_int(struct out_table *table, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRId64, value);
	add_cell(table, strdup(digits));
}

void out_table_time(struct out_table *table, int64_t t)
{
	time_t seconds = (time_t)t;
	char text[64];
	struct tm tm;

	/* years beyond int have no date */
	if (!gmtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		out_table_int(table, t);
	else
		add_cell(table, strdup(text));
}

static void print_cell(const char *cell, size_t width, bool right, bool last, FILE *to)
{
	int gap = (int)(width - width_of(cell));

	if (right)
		fprintf(to, "%*s%s", gap, "", cell);
	else
		fprintf(to, "%s%*s", cell, last ? 0 : gap, "");
	fputs(last ? "\n" : "  ", to);
}

int out_table_print(const struct out_table *table, FILE *to)
{
	size_t widths[OUT_COLUMNS_MAX] = {0};
	size_t columns = table->column_count;

	if (table->failed)
		return FRUST_ENOMEM;
	for (size_t i = 0; i < columns; i++)
		widths[i] = width_of(table->columns[i].title);
	for (size_t i = 0; i < table->count; i++) {
		size_t width = width_of(table->cells[i]);

		if (width > widths[i % columns])
			widths[i % columns] = width;
	}
	for (size_t i = 0; i < columns; i++)
		print_cell(table->columns[i].title, widths[i], table->columns[i].right,
			   i == columns - 1, to);
	for (size_t i = 0; i < table->count; i++)
		print_cell(table->cells[i], widths[i % columns], table->columns[i % columns].right,
			   i % columns == columns - 1, to);
	return 0;
}

/* --- JSON --- */

static int print_json(FILE *to, out_json_fn json, const void *row)
{
	size_t len = json(NULL, 0, row);
	char *text = malloc(len + 1);

	if (!text)
		return FRUST_ENOMEM;
	json(text, len + 1, row);
	fwrite(text, 1, len, to);
	free(text);
	return 0;
}

int out_json(FILE *to, out_json_fn json, const void *row)
{
	int status = print_json(to, json, row);

	fputc('\n', to);
	return status;
}

void out_list_begin(struct out_list *list, FILE *to)
{
	*list = (struct out_list){to, 0};
	fputc('[', to);
}

int out_list_add(struct out_list *list, out_json_fn json, const void *row)
{
	fputs(list->count++ ? ",\n" : "\n", list->to);
	return print_json(list->to, json, row);
}

void out_list_end(struct out_list *list)
{
	fputs(list->count ? "\n]\n" : "]\n", list->to);
}
