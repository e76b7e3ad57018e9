/* A client that trusts nothing. Its own reading of the grammar, since ours reads a client's. */
#include "fuzz/sio_peer.h"

#include "base/json.h"

struct packet {
	char type;
	uint32_t attachments;
	int nsp; /* -1: of a namespace that is not served */
	bool has_id;
	struct fr_str payload;
};

static struct fr_str take_digits(struct fr_str *rest)
{
	struct fr_str digits = {rest->at, 0};

	while (digits.len < rest->len && rest->at[digits.len] >= '0' && rest->at[digits.len] <= '9')
		digits.len++;
	*rest = fr_str_skip(*rest, digits.len);
	return digits;
}

static struct packet read_packet(struct fr_str text)
{
	struct packet packet = {.nsp = 0};
	struct fr_str nsp;
	uint64_t n;

	packet.type = (char)fuzz_byte(&text);
	FUZZ_CHECK(packet.type >= '0' && packet.type <= '6');
	if (packet.type >= '5') {
		FUZZ_CHECK(fr_str_u64(take_digits(&text), &n) && n > 0 && n <= 10);
		FUZZ_CHECK(fuzz_byte(&text) == '-');
		packet.attachments = (uint32_t)n;
	}
	if (fr_str_starts(text, FR_STR("/"))) {
		nsp = fuzz_until(&text, ',');
		packet.nsp = fr_str_eq(nsp, FR_STR("/c")) ? 1 : -1;
	}
	packet.has_id = take_digits(&text).len > 0;
	packet.payload = text;
	return packet;
}

static uint64_t number_at(const struct fr_json *json, uint32_t i)
{
	int64_t n;

	FUZZ_CHECK(fr_json_int(json, fr_json_at(json, 0, i), &n) && n >= 0);
	return (uint64_t)n;
}

/* ["hello", the namespace, a number, the client] or ["news", the namespace, a number, …] */
static void take_event(struct sio_peer *peer, const struct packet *packet, bool sure,
		       const struct fr_json *json)
{
	struct fr_str name = fr_json_raw(json, fr_json_at(json, 0, 0));
	bool hello = fr_str_eq(name, FR_STR("\"hello\""));
	uint64_t n;

	if (!hello && !fr_str_eq(name, FR_STR("\"news\"")))
		return;
	FUZZ_CHECK(fr_str_eq(fr_json_raw(json, fr_json_at(json, 0, 1)),
			     packet->nsp ? FR_STR("\"/c\"") : FR_STR("\"/\"")));
	n = number_at(json, 2);
	FUZZ_CHECK(hello || !sure ||
		   (peer->nsps[packet->nsp].counts && n == peer->nsps[packet->nsp].next));
	peer->nsps[packet->nsp].counts = peer->nsps[packet->nsp].counts || hello;
	peer->nsps[packet->nsp].next = hello ? n : n + 1;
	if (hello)
		peer->nsps[packet->nsp].client = (int)number_at(json, 3);
}

static void check_payload(const struct packet *packet, int revision, const struct fr_json *json)
{
	switch (packet->type) {
	case '0':
		FUZZ_CHECK(revision == 4 && fr_json_is(json, 0, FR_JSON_OBJECT));
		FUZZ_CHECK(fr_json_raw(json, fr_json_get(json, 0, FR_STR("sid"))).len == 22);
		break;
	case '4':
		FUZZ_CHECK(revision == 3 ||
			   fr_json_get(json, 0, FR_STR("message")) != FR_JSON_NONE);
		break;
	default:
		FUZZ_CHECK(fr_json_is(json, 0, FR_JSON_ARRAY));
	}
}

static void recv_text(struct sio_peer *peer, int revision, bool sure, struct fr_str text)
{
	struct packet packet = read_packet(text);
	struct fr_json json = {0};
	bool bare = packet.type == '1' || (packet.type == '0' && revision == 3);

	FUZZ_CHECK(packet.nsp >= 0 || packet.type == '4');
	FUZZ_CHECK(packet.has_id <= (strchr("2356", packet.type) != NULL));
	FUZZ_CHECK((packet.payload.len == 0) == bare);
	if (!bare) {
		FUZZ_CHECK(fr_json_parse(&json, packet.payload, FR_JSON_LIMITS) == FR_JSON_OK);
		check_payload(&packet, revision, &json);
	}
	if (strchr("2356", packet.type))
		FUZZ_CHECK(peer->nsps[packet.nsp].connected || !sure);
	if (packet.type == '2' || packet.type == '5')
		take_event(peer, &packet, sure, &json);
	if (packet.type <= '1') {
		FUZZ_CHECK(packet.type == '0' || peer->nsps[packet.nsp].connected || !sure);
		peer->nsps[packet.nsp].connected = packet.type == '0';
		peer->nsps[packet.nsp].counts = false;
	}
	peer->due = packet.attachments;
	fr_json_fini(&json);
}

void sio_peer_recv(struct sio_peer *peer, int revision, bool sure, const struct eio_packet *packet)
{
	if (packet->type != EIO_MESSAGE)
		return;
	FUZZ_CHECK(packet->binary == (peer->due > 0) || !sure);
	if (!packet->binary)
		recv_text(peer, revision, sure, packet->data);
	else if (peer->due)
		peer->due--;
}
