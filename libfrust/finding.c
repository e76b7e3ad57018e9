#include "finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/utf8.h"

int frust__find(struct frust__findings *findings, struct frust_finding finding, const char *format,
		...)
{
	char text[512];
	va_list args;

	findings->problems += finding.severity == FRUST_PROBLEM;
	findings->notes += finding.severity == FRUST_NOTE;
	if (!findings->fn)
		return 0;
	va_start(args, format);
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		text[0] = '\0';
	va_end(args);
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	finding.text = text;
	return findings->fn(findings->ctx, &finding);
}

const char *frust__time_text(int64_t t, char out[FRUST__TIME_TEXT])
{
	time_t clock = (time_t)t;
	struct tm tm;

	if (!gmtime_r(&clock, &tm) || tm.tm_year < -1900 || tm.tm_year > 8099)
		snprintf(out, FRUST__TIME_TEXT, "%lld", (long long)t);
	else
		snprintf(out, FRUST__TIME_TEXT, "%04d-%02d-%02d %02d:%02d UTC", tm.tm_year + 1900,
			 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min);
	return out;
}

const char *frust__name_text(struct frust_str name, char out[FRUST__NAME_TEXT])
{
	struct fr_str rest = frust__str(name);
	size_t len = 0;

	while (rest.len && len < FRUST__NAME_TEXT - 8) {
		uint32_t point;
		size_t n = fr_utf8_decode(rest, &point);

		len += fr_utf8_encode(point < 0x20 || point == 0x7f ? '?' : point, out + len);
		rest = fr_str_skip(rest, n);
	}
	if (rest.len) {
		memcpy(out + len, "\xe2\x80\xa6", 3);
		len += 3;
	}
	out[len] = '\0';
	return out;
}
