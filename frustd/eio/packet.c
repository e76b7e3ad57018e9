/* Owns the packet's own bytes: the type before the data, or what stands for it. */
#include "eio/packet.h"

#include "base/base64.h"

bool eio_packet_text(struct fr_str text, struct eio_packet *out)
{
	if (text.len == 0 || text.at[0] < EIO_OPEN || text.at[0] > EIO_NOOP)
		return false;
	*out = (struct eio_packet){
		.type = (enum eio_type)text.at[0],
		.data = {text.at + 1, text.len - 1},
	};
	return true;
}

bool eio_packet_binary4(struct fr_str bytes, struct eio_packet *out)
{
	*out = (struct eio_packet){.type = EIO_MESSAGE, .binary = true, .data = bytes};
	return true;
}

bool eio_packet_binary3(struct fr_str bytes, struct eio_packet *out)
{
	if (bytes.len == 0 || bytes.at[0] != EIO_BINARY3_MESSAGE)
		return false;
	return eio_packet_binary4(fr_str(bytes.at + 1, bytes.len - 1), out);
}

int eio_packet_decode(struct fr_str text, struct fr_str mark, struct fr_buf *scratch,
		      struct eio_packet *out)
{
	if (!fr_str_starts(text, mark))
		return eio_packet_text(text, out) ? 0 : EIO_PACKET_BAD;
	fr_buf_clear(scratch);
	if (!fr_base64_decode(scratch, fr_str_skip(text, mark.len)))
		return EIO_PACKET_BAD;
	if (fr_buf_error(scratch))
		return fr_buf_error(scratch);
	return eio_packet_binary4(fr_buf_str(scratch), out) ? 0 : EIO_PACKET_BAD;
}
