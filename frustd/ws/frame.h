/*
 * WebSocket frames as a server sends them (RFC 6455 §5): unmasked, unfragmented. This form is also
 * how a packet waits in memory, since it describes itself.
 */
#ifndef WS_FRAME_H
#define WS_FRAME_H

#include "base/str.h"

enum ws_opcode { WS_CONT = 0, WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };

/* Close codes, RFC 6455 §7.4.1. */
enum ws_close {
	WS_NORMAL = 1000,
	WS_GOING_AWAY = 1001,
	WS_PROTOCOL_ERROR = 1002,
	WS_NO_STATUS = 1005, /* never sent: the peer's close frame had no code */
	WS_BAD_DATA = 1007,
	WS_POLICY = 1008,
	WS_TOO_BIG = 1009,
	WS_INTERNAL = 1011,
	WS_TRY_LATER = 1013, /* IANA's registry */
};

#define WS_HEAD_MAX 10     /* bytes before an unmasked frame's payload, at most */
#define WS_CONTROL_MAX 125 /* bytes of a control frame's payload (§5.5) */
#define WS_RSV1 0x40       /* in a frame's first byte: its message is deflated (RFC 7692 §6) */

/* Bytes that a frame with a payload of n bytes takes. */
size_t ws_frame_size(size_t n);
/* Writes the bytes before the payload; returns how many. */
size_t ws_frame_head(uint8_t out[WS_HEAD_MAX], enum ws_opcode opcode, size_t n);
/* A whole close frame with code and reason (at most 123 bytes of it); returns its size. */
size_t ws_frame_close(uint8_t out[127], enum ws_close code, struct fr_str reason);

struct ws_frame {
	enum ws_opcode opcode;
	bool deflated;
	struct fr_str payload; /* borrowed */
	size_t size;           /* of the whole frame */
};
/* Views the frame at the start of bytes; they were written by this header and hold it whole. */
struct ws_frame ws_frame_view(const uint8_t *bytes);

#endif
