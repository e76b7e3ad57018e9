/* Requests well and badly formed, each in one piece and cut at every byte. */
#include "helpers/check.h"

#include <stdlib.h>

#include "base/attr.h"
#include "httpd/parser.h"

static const struct httpd_limits limits = {.request_line = 100, .header = 200, .body = 20};

/* Feeds a copy of each piece, so that nothing can live on views of what came in. */
static enum httpd_parse recv_copy(struct httpd_parser *parser, const char *bytes, size_t n,
				  size_t *used)
{
	enum httpd_parse result;
	uint8_t *copy = malloc(n);

	CHECK(copy != NULL);
	memcpy(copy, bytes, n);
	result = httpd_parser_recv(parser, copy, n, used);
	free(copy);
	return result;
}

/* The first piece ends at `cut`; then the rest. Returns how the request ended, or MORE. */
static enum httpd_parse feed(struct httpd_parser *parser, struct fr_str bytes, size_t cut,
			     size_t *taken)
{
	enum httpd_parse result = HTTPD_PARSE_MORE;
	size_t used;

	*taken = 0;
	while (*taken < bytes.len && result <= HTTPD_PARSE_HEAD) {
		size_t end = *taken < cut ? cut : bytes.len;

		result = recv_copy(parser, bytes.at + *taken, end - *taken, &used);
		*taken += used;
	}
	return result;
}

static struct httpd_parser *new_parser(void)
{
	struct httpd_parser *parser = httpd_parser_new(&limits);

	CHECK(parser != NULL);
	return parser;
}

/* The status with which the request is refused however it is cut; 0 when it is taken, -1 when it is
 * not whole. */
static int refusal_of(struct fr_str bytes)
{
	struct httpd_parser *parser = new_parser();
	int first = -2;

	for (size_t cut = 1; cut <= bytes.len; cut++) {
		size_t taken;
		enum httpd_parse result;
		int status = -1;

		httpd_parser_reset(parser);
		result = feed(parser, bytes, cut, &taken);
		if (result == HTTPD_PARSE_REFUSED)
			status = httpd_parser_refusal(parser);
		else if (result == HTTPD_PARSE_DONE)
			status = 0;
		if (first == -2)
			first = status;
		CHECK_INT(status, first);
	}
	httpd_parser_free(parser);
	return first;
}

#define H "Host: a\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\n" H
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

static void requests_are_taken_or_refused(void **state)
{
	static const struct {
		int status;
		const char *request;
	} cases[] = {
		{0, GET H "\r\n"},
		{0, "GET / HTTP/1.0\r\n\r\n"},
		{0, "\r\n\r\n" GET H "\r\n"},
		{0, "GET /\x80 HTTP/1.1\r\n" H "\r\n"},
		{0, "GET http://b/x HTTP/1.1\r\n" H "\r\n"},
		{0, GET H "Empty:\r\nTabs: \t x \t\r\n\r\n"},
		{0, GET H "Upgrade: h2c\r\nConnection: upgrade\r\n\r\n"},
		{0, POST "Content-Length: 5\r\n\r\nhello"},
		{0, POST "Content-Length: 5 \r\n\r\nhello"},
		{0, POST "Content-Length: 20\r\n\r\n01234567890123456789"},
		{0, CHUNKED "5\r\nhello\r\n0\r\n\r\n"},
		{0, CHUNKED "3;ext=1\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: x\r\n\r\n"},
		{0, CHUNKED "0\r\n\r\n"},
		{0, POST "Content-Length:\t5\t\r\n\r\nhello"},
		{0, POST "Content-Length: 5 \t \t\r\n\r\nhello"},
		{0, POST "Transfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n"},
		{0, POST "Transfer-Encoding:\tCHUNKED \t \r\n\r\n0\r\n\r\n"},
		{0, GET "Host:\r\n\r\n"},
		{0, GET "Host: a.b-c_d~1:8080\t\r\n\r\n"},
		{0, GET "Host: [::1]:80\r\n\r\n"},

		{-1, GET H},
		{-1, POST "Content-Length: 5\r\n\r\nhell"},
		{-1, CHUNKED "5\r\nhello\r\n0\r\n"},

		/* what http-parser lets through */
		{400, GET "Host : a\r\n\r\n"},
		{400, GET "Ho st: a\r\n\r\n"},
		{400, GET H H "\r\n"},
		{400, GET "\r\n"},
		{400, GET H "A: b\r\n c\r\n\r\n"},
		{400, GET H "A: b\r\n\tc\r\n\r\n"},
		{400, GET " " H "\r\n"},
		{400, "GET / HTTP/1.1\nHost: a\n\n"},
		{400, GET "Host: a\n\r\n"},
		{400, "GET  / HTTP/1.1\r\n" H "\r\n"},
		{400, "GET /  HTTP/1.1\r\n" H "\r\n"},
		{400, "GET /\t HTTP/1.1\r\n" H "\r\n"},
		{400, "GET /\r\n\r\n"},
		{400, "GET * HTTP/1.1\r\n" H "\r\n"},
		{400, "CONNECT a:80 HTTP/1.1\r\n" H "\r\n"},
		{400, "SOURCE / ICE/1.0\r\n" H "\r\n"},
		{505, "GET / HTTP/2.0\r\n" H "\r\n"},
		{400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
		{501, POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
		{501,
		 POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},

		{400, GET "Host: a b\r\n\r\n"},
		{400, GET "Host: a/b\r\n\r\n"},
		{400, GET "Host: a@b\r\n\r\n"},
		{400, GET "Host: a,b\r\n\r\n"},
		{400, "GET http://a@b/ HTTP/1.1\r\n" H "\r\n"},
		{400, "GET http://b/ HTTP/1.1\r\nHost: a,b\r\n\r\n"},
		{400, "GET / HTTP/1.1\t\r\n" H "\r\n"},
		{400, CHUNKED "2\r\n40XX0\r\n\r\n"},
		{400, CHUNKED "2\rX40\r\n0\r\n\r\n"},
		{400, CHUNKED "0\r\n\rX"},
		{400, CHUNKED "0\r\nContent-Length: 5\r\n\r\n"},

		/* what http-parser refuses */
		{400, POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
		{400, POST "Content-Length: 2\r\n\r\r\n\r\n"},
		{400, POST "Content-Length: 2\r\n\rX: y\r\n\r\nhi"},
		{400, "GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n"},
		{400, POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
		{400, POST "Content-Length: 5, 5\r\n\r\nhello"},
		{400, POST "Content-Length: +5\r\n\r\nhello"},
		{400, POST "Content-Length: -5\r\n\r\nhello"},
		{400, POST "Content-Length: 5 5\r\n\r\nhello"},
		{400, POST "Content-Length: 5\t5\r\n\r\nhello"},
		{400, POST "Transfer-Encoding: chunked\tx\r\n\r\n0\r\n\r\n"},
		{400, POST "Content-Length: 0x5\r\n\r\nhello"},
		{400, POST "Content-Length:\r\n\r\nhello"},
		{400, POST "Content-Length: 99999999999999999999\r\n\r\nhello"},
		{400, POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
		{400, POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
		{400, POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"},
		{400, POST "Transfer-Encoding: identity\r\n\r\n"},
		{400, POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
		{400, CHUNKED "0x5\r\nhello\r\n0\r\n\r\n"},
		{400, CHUNKED "5\nhello\n0\n\n"},
		{400, CHUNKED "5\r\nhelloX\r\n0\r\n\r\n"},
		{400, CHUNKED "FFFFFFFFFFFFFFFFF\r\nhello"},
		{400, CHUNKED "-1\r\nhello"},
		{400, GET H "A: b\rc\r\n\r\n"},
		{400, GET H "A: b\x01\r\n\r\n"},
		{400, GET H "A\r\n\r\n"},
		{400, GET H ": x\r\n\r\n"},
		{400, "GET / HTTP/1.1\r\r\n" H "\r\n"},
		{400, "GET /a b HTTP/1.1\r\n" H "\r\n"},
		{400, "GET / http/1.1\r\n" H "\r\n"},
		{400, "GET / HTTP/01.1\r\n" H "\r\n"},
		{400, "GET a:80 HTTP/1.1\r\n" H "\r\n"},
		{400, " GET / HTTP/1.1\r\n" H "\r\n"},
		{400, "\x16\x03\x01\x02\r\n\x01\r\n\r\n"},
		{501, "BREW / HTTP/1.1\r\n" H "\r\n"},
		{501, "get / HTTP/1.1\r\n" H "\r\n"},

		/* limits */
		{413, POST "Content-Length: 21\r\n\r\n"},
		{413, CHUNKED "15\r\n012345678901234567890"},
		{413, CHUNKED "10\r\n0123456789012345\r\n5\r\n01234"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		int status = refusal_of(fr_str_of(cases[i].request));

		if (status != cases[i].status)
			print_error("of %s\n", cases[i].request);
		CHECK_INT(status, cases[i].status);
	}
	CHECK_INT(refusal_of(FR_STR(GET H "A: \0\r\n\r\n")), 400);
	CHECK_INT(refusal_of(FR_STR("GET /\0 HTTP/1.1\r\n" H "\r\n")), 400);
}

/* A request whose request line and whose header lines have exactly these sizes. */
static int refusal_of_sizes(size_t line, size_t header)
{
	struct fr_buf request = FR_BUF_INIT;
	int status;

	fr_buf_add_str(&request, FR_STR("GET /"));
	while (request.len < line - (sizeof(" HTTP/1.1\r\n") - 1))
		fr_buf_add_char(&request, 'x');
	fr_buf_add_str(&request, FR_STR(" HTTP/1.1\r\nHost: a\r\nB: "));
	while (request.len < line + header - 4)
		fr_buf_add_char(&request, 'x');
	fr_buf_add_str(&request, FR_STR("\r\n\r\n"));
	CHECK_INT(request.len, line + header);
	status = refusal_of(fr_buf_str(&request));
	fr_buf_fini(&request);
	return status;
}

static void the_request_line_and_the_header_have_limits_of_their_own(void **state)
{
	(void)state;
	CHECK_INT(refusal_of_sizes(100, 200), 0);
	CHECK_INT(refusal_of_sizes(101, 50), 414);
	CHECK_INT(refusal_of_sizes(5000, 50), 414);
	CHECK_INT(refusal_of_sizes(50, 201), 431);
	CHECK_INT(refusal_of_sizes(101, 201), 414);
}

static void headers_are_counted(void **state)
{
	static const struct httpd_limits wide = {.request_line = 100, .header = 16384, .body = 20};

	(void)state;
	for (int n = HTTPD_HEADERS_MAX - 1; n <= HTTPD_HEADERS_MAX; n++) {
		struct httpd_parser *parser = httpd_parser_new(&wide);
		struct fr_buf request = FR_BUF_INIT;
		size_t taken;

		CHECK(parser != NULL);
		fr_buf_add_str(&request, FR_STR(GET H));
		for (int i = 0; i < n; i++)
			fr_buf_add_str(&request, FR_STR("A: b\r\n"));
		fr_buf_add_str(&request, FR_STR("\r\n"));
		if (n < HTTPD_HEADERS_MAX) {
			CHECK_INT(feed(parser, fr_buf_str(&request), 1, &taken), HTTPD_PARSE_DONE);
			CHECK_INT(httpd_parser_request(parser)->header_count, HTTPD_HEADERS_MAX);
		} else {
			CHECK_INT(feed(parser, fr_buf_str(&request), 1, &taken),
				  HTTPD_PARSE_REFUSED);
			CHECK_INT(httpd_parser_refusal(parser), 431);
		}
		fr_buf_fini(&request);
		httpd_parser_free(parser);
	}
	httpd_parser_free(NULL);
}

static void a_request_is_the_same_however_it_is_cut(void **state)
{
	struct fr_str bytes = FR_STR("POST /a%20b?c=%41 HTTP/1.1\r\nHost: h\r\nX-Y:  z \r\n"
				     "Transfer-Encoding: chunked\r\n\r\n"
				     "3\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\nGET /next");
	struct httpd_parser *parser = new_parser();

	(void)state;
	for (size_t cut = 1; cut < bytes.len; cut++) {
		const struct httpd_request *request = httpd_parser_request(parser);
		size_t taken;

		httpd_parser_reset(parser);
		CHECK_INT(feed(parser, bytes, cut, &taken), HTTPD_PARSE_DONE);
		CHECK_STR(fr_str(bytes.at + taken, bytes.len - taken), "GET /next");
		CHECK_INT(request->method, HTTPD_POST);
		CHECK_INT(request->minor, 1);
		CHECK_STR(request->target, "/a%20b?c=%41");
		CHECK_STR(request->path, "/a b");
		CHECK_STR(request->query, "c=%41");
		CHECK_STR(request->body, "abcde");
		CHECK_INT(request->header_count, 3);
		CHECK_STR(request->headers[1].name, "X-Y");
		CHECK_STR(request->headers[1].value, "z");
	}
	httpd_parser_free(parser);
}

static void what_the_client_asks_for_its_connection(void **state)
{
	static const struct {
		const char *request;
		bool keep_alive, upgrade;
	} cases[] = {
		{GET H "\r\n", true, false},
		{GET H "Connection: close\r\n\r\n", false, false},
		{GET H "Connection: foo, Close\r\n\r\n", false, false},
		{"GET / HTTP/1.0\r\n\r\n", false, false},
		{"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, false},
		{GET H "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", true, true},
		{GET H "Connection: keep-alive, upgrade\r\nUpgrade: foo, WebSocket\r\n\r\n", true,
		 true},
		{GET H "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n", true, false},
		{GET H "Upgrade: websocket\r\n\r\n", true, false},
		{GET H "Connection: upgrade\r\n\r\n", true, false},
		{"GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", false,
		 false},
	};
	struct httpd_parser *parser = new_parser();

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		size_t taken;

		httpd_parser_reset(parser);
		CHECK_INT(feed(parser, fr_str_of(cases[i].request), 1, &taken), HTTPD_PARSE_DONE);
		CHECK_INT(httpd_parser_request(parser)->keep_alive, cases[i].keep_alive);
		CHECK_INT(httpd_parser_request(parser)->upgrade, cases[i].upgrade);
	}
	httpd_parser_free(parser);
}

static void a_body_behind_an_upgrade_belongs_to_its_request(void **state)
{
	struct fr_str bytes = FR_STR(POST "Connection: upgrade\r\nUpgrade: h2c\r\n"
					  "Content-Length: 3\r\n\r\nabcNEXT");
	struct httpd_parser *parser = new_parser();
	size_t taken;

	(void)state;
	CHECK_INT(feed(parser, bytes, bytes.len, &taken), HTTPD_PARSE_DONE);
	CHECK_STR(httpd_parser_request(parser)->body, "abc");
	CHECK_INT(bytes.len - taken, 4);
	httpd_parser_free(parser);
}

static void the_absolute_forms_authority_is_the_host(void **state)
{
	struct fr_str bytes = FR_STR("GET http://real/x HTTP/1.1\r\nHost: other\r\n\r\n");
	struct httpd_parser *parser = new_parser();
	size_t taken;

	(void)state;
	CHECK_INT(feed(parser, bytes, 1, &taken), HTTPD_PARSE_DONE);
	CHECK_STR(httpd_parser_request(parser)->headers[0].value, "real");
	CHECK_STR(httpd_parser_request(parser)->path, "/x");
	httpd_parser_free(parser);
}

static void methods(void **state)
{
	static const struct {
		const char *name;
		enum httpd_method method;
	} cases[] = {{"GET", HTTPD_GET},         {"HEAD", HTTPD_HEAD},   {"POST", HTTPD_POST},
		     {"OPTIONS", HTTPD_OPTIONS}, {"PUT", HTTPD_PUT},     {"DELETE", HTTPD_DELETE},
		     {"PATCH", HTTPD_PATCH},     {"TRACE", HTTPD_OTHER}, {"PROPFIND", HTTPD_OTHER}};
	struct httpd_parser *parser = new_parser();

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_buf request = FR_BUF_INIT;
		size_t taken;

		fr_buf_printf(&request, "%s / HTTP/1.1\r\nHost: a\r\n\r\n", cases[i].name);
		httpd_parser_reset(parser);
		CHECK_INT(feed(parser, fr_buf_str(&request), 1, &taken), HTTPD_PARSE_DONE);
		CHECK_INT(httpd_parser_request(parser)->method, cases[i].method);
		fr_buf_fini(&request);
	}
	httpd_parser_free(parser);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_taken_or_refused),
		cmocka_unit_test(the_request_line_and_the_header_have_limits_of_their_own),
		cmocka_unit_test(headers_are_counted),
		cmocka_unit_test(a_request_is_the_same_however_it_is_cut),
		cmocka_unit_test(what_the_client_asks_for_its_connection),
		cmocka_unit_test(a_body_behind_an_upgrade_belongs_to_its_request),
		cmocka_unit_test(the_absolute_forms_authority_is_the_host),
		cmocka_unit_test(methods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
