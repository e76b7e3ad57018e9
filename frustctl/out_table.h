/* Aligned rows, for a terminal or as a Markdown table: out.c's helper, called by nothing else. */
#ifndef FRUSTCTL_OUT_TABLE_H
#define FRUSTCTL_OUT_TABLE_H

#include "out.h"

/* These return 0 or FRUST_ENOMEM. */
int out_table_begin(struct out *out);
int out_table_row(struct out *out, const struct out_cell *cells);
/* Writes what is still held. */
void out_table_end(struct out *out);
void out_table_fini(struct out *out);

#endif
