/* The opening handshake (RFC 6455 §4.2), on an HTTP request that asks for an upgrade. */
#ifndef WS_HANDSHAKE_H
#define WS_HANDSHAKE_H

#include "ws/extension.h"

enum ws_handshake {
	WS_HANDSHAKE_OK = 0,
	WS_HANDSHAKE_BAD = 1, /* answer 400: method, key, repeated headers, malformed extensions */
	WS_HANDSHAKE_VERSION = 2, /* answer 426 with Sec-WebSocket-Version: 13 */
};

/*
 * Checks the request; on WS_HANDSHAKE_OK appends the whole 101 response to head. deflate is what
 * was agreed on; NULL: extensions are not even looked at.
 */
enum ws_handshake ws_handshake(const struct httpd_request *request, struct fr_buf *head,
			       struct ws_deflate *deflate);

#endif
