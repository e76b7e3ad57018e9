/*
 * Conversations with a WebSocket receiver: frames as a client sends them, cut wherever one likes,
 * and what came up from them.
 */
#ifndef TESTS_WS_TALK_H
#define TESTS_WS_TALK_H

#include "helpers/check.h"

#include <stdlib.h>

#include "base/buf.h"
#include "ws/recv.h"

#define LIMIT 300 /* bytes of a message */

/* One frame as a client sends it. */
struct sent {
	unsigned first; /* FIN, RSV, opcode */
	bool unmasked;
	const char *payload;
	size_t n;
};
#define F(first, literal)                                                                          \
	{                                                                                          \
		(first), false, (literal), sizeof(literal) - 1                                     \
	}
#define UNMASKED(first, literal)                                                                   \
	{                                                                                          \
		(first), true, (literal), sizeof(literal) - 1                                      \
	}

struct conversation {
	const char *what;
	struct sent frames[6];
	const char *told; /* what came up, as `listener` writes it */
	int result;       /* of the last ws_recv */
};

struct listener {
	struct fr_buf told;
	struct ws_receiver *stop_on_message;
};

static inline void tell(struct listener *listener, const char *what, struct fr_str data)
{
	fr_buf_printf(&listener->told, "%s(", what);
	fr_buf_add_str(&listener->told, data);
	fr_buf_add_str(&listener->told, FR_STR(") "));
}

static inline void on_message(void *ctx, bool binary, struct fr_str data)
{
	struct listener *listener = ctx;

	tell(listener, binary ? "binary" : "text", data);
	if (listener->stop_on_message)
		ws_receiver_stop(listener->stop_on_message);
}

static inline void on_ping(void *ctx, struct fr_str data)
{
	tell(ctx, "ping", data);
}

static inline void on_pong(void *ctx, struct fr_str data)
{
	tell(ctx, "pong", data);
}

static inline void on_close(void *ctx, unsigned code, struct fr_str reason)
{
	char what[16];

	snprintf(what, sizeof(what), "close %u", code);
	tell(ctx, what, reason);
}

static const struct ws_handler handler = {on_message, on_ping, on_pong, on_close};

static inline void add_frame(struct fr_buf *out, const struct sent *frame)
{
	static const uint8_t mask[4] = {0xa1, 0x02, 0x7f, 0x00};
	uint8_t head[WS_HEAD_MAX];
	size_t size = ws_frame_head(head, WS_TEXT, frame->n);

	head[0] = (uint8_t)frame->first;
	if (!frame->unmasked)
		head[1] |= 0x80;
	fr_buf_add(out, head, size);
	if (!frame->unmasked)
		fr_buf_add(out, mask, sizeof(mask));
	for (size_t i = 0; i < frame->n; i++)
		fr_buf_add_char(out, (char)((uint8_t)frame->payload[i] ^
					    (frame->unmasked ? 0 : mask[i % 4])));
}

static inline void add_frames(struct fr_buf *out, const struct conversation *conversation)
{
	for (size_t i = 0; i < FR_ARRAY_LEN(conversation->frames); i++)
		if (conversation->frames[i].payload)
			add_frame(out, &conversation->frames[i]);
}

/* Feeds the pieces in which `cut` bytes come first and then `step` at a time. */
static inline int feed(struct ws_receiver *receiver, struct listener *listener, struct fr_str bytes,
		       size_t cut, size_t step)
{
	int r = 0;

	for (size_t at = 0; at < bytes.len && r == 0;) {
		size_t n = at < cut ? cut - at : step;
		uint8_t *piece;

		if (n > bytes.len - at)
			n = bytes.len - at;
		piece = malloc(n); /* on its own, so that reading past it is seen */
		memcpy(piece, bytes.at + at, n);
		r = ws_recv(receiver, piece, n, &handler, listener);
		free(piece);
		at += n;
	}
	return r;
}

static inline void run(const struct conversation *conversation, struct ws_desks *desks,
		       bool deflate, struct fr_str bytes, size_t cut, size_t step)
{
	struct listener listener = {0};
	struct ws_receiver receiver;
	int r;

	ws_receiver_init(&receiver, desks);
	receiver.deflate = deflate;
	r = feed(&receiver, &listener, bytes, cut, step);
	if (r != conversation->result ||
	    !fr_str_eq(fr_buf_str(&listener.told), fr_str_of(conversation->told)))
		print_error("%s, first %zu bytes, then %zu at a time:\n", conversation->what, cut,
			    step);
	CHECK_INT(r, conversation->result);
	CHECK_STR(fr_buf_str(&listener.told), conversation->told);
	CHECK(!receiver.desk);
	ws_receiver_fini(&receiver);
	fr_buf_fini(&listener.told);
}

/* deflate: permessage-deflate was agreed on. */
static inline void run_at_every_split(const struct conversation *conversation,
				      struct ws_desks *desks, bool deflate)
{
	struct fr_buf bytes = FR_BUF_INIT;

	add_frames(&bytes, conversation);
	run(conversation, desks, deflate, fr_buf_str(&bytes), bytes.len, 1);
	run(conversation, desks, deflate, fr_buf_str(&bytes), 0, 1);
	for (size_t cut = 1; cut < bytes.len; cut++)
		run(conversation, desks, deflate, fr_buf_str(&bytes), cut, bytes.len);
	fr_buf_fini(&bytes);
}

#endif
