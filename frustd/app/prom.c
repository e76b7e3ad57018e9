/* Owns the format; which metrics there are is metrics.c's business. */
#include "app/prom.h"

#include <inttypes.h>

#define US_PER_S 1000000u

void prom_begin(struct fr_buf *out, const char *name, const char *type, const char *help)
{
	fr_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_name(struct fr_buf *out, const char *name, const char *labels)
{
	fr_buf_printf(out, labels ? "%s{%s} " : "%s ", name, labels);
}

static void add_seconds(struct fr_buf *out, uint64_t us)
{
	fr_buf_printf(out, "%" PRIu64 ".%06" PRIu64, us / US_PER_S, us % US_PER_S);
}

void prom_value(struct fr_buf *out, const char *name, const char *labels, uint64_t value)
{
	add_name(out, name, labels);
	fr_buf_printf(out, "%" PRIu64 "\n", value);
}

void prom_seconds(struct fr_buf *out, const char *name, const char *labels, uint64_t us)
{
	add_name(out, name, labels);
	add_seconds(out, us);
	fr_buf_add_char(out, '\n');
}

static void add_histogram(struct fr_buf *out, const char *name, const char *help,
			  const struct fr_histogram *histogram, bool us)
{
	uint64_t count = 0;

	prom_begin(out, name, "histogram", help);
	for (unsigned i = 0; i < FR_HISTOGRAM_BUCKETS - 1; i++) {
		count += histogram->counts[i];
		fr_buf_printf(out, "%s_bucket{le=\"", name);
		if (us)
			add_seconds(out, UINT64_C(1) << i);
		else
			fr_buf_printf(out, "%" PRIu64, UINT64_C(1) << i);
		fr_buf_printf(out, "\"} %" PRIu64 "\n", count);
	}
	count += histogram->counts[FR_HISTOGRAM_BUCKETS - 1];
	fr_buf_printf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum ", name, count, name);
	if (us)
		add_seconds(out, histogram->sum);
	else
		fr_buf_printf(out, "%" PRIu64, histogram->sum);
	fr_buf_printf(out, "\n%s_count %" PRIu64 "\n", name, count);
}

void prom_histogram(struct fr_buf *out, const char *name, const char *help,
		    const struct fr_histogram *histogram)
{
	add_histogram(out, name, help, histogram, false);
}

void prom_histogram_us(struct fr_buf *out, const char *name, const char *help,
		       const struct fr_histogram *histogram)
{
	add_histogram(out, name, help, histogram, true);
}
