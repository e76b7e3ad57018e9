/*
 * Output for people and for programs. Tables fit their columns to what is in them, by the width on
 * a terminal; control characters, bidirectional controls and bytes that are no text are shown as
 * escapes, so that a name cannot play with the terminal.
 */
#ifndef FRUSTCTL_OUT_H
#define FRUSTCTL_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <frust/types.h>

#define OUT_COLUMNS_MAX 8

struct out_column {
	const char *title;
	bool right; /* numbers */
};

/* Rows gather and are printed at the end. A failed allocation sticks, see out_table_print. */
struct out_table {
	const struct out_column *columns;
	size_t column_count;
	char **cells; /* row by row, as they will be printed */
	size_t count, size;
	bool failed;
};

void out_table_init(struct out_table *table, const struct out_column *columns, size_t count);
/* Takes a zeroed table. */
void out_table_fini(struct out_table *table);
/* The next cell of the row, left to right. Text at NULL is empty. */
void out_table_text(struct out_table *table, struct frust_str text);
void out_table_int(struct out_table *table, int64_t value);
/* ISO 8601, UTC. */
void out_table_time(struct out_table *table, int64_t t);
/* Prints titles and rows; 0 or FRUST_ENOMEM. */
int out_table_print(const struct out_table *table, FILE *to);

/* Writes a row's JSON as libfrust's json functions do. */
typedef size_t (*out_json_fn)(char *out, size_t size, const void *row);

/* A row as one line of JSON. 0 or FRUST_ENOMEM. */
int out_json(FILE *to, out_json_fn json, const void *row);

/* A JSON array whose elements come one by one, each on its line. */
struct out_list {
	FILE *to;
	size_t count;
};

void out_list_begin(struct out_list *list, FILE *to);
/* 0 or FRUST_ENOMEM. */
int out_list_add(struct out_list *list, out_json_fn json, const void *row);
void out_list_end(struct out_list *list);

#endif
