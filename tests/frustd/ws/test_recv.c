#include "frustd/ws/talk.h"

#include <errno.h>
#include <stdlib.h>

#include "helpers/alloc.h"

#define B16(c) c c c c c c c c c c c c c c c c
#define B125 B16("abcdefg") "hijklmnopqrst"
#define B256 B16("0123456789abcdef")

static const struct conversation conversations[] = {
	{"an empty text", {F(0x81, "")}, "text() ", 0},
	{"a text", {F(0x81, "hello")}, "text(hello) ", 0},
	{"a binary message", {F(0x82, "\x01\xff")}, "binary(\x01\xff) ", 0},
	{"two messages", {F(0x81, "one"), F(0x82, "two")}, "text(one) binary(two) ", 0},
	{"a longer text", {F(0x81, B256)}, "text(" B256 ") ", 0},
	{"the greatest text",
	 {F(0x81, B256 "01234567890123456789012345678901234567890123")},
	 "text(" B256 "01234567890123456789012345678901234567890123) ",
	 0},
	{"one byte more",
	 {F(0x81, B256 "012345678901234567890123456789012345678901234")},
	 "",
	 WS_TOO_BIG},
	{"one byte more in fragments",
	 {F(0x02, B256), F(0x80, "012345678901234567890123456789012345678901234")},
	 "",
	 WS_TOO_BIG},
	{"fragments", {F(0x01, "he"), F(0x00, ""), F(0x00, "ll"), F(0x80, "o")}, "text(hello) ", 0},
	{"empty fragments", {F(0x02, ""), F(0x00, ""), F(0x80, "")}, "binary() ", 0},
	{"control frames between fragments",
	 {F(0x01, "he"), F(0x89, "p"), F(0x00, "l"), F(0x8a, ""), F(0x80, "lo")},
	 "ping(p) pong() text(hello) ",
	 0},
	{"a close between fragments",
	 {F(0x01, "he"), F(0x88, "\x03\xe8"), F(0x80, "lo")},
	 "close 1000() ",
	 0},
	{"the greatest ping", {F(0x89, B125)}, "ping(" B125 ") ", 0},
	{"a ping too great", {F(0x89, B125 "u")}, "", WS_PROTOCOL_ERROR},
	{"a ping in fragments", {F(0x09, "p")}, "", WS_PROTOCOL_ERROR},
	{"a continuation of nothing", {F(0x80, "x")}, "", WS_PROTOCOL_ERROR},
	{"a continuation after the end",
	 {F(0x01, "a"), F(0x80, "b"), F(0x80, "c")},
	 "text(ab) ",
	 WS_PROTOCOL_ERROR},
	{"a message inside another", {F(0x01, "a"), F(0x81, "b")}, "", WS_PROTOCOL_ERROR},
	{"a binary start inside a text", {F(0x01, "a"), F(0x02, "b")}, "", WS_PROTOCOL_ERROR},
	{"a frame without a mask", {UNMASKED(0x81, "x")}, "", WS_PROTOCOL_ERROR},
	{"an empty frame without a mask", {UNMASKED(0x81, "")}, "", WS_PROTOCOL_ERROR},
	{"a ping without a mask", {UNMASKED(0x89, "x")}, "", WS_PROTOCOL_ERROR},
	{"RSV1", {F(0xc1, "x")}, "", WS_PROTOCOL_ERROR},
	{"RSV2", {F(0xa1, "x")}, "", WS_PROTOCOL_ERROR},
	{"RSV3", {F(0x91, "x")}, "", WS_PROTOCOL_ERROR},
	{"RSV1 on a control frame", {F(0xc9, "x")}, "", WS_PROTOCOL_ERROR},
	{"RSV1 on a continuation", {F(0x01, "x"), F(0xc0, "x")}, "", WS_PROTOCOL_ERROR},
	{"opcode 3", {F(0x83, "x")}, "", WS_PROTOCOL_ERROR},
	{"opcode 7", {F(0x87, "")}, "", WS_PROTOCOL_ERROR},
	{"opcode 11", {F(0x8b, "")}, "", WS_PROTOCOL_ERROR},
	{"opcode 15", {F(0x8f, "x")}, "", WS_PROTOCOL_ERROR},
	{"messages before a fault",
	 {F(0x81, "good"), F(0x83, "")},
	 "text(good) ",
	 WS_PROTOCOL_ERROR},

	{"a close without a body", {F(0x88, "")}, "close 1005() ", 0},
	{"a close with a reason",
	 {F(0x88, "\x03\xe9"
		  "bye \xe2\x82\xac")},
	 "close 1001(bye \xe2\x82\xac) ",
	 0},
	{"frames after a close",
	 {F(0x88, "\x03\xe8"), F(0x81, "x"), F(0x83, "x")},
	 "close 1000() ",
	 0},
	{"a close body of one byte", {F(0x88, "\x03")}, "", WS_PROTOCOL_ERROR},
	{"a close body of one byte behind a longer ping",
	 {F(0x89, "\x0b\xff"), F(0x88, "\x0b")},
	 "ping(\x0b\xff) ",
	 WS_PROTOCOL_ERROR},
	{"a close reason that is not UTF-8", {F(0x88, "\x03\xe8\xff")}, "", WS_BAD_DATA},
	{"a close reason cut short", {F(0x88, "\x03\xe8\xe2\x82")}, "", WS_BAD_DATA},

	{"text in two, four and three bytes",
	 {F(0x81, "\xc3\xa4\xf0\x9f\x98\x80\xe2\x82\xac")},
	 "text(\xc3\xa4\xf0\x9f\x98\x80\xe2\x82\xac) ",
	 0},
	{"a character cut by fragments",
	 {F(0x01, "\xf0\x9f"), F(0x89, ""), F(0x00, "\x98"), F(0x80, "\x80")},
	 "ping() text(\xf0\x9f\x98\x80) ",
	 0},
	{"a text that is not UTF-8", {F(0x81, "a\xff")}, "", WS_BAD_DATA},
	{"an overlong form", {F(0x81, "\xc0\xaf")}, "", WS_BAD_DATA},
	{"a surrogate", {F(0x81, "\xed\xa0\x80")}, "", WS_BAD_DATA},
	{"beyond U+10FFFF", {F(0x81, "\xf4\x90\x80\x80")}, "", WS_BAD_DATA},
	{"a text cut short", {F(0x81, "\xe2\x82")}, "", WS_BAD_DATA},
	{"fragments cut short", {F(0x01, "\xe2"), F(0x80, "\x82")}, "", WS_BAD_DATA},
	{"UTF-8 starts anew with each message",
	 {F(0x81, "\xc3\xa4"), F(0x81, "\xc3\xa4")},
	 "text(\xc3\xa4) text(\xc3\xa4) ",
	 0},
	{"binary data need not be UTF-8",
	 {F(0x02, "\xff"), F(0x80, "\xfe")},
	 "binary(\xff\xfe) ",
	 0},
};

static void a_conversation_ends_alike_wherever_the_stream_is_cut(void **state)
{
	struct ws_desks *desks = ws_desks_new(LIMIT);

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(conversations); i++)
		run_at_every_split(&conversations[i], desks, false);
	ws_desks_free(desks);
}

static void close_codes_are_checked(void **state)
{
	static const struct {
		unsigned from, to;
		bool valid;
	} rows[] = {
		{0, 999, false},     {1000, 1003, true}, {1004, 1006, false},  {1007, 1014, true},
		{1015, 2999, false}, {3000, 4999, true}, {5000, 65535, false},
	};
	struct ws_desks *desks = ws_desks_new(LIMIT);

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++)
		for (unsigned code = rows[i].from; code <= rows[i].to; code++) {
			const char body[2] = {(char)(code >> 8), (char)(code & 0xff)};
			const struct sent frame = {0x88, false, body, 2};
			struct fr_buf bytes = FR_BUF_INIT;
			struct listener listener = {0};
			struct ws_receiver receiver;

			add_frame(&bytes, &frame);
			ws_receiver_init(&receiver, desks);
			CHECK_INT(feed(&receiver, &listener, fr_buf_str(&bytes), bytes.len, 1),
				  rows[i].valid ? 0 : WS_PROTOCOL_ERROR);
			CHECK_INT(listener.told.len > 0, rows[i].valid);
			ws_receiver_fini(&receiver);
			fr_buf_fini(&bytes);
			fr_buf_fini(&listener.told);
		}
	ws_desks_free(desks);
}

static void lengths_must_be_minimal(void **state)
{
	const struct fr_str rows[] = {
		FR_STR("\x81\xfe\x00\x7d\0\0\0\0"),
		FR_STR("\x81\xff\0\0\0\0\0\0\xff\xff\0\0\0\0"),
		FR_STR("\x81\xff\x80\0\0\0\0\x01\0\0\0\0\0\0"),
	};
	struct ws_desks *desks = ws_desks_new(1000000);

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++)
		for (size_t step = 1; step <= rows[i].len; step++) {
			struct listener listener = {0};
			struct ws_receiver receiver;

			ws_receiver_init(&receiver, desks);
			CHECK_INT(feed(&receiver, &listener, rows[i], 0, step), WS_PROTOCOL_ERROR);
			ws_receiver_fini(&receiver);
		}
	ws_desks_free(desks);
}

/* What must be known before the frame has come in whole. */
static void faults_are_told_early(void **state)
{
	static const struct {
		const char *what;
		struct sent frame;
		size_t payload; /* bytes of it that are sent */
		int result;
	} rows[] = {
		{"the head of one too big", {0x82, false, B256 B256, 512}, 1, WS_TOO_BIG},
		{"the head of one with RSV", {0xc2, false, B256, 256}, 1, WS_PROTOCOL_ERROR},
		{"bad UTF-8 at the front", F(0x81, "\xff" B125), 1, WS_BAD_DATA},
		{"bad UTF-8 later", F(0x01, "ab\xed\xa0" B125), 4, WS_BAD_DATA},
		{"good UTF-8 so far", F(0x01, "ab\xed\x9f" B125), 4, 0},
	};
	struct ws_desks *desks = ws_desks_new(LIMIT);

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct fr_buf bytes = FR_BUF_INIT;
		struct listener listener = {0};
		struct ws_receiver receiver;

		add_frame(&bytes, &rows[i].frame);
		ws_receiver_init(&receiver, desks);
		bytes.len -= rows[i].frame.n - rows[i].payload;
		CHECK_INT(feed(&receiver, &listener, fr_buf_str(&bytes), bytes.len, 1),
			  rows[i].result);
		ws_receiver_fini(&receiver);
		fr_buf_fini(&bytes);
	}
	ws_desks_free(desks);
}

static void nothing_comes_after_a_fault(void **state)
{
	const struct sent bad = F(0x83, "x"), good = F(0x81, "x");
	struct ws_desks *desks = ws_desks_new(LIMIT);
	struct fr_buf bytes = FR_BUF_INIT;
	struct listener listener = {0};
	struct ws_receiver receiver;

	(void)state;
	add_frame(&bytes, &bad);
	ws_receiver_init(&receiver, desks);
	CHECK_INT(feed(&receiver, &listener, fr_buf_str(&bytes), bytes.len, 1), WS_PROTOCOL_ERROR);
	fr_buf_clear(&bytes);
	add_frame(&bytes, &good);
	CHECK_INT(feed(&receiver, &listener, fr_buf_str(&bytes), bytes.len, 1), 0);
	CHECK_INT(listener.told.len, 0);
	ws_receiver_fini(&receiver);
	fr_buf_fini(&bytes);
	ws_desks_free(desks);
}

static void a_callback_can_stop_it(void **state)
{
	const struct conversation three = {"", {F(0x81, "1"), F(0x81, "2"), F(0x83, "3")}, NULL, 0};
	struct ws_desks *desks = ws_desks_new(LIMIT);
	struct fr_buf bytes = FR_BUF_INIT;
	struct ws_receiver receiver;
	struct listener listener = {.stop_on_message = &receiver};

	(void)state;
	add_frames(&bytes, &three);
	ws_receiver_init(&receiver, desks);
	CHECK_INT(feed(&receiver, &listener, fr_buf_str(&bytes), bytes.len, 1), 0);
	CHECK_STR(fr_buf_str(&listener.told), "text(1) ");
	CHECK(!receiver.desk);
	ws_receiver_fini(&receiver);
	fr_buf_fini(&bytes);
	fr_buf_fini(&listener.told);
	ws_desks_free(desks);
}

static void a_desk_is_held_only_inside_a_frame_or_message(void **state)
{
	const struct conversation talk = {"", {F(0x01, "ab"), F(0x89, "p"), F(0x80, "c")}, NULL, 0};
	struct ws_desks *desks = ws_desks_new(LIMIT);
	struct fr_buf bytes = FR_BUF_INIT;
	struct listener listener = {0};
	struct ws_receiver receiver;

	(void)state;
	add_frames(&bytes, &talk);
	ws_receiver_init(&receiver, desks);
	CHECK(!receiver.desk);
	for (size_t i = 0; i < bytes.len; i++) {
		CHECK_INT(ws_recv(&receiver, (const uint8_t *)bytes.at + i, 1, &handler, &listener),
			  0);
		CHECK_INT(receiver.desk != NULL, i + 1 < bytes.len);
	}
	CHECK_STR(fr_buf_str(&listener.told), "ping(p) text(abc) ");
	/* one that ends in the middle gives up its desk too */
	CHECK_INT(ws_recv(&receiver, (const uint8_t *)bytes.at, 3, &handler, &listener), 0);
	CHECK(receiver.desk != NULL);
	ws_receiver_fini(&receiver);
	CHECK(!receiver.desk);
	fr_buf_fini(&bytes);
	fr_buf_fini(&listener.told);
	ws_desks_free(desks);
}

/* More connections in the middle of a frame than desks are kept, all mixed up. */
static void connections_do_not_mix(void **state)
{
	enum { N = 40 };
	struct ws_desks *desks = ws_desks_new(LIMIT);
	struct ws_receiver receivers[N];
	struct listener listeners[N] = {0};
	struct fr_buf bytes[N] = {0};

	(void)state;
	for (int i = 0; i < N; i++) {
		char text[8];
		struct sent frame = {0x81, false, text, 0};

		frame.n = (size_t)snprintf(text, sizeof(text), "%05d", i);
		add_frame(&bytes[i], &frame);
		ws_receiver_init(&receivers[i], desks);
	}
	for (int round = 0; round < 3; round++) {
		for (size_t at = 0; at < bytes[0].len; at++)
			for (int i = 0; i < N; i++)
				CHECK_INT(ws_recv(&receivers[i], (const uint8_t *)bytes[i].at + at,
						  1, &handler, &listeners[i]),
					  0);
		for (int i = 0; i < N; i++) {
			char told[16];

			snprintf(told, sizeof(told), "text(%05d) ", i);
			CHECK_STR(fr_buf_str(&listeners[i].told), told);
			CHECK(!receivers[i].desk);
			fr_buf_clear(&listeners[i].told);
		}
	}
	for (int i = 0; i < N; i++) {
		ws_receiver_fini(&receivers[i]);
		fr_buf_fini(&bytes[i]);
		fr_buf_fini(&listeners[i].told);
	}
	ws_desks_free(desks);
}

static void a_long_message_comes_whole(void **state)
{
	enum { N = 1000000 };
	struct ws_desks *desks = ws_desks_new(N);
	char *payload = malloc(N);
	const struct sent frame = {0x82, false, payload, N};
	const size_t steps[] = {N * 2, 65536, 4096, 4095, 1000};
	struct fr_buf bytes = FR_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < N; i++)
		payload[i] = (char)(i * 31 >> 3);
	add_frame(&bytes, &frame);
	for (size_t i = 0; i < FR_ARRAY_LEN(steps); i++) {
		struct listener listener = {0};
		struct ws_receiver receiver;

		ws_receiver_init(&receiver, desks);
		CHECK_INT(feed(&receiver, &listener, fr_buf_str(&bytes), 0, steps[i]), 0);
		CHECK_INT(listener.told.len, N + strlen("binary() "));
		CHECK(memcmp(listener.told.at + strlen("binary("), payload, N) == 0);
		ws_receiver_fini(&receiver);
		fr_buf_fini(&listener.told);
	}
	fr_buf_fini(&bytes);
	free(payload);
	ws_desks_free(desks);
}

static void a_flood_of_fragments_ends_at_the_limit(void **state)
{
	const struct sent first = F(0x02, ""), empty = F(0x00, ""), byte = F(0x00, "x");
	struct ws_desks *desks = ws_desks_new(LIMIT);
	struct fr_buf bytes = FR_BUF_INIT;
	struct listener listener = {0};
	struct ws_receiver receiver;

	(void)state;
	ws_receiver_init(&receiver, desks);
	add_frame(&bytes, &first);
	for (int i = 0; i < 100000; i++)
		add_frame(&bytes, &empty);
	for (int i = 0; i < LIMIT; i++)
		add_frame(&bytes, &byte);
	CHECK_INT(feed(&receiver, &listener, fr_buf_str(&bytes), bytes.len, 1), 0);
	fr_buf_clear(&bytes);
	add_frame(&bytes, &byte);
	CHECK_INT(feed(&receiver, &listener, fr_buf_str(&bytes), bytes.len, 1), WS_TOO_BIG);
	ws_receiver_fini(&receiver);
	fr_buf_fini(&bytes);
	ws_desks_free(desks);
}

static void fragments_cost_what_they_hold(void **state)
{
	const struct sent first = F(0x02, "x"), byte = F(0x00, "x");
	struct ws_desks *desks = ws_desks_new(100000);
	struct fr_buf bytes = FR_BUF_INIT;
	struct listener listener = {0};
	struct ws_receiver receiver;
	size_t before;

	(void)state;
	ws_receiver_init(&receiver, desks);
	add_frame(&bytes, &first);
	for (int i = 1; i < 50000; i++)
		add_frame(&bytes, &byte);
	before = alloc_bytes;
	CHECK_INT(ws_recv(&receiver, (const uint8_t *)bytes.at, bytes.len, &handler, &listener), 0);
	CHECK(alloc_bytes - before < 50000 * 5);
	ws_receiver_fini(&receiver);
	fr_buf_fini(&bytes);
	ws_desks_free(desks);
}

static void messages_that_are_not_whole_have_so_much_room(void **state)
{
	static char zeros[6000];
	const struct sent large = {0x02, false, zeros, 6000}, small = {0x02, false, zeros, 4096},
			  end = F(0x80, "");
	struct ws_desks *desks = ws_desks_new(100000);
	struct fr_buf bytes[3] = {FR_BUF_INIT, FR_BUF_INIT, FR_BUF_INIT};
	struct ws_receiver receiver[3];
	struct listener listener = {0};

	(void)state;
	ws_desks_bound(desks, 10000);
	add_frame(&bytes[0], &large);
	add_frame(&bytes[1], &small);
	add_frame(&bytes[2], &end);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 3; i++)
			ws_receiver_init(&receiver[i], desks);
		CHECK_INT(feed(&receiver[0], &listener, fr_buf_str(&bytes[0]), bytes[0].len, 100),
			  0);
		CHECK_INT(feed(&receiver[1], &listener, fr_buf_str(&bytes[0]), bytes[0].len, 100),
			  WS_TRY_LATER);
		CHECK_INT(feed(&receiver[2], &listener, fr_buf_str(&bytes[1]), bytes[1].len, 100),
			  0);
		/* ended by its last fragment, or given up: both make room */
		if (round == 0)
			CHECK_INT(feed(&receiver[0], &listener, fr_buf_str(&bytes[2]), bytes[2].len,
				       1),
				  0);
		for (int i = 0; i < 3; i++)
			ws_receiver_fini(&receiver[i]);
	}
	for (int i = 0; i < 3; i++)
		fr_buf_fini(&bytes[i]);
	fr_buf_fini(&listener.told);
	ws_desks_free(desks);
}

static void without_memory_the_receiver_says_so(void **state)
{
	const struct conversation talk = {"", {F(0x01, "ab"), F(0x80, "c")}, NULL, 0};
	struct fr_buf bytes = FR_BUF_INIT;
	int failures = 0;

	(void)state;
	add_frames(&bytes, &talk);
	alloc_before_failure = 0;
	CHECK(!ws_desks_new(LIMIT));
	for (int n = 0; n < 3; n++) {
		struct ws_desks *desks;
		struct listener listener = {0};
		struct ws_receiver receiver;
		int r;

		alloc_before_failure = -1;
		desks = ws_desks_new(LIMIT);
		fr_buf_reserve(&listener.told, 100);
		ws_receiver_init(&receiver, desks);
		alloc_before_failure = n;
		r = ws_recv(&receiver, (const uint8_t *)bytes.at, bytes.len, &handler, &listener);
		failures += r == -ENOMEM;
		CHECK(r == -ENOMEM || (r == 0 && listener.told.len > 0));
		ws_receiver_fini(&receiver);
		fr_buf_fini(&listener.told);
		ws_desks_free(desks);
	}
	alloc_before_failure = -1;
	CHECK_INT(failures,
		  2); /* the desk and its message; wslay's own memory is not ours to fail */
	fr_buf_fini(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_conversation_ends_alike_wherever_the_stream_is_cut),
		cmocka_unit_test(close_codes_are_checked),
		cmocka_unit_test(lengths_must_be_minimal),
		cmocka_unit_test(faults_are_told_early),
		cmocka_unit_test(nothing_comes_after_a_fault),
		cmocka_unit_test(a_callback_can_stop_it),
		cmocka_unit_test(a_desk_is_held_only_inside_a_frame_or_message),
		cmocka_unit_test(connections_do_not_mix),
		cmocka_unit_test(a_long_message_comes_whole),
		cmocka_unit_test(a_flood_of_fragments_ends_at_the_limit),
		cmocka_unit_test(fragments_cost_what_they_hold),
		cmocka_unit_test(without_memory_the_receiver_says_so),
		cmocka_unit_test(messages_that_are_not_whole_have_so_much_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
