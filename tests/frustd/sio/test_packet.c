#include "sio/packet.h"

#include <stdlib.h>

#include "helpers/check.h"

/* Parses from a buffer of exactly that length, so that reading past it is seen. */
static int parse(struct fr_str text, struct fr_json_limits limits, struct fr_json *json,
		 struct sio_packet *packet, char **copy)
{
	*copy = malloc(text.len ? text.len : 1);
	if (text.len)
		memcpy(*copy, text.at, text.len);
	return sio_packet_parse(fr_str(*copy, text.len), limits, json, packet);
}

static void good_packets_are_read(void **state)
{
	static const struct {
		const char *text;
		enum sio_type type;
		const char *nsp;
		int64_t id;          /* -1: none */
		const char *payload; /* NULL: none */
		unsigned attachments;
	} rows[] = {
		{"0", SIO_CONNECT, "/", -1, NULL, 0},
		{"0{}", SIO_CONNECT, "/", -1, "{}", 0},
		{"0{\"token\":\"1\"}", SIO_CONNECT, "/", -1, "{\"token\":\"1\"}", 0},
		{"0/", SIO_CONNECT, "/", -1, NULL, 0},
		{"0/,", SIO_CONNECT, "/", -1, NULL, 0},
		{"0/custom", SIO_CONNECT, "/custom", -1, NULL, 0},
		{"0/custom,", SIO_CONNECT, "/custom", -1, NULL, 0},
		{"0/custom,{\"a\":1}", SIO_CONNECT, "/custom", -1, "{\"a\":1}", 0},
		{"0/custom?token=1,", SIO_CONNECT, "/custom?token=1", -1, NULL, 0},
		{"1", SIO_DISCONNECT, "/", -1, NULL, 0},
		{"1/custom", SIO_DISCONNECT, "/custom", -1, NULL, 0},
		{"1/custom,", SIO_DISCONNECT, "/custom", -1, NULL, 0},
		{"2[\"e\"]", SIO_EVENT, "/", -1, "[\"e\"]", 0},
		{"2[\"e\",1,{\"a\":[]}]", SIO_EVENT, "/", -1, "[\"e\",1,{\"a\":[]}]", 0},
		{"2 [ \"e\" ] ", SIO_EVENT, "/", -1, "[ \"e\" ]", 0},
		{"2[7,1]", SIO_EVENT, "/", -1, "[7,1]", 0},
		{"2[\"\"]", SIO_EVENT, "/", -1, "[\"\"]", 0},
		{"2[\"\\ud800\\u0000\"]", SIO_EVENT, "/", -1, "[\"\\ud800\\u0000\"]", 0},
		{"20[\"e\"]", SIO_EVENT, "/", 0, "[\"e\"]", 0},
		{"2007[\"e\"]", SIO_EVENT, "/", 7, "[\"e\"]", 0},
		{"29223372036854775807[\"e\"]", SIO_EVENT, "/", INT64_MAX, "[\"e\"]", 0},
		{"2/custom,12[\"e\"]", SIO_EVENT, "/custom", 12, "[\"e\"]", 0},
		{"2/a[\"e\",1[\"e\"]", SIO_EVENT, "/a[\"e\"", 1, "[\"e\"]", 0},
		{"2[\"e\",{\"_placeholder\":true,\"num\":0}]", SIO_EVENT, "/", -1,
		 "[\"e\",{\"_placeholder\":true,\"num\":0}]", 0},
		{"31[]", SIO_ACK, "/", 1, "[]", 0},
		{"3/custom,1[\"x\"]", SIO_ACK, "/custom", 1, "[\"x\"]", 0},
		{"50-[\"e\"]", SIO_BINARY_EVENT, "/", -1, "[\"e\"]", 0},
		{"51-[\"e\",{\"_placeholder\":true,\"num\":0}]", SIO_BINARY_EVENT, "/", -1,
		 "[\"e\",{\"_placeholder\":true,\"num\":0}]", 1},
		{"52-/custom,3[\"e\",{\"num\":1,\"_placeholder\":true}]", SIO_BINARY_EVENT,
		 "/custom", 3, "[\"e\",{\"num\":1,\"_placeholder\":true}]", 2},
		{"51-[\"e\",{\"_placeholder\":false,\"num\":9}]", SIO_BINARY_EVENT, "/", -1,
		 "[\"e\",{\"_placeholder\":false,\"num\":9}]", 1},
		{"5999-[\"e\"]", SIO_BINARY_EVENT, "/", -1, "[\"e\"]", 999},
		{"61-4[{\"_placeholder\":true,\"num\":0}]", SIO_BINARY_ACK, "/", 4,
		 "[{\"_placeholder\":true,\"num\":0}]", 1},
	};
	struct fr_json json = {0};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct sio_packet packet;
		char *copy;
		int r = parse(fr_str_of(rows[i].text), FR_JSON_LIMITS, &json, &packet, &copy);

		if (r)
			print_error("%s:\n", rows[i].text);
		CHECK_INT(r, SIO_PACKET_OK);
		CHECK_INT(packet.type, rows[i].type);
		CHECK_STR(packet.nsp, rows[i].nsp);
		CHECK_INT(packet.has_id, rows[i].id >= 0);
		if (packet.has_id)
			CHECK_INT(packet.id, rows[i].id);
		CHECK_INT(packet.attachments, rows[i].attachments);
		CHECK_INT(packet.has_payload, rows[i].payload != NULL);
		if (rows[i].payload)
			CHECK_STR(fr_json_raw(&json, 0), rows[i].payload);
		free(copy);
	}
	fr_json_fini(&json);
}

static void bad_packets_are_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"a",
		"abc",
		"7",
		"9[\"e\"]",
		"-1",
		" 2[\"e\"]",
		"/",
		/* connect */
		"0abc",
		"0[]",
		"0\"x\"",
		"01{}",
		"0{}{}",
		"0{",
		"0/custom,[]",
		"0null",
		/* disconnect */
		"1{}",
		"11",
		"1/custom,{}",
		"1x",
		/* events */
		"2",
		"2{}",
		"2\"e\"",
		"2null",
		"2[]",
		"2[null]",
		"2[true]",
		"2[[]]",
		"2[{}]",
		"2abc[\"e\"]",
		"2[\"e\"",
		"2[\"e\"]x",
		"2[\"e\"][\"e\"]",
		"2[\"e\",]",
		"2[\"e\" 1]",
		"2 1[\"e\"]",
		"21-[\"e\"]",
		"2-1[\"e\"]",
		"2/custom[\"e\"]",
		"2/custom,",
		"21",
		"2\xd9\xa1[\"e\"]",
		"2[\"e\xff\"]",
		"212345678901234567890[\"e\"]",
		"2[\"\x01\"]",
		/* acks */
		"3[]",
		"31",
		"31{}",
		"3/custom,[]",
		"31[]]",
		/* connect errors are a server's */
		"4",
		"4\"x\"",
		"4{\"message\":\"x\"}",
		"42[\"e\"]",
		/* binary */
		"5[\"e\"]",
		"5-[\"e\"]",
		"51[\"e\"]",
		"5x-[\"e\"]",
		"51-",
		"51-{}",
		"51-[]",
		"599999999999999999999-[\"e\"]",
		"54294967296-[\"e\"]",
		"61-[]",
		"61-1{}",
		"51-[\"e\",{\"_placeholder\":true,\"num\":1}]",
		"51-[\"e\",{\"_placeholder\":true,\"num\":-1}]",
		"51-[\"e\",{\"_placeholder\":true,\"num\":\"0\"}]",
		"51-[\"e\",{\"_placeholder\":true,\"num\":0.5}]",
		"51-[\"e\",[[{\"_placeholder\":true}]]]",
		"50-[\"e\",{\"_placeholder\":true,\"num\":0}]",
	};
	struct fr_json json = {0};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct sio_packet packet;
		char *copy;
		int r = parse(fr_str_of(rows[i]), FR_JSON_LIMITS, &json, &packet, &copy);

		if (r != SIO_PACKET_BAD)
			print_error("%s:\n", rows[i]);
		CHECK_INT(r, SIO_PACKET_BAD);
		free(copy);
	}
	fr_json_fini(&json);
}

static void a_packet_cut_short_is_never_misread(void **state)
{
	const struct fr_str whole = FR_STR(
		"52-/custom,17[\"e\",{\"_placeholder\":true,\"num\":1}]");
	struct fr_json json = {0};

	(void)state;
	for (size_t n = 0; n < whole.len; n++) {
		struct sio_packet packet;
		char *copy;

		CHECK_INT(parse(fr_str(whole.at, n), FR_JSON_LIMITS, &json, &packet, &copy),
			  SIO_PACKET_BAD);
		free(copy);
	}
	fr_json_fini(&json);
}

static void what_is_beyond_the_limits_is_refused(void **state)
{
	struct fr_buf many = FR_BUF_INIT, deep = FR_BUF_INIT, name = FR_BUF_INIT;
	struct fr_json json = {0};
	struct sio_packet packet;

	(void)state;
	fr_buf_add_str(&many, FR_STR("2[\"e\""));
	for (int i = 0; i < 200000; i++)
		fr_buf_add_str(&many, FR_STR(",1"));
	fr_buf_add_char(&many, ']');
	CHECK_INT(sio_packet_parse(fr_buf_str(&many), FR_JSON_LIMITS, &json, &packet),
		  SIO_PACKET_BAD);
	CHECK(json.size <= FR_JSON_LIMITS.tokens);

	fr_buf_add_str(&deep, FR_STR("2[\"e\""));
	for (int i = 0; i < 100000; i++)
		fr_buf_add_str(&deep, FR_STR(",["));
	CHECK_INT(sio_packet_parse(fr_buf_str(&deep), FR_JSON_LIMITS, &json, &packet),
		  SIO_PACKET_BAD);

	fr_buf_add_str(&name, FR_STR("0/"));
	while (name.len < 1 + 1024)
		fr_buf_add_char(&name, 'x');
	CHECK_INT(sio_packet_parse(fr_buf_str(&name), FR_JSON_LIMITS, &json, &packet), 0);
	fr_buf_add_char(&name, 'x');
	CHECK_INT(sio_packet_parse(fr_buf_str(&name), FR_JSON_LIMITS, &json, &packet),
		  SIO_PACKET_BAD);
	fr_buf_fini(&name);
	fr_buf_fini(&many);
	fr_buf_fini(&deep);
	fr_json_fini(&json);
}

static void packets_are_written(void **state)
{
	const struct fr_str root = FR_STR("/"), custom = FR_STR("/custom");
	const struct sio_packet heads[] = {
		{.nsp = root},
		{.nsp = custom, .has_id = true, .id = 9999999999999999999u},
		{.nsp = root, .attachments = 10, .has_id = true},
		{.nsp = custom, .attachments = 1, .has_id = true, .id = 7},
	};
	struct fr_str parts[SIO_PACKET_PARTS];
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(heads); i++) {
		sio_packet_add_event(&out, &heads[i], FR_STR("e"), FR_STR(""));
		sio_packet_add_event(&out, &heads[i], FR_STR("e"), FR_STR("1,{}"));
	}
	CHECK_STR(fr_buf_str(&out), "2[\"e\"]2[\"e\",1,{}]"
				    "2/custom,9999999999999999999[\"e\"]"
				    "2/custom,9999999999999999999[\"e\",1,{}]"
				    "510-0[\"e\"]510-0[\"e\",1,{}]"
				    "51-/custom,7[\"e\"]51-/custom,7[\"e\",1,{}]");
	fr_buf_clear(&out);
	for (size_t i = 1; i < FR_ARRAY_LEN(heads); i++)
		sio_packet_add_ack(&out, &heads[i], i == 1 ? FR_STR("") : FR_STR("1,2"));
	CHECK_STR(fr_buf_str(&out), "3/custom,9999999999999999999[]610-0[1,2]61-/custom,7[1,2]");
	fr_buf_clear(&out);
	for (size_t i = 0; i < 4; i++) {
		sio_packet_event_parts(i % 2 ? custom : root, FR_STR("e"),
				       i / 2 ? FR_STR("1,{}") : FR_STR_NULL, FR_STR_NULL, parts);
		for (size_t k = 0; k < SIO_PACKET_PARTS; k++)
			fr_buf_add_str(&out, parts[k]);
	}
	CHECK_STR(fr_buf_str(&out), "2[\"e\"]2/custom,[\"e\"]2[\"e\",1,{}]2/custom,[\"e\",1,{}]");
	fr_buf_clear(&out);
	sio_packet_event_parts(root, FR_STR("e"), FR_STR("1"), FR_STR("7-2"), parts);
	for (size_t k = 0; k < SIO_PACKET_PARTS; k++)
		fr_buf_add_str(&out, parts[k]);
	CHECK_STR(fr_buf_str(&out), "2[\"e\",1,\"7-2\"]");
	fr_buf_clear(&out);
	sio_packet_add_connect(&out, root, FR_STR_NULL, FR_STR_NULL);
	sio_packet_add_connect(&out, custom, FR_STR_NULL, FR_STR_NULL);
	sio_packet_add_connect(&out, root, FR_STR("abc"), FR_STR_NULL);
	sio_packet_add_connect(&out, custom, FR_STR("abc"), FR_STR("xyz"));
	CHECK_STR(fr_buf_str(&out),
		  "00/custom,0{\"sid\":\"abc\"}0/custom,{\"sid\":\"abc\",\"pid\":\"xyz\"}");
	fr_buf_clear(&out);
	sio_packet_add_disconnect(&out, root);
	sio_packet_add_disconnect(&out, custom);
	CHECK_STR(fr_buf_str(&out), "11/custom,");
	fr_buf_fini(&out);
}

static void connect_errors_are_written_as_each_revision_has_them(void **state)
{
	static const struct {
		const char *nsp, *message, *data;
		bool object;
		const char *packet;
	} rows[] = {
		{"/", "no \"way\"", NULL, false, "4\"no \\\"way\\\"\""},
		{"/", "no", "{\"a\":1}", false, "4{\"a\":1}"},
		{"/custom", "no", NULL, true, "4/custom,{\"message\":\"no\"}"},
		{"/", "no", "{\"a\":1}", true, "4{\"message\":\"no\",\"data\":{\"a\":1}}"},
	};
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		fr_buf_clear(&out);
		sio_packet_add_connect_error(&out, fr_str_of(rows[i].nsp),
					     fr_str_of(rows[i].message), fr_str_of(rows[i].data),
					     rows[i].object);
		CHECK_STR(fr_buf_str(&out), rows[i].packet);
	}
	fr_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_packets_are_read),
		cmocka_unit_test(bad_packets_are_refused),
		cmocka_unit_test(a_packet_cut_short_is_never_misread),
		cmocka_unit_test(what_is_beyond_the_limits_is_refused),
		cmocka_unit_test(packets_are_written),
		cmocka_unit_test(connect_errors_are_written_as_each_revision_has_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
