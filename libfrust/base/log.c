/* Owns the form of a line; where it goes and which lines there are is the caller's business. */
#include "base/log.h"

#include <stdarg.h>
#include <string.h>

#include "base/utf8.h"

enum { TEXT_MAX = 1024 }; /* what is longer is cut: a line costs no memory and cannot fail */

static const char *const levels[] = {"error", "warn", "info", "debug"};

static bool printable(uint32_t point, size_t n)
{
	/* a single byte beyond ASCII is not UTF-8 */
	return point >= 0x20 && (point < 0x7f || (point >= 0xa0 && n > 1));
}

/* Copies text into out, which holds four bytes for each of text's; returns the length. */
static size_t escape(char *out, struct fr_str text)
{
	static const char hex[] = "0123456789abcdef";
	size_t len = 0;

	while (text.len > 0) {
		uint32_t point;
		size_t n = fr_utf8_decode(text, &point);

		for (size_t i = 0; i < n; i++) {
			uint8_t byte = (uint8_t)text.at[i];

			if (printable(point, n)) {
				out[len++] = text.at[i];
			} else {
				out[len++] = '\\';
				out[len++] = 'x';
				out[len++] = hex[byte >> 4];
				out[len++] = hex[byte & 15];
			}
		}
		text = fr_str_skip(text, n);
	}
	return len;
}

void fr_log(const struct fr_log *log, enum fr_log_level level, const char *format, ...)
{
	char text[TEXT_MAX], line[4 * TEXT_MAX + 1];
	size_t len;
	va_list args;

	if (!log || level > log->level)
		return;

	bool named = level != FR_LOG_INFO;
	snprintf(text, sizeof text, "%s: %s%s", log->name, named ? levels[level] : "",
		 named ? ": " : "");
	len = strlen(text);
	va_start(args, format);
	vsnprintf(text + len, sizeof text - len, format, args);
	va_end(args);

	len = escape(line, fr_str_of(text));
	line[len++] = '\n';
	fwrite(line, 1, len, log->to); /* one call, so that threads don't mix lines */
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
