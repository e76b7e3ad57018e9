/* Sections, columns, and the formats for programs. Tables are in out_table.c. */
#include "out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "out_table.h"
#include "term.h"
#include "text.h"
#include "when.h"

void out_init(struct out *out, const struct opt *opt, FILE *to)
{
	bool terminal = term_is(to);

	*out = (struct out){.to = to,
			    .format = opt->format,
			    .wanted = opt->columns,
			    .no_header = opt->no_header,
			    .csv_safe = opt->csv_safe,
			    .zone = opt->zone,
			    .terminal = terminal,
			    .bold = term_colour(to),
			    .width = terminal ? term_width(to) : 0};
}

/* --- columns --- */

/* Keys and titles both name a column; in a title '_' may stand for a space. */
static bool is_named(const struct out_column *column, const char *name, size_t len)
{
	if (strlen(column->key) == len && memcmp(column->key, name, len) == 0)
		return true;
	if (strlen(column->title) != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (name[i] != column->title[i] && !(name[i] == '_' && column->title[i] == ' '))
			return false;
	}
	return true;
}

static int no_column(const struct out_column *columns, size_t n, const char *name, size_t len)
{
	fprintf(stderr, "frustctl: there is no column %.*s; there are ", (int)len, name);
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "%s%s", i ? ", " : "", columns[i].key);
	fputc('\n', stderr);
	return CTL_USAGE;
}

static int choose_columns(struct out *out, size_t n)
{
	const char *name = out->wanted;

	out->count = 0;
	for (size_t i = 0; !name && i < n; i++)
		out->order[out->count++] = i;
	while (name) {
		size_t len = strcspn(name, ","), i = 0;

		while (i < n && !is_named(&out->columns[i], name, len))
			i++;
		if (i == n || out->count == OUT_COLUMNS_MAX)
			return no_column(out->columns, n, name, len);
		out->order[out->count++] = i;
		name = name[len] ? name + len + 1 : NULL;
	}
	return 0;
}

/* --- formats for programs --- */

static void json_cell(FILE *to, const struct out_column *column, const struct out_cell *cell)
{
	if (cell->absent)
		fputs("null", to);
	else if (column->type == OUT_TEXT)
		text_json(to, cell->text);
	else
		fprintf(to, "%" PRId64, cell->number);
}

static void json_row(struct out *out, const struct out_cell *cells)
{
	fputc('{', out->to);
	if (out->format == OPT_NDJSON && out->section)
		fprintf(out->to, "\"section\":\"%s\",", out->section);
	for (size_t i = 0; i < out->count; i++) {
		size_t at = out->order[i];

		fprintf(out->to, "%s\"%s\":", i ? "," : "", out->columns[at].key);
		json_cell(out->to, &out->columns[at], &cells[at]);
	}
	fputc('}', out->to);
}

/* Before a row: what opens the array waits for the first one, as much may fail until then. */
static void json_begin(struct out *out)
{
	if (out->rows)
		fputs(",\n", out->to);
	else if (out->section)
		fprintf(out->to, "%s\"%s\":[\n", out->sections ? ",\n" : "{", out->section);
	else
		fputs("[\n", out->to);
}

static void json_end(struct out *out)
{
	if (out->rows)
		fputs("\n]", out->to);
	else if (out->section)
		fprintf(out->to, "%s\"%s\":[]", out->sections ? ",\n" : "{", out->section);
	else
		fputs("[]", out->to);
	if (!out->section)
		fputc('\n', out->to);
}

static void csv_cell(struct out *out, const struct out_column *column, const struct out_cell *cell)
{
	char time[WHEN_SIZE];
	char *shown;

	if (cell->absent)
		return;
	if (column->type == OUT_INT) {
		fprintf(out->to, "%" PRId64, cell->number);
		return;
	}
	if (column->type == OUT_TIME || column->type == OUT_DAY) {
		if (column->type == OUT_TIME)
			when_text(out->zone, cell->number, time);
		else
			when_day_text(out->zone, cell->number, time);
		fputs(time, out->to);
		return;
	}
	if (!out->terminal) {
		text_csv(out->to, cell->text, out->csv_safe);
		return;
	}
	shown = text_shown(cell->text);
	text_csv(out->to, text_of(shown ? shown : "?"), out->csv_safe);
	free(shown);
}

static void csv_row(struct out *out, const struct out_cell *cells)
{
	for (size_t i = 0; i < out->count; i++) {
		size_t at = out->order[i];

		if (i)
			fputc(',', out->to);
		csv_cell(out, &out->columns[at], &cells[at]);
	}
	fputc('\n', out->to);
}

static void csv_begin(struct out *out)
{
	if (out->sections)
		fputc('\n', out->to);
	if (out->no_header)
		return;
	for (size_t i = 0; i < out->count; i++)
		fprintf(out->to, "%s%s", i ? "," : "", out->columns[out->order[i]].key);
	fputc('\n', out->to);
}

/* --- the whole --- */

int out_begin(struct out *out, const char *section, const struct out_column *columns, size_t n)
{
	int status;

	out->section = section;
	out->columns = columns;
	out->rows = 0;
	status = choose_columns(out, n);
	if (status)
		return status;
	if (out->format == OPT_CSV)
		csv_begin(out);
	else if (out->format == OPT_TABLE || out->format == OPT_MARKDOWN)
		status = out_table_begin(out);
	return status;
}

int out_row(struct out *out, const struct out_cell *cells)
{
	int status = 0;

	if (out->format == OPT_JSON) {
		json_begin(out);
		json_row(out, cells);
	} else if (out->format == OPT_NDJSON) {
		json_row(out, cells);
		fputc('\n', out->to);
	} else if (out->format == OPT_CSV) {
		csv_row(out, cells);
	} else {
		status = out_table_row(out, cells);
	}
	out->rows++;
	if (!status && ferror(out->to))
		status = CTL_SYSTEM;
	return status;
}

int out_end(struct out *out)
{
	if (out->format == OPT_JSON)
		json_end(out);
	else if (out->format == OPT_TABLE || out->format == OPT_MARKDOWN)
		out_table_end(out);
	out->sections++;
	return ferror(out->to) ? CTL_SYSTEM : 0;
}

int out_close(struct out *out)
{
	if (out->format == OPT_JSON)
		fputs("}\n", out->to);
	return ferror(out->to) ? CTL_SYSTEM : 0;
}

void out_remark(struct out *out, const char *text)
{
	if (out->format == OPT_TABLE || out->format == OPT_MARKDOWN)
		fprintf(out->to, "%s%s\n", out->sections ? "\n" : "", text);
}

/* What failed in the middle stays open: half an array is not taken for whole. */
void out_fini(struct out *out)
{
	out_table_fini(out);
}
