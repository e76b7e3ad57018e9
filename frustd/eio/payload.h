/*
 * The bodies of polling requests and responses: several packets in one (PROTOCOL: Engine.IO,
 * polling bodies). Three forms:
 *
 *     4          packets joined by 0x1e, binary ones as b<base64>
 *     3          <UTF-16 code units>:<packet>…, binary ones as b4<base64>
 *     3, binary  00 or 01 (text, binary), the length's digits as bytes 0 to 9, ff, the packet's
 * bytes
 */
#ifndef EIO_PAYLOAD_H
#define EIO_PAYLOAD_H

#include "base/buf.h"
#include "eio/packet.h"
#include "ws/frame.h"

enum eio_form { EIO_FORM_4, EIO_FORM_3, EIO_FORM_3_BINARY };

/* Appends the packet that waits in that frame. The buffer's error is the caller's to check. */
void eio_payload_add(struct fr_buf *out, enum eio_form form, const struct ws_frame *frame);

/* A body as it is read, packet by packet. */
struct eio_payload {
	enum eio_form form;
	struct fr_str rest;
	struct fr_buf *scratch;
};

enum eio_payload_result {
	EIO_PAYLOAD_END = 0,
	EIO_PAYLOAD_PACKET = 1,
	EIO_PAYLOAD_BAD = 2, /* malformed here; what came before was fine */
};

/* body and scratch are borrowed while the payload is read. False: malformed as a whole. */
bool eio_payload_init(struct eio_payload *payload, enum eio_form form, struct fr_str body,
		      struct fr_buf *scratch) FR_MUST_CHECK;
/* The next packet, valid until the next call: an enum eio_payload_result, or -ENOMEM. */
int eio_payload_next(struct eio_payload *payload, struct eio_packet *packet) FR_MUST_CHECK;

#endif
