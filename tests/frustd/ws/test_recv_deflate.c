/* Receiving what permessage-deflate has compressed (RFC 7692). */
#include "frustd/ws/talk.h"

#include <errno.h>

#include "helpers/alloc.h"
#include "net/deflate.h"

#define HELLO "\xf2\x48\xcd\xc9\xc9\x07\x00" /* RFC 7692 §7.2.3.1 */
/* A block that is stored as it is (§7.2.3.3); n and its complement are one byte each. */
#define STORED(n, complement, text) "\x00" n "\x00" complement "\xff" text
#define A300 "\x4a\x4c\x1c\x05\xc4\x02\x00\x00" /* 300 times "a" */
#define A301 "\x4a\x4c\x1c\x05\x44\x03\x00\x00"
#define A10 "aaaaaaaaaa"
#define A100 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10

static const struct conversation conversations[] = {
	{"a text", {F(0xc1, HELLO)}, "text(Hello) ", 0},
	{"a binary message", {F(0xc2, HELLO)}, "binary(Hello) ", 0},
	{"an empty text", {F(0xc1, "\x00")}, "text() ", 0},
	{"a stored block", {F(0xc1, STORED("\x05", "\xfa", "Hello") "\x00")}, "text(Hello) ", 0},
	{"a last block (BFINAL)", {F(0xc1, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00")}, "text(Hello) ", 0},
	{"two blocks",
	 {F(0xc1, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00")},
	 "text(Hello) ",
	 0},
	{"messages that are not compressed",
	 {F(0x81, "Hello"), F(0x02, "H"), F(0x80, "i")},
	 "text(Hello) binary(Hi) ",
	 0},
	{"both kinds in turn",
	 {F(0xc1, HELLO), F(0x81, "one"), F(0xc2, HELLO), F(0xc1, HELLO), F(0x82, "two")},
	 "text(Hello) text(one) binary(Hello) text(Hello) binary(two) ",
	 0},
	{"fragments", {F(0x41, "\xf2\x48\xcd"), F(0x80, "\xc9\xc9\x07\x00")}, "text(Hello) ", 0},
	{"empty fragments",
	 {F(0x42, ""), F(0x00, HELLO), F(0x00, ""), F(0x80, "")},
	 "binary(Hello) ",
	 0},
	{"control frames between fragments",
	 {F(0x41, "\xf2"), F(0x89, "p"), F(0x00, "\x48\xcd\xc9"), F(0x8a, "q"),
	  F(0x80, "\xc9\x07\x00")},
	 "ping(p) pong(q) text(Hello) ",
	 0},
	{"a close between fragments",
	 {F(0x41, "\xf2\x48"), F(0x88, "\x03\xe8"), F(0x80, "\xcd")},
	 "close 1000() ",
	 0},
	{"the greatest message", {F(0xc1, A300)}, "text(" A100 A100 A100 ") ", 0},
	{"one byte more", {F(0xc1, A301)}, "", WS_TOO_BIG},
	{"one byte more in fragments",
	 {F(0x42, "\x4a\x4c\x1c"), F(0x80, "\x05\x44\x03\x00\x00")},
	 "",
	 WS_TOO_BIG},

	{"text of several bytes a character",
	 {F(0xc1, STORED("\x03", "\xfc", "\xe2\x82\xac") "\x00")},
	 "text(\xe2\x82\xac) ",
	 0},
	{"a character cut by fragments",
	 {F(0x41, STORED("\x03", "\xfc", "\xe2")), F(0x89, ""), F(0x80, "\x82\xac\x00")},
	 "ping() text(\xe2\x82\xac) ",
	 0},
	{"a text that is not UTF-8",
	 {F(0xc1, STORED("\x02", "\xfd", "a\xff") "\x00")},
	 "",
	 WS_BAD_DATA},
	{"a text cut short", {F(0xc1, STORED("\x02", "\xfd", "\xe2\x82") "\x00")}, "", WS_BAD_DATA},
	{"bytes that are UTF-8 only before they are inflated", {F(0xc1, "Hi")}, "", WS_BAD_DATA},
	{"binary data need not be UTF-8",
	 {F(0xc2, STORED("\x02", "\xfd", "\xff\xfe") "\x00")},
	 "binary(\xff\xfe) ",
	 0},

	{"no block at all", {F(0xc1, "")}, "", WS_BAD_DATA},
	{"no such kind of block", {F(0xc2, "\xff\xff")}, "", WS_BAD_DATA},
	{"a block cut short", {F(0xc2, "\xf2\x48\xcd")}, "", WS_BAD_DATA},
	{"a stored block cut short", {F(0xc2, STORED("\x0a", "\xf5", "Hello"))}, "", WS_BAD_DATA},
	{"a last block without what follows it",
	 {F(0xc2, "\xf3\x48\xcd\xc9\xc9\x07\x00")},
	 "",
	 WS_BAD_DATA},
	{"a reference back to another message (§7.2.3.2)",
	 {F(0xc1, HELLO), F(0xc1, "\xf2\x00\x11\x00\x00")},
	 "text(Hello) ",
	 WS_BAD_DATA},

	{"RSV1 on a continuation",
	 {F(0x41, "\xf2\x48\xcd"), F(0xc0, "\xc9\xc9\x07\x00")},
	 "",
	 WS_PROTOCOL_ERROR},
	{"RSV1 on a plain message's continuation",
	 {F(0x01, "x"), F(0xc0, HELLO)},
	 "",
	 WS_PROTOCOL_ERROR},
	{"RSV1 on a continuation of nothing", {F(0xc0, HELLO)}, "", WS_PROTOCOL_ERROR},
	{"RSV1 on a ping", {F(0xc9, "x")}, "", WS_PROTOCOL_ERROR},
	{"RSV1 on a pong", {F(0xca, "")}, "", WS_PROTOCOL_ERROR},
	{"RSV1 on a close", {F(0xc8, "\x03\xe8")}, "", WS_PROTOCOL_ERROR},
	{"RSV1 on opcode 3", {F(0xc3, HELLO)}, "", WS_PROTOCOL_ERROR},
	{"RSV2", {F(0xa1, HELLO)}, "", WS_PROTOCOL_ERROR},
	{"RSV1 and RSV2", {F(0xe1, HELLO)}, "", WS_PROTOCOL_ERROR},
	{"RSV1 and RSV3", {F(0xd2, HELLO)}, "", WS_PROTOCOL_ERROR},
	{"a message inside another", {F(0x41, "\xf2"), F(0xc1, HELLO)}, "", WS_PROTOCOL_ERROR},
	{"a frame without a mask", {UNMASKED(0xc1, HELLO)}, "", WS_PROTOCOL_ERROR},
};

static void a_conversation_ends_alike_wherever_the_stream_is_cut(void **state)
{
	struct ws_desks *desks = ws_desks_new(LIMIT);

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(conversations); i++)
		run_at_every_split(&conversations[i], desks, true);
	ws_desks_free(desks);
}

static void rsv1_is_an_error_unless_agreed_on(void **state)
{
	const struct conversation talk = {"", {F(0xc1, HELLO)}, "", WS_PROTOCOL_ERROR};
	struct ws_desks *desks = ws_desks_new(LIMIT);

	(void)state;
	run_at_every_split(&talk, desks, false);
	ws_desks_free(desks);
}

/* A message of n bytes, deflated; `salt` 0: all alike, which shrinks a thousandfold. */
static struct fr_buf deflated_of(size_t n, uint32_t salt)
{
	struct net_deflater *deflater = net_deflater_new();
	struct fr_buf plain = FR_BUF_INIT, out = FR_BUF_INIT;
	struct fr_str bytes;

	for (size_t i = 0; i < n; i++, salt = salt * 1664525u + (salt ? 1013904223u : 0))
		fr_buf_add_char(&plain, (char)(salt >> 24));
	bytes = fr_buf_str(&plain);
	CHECK_INT(net_deflate(deflater, NET_WINDOW_MAX, &bytes, 1, &out), 0);
	net_deflater_free(deflater);
	fr_buf_fini(&plain);
	return out;
}

/* Sends it as binary fragments of that size. */
static int send_in_fragments(struct ws_desks *desks, struct fr_str payload, size_t size,
			     struct listener *listener)
{
	struct fr_buf bytes = FR_BUF_INIT;
	struct ws_receiver receiver;
	unsigned first = 0x42;
	int r;

	while (payload.len) {
		size_t n = payload.len < size ? payload.len : size;
		const struct sent frame = {first | (n == payload.len ? 0x80 : 0), false, payload.at,
					   n};

		add_frame(&bytes, &frame);
		payload = fr_str_skip(payload, n);
		first = 0;
	}
	ws_receiver_init(&receiver, desks);
	receiver.deflate = true;
	r = feed(&receiver, listener, fr_buf_str(&bytes), 0, 4096);
	ws_receiver_fini(&receiver);
	fr_buf_fini(&bytes);
	return r;
}

static void a_bomb_ends_at_the_limit_and_costs_no_more(void **state)
{
	enum { MAX = 200000, BOMB = 30000000 };
	struct fr_buf bomb = deflated_of(BOMB, 0);
	const size_t sizes[] = {SIZE_MAX, 10000, 100};
	struct listener listener = {0};

	(void)state;
	CHECK(bomb.len < MAX);
	for (size_t i = 0; i < FR_ARRAY_LEN(sizes); i++) {
		struct ws_desks *desks = ws_desks_new(MAX);
		size_t before = alloc_bytes; /* the test's own pieces are counted too */

		CHECK_INT(send_in_fragments(desks, fr_buf_str(&bomb), sizes[i], &listener),
			  WS_TOO_BIG);
		CHECK(alloc_bytes - before < BOMB / 10);
		ws_desks_free(desks);
	}
	CHECK_INT(listener.told.len, 0);
	fr_buf_fini(&bomb);
}

static void blocks_that_hold_nothing_end_at_the_limit_too(void **state)
{
	struct ws_desks *desks = ws_desks_new(LIMIT);
	struct fr_buf empty = FR_BUF_INIT;
	struct listener listener = {0};

	(void)state;
	for (int i = 0; i < LIMIT; i++)
		fr_buf_add_str(&empty, FR_STR("\x00\x00\x00\xff\xff"));
	CHECK_INT(send_in_fragments(desks, fr_buf_str(&empty), 5, &listener), WS_TOO_BIG);
	CHECK_INT(send_in_fragments(desks, fr_buf_str(&empty), SIZE_MAX, &listener), WS_TOO_BIG);
	CHECK_INT(listener.told.len, 0);
	fr_buf_fini(&empty);
	ws_desks_free(desks);
}

static void what_does_not_shrink_may_be_as_long_as_anything(void **state)
{
	enum { MAX = 100000 };
	struct ws_desks *desks = ws_desks_new(MAX);
	struct fr_buf bytes = deflated_of(MAX, 1);
	struct listener listener = {0};

	(void)state;
	CHECK(bytes.len > MAX);
	CHECK_INT(send_in_fragments(desks, fr_buf_str(&bytes), 8000, &listener), 0);
	CHECK_INT(listener.told.len, MAX + strlen("binary() "));
	fr_buf_fini(&bytes);
	fr_buf_fini(&listener.told);
	ws_desks_free(desks);
}

/* All in the middle of a message at once, one inflater for all. */
static void connections_do_not_mix(void **state)
{
	enum { N = 40 };
	struct ws_desks *desks = ws_desks_new(10000);
	struct ws_receiver receivers[N];
	struct listener listeners[N] = {0};
	struct fr_buf bytes[N] = {0};
	size_t longest = 0;

	(void)state;
	for (int i = 0; i < N; i++) {
		struct fr_buf payload = deflated_of(1000, 1 + (uint32_t)i);
		const struct sent frames[] = {
			{0x42, false, payload.at, 500},
			{0x80, false, payload.at + 500, payload.len - 500},
		};

		add_frame(&bytes[i], &frames[0]);
		add_frame(&bytes[i], &frames[1]);
		longest = bytes[i].len > longest ? bytes[i].len : longest;
		fr_buf_fini(&payload);
		ws_receiver_init(&receivers[i], desks);
		receivers[i].deflate = true;
	}
	for (size_t at = 0; at < longest; at += 100)
		for (int i = 0; i < N; i++) {
			size_t n = at < bytes[i].len ? bytes[i].len - at : 0;

			CHECK_INT(ws_recv(&receivers[i], (const uint8_t *)bytes[i].at + at,
					  n < 100 ? n : 100, &handler, &listeners[i]),
				  0);
		}
	for (int i = 0; i < N; i++) {
		CHECK_INT(listeners[i].told.len, 1000 + strlen("binary() "));
		/* The first byte of `salt`'s walk is its second value's. */
		CHECK_INT((uint8_t)listeners[i].told.at[strlen("binary(") + 1],
			  ((1 + (uint32_t)i) * 1664525u + 1013904223u) >> 24);
		CHECK(!receivers[i].desk);
		ws_receiver_fini(&receivers[i]);
		fr_buf_fini(&bytes[i]);
		fr_buf_fini(&listeners[i].told);
	}
	ws_desks_free(desks);
}

static void without_memory_the_receiver_says_so(void **state)
{
	const struct conversation talk = {
		"", {F(0x41, "\xf2\x48\xcd"), F(0x80, "\xc9\xc9\x07\x00")}, NULL, 0};
	struct fr_buf bytes = FR_BUF_INIT;
	int failures = 0;

	(void)state;
	add_frames(&bytes, &talk);
	for (int n = 0; n < 6; n++) {
		struct ws_desks *desks = ws_desks_new(LIMIT);
		struct listener listener = {0};
		struct ws_receiver receiver;
		int r;

		CHECK_INT(fr_buf_reserve(&listener.told, 100), 0);
		ws_receiver_init(&receiver, desks);
		receiver.deflate = true;
		alloc_before_failure = n;
		r = ws_recv(&receiver, (const uint8_t *)bytes.at, bytes.len, &handler, &listener);
		alloc_before_failure = -1;
		failures += r == -ENOMEM;
		CHECK(r == -ENOMEM || (r == 0 && listener.told.len > 0));
		ws_receiver_fini(&receiver);
		fr_buf_fini(&listener.told);
		ws_desks_free(desks);
	}
	/* the desk, its message, the inflater and what it inflates to; zlib's own is not ours */
	CHECK_INT(failures, 4);
	fr_buf_fini(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_conversation_ends_alike_wherever_the_stream_is_cut),
		cmocka_unit_test(rsv1_is_an_error_unless_agreed_on),
		cmocka_unit_test(a_bomb_ends_at_the_limit_and_costs_no_more),
		cmocka_unit_test(blocks_that_hold_nothing_end_at_the_limit_too),
		cmocka_unit_test(what_does_not_shrink_may_be_as_long_as_anything),
		cmocka_unit_test(connections_do_not_mix),
		cmocka_unit_test(without_memory_the_receiver_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
