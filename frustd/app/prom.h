/*
 * Metrics as Prometheus reads them: its text format, version 0.0.4
 * (prometheus.io/docs/instrumenting/exposition_formats). Labels are words of ours, which need no
 * escaping: pairs name="word", joined by commas; NULL: none.
 */
#ifndef APP_PROM_H
#define APP_PROM_H

#include "base/buf.h"
#include "base/histogram.h"

#define PROM_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* What a metric is, before its values. type: "counter" or "gauge"; help: a line without \ in it. */
void prom_begin(struct fr_buf *out, const char *name, const char *type, const char *help);
void prom_value(struct fr_buf *out, const char *name, const char *labels, uint64_t value);
/* A value in microseconds, shown in seconds. */
void prom_seconds(struct fr_buf *out, const char *name, const char *labels, uint64_t us);
/* The whole metric. */
void prom_histogram(struct fr_buf *out, const char *name, const char *help,
		    const struct fr_histogram *histogram);
/* The same of microseconds, shown in seconds. */
void prom_histogram_us(struct fr_buf *out, const char *name, const char *help,
		       const struct fr_histogram *histogram);

#endif
