/*
 * Rows for people and for programs, in the format that was asked for. A command says what its
 * columns are and gives row after row; how they look, which columns are wanted and how wide a
 * terminal is are this module's business. Rows are written as they come, in bounded memory: a table
 * fits its columns to the first thousand.
 *
 *     out_begin(out, NULL, columns, n)   out_row … out_row   out_end(out)
 *
 * A command with several kinds of rows names each as a section: JSON then is one object of arrays.
 */
#ifndef FRUSTCTL_OUT_H
#define FRUSTCTL_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <frust/types.h>

#include "opt.h"

#define OUT_COLUMNS_MAX 12

enum out_type {
	OUT_TEXT,
	OUT_INT,
	OUT_TIME, /* a moment: ISO 8601 in the zone for people and CSV, seconds in JSON */
	OUT_DAY,  /* the same, told by its date */
};

struct out_column {
	const char *key;   /* in JSON and CSV */
	const char *title; /* in tables */
	enum out_type type;
};

/* As its column's type says; absent: null. */
struct out_cell {
	struct frust_str text;
	int64_t number;
	bool absent;
};

struct out {
	FILE *to;
	int format; /* enum opt_format */
	const char *wanted;
	bool no_header, csv_safe;
	const struct frust_zone *zone;
	bool terminal, bold;
	size_t width; /* of the terminal; 0: any */

	const char *section;
	const struct out_column *columns;
	size_t order[OUT_COLUMNS_MAX]; /* the wanted columns, by their places */
	size_t count;                  /* of order */
	size_t rows, sections;
	/* a table's rows until its columns are fitted */
	char **cells;
	size_t cell_count;
	size_t widths[OUT_COLUMNS_MAX];
	bool fitted;
};

void out_init(struct out *out, const struct opt *opt, FILE *to);
/* Ends what is open; takes a zeroed one. */
void out_fini(struct out *out);
/* 0, FRUST_ENOMEM, or CTL_USAGE after saying which columns there are. section NULL: the only one.
 */
int out_begin(struct out *out, const char *section, const struct out_column *columns, size_t n);
/* One cell a column. 0, FRUST_ENOMEM, or CTL_SYSTEM when the output takes nothing any more. */
int out_row(struct out *out, const struct out_cell *cells);
int out_end(struct out *out);
/* After the last of several sections. */
int out_close(struct out *out);
/* For people, between sections of a table or Markdown; nothing in other formats. */
void out_remark(struct out *out, const char *text);

static inline struct out_cell out_text(struct frust_str text)
{
	return (struct out_cell){.text = text, .absent = !text.at};
}

static inline struct out_cell out_int(int64_t number)
{
	return (struct out_cell){.number = number};
}

static inline struct out_cell out_absent(void)
{
	return (struct out_cell){.absent = true};
}

#endif
