/*
 * httpd/parser on a stream of requests: it finds the same ones wherever packets were cut, lets
 * nothing through that has no place in a request, and agrees with a naive reading of the stream on
 * where each request ends (where two readers differ, requests are smuggled).
 */
#include "httpd/parser.h"

#include "fuzz/fuzz.h"

static const struct httpd_limits limits = {.request_line = 256, .header = 1024, .body = 512};

/* --- where a request ends --- */

/* The number in base 10 or 16 that s begins with; *digits is how many there were. */
static size_t naive_number(struct fr_str s, unsigned base, size_t *digits)
{
	size_t value = 0;

	for (*digits = 0; *digits < s.len && *digits < 16; ++*digits) {
		char c = s.at[*digits] | 0x20;
		unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
				 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
							: 16;

		if (digit >= base)
			break;
		value = value * base + digit;
	}
	return value;
}

/* The bytes of a line with its CRLF; 0: there is none. */
static size_t naive_line(struct fr_str s)
{
	const char *end = memmem(s.at, s.len, "\r\n", 2);

	return end ? (size_t)(end - s.at) + 2 : 0;
}

/* The size of a chunked body with its trailer (RFC 9112 §7.1); 0: it is none. */
static size_t naive_chunked(struct fr_str s)
{
	size_t at = 0, digits, line, n;

	do {
		n = naive_number(fr_str_skip(s, at), 16, &digits);
		line = naive_line(fr_str_skip(s, at));
		if (!digits || !line)
			return 0;
		at += line;
		if (n == 0)
			break;
		if (n > s.len - at || 2 > s.len - at - n || memcmp(s.at + at + n, "\r\n", 2) != 0)
			return 0;
		at += n + 2;
	} while (true);
	do {
		line = naive_line(fr_str_skip(s, at));
		at += line;
	} while (line > 2);
	return line ? at : 0;
}

static struct fr_str header(const struct httpd_request *request, const char *name, int *count)
{
	struct fr_str value = FR_STR_NULL;

	*count = 0;
	for (size_t i = 0; i < request->header_count; i++)
		if (fr_str_caseeq(request->headers[i].name, fr_str_of(name))) {
			value = request->headers[i].value;
			++*count;
		}
	return value;
}

/* The bytes of the request at the start of the stream; the parser took it whole. */
static size_t naive_size(const struct httpd_request *request, struct fr_str stream)
{
	size_t at = 0, body, digits;
	int lengths, codings;
	struct fr_str length = header(request, "content-length", &lengths);
	const char *end;

	header(request, "transfer-encoding", &codings);
	FUZZ_CHECK(lengths <= 1 && codings <= 1 && lengths + codings <= 1);
	while (fr_str_starts(fr_str_skip(stream, at), FR_STR("\r\n")))
		at += 2;
	end = memmem(stream.at + at, stream.len - at, "\r\n\r\n", 4);
	FUZZ_CHECK(end != NULL);
	at = (size_t)(end - stream.at) + 4;
	if (codings) {
		body = naive_chunked(fr_str_skip(stream, at));
		FUZZ_CHECK(body > 0);
	} else {
		body = naive_number(length, 10, &digits);
		FUZZ_CHECK(!length.at || (digits == length.len && digits > 0));
		FUZZ_CHECK(body == request->body.len);
	}
	return at + body;
}

/* --- what a request is --- */

static void check_request(const struct httpd_request *request)
{
	int hosts;

	header(request, "host", &hosts);
	FUZZ_CHECK(hosts <= 1 && hosts + (request->minor == 0) > 0);
	FUZZ_CHECK(request->path.len > 0 && request->path.at[0] == '/');
	FUZZ_CHECK(request->body.len <= limits.body);
	FUZZ_CHECK(request->target.len <= limits.request_line);
	FUZZ_CHECK(request->header_count <= HTTPD_HEADERS_MAX);
	FUZZ_CHECK(!request->upgrade || request->minor >= 1);
	for (size_t i = 0; i < request->target.len; i++)
		FUZZ_CHECK((uint8_t)request->target.at[i] > ' ' && request->target.at[i] != 0x7f);
	for (size_t i = 0; i < request->header_count; i++) {
		struct fr_str name = request->headers[i].name, value = request->headers[i].value;

		FUZZ_CHECK(name.len > 0 && name.len + value.len <= limits.header);
		for (size_t k = 0; k < name.len; k++)
			FUZZ_CHECK(name.at[k] > ' ' && name.at[k] < 0x7f && name.at[k] != ':');
		for (size_t k = 0; k < value.len; k++)
			FUZZ_CHECK((uint8_t)value.at[k] >= ' ' || value.at[k] == '\t');
		FUZZ_CHECK(fr_str_eq(fr_str_trim_ows(value), value));
	}
}

static void add(struct fr_buf *out, struct fr_str s)
{
	fr_buf_printf(out, " %zu:", s.len);
	fr_buf_add_str(out, s);
}

static void add_request(struct fr_buf *out, const struct httpd_request *request)
{
	fr_buf_printf(out, "\n%d.%d%d%d", (int)request->method, request->minor, request->keep_alive,
		      request->upgrade);
	add(out, request->target);
	add(out, request->path);
	add(out, request->query);
	add(out, request->body);
	for (size_t i = 0; i < request->header_count; i++) {
		add(out, request->headers[i].name);
		add(out, request->headers[i].value);
	}
}

/* --- the stream --- */

/* Writes down what a stream cut in some way holds. */
static void read_stream(struct fr_str stream, struct fuzz_dice dice, unsigned mode,
			struct fr_buf *out)
{
	struct httpd_parser *parser = httpd_parser_new(&limits);
	enum httpd_parse result = HTTPD_PARSE_MORE;
	size_t at = 0, start = 0;

	FUZZ_CHECK(parser != NULL);
	while (at < stream.len && result != HTTPD_PARSE_REFUSED) {
		size_t n = fuzz_piece(&dice, mode, stream.len - at), used = 0;
		/* Of its own, so that nothing can be read beyond it or after it. */
		uint8_t *piece = malloc(n);

		FUZZ_CHECK(piece != NULL);
		memcpy(piece, stream.at + at, n);
		result = httpd_parser_recv(parser, piece, n, &used);
		free(piece);
		FUZZ_CHECK(used <= n && (used == n || result != HTTPD_PARSE_MORE));
		at += used;
		if (result == HTTPD_PARSE_HEAD)
			check_request(httpd_parser_request(parser));
		if (result != HTTPD_PARSE_DONE)
			continue;
		check_request(httpd_parser_request(parser));
		add_request(out, httpd_parser_request(parser));
		FUZZ_CHECK(naive_size(httpd_parser_request(parser), fr_str_skip(stream, start)) ==
			   at - start);
		httpd_parser_reset(parser);
		start = at;
	}
	if (result == HTTPD_PARSE_REFUSED) {
		FUZZ_CHECK(httpd_parser_refusal(parser) >= 400);
		fr_buf_printf(out, "\n%d", httpd_parser_refusal(parser));
	}
	httpd_parser_free(parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_buf whole = FR_BUF_INIT, pieces = FR_BUF_INIT;
	struct fuzz_dice dice = fuzz_dice_of(data, size);
	struct fr_str stream = fuzz_input(data, size);

	if (size > 8192)
		return 0;
	read_stream(stream, dice, 0, &whole);
	for (unsigned mode = 1; mode < 4; mode++) {
		fr_buf_clear(&pieces);
		read_stream(stream, dice, mode, &pieces);
		FUZZ_CHECK(fr_str_eq(fr_buf_str(&whole), fr_buf_str(&pieces)));
	}
	fr_buf_fini(&whole);
	fr_buf_fini(&pieces);
	return 0;
}
