/* ws/handshake, with and without extensions, on whatever request the parser lets through. */
#include "ws/handshake.h"

#include "base/base64.h"
#include "fuzz/fuzz.h"
#include "httpd/parser.h"

static size_t count(struct fr_str s, const char *text)
{
	size_t n = 0, len = strlen(text);

	for (size_t i = 0; i + len <= s.len; i++)
		n += memcmp(s.at + i, text, len) == 0;
	return n;
}

/* The answer is one header section that says yes. */
static void check_answer(const struct httpd_request *request, struct fr_str head,
			 const struct ws_deflate *agreed)
{
	static const char accept[] = "\r\nSec-WebSocket-Accept: ";
	struct fr_str key = httpd_request_header(request, FR_STR("sec-websocket-key"));
	struct fr_buf bytes = FR_BUF_INIT;
	const char *at;

	FUZZ_CHECK(request->method == HTTPD_GET && request->minor >= 1 && request->upgrade);
	FUZZ_CHECK(fr_base64_decode(&bytes, key) && bytes.len == 16 && key.len == 24);
	FUZZ_CHECK(fr_str_starts(head, FR_STR("HTTP/1.1 101 ")));
	FUZZ_CHECK(count(head, "permessage-deflate") == (agreed != NULL && agreed->agreed));
	FUZZ_CHECK(count(head, "\r\n\r\n") == 1 && count(head, accept) == 1);
	FUZZ_CHECK(memcmp(head.at + head.len - 4, "\r\n\r\n", 4) == 0);
	for (size_t i = 0; i < head.len; i++)
		FUZZ_CHECK((head.at[i] >= ' ' && head.at[i] < 0x7f) || strchr("\r\n", head.at[i]));
	at = memmem(head.at, head.len, accept, sizeof(accept) - 1);
	FUZZ_CHECK(at != NULL);
	fr_buf_clear(&bytes);
	FUZZ_CHECK(fr_base64_decode(&bytes, fr_str(at + sizeof(accept) - 1, 28)));
	FUZZ_CHECK(bytes.len == 20);
	fr_buf_fini(&bytes);
}

/* What was agreed on is something that was offered, and nothing else. */
static void check_deflate(const struct httpd_request *request, const struct ws_deflate *deflate)
{
	struct fr_buf offers = FR_BUF_INIT;

	FUZZ_CHECK(deflate->agreed || (!deflate->server_window && !deflate->client_window));
	if (!deflate->agreed)
		return;
	for (size_t i = 0; i < request->header_count; i++)
		if (fr_str_caseeq(request->headers[i].name, FR_STR("sec-websocket-extensions")))
			fr_buf_add_str(&offers, request->headers[i].value);
	FUZZ_CHECK(count(fr_buf_str(&offers), "permessage-deflate") > 0);
	FUZZ_CHECK(!deflate->server_window ||
		   (deflate->server_window >= 9 && deflate->server_window <= 15 &&
		    count(fr_buf_str(&offers), "server_max_window_bits") > 0));
	FUZZ_CHECK(!deflate->client_window ||
		   (deflate->client_window >= 8 && deflate->client_window <= 15 &&
		    count(fr_buf_str(&offers), "client_max_window_bits") > 0));
	fr_buf_fini(&offers);
}

static void check_refusal(const struct httpd_request *request, enum ws_handshake result)
{
	struct fr_str version = httpd_request_header(request, FR_STR("sec-websocket-version"));

	FUZZ_CHECK(result == WS_HANDSHAKE_BAD || result == WS_HANDSHAKE_VERSION);
	FUZZ_CHECK((result == WS_HANDSHAKE_VERSION) <= !fr_str_eq(version, FR_STR("13")));
}

/* deflate NULL: extensions are not looked at. */
static void check(const struct httpd_request *request, struct ws_deflate *deflate)
{
	struct fr_buf head = FR_BUF_INIT;
	enum ws_handshake result = ws_handshake(request, &head, deflate);

	if (result == WS_HANDSHAKE_OK)
		check_answer(request, fr_buf_str(&head), deflate);
	else
		check_refusal(request, result);
	if (result == WS_HANDSHAKE_OK && deflate)
		check_deflate(request, deflate);
	fr_buf_fini(&head);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct httpd_limits limits = {1024, 8192, 8192};
	struct httpd_parser *parser = httpd_parser_new(&limits);
	struct ws_deflate deflate = {0};
	size_t used = 0;

	FUZZ_CHECK(parser != NULL);
	if (size && httpd_parser_recv(parser, data, size, &used) == HTTPD_PARSE_DONE) {
		check(httpd_parser_request(parser), NULL);
		check(httpd_parser_request(parser), &deflate);
	}
	httpd_parser_free(parser);
	return 0;
}
