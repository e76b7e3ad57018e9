/* Polling bodies: the same packets in three forms, both ways. */
#include "helpers/check.h"

#include "eio/payload.h"

struct packet {
	bool binary;        /* a message */
	struct fr_str text; /* with the type; of a binary one only the data */
};

static const struct body {
	enum eio_form form;
	struct fr_str bytes;
	int n;
	struct packet packets[3];
} bodies[] = {
	{EIO_FORM_4, FR_STR_INIT("4hello"), 1, {{false, FR_STR_INIT("4hello")}}},
	{EIO_FORM_4,
	 FR_STR_INIT("4hello\x1e"
		     "bAQIDBA=="),
	 2,
	 {{false, FR_STR_INIT("4hello")}, {true, FR_STR_INIT("\x01\x02\x03\x04")}}},
	{EIO_FORM_4,
	 FR_STR_INIT("2\x1e\x34\x1e\x34\xe2\x82\xac"),
	 3,
	 {{false, FR_STR_INIT("2")},
	  {false, FR_STR_INIT("4")},
	  {false, FR_STR_INIT("4\xe2\x82\xac")}}},
	{EIO_FORM_4, FR_STR_INIT("b"), 1, {{true, FR_STR_INIT("")}}},
	{EIO_FORM_3,
	 FR_STR_INIT("6:4hello10:b4AQIDBA=="),
	 2,
	 {{false, FR_STR_INIT("4hello")}, {true, FR_STR_INIT("\x01\x02\x03\x04")}}},
	{EIO_FORM_3,
	 FR_STR_INIT("1:22:4x"),
	 2,
	 {{false, FR_STR_INIT("2")}, {false, FR_STR_INIT("4x")}}},
	/* an emoji is two units, the euro sign one */
	{EIO_FORM_3,
	 FR_STR_INIT("4:4\xf0\x9f\x98\x80!2:4\xe2\x82\xac"),
	 2,
	 {{false, FR_STR_INIT("4\xf0\x9f\x98\x80!")}, {false, FR_STR_INIT("4\xe2\x82\xac")}}},
	{EIO_FORM_3, FR_STR_INIT("2:b4"), 1, {{true, FR_STR_INIT("")}}},
	{EIO_FORM_3_BINARY,
	 FR_STR_INIT("\x00\x06\xff"
		     "4hello"
		     "\x01\x05\xff\x04\x01\x02\x03\x04"),
	 2,
	 {{false, FR_STR_INIT("4hello")}, {true, FR_STR_INIT("\x01\x02\x03\x04")}}},
	/* lengths count bytes */
	{EIO_FORM_3_BINARY,
	 FR_STR_INIT("\x00\x05\xff\x34\xf0\x9f\x98\x80"),
	 1,
	 {{false, FR_STR_INIT("4\xf0\x9f\x98\x80")}}},
	{EIO_FORM_3_BINARY,
	 FR_STR_INIT("\x00\x01\x00\xff\x34"
		     "abcdefghi"),
	 1,
	 {{false, FR_STR_INIT("4abcdefghi")}}},
};

static void add(struct fr_buf *out, enum eio_form form, const struct packet *packet)
{
	uint8_t bytes[64];
	struct fr_str prefix = packet->binary && form != EIO_FORM_4 ? FR_STR("\x04") : FR_STR("");
	size_t head = ws_frame_head(bytes, packet->binary ? WS_BINARY : WS_TEXT,
				    prefix.len + packet->text.len);
	struct ws_frame frame;

	memcpy(bytes + head, prefix.at, prefix.len);
	memcpy(bytes + head + prefix.len, packet->text.at, packet->text.len);
	frame = ws_frame_view(bytes);
	eio_payload_add(out, form, &frame);
}

static void frames_become_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(bodies); i++) {
		const struct body *body = &bodies[i];
		struct fr_buf out = FR_BUF_INIT;

		for (int p = 0; p < body->n; p++)
			add(&out, body->form, &body->packets[p]);
		CHECK_INT(fr_buf_error(&out), 0);
		CHECK_INT(out.len, body->bytes.len);
		CHECK(memcmp(out.at, body->bytes.at, out.len) == 0);
		fr_buf_fini(&out);
	}
}

static void check_packet(const struct eio_packet *packet, const struct packet *expected)
{
	struct fr_str data = expected->text;

	if (!expected->binary) {
		CHECK_INT(packet->type, data.at[0]);
		data = fr_str(data.at + 1, data.len - 1);
	} else {
		CHECK_INT(packet->type, EIO_MESSAGE);
	}
	CHECK_INT(packet->binary, expected->binary);
	CHECK(fr_str_eq(packet->data, data));
}

static void bodies_become_packets(void **state)
{
	struct fr_buf scratch = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(bodies); i++) {
		const struct body *body = &bodies[i];
		struct eio_payload payload;
		struct eio_packet packet;

		CHECK(eio_payload_init(&payload, body->form, body->bytes, &scratch));
		for (int p = 0; p < body->n; p++) {
			CHECK_INT(eio_payload_next(&payload, &packet), EIO_PAYLOAD_PACKET);
			check_packet(&packet, &body->packets[p]);
		}
		CHECK_INT(eio_payload_next(&payload, &packet), EIO_PAYLOAD_END);
	}
	fr_buf_fini(&scratch);
}

static void malformed_bodies_are_told_where_they_break(void **state)
{
	static const struct {
		enum eio_form form;
		struct fr_str bytes;
		int before; /* packets that are fine; -1: malformed as a whole */
	} cases[] = {
		{EIO_FORM_4, FR_STR_INIT(""), -1},
		{EIO_FORM_4, FR_STR_INIT("4\xff\xfe"), -1},
		{EIO_FORM_4, FR_STR_INIT("4\xed\xa0\x80"), -1},
		{EIO_FORM_4, FR_STR_INIT("abc"), 0},
		{EIO_FORM_4, FR_STR_INIT("\x1e"), 0},
		{EIO_FORM_4, FR_STR_INIT("4a\x1e"), 1},
		{EIO_FORM_4,
		 FR_STR_INIT("4a\x1e\x1e"
			     "4b"),
		 1},
		{EIO_FORM_4,
		 FR_STR_INIT("4a\x1e"
			     "7"),
		 1},
		{EIO_FORM_4, FR_STR_INIT("b!!"), 0},
		{EIO_FORM_4, FR_STR_INIT("bAQ=A"), 0},
		{EIO_FORM_3, FR_STR_INIT(""), -1},
		{EIO_FORM_3, FR_STR_INIT("3:4\xff\xfe"), -1},
		{EIO_FORM_3, FR_STR_INIT("2"), 0},
		{EIO_FORM_3, FR_STR_INIT(":4"), 0},
		{EIO_FORM_3, FR_STR_INIT("x:2"), 0},
		{EIO_FORM_3, FR_STR_INIT("-1:2"), 0},
		{EIO_FORM_3, FR_STR_INIT("+1:2"), 0},
		{EIO_FORM_3, FR_STR_INIT(" 1:2"), 0},
		{EIO_FORM_3, FR_STR_INIT("10:2"), 0},
		{EIO_FORM_3, FR_STR_INIT("99999999999999999999:2"), 0},
		{EIO_FORM_3, FR_STR_INIT("1:2probe"), 1},
		{EIO_FORM_3, FR_STR_INIT("1:20:1:2"), 1},
		{EIO_FORM_3, FR_STR_INIT("0:1:2"), 0},
		{EIO_FORM_3, FR_STR_INIT("1:x"), 0},
		/* the border falls inside a surrogate pair */
		{EIO_FORM_3, FR_STR_INIT("2:4\xf0\x9f\x98\x80"), 0},
		{EIO_FORM_3, FR_STR_INIT("6:b4AA*="), 0},
		{EIO_FORM_3, FR_STR_INIT("3:b2x"), 0},
		{EIO_FORM_3_BINARY, FR_STR_INIT(""), -1},
		{EIO_FORM_3_BINARY, FR_STR_INIT("\x00"), 0},
		{EIO_FORM_3_BINARY, FR_STR_INIT("\x00\x01"), 0},
		{EIO_FORM_3_BINARY,
		 FR_STR_INIT("\x00\xff"
			     "2"),
		 0},
		{EIO_FORM_3_BINARY,
		 FR_STR_INIT("\x00\x0a\xff"
			     "2"),
		 0},
		{EIO_FORM_3_BINARY,
		 FR_STR_INIT("\x02\x01\xff"
			     "2"),
		 0},
		{EIO_FORM_3_BINARY,
		 FR_STR_INIT("\x00\x02\xff"
			     "2"),
		 0},
		{EIO_FORM_3_BINARY, FR_STR_INIT("\x00\x00\xff"), 0},
		{EIO_FORM_3_BINARY,
		 FR_STR_INIT("\x00\x02\xff"
			     "4\xff"),
		 0},
		{EIO_FORM_3_BINARY,
		 FR_STR_INIT("\x01\x02\xff"
			     "4a"),
		 0},
		{EIO_FORM_3_BINARY,
		 FR_STR_INIT("\x00\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09\x09"
			     "\x09\x09\x09\x09\x09\x09\x09\x09\x09\xff"
			     "2"),
		 0},
		{EIO_FORM_3_BINARY,
		 FR_STR_INIT("\x00\x01\xff"
			     "2"
			     "\x00\x02\xff"
			     "2"),
		 1},
		{EIO_FORM_3_BINARY, FR_STR_INIT("1:2"), 0},
	};
	struct fr_buf scratch = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct eio_payload payload;
		struct eio_packet packet;
		bool whole = eio_payload_init(&payload, cases[i].form, cases[i].bytes, &scratch);

		CHECK_INT(whole, cases[i].before >= 0);
		for (int p = 0; p < cases[i].before; p++)
			CHECK_INT(eio_payload_next(&payload, &packet), EIO_PAYLOAD_PACKET);
		if (whole)
			CHECK_INT(eio_payload_next(&payload, &packet), EIO_PAYLOAD_BAD);
	}
	fr_buf_fini(&scratch);
}

static void the_empty_payload_of_revision_3_holds_nothing(void **state)
{
	struct fr_buf scratch = FR_BUF_INIT;
	struct eio_payload payload;
	struct eio_packet packet;

	(void)state;
	CHECK(eio_payload_init(&payload, EIO_FORM_3, FR_STR("0:"), &scratch));
	CHECK_INT(eio_payload_next(&payload, &packet), EIO_PAYLOAD_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_become_bodies),
		cmocka_unit_test(bodies_become_packets),
		cmocka_unit_test(malformed_bodies_are_told_where_they_break),
		cmocka_unit_test(the_empty_payload_of_revision_3_holds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
