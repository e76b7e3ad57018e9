/* Owns the framing of chunked bodies. Knows nothing of headers, connections and answers. */
#include "httpd/chunked.h"

#include "httpd/field.h"

#define DIGITS_MAX 16 /* of a size: 64 bits */

void httpd_chunked_begin(struct httpd_chunked *chunked, size_t body_max, size_t extra_max)
{
	struct fr_buf line = chunked->line;

	fr_buf_clear(&line);
	*chunked = (struct httpd_chunked){
		.body_max = body_max,
		.extra_max = extra_max,
		.line = line,
	};
}

void httpd_chunked_fini(struct httpd_chunked *chunked)
{
	fr_buf_fini(&chunked->line);
}

/* -1: not a hexadecimal digit. */
static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Nothing, or from a semicolon on what can be seen (RFC 9112 §7.1.1); blanks may be around. */
static bool is_extension(struct fr_str s)
{
	struct fr_str trimmed = fr_str_trim_ows(s);

	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.at[i] >= 0x80)
			return false;
	return s.len == 0 || (trimmed.len > 0 && trimmed.at[0] == ';');
}

static int end_size(struct httpd_chunked *chunked, size_t body_len)
{
	struct fr_str line = fr_buf_str(&chunked->line);
	uint64_t size = 0;
	size_t digits;

	for (digits = 0; digits < line.len && digit_of(line.at[digits]) >= 0; digits++) {
		if (digits == DIGITS_MAX)
			return 400;
		size = size << 4 | (uint64_t)digit_of(line.at[digits]);
	}
	line = fr_str_skip(line, digits);
	if (digits == 0 || !is_extension(line))
		return 400;
	chunked->extra += line.len;
	if (chunked->extra > chunked->extra_max)
		return 431;
	if (size > chunked->body_max - body_len)
		return 413;
	chunked->left = (size_t)size;
	chunked->state = size ? HTTPD_CHUNKED_DATA : HTTPD_CHUNKED_TRAILER;
	return 0;
}

/* What a header alone may say: how long the body is, and whose the request (RFC 9110 §6.5.1). */
static bool belongs_in_header(struct fr_str name)
{
	return fr_str_caseeq(name, FR_STR("content-length")) ||
	       fr_str_caseeq(name, FR_STR("transfer-encoding")) ||
	       fr_str_caseeq(name, FR_STR("host"));
}

static int end_trailer(struct httpd_chunked *chunked)
{
	struct fr_str line = fr_buf_str(&chunked->line);
	struct fr_str name = fr_str(line.at, fr_str_find(line, ':'));

	if (line.len == 0) {
		chunked->state = HTTPD_CHUNKED_END;
		return 0;
	}
	if (name.len == line.len || !httpd_is_token(name) || belongs_in_header(name))
		return 400; /* also a folded line, and a blank before the colon */
	chunked->extra += line.len + 2;
	return chunked->extra > chunked->extra_max ? 431 : 0;
}

static int end_line(struct httpd_chunked *chunked, size_t body_len)
{
	int status = 0;

	if (chunked->state == HTTPD_CHUNKED_SIZE)
		status = end_size(chunked, body_len);
	else if (chunked->state == HTTPD_CHUNKED_TRAILER)
		status = end_trailer(chunked);
	else
		chunked->state = HTTPD_CHUNKED_SIZE;
	chunked->cr = false;
	fr_buf_clear(&chunked->line);
	return status;
}

/* A byte of a line. What no line can have is refused at once, not when the line ends. */
static int take_byte(struct httpd_chunked *chunked, uint8_t c, size_t body_len)
{
	size_t unlimited = chunked->state == HTTPD_CHUNKED_SIZE ? DIGITS_MAX : 0;

	if (chunked->cr)
		return c == '\n' ? end_line(chunked, body_len) : 400;
	if (c == '\r') {
		chunked->cr = true;
		return 0;
	}
	if ((c < 0x20 && c != '\t') || c == 0x7f || chunked->state == HTTPD_CHUNKED_DATA_END)
		return 400;
	fr_buf_add_char(&chunked->line, (char)c);
	if (fr_buf_error(&chunked->line) < 0)
		return 503;
	return chunked->line.len > unlimited + chunked->extra_max - chunked->extra ? 431 : 0;
}

static int take_data(struct httpd_chunked *chunked, const uint8_t *bytes, size_t n,
		     struct fr_buf *body, size_t *used)
{
	size_t len = n < chunked->left ? n : chunked->left;

	fr_buf_add(body, bytes, len);
	chunked->left -= len;
	if (chunked->left == 0)
		chunked->state = HTTPD_CHUNKED_DATA_END;
	*used += len;
	return fr_buf_error(body) < 0 ? 503 : 0;
}

int httpd_chunked_recv(struct httpd_chunked *chunked, const uint8_t *bytes, size_t n,
		       struct fr_buf *body, size_t *used)
{
	int status = 0;

	*used = 0;
	while (*used < n && status == 0 && chunked->state != HTTPD_CHUNKED_END) {
		if (chunked->state == HTTPD_CHUNKED_DATA)
			status = take_data(chunked, bytes + *used, n - *used, body, used);
		else
			status = take_byte(chunked, bytes[(*used)++], body->len);
	}
	return status;
}
