/*
 * Socket.IO packets as text, as they stand after Engine.IO's message type (Socket.IO protocol,
 * revisions 4 and 5):
 *
 *     <type>[<attachments>-][/<namespace>,][<ack id>][<json>]
 */
#ifndef SIO_PACKET_H
#define SIO_PACKET_H

#include "base/json.h"

enum sio_type {
	SIO_CONNECT,
	SIO_DISCONNECT,
	SIO_EVENT,
	SIO_ACK,
	SIO_CONNECT_ERROR, /* a server's only */
	SIO_BINARY_EVENT,
	SIO_BINARY_ACK,
};

struct sio_packet {
	enum sio_type type;
	uint32_t attachments; /* binary messages that belong to it and follow */
	struct fr_str nsp;    /* "/" when it names none; a view of the text */
	bool has_id;
	uint64_t id;
	bool has_payload;
};

enum sio_packet_result {
	SIO_PACKET_OK = 0,
	SIO_PACKET_BAD = 1,  /* malformed, or its JSON is beyond the limits */
	SIO_PACKET_OVER = 2, /* a client's: over a limit of attachments */
};

/*
 * Reads what a client sent. json gets the payload, whose root has the shape that the type asks for:
 * an object (connect), or an array, whose first element is a string or a number (events) and whose
 * placeholders all name one of the attachments. Views of text. An enum sio_packet_result or
 * -ENOMEM.
 */
int sio_packet_parse(struct fr_str text, struct fr_json_limits limits, struct fr_json *json,
		     struct sio_packet *packet) FR_MUST_CHECK;

/*
 * Writing appends a whole packet. args: JSON values joined by commas, or empty. Of a head, nsp, id
 * and attachments count; the type follows from what is written.
 */

#define SIO_PACKET_PARTS 9
/*
 * An event's packet without id and attachments as views to be joined. name is not escaped, nor is
 * offset: one more argument at the end, a string, or absent.
 */
void sio_packet_event_parts(struct fr_str nsp, struct fr_str name, struct fr_str args,
			    struct fr_str offset, struct fr_str parts[SIO_PACKET_PARTS]);
void sio_packet_add_event(struct fr_buf *out, const struct sio_packet *head, struct fr_str name,
			  struct fr_str args);
/* head has an id. */
void sio_packet_add_ack(struct fr_buf *out, const struct sio_packet *head, struct fr_str args);
/* sid: absent in revision 4, whose reply has no payload. pid: absent, or for resuming. */
void sio_packet_add_connect(struct fr_buf *out, struct fr_str nsp, struct fr_str sid,
			    struct fr_str pid);
void sio_packet_add_disconnect(struct fr_buf *out, struct fr_str nsp);
/*
 * message: plain text; data: JSON, or absent. object: {"message":…,"data":…} as revision 5 has it,
 * else the data alone, or without data the message as a string.
 */
void sio_packet_add_connect_error(struct fr_buf *out, struct fr_str nsp, struct fr_str message,
				  struct fr_str data, bool object);

#endif
