/*
 * Engine.IO packets: `<type><data>` as text. Binary packets are messages, raw in revision 4 and
 * with the type as a byte before them in revision 3. What frames or payloads they travel in is the
 * business of others.
 */
#ifndef EIO_PACKET_H
#define EIO_PACKET_H

#include "base/attr.h"
#include "base/str.h"

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

/* A text packet; false: malformed. */
bool eio_packet_text(struct fr_str text, struct eio_packet *out) FR_MUST_CHECK;
/* A binary packet of revision 4: never malformed. */
bool eio_packet_binary4(struct fr_str bytes, struct eio_packet *out) FR_MUST_CHECK;
/* A binary packet of revision 3; false: it is no message. */
bool eio_packet_binary3(struct fr_str bytes, struct eio_packet *out) FR_MUST_CHECK;

/* The byte before a binary message of revision 3. */
#define EIO_BINARY3_MESSAGE '\x04'

#endif
