/* Owns the rules of the opening handshake. HTTP itself, and the origin's check, are others'. */
#include "ws/handshake.h"

#include "base/base64.h"
#include "ws/sha1.h"

#define KEY_BYTES 16
#define KEY_TEXT FR_BASE64_LEN(KEY_BYTES)

static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/* The header's value, absent when there is none; false: it comes more than once, which it must not
 * (RFC 6455 §11.3). */
static bool get_single(const struct httpd_request *request, struct fr_str name,
		       struct fr_str *value)
{
	size_t n = 0;

	for (size_t i = 0; i < request->header_count; i++)
		n += fr_str_caseeq(request->headers[i].name, name);
	*value = httpd_request_header(request, name);
	return n <= 1;
}

static bool key_is_valid(struct fr_str key)
{
	struct fr_buf decoded = FR_BUF_INIT;
	bool valid = key.len == KEY_TEXT && fr_base64_decode(&decoded, key) &&
		     decoded.len == KEY_BYTES;

	fr_buf_fini(&decoded);
	return valid;
}

static void add_accept(struct fr_buf *head, struct fr_str key)
{
	char joined[KEY_TEXT + sizeof(guid) - 1];
	uint8_t digest[WS_SHA1_SIZE];

	memcpy(joined, key.at, KEY_TEXT);
	memcpy(joined + KEY_TEXT, guid, sizeof(guid) - 1);
	ws_sha1(digest, joined, sizeof(joined));
	fr_base64_encode(head, digest, sizeof(digest));
}

enum ws_handshake ws_handshake(const struct httpd_request *request, struct fr_buf *head,
			       struct ws_deflate *deflate)
{
	struct fr_str version, key;

	if (request->method != HTTPD_GET || request->minor < 1 || !request->upgrade ||
	    !get_single(request, FR_STR("Sec-WebSocket-Version"), &version) ||
	    !get_single(request, FR_STR("Sec-WebSocket-Key"), &key))
		return WS_HANDSHAKE_BAD;
	if (!fr_str_eq(version, FR_STR("13")))
		return WS_HANDSHAKE_VERSION;
	if (!key_is_valid(key) || (deflate && !ws_extension_choose(request, deflate)))
		return WS_HANDSHAKE_BAD;
	fr_buf_add_str(head, FR_STR("HTTP/1.1 101 Switching Protocols\r\n"
				    "Upgrade: websocket\r\n"
				    "Connection: Upgrade\r\n"
				    "Sec-WebSocket-Accept: "));
	add_accept(head, key);
	fr_buf_add_str(head, FR_STR("\r\n"));
	if (deflate)
		ws_extension_answer(head, deflate);
	fr_buf_add_str(head, FR_STR("\r\n"));
	return WS_HANDSHAKE_OK;
}
