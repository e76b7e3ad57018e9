/* Packets: the type and the data after it. */
#include "helpers/check.h"

#include "eio/packet.h"

static void text_packets_begin_with_their_type(void **state)
{
	static const struct {
		struct fr_str text;
		bool ok;
		enum eio_type type;
		const char *data;
	} cases[] = {
		{FR_STR_INIT("4hello"), true, EIO_MESSAGE, "hello"},
		{FR_STR_INIT("4"), true, EIO_MESSAGE, ""},
		{FR_STR_INIT("0{}"), true, EIO_OPEN, "{}"},
		{FR_STR_INIT("1"), true, EIO_CLOSE, ""},
		{FR_STR_INIT("2probe"), true, EIO_PING, "probe"},
		{FR_STR_INIT("3"), true, EIO_PONG, ""},
		{FR_STR_INIT("5"), true, EIO_UPGRADE, ""},
		{FR_STR_INIT("6"), true, EIO_NOOP, ""},
		{FR_STR_INIT(""), false, 0, NULL},
		{FR_STR_INIT("7"), false, 0, NULL},
		{FR_STR_INIT("/"), false, 0, NULL},
		{FR_STR_INIT("abc"), false, 0, NULL},
		{FR_STR_INIT("\xff"), false, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct eio_packet packet;

		CHECK_INT(eio_packet_text(cases[i].text, &packet), cases[i].ok);
		if (!cases[i].ok)
			continue;
		CHECK_INT(packet.type, cases[i].type);
		CHECK(!packet.binary);
		CHECK_STR(packet.data, cases[i].data);
	}
}

static void binary_packets_of_revision_4_are_raw_messages(void **state)
{
	struct eio_packet packet;

	(void)state;
	CHECK(eio_packet_binary4(FR_STR("\x00\x01"), &packet));
	CHECK_INT(packet.type, EIO_MESSAGE);
	CHECK(packet.binary);
	CHECK_MEM(packet.data.at, packet.data.len, "\x00\x01");
	CHECK(eio_packet_binary4(FR_STR(""), &packet));
	CHECK_INT(packet.data.len, 0);
}

static void binary_packets_of_revision_3_have_the_type_as_a_byte(void **state)
{
	struct eio_packet packet;

	(void)state;
	CHECK(eio_packet_binary3(FR_STR("\x04\x01\x02"), &packet));
	CHECK_INT(packet.type, EIO_MESSAGE);
	CHECK(packet.binary);
	CHECK_MEM(packet.data.at, packet.data.len, "\x01\x02");
	CHECK(!eio_packet_binary3(FR_STR(""), &packet));
	CHECK(!eio_packet_binary3(FR_STR("\x02\x01"), &packet));
	CHECK(!eio_packet_binary3(FR_STR("4a"), &packet));
}

static void base64_after_its_mark_is_a_binary_message(void **state)
{
	static const struct {
		const char *text, *mark;
		int result;
		bool binary;
		const char *data;
	} cases[] = {
		{"bAQID", "b", 0, true, "\1\2\3"},
		{"bAQ==", "b", 0, true, "\1"},
		{"bAQ", "b", 0, true, "\1"},
		{"b", "b", 0, true, ""},
		{"b4AQID", "b4", 0, true, "\1\2\3"},
		{"b4", "b4", 0, true, ""},
		{"4hello", "b", 0, false, "hello"},
		{"4bAQID", "b4", 0, false, "bAQID"},
		{"bAQ=", "b", EIO_PACKET_BAD, false, NULL},
		{"bA", "b", EIO_PACKET_BAD, false, NULL},
		{"b!!!!", "b", EIO_PACKET_BAD, false, NULL},
		{"b", "b4", EIO_PACKET_BAD, false, NULL},
		{"bAQID", "b4", EIO_PACKET_BAD, false, NULL},
		{"", "b", EIO_PACKET_BAD, false, NULL},
		{"BAQID", "b", EIO_PACKET_BAD, false, NULL},
	};
	struct fr_buf scratch = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct eio_packet packet;

		CHECK_INT(eio_packet_decode(fr_str_of(cases[i].text), fr_str_of(cases[i].mark),
					    &scratch, &packet),
			  cases[i].result);
		if (cases[i].result)
			continue;
		CHECK_INT(packet.type, EIO_MESSAGE);
		CHECK_INT(packet.binary, cases[i].binary);
		CHECK_STR(packet.data, cases[i].data);
	}
	fr_buf_fini(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_packets_begin_with_their_type),
		cmocka_unit_test(binary_packets_of_revision_4_are_raw_messages),
		cmocka_unit_test(binary_packets_of_revision_3_have_the_type_as_a_byte),
		cmocka_unit_test(base64_after_its_mark_is_a_binary_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
