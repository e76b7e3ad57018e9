#include "ws/handshake.h"

#include "helpers/check.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ==" /* RFC 6455 §1.3 */

static void only_a_right_request_is_taken(void **state)
{
	static const struct {
		const char *what, *version, *key;
		enum httpd_method method;
		unsigned minor;
		bool upgrade;
		enum ws_handshake result;
	} rows[] = {
		{"right", "13", KEY, HTTPD_GET, 1, true, WS_HANDSHAKE_OK},
		{"a POST", "13", KEY, HTTPD_POST, 1, true, WS_HANDSHAKE_BAD},
		{"a HEAD", "13", KEY, HTTPD_HEAD, 1, true, WS_HANDSHAKE_BAD},
		{"HTTP/1.0", "13", KEY, HTTPD_GET, 0, true, WS_HANDSHAKE_BAD},
		{"no upgrade", "13", KEY, HTTPD_GET, 1, false, WS_HANDSHAKE_BAD},
		{"version 8", "8", KEY, HTTPD_GET, 1, true, WS_HANDSHAKE_VERSION},
		{"version 013", "013", KEY, HTTPD_GET, 1, true, WS_HANDSHAKE_VERSION},
		{"no version", NULL, KEY, HTTPD_GET, 1, true, WS_HANDSHAKE_VERSION},
		{"no key", "13", NULL, HTTPD_GET, 1, true, WS_HANDSHAKE_BAD},
		{"an empty key", "13", "", HTTPD_GET, 1, true, WS_HANDSHAKE_BAD},
		{"15 bytes", "13", "MTIzNDU2Nzg5MDEyMzQ1", HTTPD_GET, 1, true, WS_HANDSHAKE_BAD},
		{"17 bytes", "13", "MTIzNDU2Nzg5MDEyMzQ1Njc=", HTTPD_GET, 1, true,
		 WS_HANDSHAKE_BAD},
		{"no padding", "13", "dGhlIHNhbXBsZSBub25jZQ", HTTPD_GET, 1, true,
		 WS_HANDSHAKE_BAD},
		{"not base64", "13", "dGhlIHNhbXBsZSBub25jZ!==", HTTPD_GET, 1, true,
		 WS_HANDSHAKE_BAD},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct httpd_header headers[2];
		struct httpd_request request = {
			.method = rows[i].method,
			.minor = (uint8_t)rows[i].minor,
			.upgrade = rows[i].upgrade,
			.headers = headers,
		};
		struct fr_buf head = FR_BUF_INIT;
		enum ws_handshake result;

		if (rows[i].version)
			headers[request.header_count++] = (struct httpd_header){
				FR_STR("sec-websocket-version"), fr_str_of(rows[i].version)};
		if (rows[i].key)
			headers[request.header_count++] = (struct httpd_header){
				FR_STR("Sec-WebSocket-Key"), fr_str_of(rows[i].key)};
		result = ws_handshake(&request, &head, NULL);
		if (result != rows[i].result)
			print_error("with %s:\n", rows[i].what);
		CHECK_INT(result, rows[i].result);
		CHECK_INT(head.len > 0, result == WS_HANDSHAKE_OK);
		fr_buf_fini(&head);
	}
}

static void what_must_come_once_may_not_come_twice(void **state)
{
	static const struct {
		const char *name, *value;
		enum ws_handshake result;
	} rows[] = {
		{"Sec-WebSocket-Extra", "13", WS_HANDSHAKE_OK},
		{"Sec-WebSocket-Key", KEY, WS_HANDSHAKE_BAD},
		{"sec-websocket-key", "MTIzNDU2Nzg5MDEyMzQ1Ng==", WS_HANDSHAKE_BAD},
		{"Sec-WebSocket-Key", "", WS_HANDSHAKE_BAD},
		{"Sec-WebSocket-Version", "13", WS_HANDSHAKE_BAD},
		{"sec-websocket-version", "8", WS_HANDSHAKE_BAD},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		const struct httpd_header headers[] = {
			{FR_STR("Sec-WebSocket-Key"), FR_STR(KEY)},
			{FR_STR("Sec-WebSocket-Version"), FR_STR("13")},
			{fr_str_of(rows[i].name), fr_str_of(rows[i].value)},
		};
		const struct httpd_request request = {
			.method = HTTPD_GET,
			.minor = 1,
			.upgrade = true,
			.headers = headers,
			.header_count = FR_ARRAY_LEN(headers),
		};
		struct fr_buf head = FR_BUF_INIT;

		CHECK_INT(ws_handshake(&request, &head, NULL), rows[i].result);
		CHECK_INT(head.len > 0, rows[i].result == WS_HANDSHAKE_OK);
		fr_buf_fini(&head);
	}
}

static void the_answer_proves_the_key(void **state)
{
	const struct httpd_header headers[] = {
		{FR_STR("Sec-WebSocket-Key"), FR_STR(KEY)},
		{FR_STR("Sec-WebSocket-Version"), FR_STR("13")},
		{FR_STR("Sec-WebSocket-Protocol"), FR_STR("chat")},
		{FR_STR("Sec-WebSocket-Extensions"), FR_STR("permessage-deflate")},
	};
	const struct httpd_request request = {
		.method = HTTPD_GET,
		.minor = 1,
		.upgrade = true,
		.headers = headers,
		.header_count = FR_ARRAY_LEN(headers),
	};
	struct fr_buf head = FR_BUF_INIT;

	(void)state;
	CHECK_INT(ws_handshake(&request, &head, NULL), WS_HANDSHAKE_OK);
	CHECK_INT(fr_buf_error(&head), 0);
	CHECK_STR(fr_buf_str(&head), "HTTP/1.1 101 Switching Protocols\r\n"
				     "Upgrade: websocket\r\n"
				     "Connection: Upgrade\r\n"
				     "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
				     "\r\n");
	fr_buf_fini(&head);
}

static void extensions_are_answered_where_they_are_wanted(void **state)
{
	static const struct {
		const char *offer, *answer;
	} rows[] = {
		{"permessage-deflate",
		 "Sec-WebSocket-Extensions: permessage-deflate; "
		 "server_no_context_takeover; client_no_context_takeover\r\n"},
		{"mux", ""},
		{"mux; =", NULL},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		const struct httpd_header headers[] = {
			{FR_STR("Sec-WebSocket-Key"), FR_STR(KEY)},
			{FR_STR("Sec-WebSocket-Version"), FR_STR("13")},
			{FR_STR("Sec-WebSocket-Extensions"), fr_str_of(rows[i].offer)},
		};
		const struct httpd_request request = {
			.method = HTTPD_GET,
			.minor = 1,
			.upgrade = true,
			.headers = headers,
			.header_count = FR_ARRAY_LEN(headers),
		};
		struct fr_buf head = FR_BUF_INIT, expected = FR_BUF_INIT;
		struct ws_deflate deflate;

		CHECK_INT(ws_handshake(&request, &head, &deflate),
			  rows[i].answer ? WS_HANDSHAKE_OK : WS_HANDSHAKE_BAD);
		CHECK_INT(deflate.agreed, rows[i].answer && *rows[i].answer);
		if (rows[i].answer)
			fr_buf_printf(&expected,
				      "HTTP/1.1 101 Switching Protocols\r\n"
				      "Upgrade: websocket\r\n"
				      "Connection: Upgrade\r\n"
				      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
				      "%s\r\n",
				      rows[i].answer);
		fr_buf_add_char(&expected, '\0');
		CHECK_STR(fr_buf_str(&head), expected.at);
		fr_buf_fini(&head);
		fr_buf_fini(&expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_right_request_is_taken),
		cmocka_unit_test(what_must_come_once_may_not_come_twice),
		cmocka_unit_test(the_answer_proves_the_key),
		cmocka_unit_test(extensions_are_answered_where_they_are_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
