/* SHA-1 (RFC 3174), which the WebSocket handshake asks for; not for anything that must be secure.
 */
#ifndef WS_SHA1_H
#define WS_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define WS_SHA1_SIZE 20

void ws_sha1(uint8_t out[WS_SHA1_SIZE], const void *bytes, size_t n);

#endif
