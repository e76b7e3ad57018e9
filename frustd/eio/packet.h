/*
 * Engine.IO packets: `<type><data>` as text. Binary packets are messages, raw in revision 4 and
 * with the type as a byte before them in revision 3, or base64 in a text after a mark. What frames
 * or payloads they travel in is the business of others.
 */
#ifndef EIO_PACKET_H
#define EIO_PACKET_H

#include "base/attr.h"
#include "base/buf.h"

enum eio_type {
	EIO_OPEN = '0',
	EIO_CLOSE = '1',
	EIO_PING = '2',
	EIO_PONG = '3',
	EIO_MESSAGE = '4',
	EIO_UPGRADE = '5',
	EIO_NOOP = '6',
};

struct eio_packet {
	enum eio_type type;
	bool binary;
	struct fr_str data; /* borrowed, without the type */
};

#define EIO_PACKET_BAD 1 /* malformed */

/* A text packet without base64; false: malformed. */
bool eio_packet_text(struct fr_str text, struct eio_packet *out) FR_MUST_CHECK;
/* A binary packet of revision 4: never malformed. */
bool eio_packet_binary4(struct fr_str bytes, struct eio_packet *out) FR_MUST_CHECK;
/* A binary packet of revision 3; false: it is no message. */
bool eio_packet_binary3(struct fr_str bytes, struct eio_packet *out) FR_MUST_CHECK;
/*
 * A text packet, or a binary message whose base64 follows the mark: decoded to scratch, which the
 * data then borrows. 0, EIO_PACKET_BAD or -ENOMEM.
 */
int eio_packet_decode(struct fr_str text, struct fr_str mark, struct fr_buf *scratch,
		      struct eio_packet *out) FR_MUST_CHECK;

/* Before the base64 of a binary message that goes as text. */
#define EIO_BASE64_4 "b"
#define EIO_BASE64_3 "b4"

/* The byte before a binary message of revision 3. */
#define EIO_BINARY3_MESSAGE '\x04'

#endif
