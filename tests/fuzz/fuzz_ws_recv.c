/*
 * ws/recv: what it hands up from a stream does not depend on where the stream was cut, and is what
 * a naive reading of RFC 6455 and 7692 finds. The first byte chooses the size limit, and whether
 * permessage-deflate was agreed on.
 */
#include "ws/recv.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "net/deflate.h"

static const size_t limits[] = {20, 300, 70000, 125};

/* What came, written down. */
struct heard {
	struct fr_buf log;
	size_t max;
	bool deflate; /* was agreed on */
	bool closed;
};

static void note(struct heard *heard, const char *what, struct fr_str data)
{
	FUZZ_CHECK(!heard->closed);
	fr_buf_printf(&heard->log, "%s %zu ", what, data.len);
	fr_buf_add_str(&heard->log, data);
}

static void on_message(void *ctx, bool binary, struct fr_str data)
{
	struct heard *heard = ctx;

	FUZZ_CHECK(data.len <= heard->max && (binary || fr_utf8_valid(data)));
	note(heard, binary ? "binary" : "text", data);
}

static void on_ping(void *ctx, struct fr_str data)
{
	FUZZ_CHECK(data.len <= 125);
	note(ctx, "ping", data);
}

static void on_pong(void *ctx, struct fr_str data)
{
	FUZZ_CHECK(data.len <= 125);
	note(ctx, "pong", data);
}

static void on_close(void *ctx, unsigned code, struct fr_str reason)
{
	struct heard *heard = ctx;
	char what[16];

	FUZZ_CHECK(reason.len <= 123 && fr_utf8_valid(reason));
	snprintf(what, sizeof(what), "close %u", code);
	note(heard, what, reason);
	heard->closed = true;
}

static const struct ws_handler handler = {on_message, on_ping, on_pong, on_close};

/* --- the second opinion --- */

struct naive {
	struct heard *heard;
	struct fr_buf message;
	bool open, binary, deflated;
	int result;   /* 0 or an enum ws_close */
	bool partial; /* the stream ends inside a frame, which may already be known to be bad */
};

struct naive_frame {
	bool fin, masked;
	unsigned rsv, opcode;
	uint64_t length;
	struct fr_buf payload;
	size_t size; /* 0: not whole */
};

static uint64_t big_endian(struct fr_str s, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | (uint8_t)s.at[i];
	return value;
}

/* Reads the head and, when it is whole, the payload; false: the length is no minimal one. */
static bool read_frame(struct fr_str s, struct naive_frame *frame)
{
	size_t extended = 0, at = 2;
	struct fr_str mask;

	if (s.len < 2)
		return true;
	frame->fin = (uint8_t)s.at[0] >> 7;
	frame->rsv = (uint8_t)s.at[0] >> 4 & 7;
	frame->opcode = s.at[0] & 15;
	frame->masked = (uint8_t)s.at[1] >> 7;
	frame->length = s.at[1] & 127;
	if (frame->length > 125)
		extended = frame->length == 126 ? 2 : 8;
	if (s.len < at + extended)
		return true;
	if (extended)
		frame->length = big_endian(fr_str_skip(s, at), extended);
	if ((extended == 2 && frame->length < 126) || (extended == 8 && frame->length < 65536) ||
	    frame->length > INT64_MAX)
		return false;
	at += extended;
	mask = fr_str_skip(s, at);
	at += frame->masked ? 4 : 0;
	if (s.len < at || frame->length > s.len - at)
		return true;
	for (size_t i = 0; i < frame->length; i++)
		fr_buf_add_char(&frame->payload,
				(char)(s.at[at + i] ^ (frame->masked ? mask.at[i % 4] : 0)));
	frame->size = at + (size_t)frame->length;
	return true;
}

/* What a message may bring on the wire: DEFLATE makes some messages longer. */
static size_t size_limit(const struct naive *naive, bool begins_deflated)
{
	size_t max = naive->heard->max;

	return begins_deflated || (naive->open && naive->deflated) ? max + max / 8 + 64 : max;
}

static int judge(const struct naive *naive, const struct naive_frame *frame)
{
	bool control = frame->opcode & 8;

	bool deflated = frame->rsv == 4 && (frame->opcode == WS_TEXT || frame->opcode == WS_BINARY);

	if (!frame->masked || (frame->opcode & 7) > 2)
		return WS_PROTOCOL_ERROR;
	if (frame->rsv && !(deflated && naive->heard->deflate))
		return WS_PROTOCOL_ERROR;
	if (control && (!frame->fin || frame->length > 125))
		return WS_PROTOCOL_ERROR;
	if (!control && (frame->opcode == WS_CONT) != naive->open)
		return WS_PROTOCOL_ERROR;
	if (!control && frame->length + naive->message.len > size_limit(naive, deflated))
		return WS_TOO_BIG;
	return 0;
}

/* Whether text may go on to be valid UTF-8 (whole: is it). */
static bool is_text(struct fr_str s, bool whole)
{
	static const char *const rests[] = {"",
					    "\x80",
					    "\x80\x80",
					    "\x90\x80",
					    "\x80\x80\x80",
					    "\x90\x80\x80",
					    "\xa0\x80",
					    "\xbf\xbf\xbf\xbf",
					    "\xbf"};

	for (size_t i = 0; i < (whole ? 1 : FR_ARRAY_LEN(rests)); i++) {
		struct fr_buf joined = FR_BUF_INIT;
		bool valid;

		fr_buf_add_str(&joined, s);
		fr_buf_add_str(&joined, fr_str_of(rests[i]));
		valid = fr_utf8_valid(fr_buf_str(&joined));
		fr_buf_fini(&joined);
		if (valid)
			return true;
	}
	return false;
}

/* Puts what the message inflates to in its place. */
static int inflate(struct naive *naive)
{
	struct net_inflater *inflater = net_inflater_new();
	struct fr_buf out = FR_BUF_INIT;
	int r;

	FUZZ_CHECK(inflater != NULL);
	r = net_inflate(inflater, fr_buf_str(&naive->message), naive->heard->max, &out);
	net_inflater_free(inflater);
	FUZZ_CHECK(r >= 0 && out.len <= naive->heard->max);
	fr_buf_fini(&naive->message);
	naive->message = out;
	if (r)
		return r == NET_INFLATE_TOO_LARGE ? WS_TOO_BIG : WS_BAD_DATA;
	return naive->binary || is_text(fr_buf_str(&out), true) ? 0 : WS_BAD_DATA;
}

static int take_data(struct naive *naive, const struct naive_frame *frame)
{
	int r = 0;

	if (!naive->open) {
		naive->binary = frame->opcode == WS_BINARY;
		naive->deflated = frame->rsv;
	}
	naive->open = !frame->fin;
	fr_buf_add_str(&naive->message, fr_buf_str(&frame->payload));
	if (!naive->binary && !naive->deflated && !is_text(fr_buf_str(&naive->message), frame->fin))
		return WS_BAD_DATA;
	if (frame->fin && naive->deflated)
		r = inflate(naive);
	if (frame->fin && !r) {
		on_message(naive->heard, naive->binary, fr_buf_str(&naive->message));
		fr_buf_clear(&naive->message);
	}
	return r;
}

static int take_close(struct naive *naive, struct fr_str body)
{
	unsigned code = WS_NO_STATUS;

	if (body.len == 1)
		return WS_PROTOCOL_ERROR;
	if (body.len) {
		code = (unsigned)big_endian(body, 2);
		body = fr_str_skip(body, 2);
		if (code < 1000 || (code > 1003 && code < 1007) || (code > 1014 && code < 3000) ||
		    code > 4999)
			return WS_PROTOCOL_ERROR;
		if (!is_text(body, true))
			return WS_BAD_DATA;
	}
	on_close(naive->heard, code, body);
	return 0;
}

static int take_frame(struct naive *naive, const struct naive_frame *frame)
{
	struct fr_str payload = fr_buf_str(&frame->payload);

	switch (frame->opcode) {
	case WS_CLOSE:
		return take_close(naive, payload);
	case WS_PING:
		on_ping(naive->heard, payload);
		return 0;
	case WS_PONG:
		on_pong(naive->heard, payload);
		return 0;
	default:
		return take_data(naive, frame);
	}
}

static void read_naively(struct naive *naive, struct fr_str stream)
{
	while (stream.len && !naive->result && !naive->heard->closed && !naive->partial) {
		struct naive_frame frame = {0};

		if (!read_frame(stream, &frame)) {
			naive->result = WS_PROTOCOL_ERROR;
		} else if (!frame.size) {
			naive->partial = true;
		} else {
			naive->result = judge(naive, &frame);
			if (!naive->result)
				naive->result = take_frame(naive, &frame);
			stream = fr_str_skip(stream, frame.size);
		}
		fr_buf_fini(&frame.payload);
	}
	fr_buf_fini(&naive->message);
}

/* --- the stream --- */

static int read_stream(struct fr_str stream, struct fuzz_dice dice, unsigned mode,
		       struct heard *heard)
{
	struct ws_desks *desks = ws_desks_new(heard->max);
	struct ws_receiver receiver;
	int r = 0;

	FUZZ_CHECK(desks != NULL);
	ws_receiver_init(&receiver, desks);
	receiver.deflate = heard->deflate;
	for (size_t at = 0; at < stream.len;) {
		size_t n = fuzz_piece(&dice, mode, stream.len - at);
		uint8_t *piece = malloc(n);
		int got;

		FUZZ_CHECK(piece != NULL);
		memcpy(piece, stream.at + at, n);
		got = ws_recv(&receiver, piece, n, &handler, heard);
		free(piece);
		FUZZ_CHECK(got >= 0 && (got == 0 || (r == 0 && !heard->closed)));
		FUZZ_CHECK(receiver.done == (got || r || heard->closed));
		r = got ? got : r;
		at += n;
	}
	ws_receiver_fini(&receiver);
	ws_desks_free(desks);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str stream = fuzz_input(data, size);
	struct fuzz_dice dice = fuzz_dice_of(data, size);
	uint8_t choice = fuzz_byte(&stream);
	size_t max = limits[choice % FR_ARRAY_LEN(limits)];
	struct heard expected = {.max = max, .deflate = choice & 4};
	struct naive naive = {.heard = &expected};

	read_naively(&naive, stream);
	for (unsigned mode = 0; mode < 4; mode++) {
		struct heard heard = {.max = max, .deflate = choice & 4};
		int r = read_stream(stream, dice, mode, &heard);

		FUZZ_CHECK(fr_str_eq(fr_buf_str(&heard.log), fr_buf_str(&expected.log)));
		FUZZ_CHECK(heard.closed == expected.closed);
		FUZZ_CHECK(r == naive.result || (naive.partial && r > 0));
		fr_buf_fini(&heard.log);
	}
	fr_buf_fini(&expected.log);
	return 0;
}
