/* Owns the packets' grammar and the shape of their payloads. Knows no client and no namespace. */
#include "sio/packet.h"

#define DIGITS_MAX 19 /* what surely fits in 64 bits */
#define NSP_MAX 1024  /* bytes of a namespace and its query, which are told back */

enum rule { NEVER, MAYBE, ALWAYS };

enum shape { SHAPE_OBJECT, SHAPE_ARRAY, SHAPE_EVENT };

/* What a client's packet of each type may and must have. */
static const struct kind {
	bool sent; /* by clients */
	bool binary;
	enum rule id, payload;
	enum shape shape;
} kinds[] = {
	[SIO_CONNECT] = {true, false, NEVER, MAYBE, SHAPE_OBJECT},
	[SIO_DISCONNECT] = {true, false, NEVER, NEVER, SHAPE_OBJECT},
	[SIO_EVENT] = {true, false, MAYBE, ALWAYS, SHAPE_EVENT},
	[SIO_ACK] = {true, false, ALWAYS, ALWAYS, SHAPE_ARRAY},
	[SIO_CONNECT_ERROR] = {false, false, NEVER, NEVER, SHAPE_OBJECT},
	[SIO_BINARY_EVENT] = {true, true, MAYBE, ALWAYS, SHAPE_EVENT},
	[SIO_BINARY_ACK] = {true, true, ALWAYS, ALWAYS, SHAPE_ARRAY},
};

/* --- reading --- */

static void skip(struct fr_str *rest, size_t n)
{
	rest->at += n;
	rest->len -= n;
}

static bool take_char(struct fr_str *rest, char c)
{
	if (!rest->len || *rest->at != c)
		return false;
	skip(rest, 1);
	return true;
}

/* Takes the digits that come first; how many there were. *value is right up to DIGITS_MAX. */
static size_t take_number(struct fr_str *rest, uint64_t *value)
{
	size_t n = 0;

	*value = 0;
	for (; n < rest->len && rest->at[n] >= '0' && rest->at[n] <= '9'; n++)
		*value = *value * 10 + (uint64_t)(rest->at[n] - '0');
	skip(rest, n);
	return n;
}

static bool take_type(struct fr_str *rest, enum sio_type *type)
{
	size_t digit;

	if (!rest->len || *rest->at < '0' || *rest->at > '9')
		return false;
	digit = (size_t)(*rest->at - '0');
	if (digit >= FR_ARRAY_LEN(kinds) || !kinds[digit].sent)
		return false;
	*type = (enum sio_type)digit;
	skip(rest, 1);
	return true;
}

static bool take_attachments(struct fr_str *rest, uint32_t *count)
{
	uint64_t n;
	size_t digits = take_number(rest, &n);

	if (!digits || digits > DIGITS_MAX || n > UINT32_MAX || !take_char(rest, '-'))
		return false;
	*count = (uint32_t)n;
	return true;
}

static struct fr_str take_nsp(struct fr_str *rest)
{
	struct fr_str nsp = {rest->at, 0};

	if (!rest->len || *rest->at != '/')
		return FR_STR("/");
	nsp.len = fr_str_find(*rest, ',');
	skip(rest, nsp.len < rest->len ? nsp.len + 1 : nsp.len);
	return nsp;
}

static bool fits(enum rule rule, bool has)
{
	return rule == MAYBE || (rule == ALWAYS) == has;
}

static bool head_parse(struct fr_str *rest, struct sio_packet *packet)
{
	const struct kind *kind;
	size_t digits;

	if (!take_type(rest, &packet->type))
		return false;
	kind = &kinds[packet->type];
	if (kind->binary && !take_attachments(rest, &packet->attachments))
		return false;
	packet->nsp = take_nsp(rest);
	digits = take_number(rest, &packet->id);
	packet->has_id = digits > 0;
	packet->has_payload = rest->len > 0;
	return packet->nsp.len <= NSP_MAX && digits <= DIGITS_MAX &&
	       fits(kind->id, packet->has_id) && fits(kind->payload, packet->has_payload);
}

static bool payload_has_shape(const struct fr_json *json, enum shape shape)
{
	uint32_t first;

	switch (shape) {
	case SHAPE_OBJECT:
		return fr_json_is(json, 0, FR_JSON_OBJECT);
	case SHAPE_ARRAY:
		return fr_json_is(json, 0, FR_JSON_ARRAY);
	case SHAPE_EVENT:
		break;
	}
	if (!fr_json_is(json, 0, FR_JSON_ARRAY))
		return false;
	first = fr_json_at(json, 0, 0);
	return first != FR_JSON_NONE &&
	       (fr_json_is(json, first, FR_JSON_STRING) || fr_json_is(json, first, FR_JSON_NUMBER));
}

static bool is_placeholder(const struct fr_json *json, uint32_t value)
{
	uint32_t mark;

	if (!fr_json_is(json, value, FR_JSON_OBJECT))
		return false;
	mark = fr_json_get(json, value, FR_STR("_placeholder"));
	return mark != FR_JSON_NONE && fr_str_eq(fr_json_raw(json, mark), FR_STR("true"));
}

static bool placeholders_name_attachments(const struct fr_json *json, uint32_t attachments)
{
	for (uint32_t i = 0; i < json->count; i++) {
		uint32_t num;
		int64_t n;

		if (!is_placeholder(json, i))
			continue;
		num = fr_json_get(json, i, FR_STR("num"));
		if (num == FR_JSON_NONE || !fr_json_int(json, num, &n) || n < 0 || n >= attachments)
			return false;
	}
	return true;
}

int sio_packet_parse(struct fr_str text, struct fr_json_limits limits, struct fr_json *json,
		     struct sio_packet *packet)
{
	struct fr_str rest = text;
	int r;

	*packet = (struct sio_packet){0};
	if (!head_parse(&rest, packet))
		return SIO_PACKET_BAD;
	if (!packet->has_payload)
		return SIO_PACKET_OK;
	r = fr_json_parse(json, rest, limits);
	if (r)
		return r < 0 ? r : SIO_PACKET_BAD;
	if (!payload_has_shape(json, kinds[packet->type].shape))
		return SIO_PACKET_BAD;
	if (kinds[packet->type].binary && !placeholders_name_attachments(json, packet->attachments))
		return SIO_PACKET_BAD;
	return SIO_PACKET_OK;
}

/* --- writing --- */

static void add_head(struct fr_buf *out, enum sio_type type, const struct sio_packet *head)
{
	fr_buf_add_char(out, (char)('0' + (int)type));
	if (head->attachments) {
		fr_buf_add_u64(out, head->attachments);
		fr_buf_add_char(out, '-');
	}
	if (!fr_str_eq(head->nsp, FR_STR("/"))) {
		fr_buf_add_str(out, head->nsp);
		fr_buf_add_char(out, ',');
	}
	if (head->has_id)
		fr_buf_add_u64(out, head->id);
}

void sio_packet_event_parts(struct fr_str nsp, struct fr_str name, struct fr_str args,
			    struct fr_str offset, struct fr_str parts[SIO_PACKET_PARTS])
{
	bool root = fr_str_eq(nsp, FR_STR("/"));

	parts[0] = FR_STR("2");
	parts[1] = root ? FR_STR("") : nsp;
	parts[2] = root ? FR_STR("[\"") : FR_STR(",[\"");
	parts[3] = name;
	parts[4] = args.len ? FR_STR("\",") : FR_STR("\"");
	parts[5] = args;
	parts[6] = offset.at ? FR_STR(",\"") : FR_STR("]");
	parts[7] = offset;
	parts[8] = offset.at ? FR_STR("\"]") : FR_STR("");
}

void sio_packet_add_event(struct fr_buf *out, const struct sio_packet *head, struct fr_str name,
			  struct fr_str args)
{
	add_head(out, head->attachments ? SIO_BINARY_EVENT : SIO_EVENT, head);
	fr_buf_add_str(out, FR_STR("[\""));
	fr_buf_add_str(out, name);
	fr_buf_add_str(out, args.len ? FR_STR("\",") : FR_STR("\""));
	fr_buf_add_str(out, args);
	fr_buf_add_char(out, ']');
}

void sio_packet_add_ack(struct fr_buf *out, const struct sio_packet *head, struct fr_str args)
{
	add_head(out, head->attachments ? SIO_BINARY_ACK : SIO_ACK, head);
	fr_buf_add_char(out, '[');
	fr_buf_add_str(out, args);
	fr_buf_add_char(out, ']');
}

void sio_packet_add_connect(struct fr_buf *out, struct fr_str nsp, struct fr_str sid,
			    struct fr_str pid)
{
	add_head(out, SIO_CONNECT, &(struct sio_packet){.nsp = nsp});
	if (!sid.at)
		return;
	fr_buf_add_str(out, FR_STR("{\"sid\":\""));
	fr_buf_add_str(out, sid);
	if (pid.at) {
		fr_buf_add_str(out, FR_STR("\",\"pid\":\""));
		fr_buf_add_str(out, pid);
	}
	fr_buf_add_str(out, FR_STR("\"}"));
}

void sio_packet_add_disconnect(struct fr_buf *out, struct fr_str nsp)
{
	add_head(out, SIO_DISCONNECT, &(struct sio_packet){.nsp = nsp});
}

void sio_packet_add_connect_error(struct fr_buf *out, struct fr_str nsp, struct fr_str message,
				  struct fr_str data, bool object)
{
	add_head(out, SIO_CONNECT_ERROR, &(struct sio_packet){.nsp = nsp});
	if (object)
		fr_buf_add_str(out, FR_STR("{\"message\":"));
	if (object || !data.at)
		fr_json_add_str(out, message);
	if (object && data.at)
		fr_buf_add_str(out, FR_STR(",\"data\":"));
	fr_buf_add_str(out, data);
	if (object)
		fr_buf_add_char(out, '}');
}
