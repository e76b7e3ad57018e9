/* Percent-encoding and query strings. */
#include "httpd/query.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool needs_decoding(struct fr_str text, bool plus)
{
	return fr_str_find(text, '%') < text.len || (plus && fr_str_find(text, '+') < text.len);
}

struct fr_str httpd_percent_decode(struct fr_buf *out, struct fr_str text, bool plus)
{
	size_t start = out->len;
	size_t i = 0;

	if (!needs_decoding(text, plus))
		return text;
	if (fr_buf_reserve(out, text.len) < 0)
		return FR_STR("");
	while (i < text.len) {
		char c = text.at[i];
		bool escape = c == '%' && text.len - i > 2 && hex(text.at[i + 1]) >= 0 &&
			      hex(text.at[i + 2]) >= 0;

		if (escape)
			c = (char)(hex(text.at[i + 1]) << 4 | hex(text.at[i + 2]));
		else if (plus && c == '+')
			c = ' ';
		fr_buf_add_char(out, c);
		i += escape ? 3 : 1;
	}
	return fr_str(out->at + start, out->len - start);
}

bool httpd_query_next(struct fr_str *rest, struct fr_str *name, struct fr_str *value)
{
	struct fr_str pair;
	size_t end, equals;

	do {
		if (rest->len == 0)
			return false;
		end = fr_str_find(*rest, '&');
		pair = fr_str(rest->at, end);
		end += end < rest->len;
		*rest = fr_str(rest->at + end, rest->len - end);
	} while (pair.len == 0);
	equals = fr_str_find(pair, '=');
	*name = fr_str(pair.at, equals);
	*value = equals < pair.len ? fr_str(pair.at + equals + 1, pair.len - equals - 1)
				   : FR_STR("");
	return true;
}

bool httpd_query_get(struct fr_str query, struct fr_str name, struct fr_buf *scratch,
		     struct fr_str *value)
{
	struct fr_str raw_name, raw_value;

	while (httpd_query_next(&query, &raw_name, &raw_value)) {
		size_t len = scratch->len;
		bool match = fr_str_eq(httpd_percent_decode(scratch, raw_name, true), name);

		scratch->len = len;
		if (match) {
			*value = httpd_percent_decode(scratch, raw_value, true);
			return true;
		}
	}
	return false;
}
