/* Owns the three forms of polling bodies, in both directions; a table row each. */
#include "eio/payload.h"

#include <assert.h>

#include "base/base64.h"
#include "base/utf8.h"

#define SEPARATOR '\x1e'
#define LENGTH_END '\xff'
#define LENGTH_DIGITS 18 /* what fits a uint64_t without a thought */

/* --- writing --- */

static void add4(struct fr_buf *out, const struct ws_frame *frame)
{
	if (out->len)
		fr_buf_add_char(out, SEPARATOR);
	if (frame->opcode == WS_BINARY) {
		fr_buf_add_str(out, FR_STR(EIO_BASE64_4));
		fr_base64_encode(out, frame->payload.at, frame->payload.len);
	} else {
		fr_buf_add_str(out, frame->payload);
	}
}

static void add3(struct fr_buf *out, const struct ws_frame *frame)
{
	if (frame->opcode == WS_BINARY) {
		size_t n = frame->payload.len - 1; /* without the type's byte */

		fr_buf_add_u64(out, 2 + FR_BASE64_LEN(n));
		fr_buf_add_str(out, FR_STR(":" EIO_BASE64_3));
		fr_base64_encode(out, frame->payload.at + 1, n);
	} else {
		fr_buf_add_u64(out, fr_utf8_units16(frame->payload));
		fr_buf_add_char(out, ':');
		fr_buf_add_str(out, frame->payload);
	}
}

static void add_length_bytes(struct fr_buf *out, size_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)(n % 10);
		n /= 10;
	} while (n);
	fr_buf_add(out, digits + at, sizeof(digits) - at);
}

static void add3_binary(struct fr_buf *out, const struct ws_frame *frame)
{
	fr_buf_add_char(out, frame->opcode == WS_BINARY ? '\x01' : '\0');
	add_length_bytes(out, frame->payload.len);
	fr_buf_add_char(out, LENGTH_END);
	fr_buf_add_str(out, frame->payload);
}

/* --- reading --- */

static struct fr_str take(struct fr_str *rest, size_t n)
{
	struct fr_str taken = {rest->at, n};

	rest->at += n;
	rest->len -= n;
	return taken;
}

/* An enum eio_payload_result or -ENOMEM. */
static int result_of(int r)
{
	if (r < 0)
		return r;
	return r == 0 ? EIO_PAYLOAD_PACKET : EIO_PAYLOAD_BAD;
}

static int next4(struct eio_payload *payload, struct eio_packet *packet)
{
	size_t n = fr_str_find(payload->rest, SEPARATOR);
	bool last = n == payload->rest.len;
	struct fr_str text = take(&payload->rest, n);

	if (last)
		payload->rest = FR_STR_NULL;
	else
		take(&payload->rest, 1);
	return result_of(eio_packet_decode(text, FR_STR(EIO_BASE64_4), payload->scratch, packet));
}

static int next3(struct eio_payload *payload, struct eio_packet *packet)
{
	size_t colon = fr_str_find(payload->rest, ':');
	uint64_t units;
	size_t n;
	struct fr_str text;

	if (colon == payload->rest.len || !fr_str_u64(take(&payload->rest, colon), &units))
		return EIO_PAYLOAD_BAD;
	take(&payload->rest, 1);
	n = fr_utf8_span16(payload->rest, units);
	if (n == SIZE_MAX)
		return EIO_PAYLOAD_BAD;
	text = take(&payload->rest, n);
	if (payload->rest.len == 0)
		payload->rest = FR_STR_NULL;
	return result_of(eio_packet_decode(text, FR_STR(EIO_BASE64_3), payload->scratch, packet));
}

/* The digits up to LENGTH_END; false: malformed. */
static bool read_length_bytes(struct fr_str *rest, uint64_t *length)
{
	size_t digits = fr_str_find(*rest, LENGTH_END);

	if (digits == 0 || digits == rest->len || digits > LENGTH_DIGITS)
		return false;
	*length = 0;
	for (size_t i = 0; i < digits; i++) {
		if ((unsigned char)rest->at[i] > 9)
			return false;
		*length = *length * 10 + (unsigned char)rest->at[i];
	}
	take(rest, digits + 1);
	return true;
}

static int next3_binary(struct eio_payload *payload, struct eio_packet *packet)
{
	char kind = *take(&payload->rest, 1).at;
	uint64_t length;
	struct fr_str bytes;

	if (kind != '\0' && kind != '\x01')
		return EIO_PAYLOAD_BAD;
	if (!read_length_bytes(&payload->rest, &length) || length > payload->rest.len)
		return EIO_PAYLOAD_BAD;
	bytes = take(&payload->rest, length);
	if (payload->rest.len == 0)
		payload->rest = FR_STR_NULL;
	if (kind == '\x01' ? eio_packet_binary3(bytes, packet)
			   : fr_utf8_valid(bytes) && eio_packet_text(bytes, packet))
		return EIO_PAYLOAD_PACKET;
	return EIO_PAYLOAD_BAD;
}

/* --- both --- */

static const struct form {
	void (*add)(struct fr_buf *out, const struct ws_frame *frame);
	int (*next)(struct eio_payload *payload, struct eio_packet *packet);
	bool text; /* the whole body is UTF-8 */
} forms[] = {
	[EIO_FORM_4] = {add4, next4, true},
	[EIO_FORM_3] = {add3, next3, true},
	[EIO_FORM_3_BINARY] = {add3_binary, next3_binary, false},
};

void eio_payload_add(struct fr_buf *out, enum eio_form form, const struct ws_frame *frame)
{
	assert(!frame->deflated); /* such a one waits for a WebSocket alone, see eio/deflate.h */
	forms[form].add(out, frame);
}

bool eio_payload_init(struct eio_payload *payload, enum eio_form form, struct fr_str body,
		      struct fr_buf *scratch)
{
	*payload = (struct eio_payload){.form = form, .rest = body, .scratch = scratch};
	if (body.len == 0)
		return false;
	if (form == EIO_FORM_3 && fr_str_eq(body, FR_STR("0:")))
		payload->rest = FR_STR_NULL; /* the empty payload */
	return !forms[form].text || fr_utf8_valid(body);
}

int eio_payload_next(struct eio_payload *payload, struct eio_packet *packet)
{
	if (!payload->rest.at)
		return EIO_PAYLOAD_END;
	return forms[payload->form].next(payload, packet);
}
