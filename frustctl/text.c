/* Escapes, each by the rules of where the text goes. */
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define ESCAPE_MAX 12 /* bytes of the longest escape, \u{10ffff} */

struct frust_str text_of(const char *text)
{
	return (struct frust_str){text, strlen(text)};
}

/* --- terminals --- */

/* Marks that turn the direction of what follows, beyond their own cell. */
static bool turns_direction(wchar_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* The next character of s; 0: what stands there is no text. A NUL is a character. */
static size_t next(const char *s, size_t len, wchar_t *c)
{
	mbstate_t state = {0};
	size_t n = mbrtowc(c, s, len, &state);

	if (n == (size_t)-1 || n == (size_t)-2)
		return 0;
	return n ? n : 1;
}

/* The next character of s, or its escape, goes to out; returns the bytes taken from s. */
static size_t show(const char *s, size_t len, char **out)
{
	wchar_t c;
	size_t n = next(s, len, &c);

	if (!n) {
		*out += sprintf(*out, "\\x%02x", (unsigned char)*s);
		return 1;
	}
	if (wcwidth(c) < 0 || c == 0 || turns_direction(c)) {
		*out += sprintf(*out, "\\u{%x}", (unsigned)c);
		return n;
	}
	memcpy(*out, s, n);
	*out += n;
	return n;
}

char *text_shown(struct frust_str text)
{
	char *copy, *out;

	if (text.len > (SIZE_MAX - 1) / ESCAPE_MAX)
		return NULL;
	copy = out = malloc(text.len * ESCAPE_MAX + 1);
	for (size_t i = 0; copy && i < text.len;)
		i += show(text.at + i, text.len - i, &out);
	if (out)
		*out = '\0';
	return copy;
}

size_t text_fit(const char *shown, size_t width, size_t *taken)
{
	size_t len = strlen(shown), at = 0;

	for (*taken = 0; at < len;) {
		wchar_t c;
		size_t n = next(shown + at, len - at, &c);
		int columns = n ? wcwidth(c) : 0;

		if (!n || columns < 0 || *taken + (size_t)columns > width)
			break;
		*taken += (size_t)columns;
		at += n;
	}
	return at;
}

size_t text_width(const char *shown)
{
	size_t width;

	text_fit(shown, SIZE_MAX, &width);
	return width;
}

/* --- programs --- */

static void json_character(FILE *to, const char *s, size_t n, wchar_t c)
{
	static const char letters[] = "btn\0fr"; /* of U+0008 to U+000D */

	if (n == 0)
		fputs("\xef\xbf\xbd", to);
	else if (c == '"' || c == '\\')
		fprintf(to, "\\%c", (char)c);
	else if (c >= 8 && c <= 13 && letters[c - 8])
		fprintf(to, "\\%c", letters[c - 8]);
	else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		fprintf(to, "\\u%04x", (unsigned)c);
	else
		fwrite(s, 1, n, to);
}

void text_json(FILE *to, struct frust_str text)
{
	if (!text.at) {
		fputs("null", to);
		return;
	}
	fputc('"', to);
	for (size_t i = 0; i < text.len;) {
		wchar_t c = 0;
		size_t n = next(text.at + i, text.len - i, &c);

		json_character(to, text.at + i, n, c);
		i += n ? n : 1;
	}
	fputc('"', to);
}

void text_csv(FILE *to, struct frust_str text, bool safe)
{
	bool formula = safe && text.len && memchr("=+-@\t\r", text.at[0], 6);
	bool quoted = false;

	for (size_t i = 0; i < text.len && !quoted; i++)
		quoted = strchr(",\"\r\n", text.at[i]) && text.at[i];
	if (quoted)
		fputc('"', to);
	if (formula)
		fputc('\'', to);
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"')
			fputc('"', to);
		fputc(text.at[i], to);
	}
	if (quoted)
		fputc('"', to);
}

static bool is_markup(char c)
{
	return c && strchr("\\`*_{}[]<>|~#&$!", c);
}

void text_markdown(FILE *to, const char *shown)
{
	for (; *shown; shown++) {
		if (is_markup(*shown))
			fputc('\\', to);
		fputc(*shown, to);
	}
}

size_t text_markdown_width(const char *shown)
{
	size_t width = text_width(shown);

	for (; *shown; shown++)
		width += is_markup(*shown);
	return width;
}
