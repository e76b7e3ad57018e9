/* Drawing. */
#include "chart.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <frust/frust.h>

#include "sum.h"
#include "term.h"
#include "text.h"

#define LABEL_MAX 32 /* columns */
#define SHADES 5     /* nothing, and four of something */

struct chart_row {
	char *label;
	int64_t value;
};

void chart_init(struct chart *chart, FILE *to)
{
	*chart = (struct chart){
		.to = to, .unicode = term_unicode(to), .width = term_is(to) ? term_width(to) : 80};
}

void chart_fini(struct chart *chart)
{
	for (size_t i = 0; i < chart->count; i++)
		free(chart->rows[i].label);
	free(chart->rows);
}

int chart_add(struct chart *chart, struct frust_str label, int64_t value)
{
	if (chart->count == chart->size) {
		size_t size = chart->size ? chart->size * 2 : 64;
		struct chart_row *rows = realloc(chart->rows, size * sizeof(*rows));

		if (!rows)
			return FRUST_ENOMEM;
		chart->rows = rows;
		chart->size = size;
	}
	chart->rows[chart->count] = (struct chart_row){text_shown(label), value};
	return chart->rows[chart->count].label ? (void)chart->count++, 0 : FRUST_ENOMEM;
}

/* --- bars --- */

/* value of most, in eighths of a column out of `width` columns; something is never nothing. */
static size_t eighths_of(int64_t value, int64_t most, size_t width)
{
	size_t eighths;

	if (value <= 0 || most <= 0)
		return 0;
	eighths = (size_t)((double)value / (double)most * (double)width * 8 + 0.5);
	return eighths ? eighths : 1;
}

static void draw_bar(const struct chart *chart, size_t eighths)
{
	static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

	if (!chart->unicode) {
		for (size_t i = 0; i < (eighths + 7) / 8; i++)
			fputc('#', chart->to);
		return;
	}
	for (size_t i = 0; i < eighths / 8; i++)
		fputs("█", chart->to);
	fputs(parts[eighths % 8], chart->to);
}

static void draw_label(const struct chart *chart, const char *label, size_t width)
{
	size_t taken, n = text_fit(label, width, &taken);

	fprintf(chart->to, "%.*s%*s  ", (int)n, label, (int)(width - taken), "");
}

void chart_draw(const struct chart *chart)
{
	size_t label = 0, digits = 1, room;
	int64_t most = 0;
	char text[24];

	for (size_t i = 0; i < chart->count; i++) {
		size_t width = text_width(chart->rows[i].label);
		size_t n = (size_t)snprintf(text, sizeof(text), "%" PRId64, chart->rows[i].value);

		label = width > label ? width : label;
		digits = n > digits ? n : digits;
		most = chart->rows[i].value > most ? chart->rows[i].value : most;
	}
	label = label > LABEL_MAX ? LABEL_MAX : label;
	room = chart->width > label + digits + 13 ? chart->width - label - digits - 3 : 10;
	for (size_t i = 0; i < chart->count; i++) {
		const struct chart_row *row = &chart->rows[i];
		size_t eighths = eighths_of(row->value, most, room);

		draw_label(chart, row->label, label);
		draw_bar(chart, eighths);
		fprintf(chart->to, "%s%" PRId64 "\n", eighths ? " " : "", row->value);
	}
}

/* --- the map --- */

static int shade_of(const struct chart_scale *scale, int64_t value)
{
	int shade;

	if (value <= 0)
		return 0;
	shade = 1 + (int)((double)value * (SHADES - 1) / (double)scale->most);
	return shade < SHADES ? shade : SHADES - 1;
}

static const char *cell(const struct chart_scale *scale, int64_t value)
{
	static const char *const unicode[SHADES] = {" ·", "░░", "▒▒", "▓▓", "██"};
	static const char *const ascii[SHADES] = {" .", " -", " +", " *", " #"};

	return (scale->unicode ? unicode : ascii)[shade_of(scale, value)];
}

void chart_draw_clock(FILE *to, size_t indent)
{
	fprintf(to, "%*s", (int)indent, "");
	for (int hour = 0; hour < 24; hour += 3)
		fprintf(to, "%02d    ", hour);
	fputs("  clicks\n", to);
}

void chart_draw_cells(FILE *to, const struct chart_scale *scale, const char *label, size_t indent,
		      const int64_t *values, size_t n)
{
	int64_t sum = 0;

	fprintf(to, "%-*s", (int)indent, label);
	for (size_t i = 0; i < n; i++) {
		fputs(cell(scale, values[i]), to);
		sum = sum_of(sum, values[i]);
	}
	fprintf(to, "  %" PRId64 "\n", sum);
}

/* The least value of a shade above nothing. */
static int64_t least_of(const struct chart_scale *scale, int shade)
{
	int64_t value = (int64_t)((double)scale->most / (SHADES - 1) * (shade - 1));

	while (value < scale->most && shade_of(scale, value) < shade)
		value++;
	return value;
}

void chart_draw_legend(FILE *to, const struct chart_scale *scale, size_t indent)
{
	fprintf(to, "%*s%s none", (int)indent, "", cell(scale, 0));
	for (int shade = 1; shade < SHADES && scale->most > 0; shade++) {
		int64_t least = least_of(scale, shade);

		if (shade_of(scale, least) == shade)
			fprintf(to, "  %s from %" PRId64, cell(scale, least), least);
	}
	fputc('\n', to);
}
