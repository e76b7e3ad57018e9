/* Owns the byte layout of what a server sends. Knows nothing of connections. */
#include "ws/frame.h"

#include <assert.h>

#define CLOSE_REASON_MAX 123 /* a control frame's 125 bytes without the code */
#define FIN 0x80u
#define OPCODE_BITS 0x0fu
#define LENGTH_16 126
#define LENGTH_64 127

static size_t head_size(size_t n)
{
	return n < LENGTH_16 ? 2 : n <= UINT16_MAX ? 4 : 10;
}

size_t ws_frame_size(size_t n)
{
	return head_size(n) + n;
}

static void put_length(uint8_t *out, size_t n, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--, n >>= 8)
		out[i] = (uint8_t)(n & 0xff);
}

static size_t get_length(const uint8_t *at, int bytes)
{
	size_t n = 0;

	for (int i = 0; i < bytes; i++)
		n = n << 8 | at[i];
	return n;
}

size_t ws_frame_head(uint8_t out[WS_HEAD_MAX], enum ws_opcode opcode, size_t n)
{
	size_t size = head_size(n);

	out[0] = (uint8_t)(FIN | opcode);
	switch (size) {
	case 2:
		out[1] = (uint8_t)n;
		break;
	case 4:
		out[1] = LENGTH_16;
		put_length(out + 2, n, 2);
		break;
	default:
		out[1] = LENGTH_64;
		put_length(out + 2, n, 8);
	}
	return size;
}

size_t ws_frame_close(uint8_t out[127], enum ws_close code, struct fr_str reason)
{
	size_t n = reason.len < CLOSE_REASON_MAX ? reason.len : CLOSE_REASON_MAX;
	size_t head = ws_frame_head(out, WS_CLOSE, 2 + n);

	put_length(out + head, (size_t)code, 2);
	if (n)
		memcpy(out + head + 2, reason.at, n);
	return head + 2 + n;
}

struct ws_frame ws_frame_view(const uint8_t *bytes)
{
	size_t head = 2;
	size_t n = bytes[1];

	assert(!(bytes[1] & 0x80)); /* a server's frames are never masked */
	if (n == LENGTH_16) {
		n = get_length(bytes + 2, 2);
		head = 4;
	} else if (n == LENGTH_64) {
		n = get_length(bytes + 2, 8);
		head = 10;
	}
	return (struct ws_frame){
		.opcode = (enum ws_opcode)(bytes[0] & OPCODE_BITS),
		.deflated = bytes[0] & WS_RSV1,
		.payload = {(const char *)bytes + head, n},
		.size = head + n,
	};
}
