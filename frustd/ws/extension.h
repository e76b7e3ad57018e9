/*
 * The one extension there is, permessage-deflate (RFC 7692), as the opening handshake agrees on it
 * (RFC 6455 §9.1). Always without context takeover in both directions, so that a connection keeps
 * no window of its own and a message that many get is compressed once.
 */
#ifndef WS_EXTENSION_H
#define WS_EXTENSION_H

#include "httpd/exchange.h"

/* Windows are log2 of bytes. */
struct ws_deflate {
	bool agreed;
	uint8_t server_window; /* 9 to 15, the most that the client asks of us; 0: it does not */
	uint8_t client_window; /* 8 to 15, the most that the client will use; 0: it does not say */
};

/*
 * Chooses the first of the request's offers that can be met; not agreed when there is none. False:
 * a header is malformed, for which the handshake has to fail.
 */
bool ws_extension_choose(const struct httpd_request *request, struct ws_deflate *deflate);
/* Appends the answer's header line; nothing when not agreed. */
void ws_extension_answer(struct fr_buf *head, const struct ws_deflate *deflate);

#endif
