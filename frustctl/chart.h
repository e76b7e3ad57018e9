/*
 * Numbers as pictures: bars, and a map of shades. On a terminal in Unicode, elsewhere in ASCII and
 * 80 columns wide.
 */
#ifndef FRUSTCTL_CHART_H
#define FRUSTCTL_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <frust/types.h>

struct chart {
	FILE *to;
	bool unicode;
	size_t width;
	struct chart_row *rows;
	size_t count, size;
};

void chart_init(struct chart *chart, FILE *to);
void chart_fini(struct chart *chart);
/* A bar; the label is copied and shown with escapes. 0 or FRUST_ENOMEM. */
int chart_add(struct chart *chart, struct frust_str label, int64_t value);
/* All bars, the longest as wide as there is room for. */
void chart_draw(const struct chart *chart);

/* What a map's cells stand for, from nothing to the most. */
struct chart_scale {
	bool unicode;
	int64_t most;
};

/* The line above the cells of 24 hours. */
void chart_draw_clock(FILE *to, size_t indent);
/* A line of cells, and their sum. */
void chart_draw_cells(FILE *to, const struct chart_scale *scale, const char *label, size_t indent,
		      const int64_t *values, size_t n);
/* What the shades mean. */
void chart_draw_legend(FILE *to, const struct chart_scale *scale, size_t indent);

#endif
