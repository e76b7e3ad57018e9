/*
 * Text of unknown origin, made fit for where it goes. On a terminal, control characters,
 * bidirectional controls and bytes that are no text are shown as escapes, so that a name cannot
 * play with it. How wide a character is there is the C library's knowledge (wcwidth).
 */
#ifndef FRUSTCTL_TEXT_H
#define FRUSTCTL_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include <frust/types.h>

/* A view of a C string. */
struct frust_str text_of(const char *text);
/* Where a terminal might obey: a copy to be freed, absent text as ""; NULL without memory. */
char *text_shown(struct frust_str text);
/* Columns that text_shown's result takes. */
size_t text_width(const char *shown);
/* The bytes of `shown` that fit in width columns; *taken is the columns they take. */
size_t text_fit(const char *shown, size_t width, size_t *taken);

/* These write to a stream; its error flag tells of failure. */

/* A JSON string, absent text as null; what is not UTF-8 becomes U+FFFD. */
void text_json(FILE *to, struct frust_str text);
/*
 * A CSV field (RFC 4180), absent text empty. Safe: what a spreadsheet would take for a formula gets
 * an apostrophe.
 */
void text_csv(FILE *to, struct frust_str text, bool safe);
/* Shown text for a cell of a Markdown table: nothing in it is markup. */
void text_markdown(FILE *to, const char *shown);
/* The columns that text_markdown's form of it takes. */
size_t text_markdown_width(const char *shown);

#endif
