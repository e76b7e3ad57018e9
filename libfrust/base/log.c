/* Owns the form of a line; where it goes and which lines there are is the caller's business. */
#include "base/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"

#define TEXT_MAX 1024 /* what is longer is cut: a line costs no memory and cannot fail */
#define SUBJECT_MAX 128
#define ESCAPED 6 /* bytes at most that one byte becomes */
#define LINE_BYTES (ESCAPED * (TEXT_MAX + 2 * SUBJECT_MAX) + 256)
#define TIME_MAX 40
#define MS_PER_S 1000

static const char *const levels[] = {"error", "warn", "info", "debug", "trace"};

/* A line that is being made: all that is added fits. */
struct line {
	char at[LINE_BYTES];
	size_t len;
};

static void add(struct line *line, const char *text)
{
	size_t n = strlen(text);

	memcpy(line->at + line->len, text, n);
	line->len += n;
}

static void add_hex(struct line *line, const char *before, uint8_t byte)
{
	static const char hex[] = "0123456789abcdef";
	const char digits[] = {hex[byte >> 4], hex[byte & 15], '\0'};

	add(line, before);
	add(line, digits);
}

static bool printable(uint32_t point, size_t n)
{
	/* a single byte beyond ASCII is not UTF-8 */
	return point >= 0x20 && (point < 0x7f || (point >= 0xa0 && n > 1));
}

/* What is not printable, in the words of the format. */
static void add_escape(struct line *line, bool json, const char *at, size_t n, uint32_t point)
{
	if (json && n == 1 && point >= 0x80) {
		add(line, "\\ufffd");
	} else if (json) {
		add_hex(line, "\\u00",
			(uint8_t)point); /* all that is not printable is below 0xa0 */
	} else {
		for (size_t i = 0; i < n; i++)
			add_hex(line, "\\x", (uint8_t)at[i]);
	}
}

static void add_escaped(struct line *line, bool json, const char *bytes, size_t max)
{
	struct fr_str text = fr_str(bytes, strnlen(bytes, max));

	while (text.len > 0) {
		uint32_t point;
		size_t n = fr_utf8_decode(text, &point);

		if (!printable(point, n)) {
			add_escape(line, json, text.at, n, point);
		} else {
			if (json && (point == '"' || point == '\\'))
				add(line, "\\");
			memcpy(line->at + line->len, text.at, n);
			line->len += n;
		}
		text = fr_str_skip(text, n);
	}
}

/* As RFC 3339 has it, in UTC. */
static void add_time(struct line *line, const struct fr_log *log)
{
	int64_t ms = log->clock(log->clock_ctx);
	time_t seconds = (time_t)(ms / MS_PER_S);
	struct tm utc = {0};
	char text[TIME_MAX];
	size_t len;

	gmtime_r(&seconds, &utc);
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text + len, sizeof(text) - len, ".%03dZ", (int)(ms % MS_PER_S));
	add(line, text);
}

/* --- the formats --- */

static void make_text(struct line *line, const struct fr_log *log, enum fr_log_level level,
		      const struct fr_log_subject *subject, const char *text)
{
	if (log->format == FR_LOG_TEXT_TIMED && log->clock) {
		add_time(line, log);
		add(line, " ");
	}
	add(line, log->name);
	add(line, ": ");
	if (level != FR_LOG_INFO) {
		add(line, levels[level]);
		add(line, ": ");
	}
	if (subject->client)
		add_escaped(line, false, subject->client, SUBJECT_MAX);
	if (subject->client && subject->session)
		add(line, " ");
	if (subject->session)
		add_escaped(line, false, subject->session, SUBJECT_MAX);
	if (subject->client || subject->session)
		add(line, ": ");
	add_escaped(line, false, text, TEXT_MAX);
}

static void add_member(struct line *line, const char *name, const char *value, size_t max)
{
	if (!value)
		return;
	add(line, ",\"");
	add(line, name);
	add(line, "\":\"");
	add_escaped(line, true, value, max);
	add(line, "\"");
}

static void make_json(struct line *line, const struct fr_log *log, enum fr_log_level level,
		      const struct fr_log_subject *subject, const char *text)
{
	add(line, "{");
	if (log->clock) {
		add(line, "\"time\":\"");
		add_time(line, log);
		add(line, "\",");
	}
	add(line, "\"level\":\"");
	add(line, levels[level]);
	add(line, "\"");
	add_member(line, "client", subject->client, SUBJECT_MAX);
	add_member(line, "session", subject->session, SUBJECT_MAX);
	add_member(line, "text", text, TEXT_MAX);
	add(line, "}");
}

static void FR_PRINTF(4, 0)
	say(const struct fr_log *log, enum fr_log_level level, const struct fr_log_subject *subject,
	    const char *format, va_list args)
{
	struct line line;
	char text[TEXT_MAX];

	vsnprintf(text, sizeof(text), format, args);
	line.len = 0;
	if (log->format == FR_LOG_JSON)
		make_json(&line, log, level, subject, text);
	else
		make_text(&line, log, level, subject, text);
	add(&line, "\n");
	fwrite(line.at, 1, line.len, log->to); /* one call, so that threads don't mix lines */
}

/* --- */

bool fr_log_tells(const struct fr_log *log, enum fr_log_level level)
{
	return log && level <= __atomic_load_n(&log->level, __ATOMIC_RELAXED);
}

void fr_log(const struct fr_log *log, enum fr_log_level level, const char *format, ...)
{
	static const struct fr_log_subject nobody = {NULL, NULL};
	va_list args;

	if (!fr_log_tells(log, level))
		return;
	va_start(args, format);
	say(log, level, &nobody, format, args);
	va_end(args);
}

void fr_log_about(const struct fr_log *log, enum fr_log_level level,
		  const struct fr_log_subject *subject, const char *format, ...)
{
	va_list args;

	if (!fr_log_tells(log, level))
		return;
	va_start(args, format);
	say(log, level, subject, format, args);
	va_end(args);
}

void fr_log_set_level(struct fr_log *log, enum fr_log_level level)
{
	__atomic_store_n(&log->level, level, __ATOMIC_RELAXED);
}

bool fr_log_level_parse(const char *text, enum fr_log_level *out)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(levels); i++) {
		if (strcmp(text, levels[i]) == 0) {
			*out = (enum fr_log_level)i;
			return true;
		}
	}
	return false;
}
