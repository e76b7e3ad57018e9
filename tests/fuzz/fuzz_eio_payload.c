/*
 * eio/payload and eio/packet: a body that is read can be written again in every form that can hold
 * its packets, and is read as the same. The first byte chooses the form.
 */
#include "eio/payload.h"

#include "base/utf8.h"
#include "fuzz/fuzz.h"

#define PACKETS 256

struct packets {
	struct fr_buf data[PACKETS];
	struct eio_packet packets[PACKETS]; /* their data: in the buffers */
	size_t count;
	bool separator; /* there is one inside a text packet: EIO_FORM_4 cannot hold that */
};

static void packets_fini(struct packets *p)
{
	for (size_t i = 0; i < p->count; i++)
		fr_buf_fini(&p->data[i]);
	p->count = 0;
}

static void keep(struct packets *p, const struct eio_packet *packet)
{
	struct fr_buf *data = &p->data[p->count];

	FUZZ_CHECK(packet->type >= EIO_OPEN && packet->type <= EIO_NOOP);
	FUZZ_CHECK(packet->binary ? packet->type == EIO_MESSAGE : fr_utf8_valid(packet->data));
	if (!packet->binary && fr_str_find(packet->data, '\x1e') < packet->data.len)
		p->separator = true;
	*data = FR_BUF_INIT;
	fr_buf_add_str(data, packet->data);
	p->packets[p->count] = *packet;
	p->packets[p->count++].data = fr_buf_str(data);
}

/* Whether the body could be read to its end. */
static bool read_body(enum eio_form form, struct fr_str body, struct packets *p)
{
	struct fr_buf scratch = FR_BUF_INIT;
	struct eio_payload payload;
	struct eio_packet packet;
	int r = EIO_PAYLOAD_BAD;

	*p = (struct packets){.count = 0};
	if (!eio_payload_init(&payload, form, body, &scratch))
		return false;
	while (p->count < PACKETS &&
	       (r = eio_payload_next(&payload, &packet)) == EIO_PAYLOAD_PACKET)
		keep(p, &packet);
	FUZZ_CHECK(r >= 0);
	fr_buf_fini(&scratch);
	return r == EIO_PAYLOAD_END;
}

/* Appends the packet as it would wait in an outbox and leave in that form. */
static void add(struct fr_buf *out, enum eio_form form, const struct eio_packet *packet)
{
	struct fr_buf bytes = FR_BUF_INIT;
	struct ws_frame frame = {.opcode = packet->binary ? WS_BINARY : WS_TEXT};

	if (!packet->binary)
		fr_buf_add_char(&bytes, (char)packet->type);
	else if (form != EIO_FORM_4)
		fr_buf_add_char(&bytes, EIO_BINARY3_MESSAGE);
	fr_buf_add_str(&bytes, packet->data);
	frame.payload = fr_buf_str(&bytes);
	eio_payload_add(out, form, &frame);
	fr_buf_fini(&bytes);
}

static void check_form(enum eio_form form, const struct packets *p)
{
	struct fr_buf body = FR_BUF_INIT;
	struct packets again;

	if (p->count == 0 || (form == EIO_FORM_4 && p->separator))
		return;
	for (size_t i = 0; i < p->count; i++)
		add(&body, form, &p->packets[i]);
	FUZZ_CHECK(read_body(form, fr_buf_str(&body), &again));
	FUZZ_CHECK(again.count == p->count);
	for (size_t i = 0; i < p->count; i++) {
		FUZZ_CHECK(again.packets[i].type == p->packets[i].type);
		FUZZ_CHECK(again.packets[i].binary == p->packets[i].binary);
		FUZZ_CHECK(fr_str_eq(again.packets[i].data, p->packets[i].data));
	}
	packets_fini(&again);
	fr_buf_fini(&body);
}

/* One packet, as a WebSocket brings it. */
static void check_packets(struct fr_str bytes)
{
	struct eio_packet packet;

	FUZZ_CHECK(eio_packet_binary4(bytes, &packet));
	FUZZ_CHECK(packet.binary && fr_str_eq(packet.data, bytes));
	if (eio_packet_binary3(bytes, &packet))
		FUZZ_CHECK(bytes.at[0] == EIO_BINARY3_MESSAGE && packet.binary &&
			   packet.data.len == bytes.len - 1);
	if (eio_packet_text(bytes, &packet))
		FUZZ_CHECK((char)packet.type == bytes.at[0] && packet.data.len == bytes.len - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str body = fuzz_input(data, size);
	enum eio_form form = fuzz_byte(&body) % (EIO_FORM_3_BINARY + 1);
	struct packets packets;

	if (read_body(form, body, &packets))
		for (enum eio_form to = EIO_FORM_4; to <= EIO_FORM_3_BINARY; to++)
			check_form(to, &packets);
	packets_fini(&packets);
	check_packets(body);
	return 0;
}
