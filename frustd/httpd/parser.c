/*
 * The one door to http-parser, so that another parser can replace it; it sees the header alone.
 * Owns the bytes of one request; knows nothing of connections and answers.
 */
#include "httpd/parser.h"

#include <http_parser.h>
#include <stdlib.h>

#include "httpd/chunked.h"
#include "httpd/field.h"
#include "httpd/head.h"
#include "httpd/target.h"

#define HEADERS_FIRST 24            /* room for a browser's headers */
#define NO_LENGTH UINT64_MAX        /* of http-parser, where none was told */
#define MEMORY_KEPT ((size_t)65536) /* of each buffer, from one request to the next */

struct httpd_parser {
	struct httpd_limits limits;
	http_parser machine;
	struct httpd_request request;
	struct httpd_header *headers;
	size_t header_size;
	struct httpd_head head;
	struct fr_buf path; /* decoded, where it had to be */
	struct fr_buf body;
	struct httpd_chunked chunked;
	int refusal;
	bool head_done;
};

/* --- callbacks: they only collect; a non-zero return stops http-parser --- */

static int on_url(http_parser *machine, const char *at, size_t n)
{
	struct httpd_parser *parser = machine->data;

	parser->request.target = fr_str(at, n);
	return 0;
}

static int grow_headers(struct httpd_parser *parser)
{
	size_t size = parser->header_size ? parser->header_size * 2 : HEADERS_FIRST;
	struct httpd_header *headers = realloc(parser->headers, size * sizeof(*headers));

	if (!headers) {
		parser->refusal = 503;
		return -1;
	}
	parser->headers = headers;
	parser->header_size = size;
	return 0;
}

static int on_header_field(http_parser *machine, const char *at, size_t n)
{
	struct httpd_parser *parser = machine->data;
	size_t count = parser->request.header_count;

	if (count == HTTPD_HEADERS_MAX) {
		parser->refusal = 431;
		return -1;
	}
	if (count == parser->header_size && grow_headers(parser) < 0)
		return -1;
	parser->headers[count] = (struct httpd_header){fr_str(at, n), FR_STR("")};
	parser->request.header_count++;
	return 0;
}

static int on_header_value(http_parser *machine, const char *at, size_t n)
{
	struct httpd_parser *parser = machine->data;

	parser->headers[parser->request.header_count - 1].value = fr_str_trim_ows(fr_str(at, n));
	return 0;
}

static const http_parser_settings settings = {
	.on_url = on_url,
	.on_header_field = on_header_field,
	.on_header_value = on_header_value,
};

/* --- the header --- */

static enum httpd_parse refuse(struct httpd_parser *parser, int status)
{
	if (!parser->refusal)
		parser->refusal = status;
	return HTTPD_PARSE_REFUSED;
}

static enum httpd_method method_of(const http_parser *machine)
{
	switch (machine->method) {
	case HTTP_GET:
		return HTTPD_GET;
	case HTTP_HEAD:
		return HTTPD_HEAD;
	case HTTP_POST:
		return HTTPD_POST;
	case HTTP_OPTIONS:
		return HTTPD_OPTIONS;
	case HTTP_PUT:
		return HTTPD_PUT;
	case HTTP_DELETE:
		return HTTPD_DELETE;
	case HTTP_PATCH:
		return HTTPD_PATCH;
	default:
		return HTTPD_OTHER;
	}
}

/* What http-parser could not read: 501 for a method that is well-formed but unknown, else 400. */
static int syntax_refusal(const struct httpd_parser *parser)
{
	struct fr_str line = fr_buf_str(&parser->head.bytes);

	line.len = fr_str_find(line, ' ');
	if (HTTP_PARSER_ERRNO(&parser->machine) == HPE_INVALID_METHOD && httpd_is_token(line) &&
	    line.len < parser->head.bytes.len)
		return 501;
	return 400;
}

/* "METHOD SP target SP HTTP/1.1 CRLF" and not a blank more. */
static bool request_line_exact(const struct httpd_parser *parser)
{
	const char *method = http_method_str((enum http_method)parser->machine.method);

	return parser->head.request_line ==
	       strlen(method) + 1 + parser->request.target.len + sizeof(" HTTP/1.1\r\n") - 1;
}

/* Counts headers of that name; *value is the last one's. */
static int count_headers(const struct httpd_request *request, struct fr_str name,
			 struct fr_str *value)
{
	int count = 0;

	for (size_t i = 0; i < request->header_count; i++) {
		if (!fr_str_caseeq(request->headers[i].name, name))
			continue;
		*value = request->headers[i].value;
		count++;
	}
	return count;
}

/* What http-parser lets through; 0 or the status to refuse with. */
static int head_refusal(const struct httpd_parser *parser)
{
	const struct httpd_request *request = &parser->request;
	struct fr_str value = FR_STR_NULL;
	int hosts, codings;

	if (!request_line_exact(parser))
		return 400;
	if (parser->machine.http_major != 1)
		return 505;
	for (size_t i = 0; i < request->header_count; i++)
		if (!httpd_is_token(request->headers[i].name) ||
		    !httpd_is_field_value(request->headers[i].value))
			return 400; /* also a blank before the colon (RFC 9112 §5.1) */
	hosts = count_headers(request, FR_STR("host"), &value);
	if (hosts > 1 || (hosts == 0 && request->minor >= 1))
		return 400; /* RFC 9112 §3.2 */
	if (hosts && !httpd_target_is_host(value))
		return 400;
	codings = count_headers(request, FR_STR("transfer-encoding"), &value);
	if (codings && request->minor == 0)
		return 400; /* RFC 9112 §6.1: faulty framing */
	if (codings && (codings > 1 || !fr_str_caseeq(value, FR_STR("chunked"))))
		return 501;
	return 0;
}

/* The absolute form's authority stands in for the Host header (RFC 9112 §3.2.2). */
static void replace_host(struct httpd_parser *parser, struct fr_str authority)
{
	for (size_t i = 0; i < parser->request.header_count; i++)
		if (fr_str_caseeq(parser->headers[i].name, FR_STR("host")))
			parser->headers[i].value = authority;
}

static int fill_request(struct httpd_parser *parser)
{
	struct httpd_request *request = &parser->request;
	struct httpd_target target;
	int status;

	request->method = method_of(&parser->machine);
	request->minor = (uint8_t)parser->machine.http_minor;
	request->headers = parser->headers;
	status = head_refusal(parser);
	if (status)
		return status;
	if (!httpd_target_split(request->target, &parser->path, &target))
		return 400;
	if (fr_buf_error(&parser->path) < 0)
		return 503;
	request->path = target.path;
	request->query = target.query;
	if (target.authority.at)
		replace_host(parser, target.authority);
	request->keep_alive = http_should_keep_alive(&parser->machine);
	request->upgrade = request->minor >= 1 &&
			   httpd_request_lists(request, FR_STR("connection"), FR_STR("upgrade")) &&
			   httpd_request_lists(request, FR_STR("upgrade"), FR_STR("websocket"));
	request->body = FR_STR("");
	return 0;
}

static bool is_chunked(const struct httpd_parser *parser)
{
	return parser->machine.flags & F_CHUNKED;
}

static enum httpd_parse begin_body(struct httpd_parser *parser)
{
	uint64_t length = parser->machine.content_length;

	if (is_chunked(parser))
		httpd_chunked_begin(&parser->chunked, parser->limits.body, parser->limits.header);
	else if (length == 0 || length == NO_LENGTH)
		return HTTPD_PARSE_DONE;
	else if (length > parser->limits.body)
		return refuse(parser, 413);
	return HTTPD_PARSE_HEAD;
}

static enum httpd_parse parse_head(struct httpd_parser *parser)
{
	struct fr_str head = fr_buf_str(&parser->head.bytes);
	size_t n;
	int status;

	http_parser_init(&parser->machine, HTTP_REQUEST);
	parser->machine.data = parser;
	n = http_parser_execute(&parser->machine, &settings, head.at, head.len);
	if (n != head.len || HTTP_PARSER_ERRNO(&parser->machine) != HPE_OK)
		return refuse(parser, syntax_refusal(parser));
	status = fill_request(parser);
	if (status)
		return refuse(parser, status);
	parser->head_done = true;
	return begin_body(parser);
}

/* --- the body --- */

/* One whose length the header has told; 0 or the status to refuse it with. */
static int take_told(struct httpd_parser *parser, const uint8_t *bytes, size_t n, size_t *used)
{
	size_t left = (size_t)parser->machine.content_length - parser->body.len;

	*used = n < left ? n : left;
	fr_buf_add(&parser->body, bytes, *used);
	return fr_buf_error(&parser->body) < 0 ? 503 : 0;
}

static bool is_whole(const struct httpd_parser *parser)
{
	return is_chunked(parser) ? parser->chunked.state == HTTPD_CHUNKED_END
				  : parser->body.len == parser->machine.content_length;
}

static enum httpd_parse parse_body(struct httpd_parser *parser, const uint8_t *bytes, size_t n,
				   size_t *used)
{
	int status = is_chunked(parser)
			     ? httpd_chunked_recv(&parser->chunked, bytes, n, &parser->body, used)
			     : take_told(parser, bytes, n, used);

	if (status)
		return refuse(parser, status);
	if (!is_whole(parser))
		return HTTPD_PARSE_MORE;
	parser->request.body = fr_buf_str(&parser->body);
	return HTTPD_PARSE_DONE;
}

struct httpd_parser *httpd_parser_new(const struct httpd_limits *limits)
{
	struct httpd_parser *parser = calloc(1, sizeof(*parser));

	if (!parser)
		return NULL;
	parser->limits = *limits;
	httpd_head_begin(&parser->head, limits->request_line, limits->header);
	return parser;
}

void httpd_parser_free(struct httpd_parser *parser)
{
	if (!parser)
		return;
	free(parser->headers);
	httpd_head_fini(&parser->head);
	fr_buf_fini(&parser->path);
	fr_buf_fini(&parser->body);
	httpd_chunked_fini(&parser->chunked);
	free(parser);
}

static void forget(struct fr_buf *buf)
{
	if (buf->size > MEMORY_KEPT)
		fr_buf_fini(buf);
	else
		fr_buf_clear(buf);
}

void httpd_parser_reset(struct httpd_parser *parser)
{
	parser->request = (struct httpd_request){0};
	forget(&parser->head.bytes);
	httpd_head_begin(&parser->head, parser->limits.request_line, parser->limits.header);
	forget(&parser->path);
	forget(&parser->body);
	parser->refusal = 0;
	parser->head_done = false;
}

enum httpd_parse httpd_parser_recv(struct httpd_parser *parser, const uint8_t *bytes, size_t n,
				   size_t *used)
{
	int status;

	*used = 0;
	if (parser->head_done)
		return parse_body(parser, bytes, n, used);
	status = httpd_head_recv(&parser->head, bytes, n, used);
	if (status)
		return refuse(parser, status);
	return parser->head.whole ? parse_head(parser) : HTTPD_PARSE_MORE;
}

const struct httpd_request *httpd_parser_request(const struct httpd_parser *parser)
{
	return &parser->request;
}

struct fr_str httpd_parser_head(const struct httpd_parser *parser)
{
	return fr_buf_str(&parser->head.bytes);
}

bool httpd_parser_head_done(const struct httpd_parser *parser)
{
	return parser->head_done;
}

size_t httpd_parser_gathered(const struct httpd_parser *parser)
{
	return parser->body.len;
}

int httpd_parser_refusal(const struct httpd_parser *parser)
{
	return parser->refusal;
}
