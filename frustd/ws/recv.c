/*
 * Owns what happens between bytes and whole messages. wslay reads frames: unmasking, minimal
 * lengths, the form of control frames. The rest of RFC 6455's receiving rules is here: who must
 * mask, reserved bits, opcodes, the order of fragments, sizes, close bodies, inflating, UTF-8.
 */
#include "ws/recv.h"

#include <errno.h>

#include <wslay/wslay.h>

#include "base/utf8.h"
#include "net/deflate.h"
#include "ws/desk.h"

#define MASK_SIZE 4
#define BUFFER_KEPT 4096 /* bytes of a message buffer after its message */

/* --- frames --- */

static bool is_control(unsigned opcode)
{
	return opcode & 8;
}

/* A message that does not shrink grows a little; beyond that nobody needs so many bytes. */
static size_t deflated_max(size_t message_max)
{
	return message_max + message_max / 8 + 64;
}

/* Whether the reserved bits are what was agreed on: RSV1 where a deflated message begins. */
static bool rsv_is_fine(const struct ws_receiver *receiver, const struct wslay_frame_iocb *frame)
{
	bool begins = frame->opcode == WS_TEXT || frame->opcode == WS_BINARY;

	return !frame->rsv || (frame->rsv == WSLAY_RSV1_BIT && receiver->deflate && begins);
}

/* The rules that a frame's head must keep; 0 or an enum ws_close. */
static int check_head(const struct ws_receiver *receiver, const struct ws_desk *desk,
		      const struct wslay_frame_iocb *frame)
{
	bool deflated = frame->rsv;
	size_t max = receiver->desks->message_max;

	if (!frame->mask || !rsv_is_fine(receiver, frame))
		return WS_PROTOCOL_ERROR;
	switch (frame->opcode) {
	case WS_CONT:
		if (!desk->open)
			return WS_PROTOCOL_ERROR;
		deflated = desk->deflated;
		break;
	case WS_TEXT:
	case WS_BINARY:
		if (desk->open)
			return WS_PROTOCOL_ERROR;
		break;
	case WS_CLOSE:
	case WS_PING:
	case WS_PONG:
		return 0;
	default:
		return WS_PROTOCOL_ERROR;
	}
	if (deflated)
		max = deflated_max(max);
	return frame->payload_length > max - desk->message.len ? WS_TOO_BIG : 0;
}

/* Puts the inflated message in the whole one's place. 0, an enum ws_close or -ENOMEM. */
static int inflate_whole(struct ws_desks *desks, struct ws_desk *desk)
{
	int r;

	if (!desks->inflater && !(desks->inflater = net_inflater_new()))
		return -ENOMEM;
	fr_buf_clear(&desks->inflated);
	r = net_inflate(desks->inflater, desk->whole, desks->message_max, &desks->inflated);
	if (r > 0)
		return r == NET_INFLATE_TOO_LARGE ? WS_TOO_BIG : WS_BAD_DATA;
	desk->whole = fr_buf_str(&desks->inflated);
	if (r == 0 && !desk->binary && !fr_utf8_valid(desk->whole))
		return WS_BAD_DATA;
	return r;
}

static void begin_message(struct ws_desk *desk, const struct wslay_frame_iocb *frame)
{
	desk->open = true;
	desk->binary = frame->opcode == WS_BINARY;
	desk->deflated = frame->rsv;
	desk->utf8 = FR_UTF8_START;
}

/* What the open message holds counts among all of them. 0 or WS_TRY_LATER. */
static int count_message(struct ws_desks *desks, struct ws_desk *desk)
{
	size_t n = desk->message.len;

	desks->incoming += n - desk->incoming;
	desk->incoming = n;
	return n > WS_MESSAGE_SMALL && desks->incoming > desks->incoming_max ? WS_TRY_LATER : 0;
}

/* It is whole, or will never be. */
static void forget_message(struct ws_desks *desks, struct ws_desk *desk)
{
	desks->incoming -= desk->incoming;
	desk->incoming = 0;
}

/* Takes a piece of a data frame; `whole` is set when it ends the message. 0, an enum ws_close or
 * -ENOMEM. */
static int recv_data(struct ws_desks *desks, struct ws_desk *desk,
		     const struct wslay_frame_iocb *frame, bool last)
{
	const char *data = (const char *)frame->data;
	bool in_one_piece = last && frame->opcode != WS_CONT &&
			    desk->frame_len == frame->data_length;

	if (!desk->open)
		begin_message(desk, frame);
	if (!desk->binary && !desk->deflated) {
		desk->utf8 = fr_utf8_check(desk->utf8, data, frame->data_length);
		if (desk->utf8 == FR_UTF8_BAD || (last && desk->utf8 != FR_UTF8_START))
			return WS_BAD_DATA;
	}
	if (!in_one_piece)
		fr_buf_add(&desk->message, data, frame->data_length);
	if (fr_buf_error(&desk->message) < 0)
		return -ENOMEM;
	if (!last)
		return count_message(desks, desk);
	desk->whole = in_one_piece ? fr_str(data, frame->data_length) : fr_buf_str(&desk->message);
	return desk->deflated ? inflate_whole(desks, desk) : 0;
}

static bool close_code_is_valid(unsigned code)
{
	/* 1012 to 1014 came after the RFC, in IANA's registry. */
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
	       (code >= 3000 && code <= 4999);
}

static int recv_close(struct ws_receiver *receiver, struct fr_str body,
		      const struct ws_handler *handler, void *ctx)
{
	unsigned code = WS_NO_STATUS;
	struct fr_str reason = fr_str("", 0);

	if (body.len == 1)
		return WS_PROTOCOL_ERROR;
	if (body.len) {
		code = (unsigned)(uint8_t)body.at[0] << 8 | (uint8_t)body.at[1];
		reason = fr_str(body.at + 2, body.len - 2);
		if (!close_code_is_valid(code))
			return WS_PROTOCOL_ERROR;
		if (!fr_utf8_valid(reason))
			return WS_BAD_DATA;
	}
	receiver->done = true;
	handler->on_close(ctx, code, reason);
	return 0;
}

/* Takes a piece of a control frame. */
static int recv_control(struct ws_receiver *receiver, struct ws_desk *desk,
			const struct wslay_frame_iocb *frame, bool ends,
			const struct ws_handler *handler, void *ctx)
{
	struct fr_str body = {(const char *)desk->control, desk->frame_len};

	if (frame->data_length)
		memcpy(desk->control + desk->frame_len - frame->data_length, frame->data,
		       frame->data_length);
	if (!ends)
		return 0;
	switch (frame->opcode) {
	case WS_PING:
		handler->on_ping(ctx, body);
		return 0;
	case WS_PONG:
		handler->on_pong(ctx, body);
		return 0;
	default:
		return recv_close(receiver, body, handler, ctx);
	}
}

/* Makes the buffer of a message ready for the next one. */
static void empty(struct fr_buf *buf)
{
	fr_buf_clear(buf);
	if (buf->size > BUFFER_KEPT)
		fr_buf_fini(buf);
}

static size_t masked_size(size_t n)
{
	return ws_frame_size(n) + MASK_SIZE;
}

/* Takes one piece of a frame from wslay. 0, an enum ws_close or -ENOMEM. */
static int recv_piece(struct ws_receiver *receiver, struct ws_desk *desk,
		      const struct wslay_frame_iocb *frame, const struct ws_handler *handler,
		      void *ctx)
{
	bool ends;
	int r = desk->frame_len ? 0 : check_head(receiver, desk, frame);

	if (r)
		return r;
	desk->frame_len += frame->data_length;
	ends = desk->frame_len == frame->payload_length;
	r = is_control(frame->opcode) ? recv_control(receiver, desk, frame, ends, handler, ctx)
				      : recv_data(receiver->desks, desk, frame, ends && frame->fin);
	if (r || !ends)
		return r;
	receiver->frames++;
	desk->taken -= masked_size(desk->frame_len);
	desk->frame_len = 0;
	if (!is_control(frame->opcode) && frame->fin) {
		desk->open = false;
		forget_message(receiver->desks, desk);
		handler->on_message(ctx, desk->binary, desk->whole);
		empty(&desk->message);
	}
	return 0;
}

/* --- receivers --- */

void ws_receiver_init(struct ws_receiver *receiver, struct ws_desks *desks)
{
	*receiver = (struct ws_receiver){.desks = desks};
}

void ws_receiver_fini(struct ws_receiver *receiver)
{
	if (receiver->desk)
		forget_message(receiver->desks, receiver->desk);
	ws_desk_free(receiver->desk); /* it stands inside a frame or a message */
	receiver->desk = NULL;
}

void ws_receiver_stop(struct ws_receiver *receiver)
{
	receiver->done = true;
}

int ws_recv(struct ws_receiver *receiver, const uint8_t *bytes, size_t n,
	    const struct ws_handler *handler, void *ctx)
{
	struct ws_desk *desk = receiver->desk;
	struct wslay_frame_iocb frame;
	int r = 0;

	if (receiver->done || n == 0)
		return 0;
	if (!desk && !(desk = ws_desk_borrow(receiver->desks)))
		return -ENOMEM;
	receiver->desk = NULL;
	desk->input = bytes;
	desk->input_len = n;
	while (r == 0 && !receiver->done) {
		ssize_t got = wslay_frame_recv(desk->context, &frame);

		if (got == WSLAY_ERR_WANT_READ)
			break;
		r = got < 0 ? WS_PROTOCOL_ERROR : recv_piece(receiver, desk, &frame, handler, ctx);
	}
	if (r)
		receiver->done = true;
	empty(&receiver->desks->inflated);
	if (receiver->done) {
		forget_message(receiver->desks, desk);
		ws_desk_free(desk);
	} else if (desk->taken == 0 && !desk->open)
		ws_desk_give_back(receiver->desks, desk);
	else
		receiver->desk = desk;
	return r;
}
