/*
 * sio/packet: what a packet was read as can be written by the server's own hand and is read as the
 * same again; nothing gets through that its type must not have.
 */
#include "sio/packet.h"

#include "fuzz/fuzz.h"

static const struct fr_json_limits limits = {8, 200};

static bool is_event(enum sio_type type)
{
	return type == SIO_EVENT || type == SIO_BINARY_EVENT;
}

static bool is_binary(enum sio_type type)
{
	return type == SIO_BINARY_EVENT || type == SIO_BINARY_ACK;
}

static void check_shape(const struct sio_packet *packet, const struct fr_json *json)
{
	bool ack = packet->type == SIO_ACK || packet->type == SIO_BINARY_ACK;

	FUZZ_CHECK(packet->type != SIO_CONNECT_ERROR);
	FUZZ_CHECK(packet->nsp.len > 0 && packet->nsp.at[0] == '/');
	FUZZ_CHECK(fr_str_find(packet->nsp, ',') == packet->nsp.len);
	FUZZ_CHECK(is_binary(packet->type) || packet->attachments == 0);
	FUZZ_CHECK(!packet->has_id || ack || is_event(packet->type));
	FUZZ_CHECK(!ack || packet->has_id);
	FUZZ_CHECK(packet->has_payload || packet->type <= SIO_DISCONNECT);
	if (!packet->has_payload)
		return;
	FUZZ_CHECK(
		fr_json_is(json, 0, packet->type == SIO_CONNECT ? FR_JSON_OBJECT : FR_JSON_ARRAY));
	if (is_event(packet->type))
		FUZZ_CHECK(fr_json_is(json, 1, FR_JSON_STRING) ||
			   fr_json_is(json, 1, FR_JSON_NUMBER));
}

/* The values of the payload's array from the given one on, joined by commas as they stand there. */
static struct fr_str args_of(const struct fr_json *json, uint32_t from)
{
	uint32_t size = json->tokens[0].size;
	struct fr_str first, last;

	if (from >= size)
		return FR_STR("");
	first = fr_json_raw(json, fr_json_at(json, 0, from));
	last = fr_json_raw(json, fr_json_at(json, 0, size - 1));
	return fr_str(first.at, (size_t)(last.at + last.len - first.at));
}

/* The same packet as the server writes it, or nothing when it never writes such. */
static void write_again(struct fr_buf *out, const struct sio_packet *packet,
			const struct fr_json *json)
{
	struct fr_str name;

	if (packet->type == SIO_DISCONNECT) {
		sio_packet_add_disconnect(out, packet->nsp);
	} else if (packet->type == SIO_CONNECT && !packet->has_payload) {
		sio_packet_add_connect(out, packet->nsp, FR_STR_NULL, FR_STR_NULL);
	} else if (!is_event(packet->type) && packet->has_id) {
		sio_packet_add_ack(out, packet, args_of(json, 0));
	} else if (is_event(packet->type) && fr_json_is(json, 1, FR_JSON_STRING)) {
		name = fr_json_raw(json, 1);
		sio_packet_add_event(out, packet, fr_str(name.at + 1, name.len - 2),
				     args_of(json, 1));
	}
}

static void check_again(const struct sio_packet *packet, const struct fr_json *json)
{
	struct fr_buf out = FR_BUF_INIT;
	struct fr_json other = {0};
	struct sio_packet again;

	write_again(&out, packet, json);
	if (out.len == 0)
		return;
	FUZZ_CHECK(sio_packet_parse(fr_buf_str(&out), limits, &other, &again) == SIO_PACKET_OK);
	/* A binary packet without attachments is a plain one. */
	FUZZ_CHECK(again.type == packet->type || (is_binary(packet->type) && !packet->attachments));
	FUZZ_CHECK(again.has_id == packet->has_id && again.id == packet->id);
	FUZZ_CHECK(again.attachments == packet->attachments);
	FUZZ_CHECK(fr_str_eq(again.nsp, packet->nsp) && again.has_payload == packet->has_payload);
	if (packet->has_payload) {
		FUZZ_CHECK(other.count == json->count);
		for (uint32_t i = 1; i < json->count; i++)
			FUZZ_CHECK(fr_str_eq(fr_json_raw(json, i), fr_json_raw(&other, i)));
	}
	fr_json_fini(&other);
	fr_buf_fini(&out);
}

/* A connect error, which the server alone sends: its message is JSON whatever it holds. */
static void check_error(struct fr_str message)
{
	struct fr_buf out = FR_BUF_INIT;
	struct fr_json json = {0};

	sio_packet_add_connect_error(&out, FR_STR("/"), message, FR_STR_NULL, true);
	FUZZ_CHECK(out.at[0] == '4');
	FUZZ_CHECK(fr_json_parse(&json, fr_str_skip(fr_buf_str(&out), 1), FR_JSON_LIMITS) == 0);
	FUZZ_CHECK(fr_json_is(&json, fr_json_get(&json, 0, FR_STR("message")), FR_JSON_STRING));
	fr_json_fini(&json);
	fr_buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fr_str text = fuzz_input(data, size);
	struct fr_json json = {0};
	struct sio_packet packet;
	int r = sio_packet_parse(text, limits, &json, &packet);

	FUZZ_CHECK(r == SIO_PACKET_OK || r == SIO_PACKET_BAD);
	if (r == SIO_PACKET_OK) {
		check_shape(&packet, &json);
		check_again(&packet, &json);
	}
	fr_json_fini(&json);
	check_error(text);
	return 0;
}
