#include "ws/frame.h"

#include "base/attr.h"
#include "helpers/check.h"

static void lengths_take_the_shortest_form(void **state)
{
	static const struct {
		size_t n;
		const char *head;
		size_t head_len;
	} rows[] = {
		{0, "\x81\x00", 2},
		{1, "\x81\x01", 2},
		{125, "\x81\x7d", 2},
		{126, "\x81\x7e\x00\x7e", 4},
		{65535, "\x81\x7e\xff\xff", 4},
		{65536, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		uint8_t head[WS_HEAD_MAX];
		struct ws_frame frame;

		CHECK_INT(ws_frame_head(head, WS_TEXT, rows[i].n), rows[i].head_len);
		check_bytes(head, rows[i].head_len, rows[i].head, rows[i].head_len, "head",
			    __FILE__, __LINE__);
		CHECK_INT(ws_frame_size(rows[i].n), rows[i].head_len + rows[i].n);
		frame = ws_frame_view(head);
		CHECK_INT(frame.opcode, WS_TEXT);
		CHECK_INT(frame.payload.len, rows[i].n);
		CHECK(frame.payload.at == (const char *)head + rows[i].head_len);
		CHECK_INT(frame.size, ws_frame_size(rows[i].n));
	}
}

static void a_view_shows_the_opcode(void **state)
{
	const enum ws_opcode opcodes[] = {WS_TEXT, WS_BINARY, WS_CLOSE, WS_PING, WS_PONG};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(opcodes); i++) {
		uint8_t head[WS_HEAD_MAX];

		ws_frame_head(head, opcodes[i], 0);
		CHECK_INT(ws_frame_view(head).opcode, opcodes[i]);
	}
}

static void a_view_shows_what_is_deflated(void **state)
{
	struct ws_frame plain = ws_frame_view((const uint8_t *)"\x81\x01x");
	struct ws_frame deflated = ws_frame_view((const uint8_t *)"\xc1\x01x");

	(void)state;
	CHECK(!plain.deflated);
	CHECK(deflated.deflated);
	CHECK_INT(deflated.opcode, WS_TEXT);
	CHECK_STR(deflated.payload, "x");
}

static void a_close_frame_holds_its_code_and_reason(void **state)
{
	uint8_t frame[127];

	(void)state;
	CHECK_INT(ws_frame_close(frame, WS_TOO_BIG, FR_STR("big")), 7);
	CHECK_MEM(frame, 7,
		  "\x88\x05\x03\xf1"
		  "big");
	CHECK_INT(ws_frame_close(frame, WS_NORMAL, FR_STR_NULL), 4);
	CHECK_MEM(frame, 4, "\x88\x02\x03\xe8");
}

static void a_long_reason_is_cut_to_a_control_frame(void **state)
{
	uint8_t frame[127];
	char reason[200];

	(void)state;
	memset(reason, 'r', sizeof(reason));
	CHECK_INT(ws_frame_close(frame, WS_POLICY, fr_str(reason, sizeof(reason))), 127);
	CHECK_INT(ws_frame_view(frame).payload.len, 125);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_take_the_shortest_form),
		cmocka_unit_test(a_view_shows_the_opcode),
		cmocka_unit_test(a_view_shows_what_is_deflated),
		cmocka_unit_test(a_close_frame_holds_its_code_and_reason),
		cmocka_unit_test(a_long_reason_is_cut_to_a_control_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
