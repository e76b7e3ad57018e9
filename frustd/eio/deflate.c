/* Owns the choice of what is compressed. Where it is queued, others decide. */
#include "eio/deflate.h"

#include "eio/websocket.h"

/* The window for what is sent to a session now; 0: nothing is compressed for it. */
static int window_of(const struct eio_session *session)
{
	return session->state == EIO_STATE_WEBSOCKET && session->ws ? session->ws->window : 0;
}

static struct net_chunk *frame_of(enum ws_opcode opcode, struct fr_str deflated)
{
	struct net_chunk *frame = net_chunk_new(ws_frame_size(deflated.len));
	size_t head;

	if (!frame)
		return NULL;
	head = ws_frame_head(frame->bytes, opcode, deflated.len);
	frame->bytes[0] |= WS_RSV1;
	memcpy(frame->bytes + head, deflated.at, deflated.len);
	return frame;
}

/* NULL: it does not shrink, or there is no memory for it. */
static struct net_chunk *deflate(struct eio_server *server, int window, enum ws_opcode opcode,
				 const struct fr_str *parts, int n)
{
	struct fr_buf out = FR_BUF_INIT;
	struct net_chunk *frame = NULL;
	size_t size = 0;

	for (int i = 0; i < n; i++)
		size += parts[i].len;
	if (size >= EIO_DEFLATE_FROM &&
	    net_deflate(server->deflater, window, parts, n, &out) == 0 && out.len < size)
		frame = frame_of(opcode, fr_buf_str(&out));
	fr_buf_fini(&out);
	return frame;
}

struct net_chunk *eio_deflate(struct eio_session *session, enum ws_opcode opcode,
			      const struct fr_str *parts, int n)
{
	int window = opcode == WS_TEXT || opcode == WS_BINARY ? window_of(session) : 0;

	return window ? deflate(session->server, window, opcode, parts, n) : NULL;
}

void eio_deflated_init(struct eio_deflated *deflated, struct eio_server *server,
		       struct fr_str payload)
{
	*deflated = (struct eio_deflated){.server = server, .payload = payload};
}

void eio_deflated_fini(struct eio_deflated *deflated)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(deflated->frames); i++)
		net_chunk_unref(deflated->frames[i]);
}

struct net_chunk *eio_deflated_for(struct eio_deflated *deflated, const struct eio_session *session)
{
	int window = window_of(session);

	if (!window)
		return NULL;
	if (!deflated->tried[window]) {
		deflated->tried[window] = true;
		deflated->frames[window] = deflate(deflated->server, window, WS_TEXT,
						   &deflated->payload, 1);
	}
	return deflated->frames[window];
}
