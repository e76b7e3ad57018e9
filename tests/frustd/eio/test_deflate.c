/* What leaves compressed (permessage-deflate), for whom, and in which order. */
#include "helpers/check.h"

#include "frustd/eio/script.h"

#define OFFER " | Sec-WebSocket-Extensions: permessage-deflate"
#define ANSWER                                                                                     \
	"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "               \
	"client_no_context_takeover"

/* Sessions 1 and 2 take any window, 3 one of 9, 4 no compression, 5 polls. */
#define ANY "a WS EIO=4&transport=websocket" OFFER, "up open 1", "a < 101", "a < frames 1"
#define ANY3 "b WS EIO=3&transport=websocket" OFFER, "up open 2", "b < 101", "b < frames 1"
#define NINE                                                                                       \
	"c WS EIO=4&transport=websocket" OFFER "; server_max_window_bits=9", "up open 3",          \
		"c < 101", "c has " ANSWER "; server_max_window_bits=9", "c < frames 1"
#define NONE "d WS EIO=4&transport=websocket", "up open 4", "d < 101", "d < frames 1"
#define POLLING "e GET EIO=4&transport=polling", "up open 5", "e < 200 *"
#define GET5 "e GET EIO=4&transport=polling&sid=$5"
#define ALL ANY, ANY3, NINE, NONE, POLLING
#define ALL_FOLLOW "follow 1 A", "follow 2 A", "follow 3 A", "follow 4 A", "follow 5 A"

#define T10 "0123456789"
#define T100 T10 T10 T10 T10 T10 T10 T10 T10 T10 T10
#define T1000 T100 T100 T100 T100 T100 T100 T100 T100 T100 T100
/* 620 characters without much of a repetition, so that a repetition of all lies outside 2⁹ bytes.
 */
#define FAR                                                                                        \
	"vR1kQ8zTn5Wc0YhJm3XbLs7FgDpE2uAo9VtIiKqBxZ4yMfUwSjNrH6ePaGdCOl"                           \
	"x7Qd2KfZ0sVbW9mLtG5yHcR8nXjP1aUeT4oEkMiB6wJrCgYvDzS3uNpFqIhOlA"                           \
	"8bTz4NwR0kVfXs2JyLm9GqCpD7eHuZaQ1iWoE5tKjMnY6vBxSgFhUrPdIcOl3A"                           \
	"mZ7pGfX1wKd9RbV0tNqJs5LyCeH8kTuQa2WiEoB4jMnY6vDxSgFhUrPzIcOl3A"                           \
	"qK4cVn9LzT1dXr7GwFb0ZmJp2HyQsC8eWtAuNi5EoBkRjMY6vDxSgfhUOPIla3"                           \
	"W1zDk8VbN0mXc9LsKf7GjHq2QpZtRyTwUeEoAiB5uCnJvMxYgS4hFrP6dIOla3"                           \
	"nB5vMxC0zLk9Jh7GfDs2QpWoEiRuTyAlZ8kXjVcNbM1qHw3PeYtUrIoSaDgFK6"                           \
	"E2rTy9UiOp0AsDf8GhJk7LzXc5VbNm1QwPoIu6YtRe4WqMnBvCxZlKjHgFdSa3"                           \
	"Y6hNb4VcXz0QaZw9SxEd8CrFvTg7BnHyUj1MiKo5LpPq2OwIe3UrYtGfDsAlmJ"                           \
	"t5RfVg0YhBn8UjMi9KoLp7QaZw1SxEd2CrPlTkHyGbNvFcDjXmS4zAeWuIo36Q"
#define TWICE FAR FAR

static const struct eio_options *options_on(void)
{
	static struct eio_options options;

	options = script_options();
	options.deflate = true;
	options.max_payload = 3000;
	options.send_window = 16384;
	options.queue_max = 8192;
	return &options;
}

#define DEFLATE_SCRIPT(...) script_run((const char *const[]){__VA_ARGS__, NULL}, options_on())

static void it_is_agreed_on_only_when_it_is_on(void **state)
{
	(void)state;
	DEFLATE_SCRIPT("a WS EIO=4&transport=websocket" OFFER "; client_max_window_bits",
		       "up open 1", "a < 101", "a has " ANSWER, "a < frames 1");
	DEFLATE_SCRIPT("a WS EIO=4&transport=websocket" OFFER "; server_max_window_bits=8",
		       "up open 1", "a < 101", "a has Connection: Upgrade", "a < frames 1",
		       "send 1 " T1000 T100, "a < text 4" T1000 T100);
	DEFLATE_SCRIPT("a WS EIO=4&transport=websocket" OFFER ";",
		       "a < 400 {\"code\":3,\"message\":\"Bad request\"}");
	SCRIPT("a WS EIO=4&transport=websocket" OFFER, "up open 1", "a < 101", "a < frames 1",
	       "a raw c1810000000000", "up close 1 PROTOCOL_ERROR", "a < close 1002");
	SCRIPT("a WS EIO=4&transport=websocket" OFFER ";", "up open 1", "a < 101", "a < frames 1",
	       "send 1 " T1000 T100, "a < text 4" T1000 T100);
}

static void compressed_messages_come_in(void **state)
{
	(void)state;
	DEFLATE_SCRIPT(ANY, "a deflated 4hello", "up 1 text hello", "a text 4plain",
		       "up 1 text plain", "a deflated 4" T1000 T1000, "up 1 text " T1000 T1000,
		       "a deflated 3");
	DEFLATE_SCRIPT(ANY, "a deflated x", "up close 1 PROTOCOL_ERROR", "a < close 1002");
}

static void broken_ones_end_the_session_with_their_code(void **state)
{
	(void)state;
	DEFLATE_SCRIPT(ANY, "a deflated 4" T1000 T1000 T1000, "up notice TOO_LARGE ",
		       "up close 1 PROTOCOL_ERROR", "a < close 1009", "a eof", "a < end");
	/* no block, a ping that is compressed, not UTF-8 */
	DEFLATE_SCRIPT(ANY, "a raw c18200000000ffff", "up close 1 PROTOCOL_ERROR",
		       "a < close 1007");
	DEFLATE_SCRIPT(ANY, "a raw c98100000000ff", "up close 1 PROTOCOL_ERROR", "a < close 1002");
	DEFLATE_SCRIPT(ANY, "a raw c18700000000000100feffff00", "up close 1 PROTOCOL_ERROR",
		       "a < close 1007");
}

static void own_messages_of_1_kib_on_leave_compressed(void **state)
{
	(void)state;
	/* with the packet's type: 1023 and 1024 bytes */
	DEFLATE_SCRIPT(ANY, "send 1 " T1000 T10 T10 "ab", "a < text 4" T1000 T10 T10 "ab",
		       "send 1 " T1000 T10 T10 "abc", "a < deflated 15 4" T1000 T10 T10 "abc",
		       "send2 1 " T1000 T1000, "a < deflated 15 4" T1000 T1000);
	DEFLATE_SCRIPT("d WS EIO=4&transport=websocket", "up open 1", "d < 101", "d < frames 1",
		       "send 1 " T1000 T1000, "d < text 4" T1000 T1000);
}

static void what_does_not_shrink_leaves_as_it_is(void **state)
{
	char hex[2 * 1100 + 1], send[2400], frame[2400];
	uint32_t x = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(hex) - 1; i += 2, x = x * 1664525u + 1013904223u)
		snprintf(hex + i, 3, "%02x", x >> 24);
	snprintf(send, sizeof(send), "sendbin 1 %s", hex);
	snprintf(frame, sizeof(frame), "a < bin %s", hex);
	DEFLATE_SCRIPT(ANY, send, frame);
}

static void each_window_is_kept(void **state)
{
	(void)state;
	DEFLATE_SCRIPT(ANY, ANY3, NINE, "send 1 " TWICE, "send 3 " TWICE, "send 2 " TWICE,
		       "a < deflated 15 4" TWICE, "c < deflated 9 4" TWICE,
		       "b < deflated 15 4" TWICE);
	DEFLATE_SCRIPT(ALL, ALL_FOLLOW, "broadcast A " TWICE, "a < deflated 15 4" TWICE,
		       "b < deflated 15 4" TWICE, "c < deflated 9 4" TWICE, "d < text 4" TWICE,
		       GET5, "e < 200 4" TWICE);
}

static void broadcasts_keep_their_order_in_every_form(void **state)
{
	(void)state;
	DEFLATE_SCRIPT(ALL, ALL_FOLLOW, "a window 0", "d window 0", "broadcast A one",
		       "send 1 own1", "broadcast A " T1000 T100, "send 1 " T1000 T10 T10 T10,
		       "send 4 own4", "broadcast A two", "broadcast A " T1000 T1000, "send 1 own2",
		       "broadcast A three", "a window all", "d window all", "a text 6", "d text 6",
		       "a < text 4one", "a < text 4own1", "a < deflated 15 4" T1000 T100,
		       "a < deflated 15 4" T1000 T10 T10 T10, "a < text 4two",
		       "a < deflated 15 4" T1000 T1000, "a < text 4own2", "a < text 4three",
		       "d < text 4one", "d < text 4" T1000 T100, "d < text 4own4", "d < text 4two",
		       "d < text 4" T1000 T1000, "d < text 4three", "b < text 4one",
		       "b < deflated 15 4" T1000 T100, "b < text 4two",
		       "b < deflated 15 4" T1000 T1000, "b < text 4three", "c < text 4one",
		       "c < deflated 9 4" T1000 T100, "c < text 4two",
		       "c < deflated 9 4" T1000 T1000, "c < text 4three", GET5,
		       "e < 200 4one\x1e"
		       "4" T1000 T100 "\x1e"
		       "4two",
		       GET5,
		       "e < 200 4" T1000 T1000 "\x1e"
		       "4three");
}

/* Beyond a quarter of the window a broadcast is no record of the log. */
static void the_largest_broadcasts_too(void **state)
{
	struct eio_options options = *options_on();

	(void)state;
	options.send_window = 4096;
	script_run((const char *const[]){ALL,
					 ALL_FOLLOW,
					 "broadcast A one",
					 "broadcast A " T1000 T1000,
					 "broadcast A two",
					 "a < text 4one",
					 "a < deflated 15 4" T1000 T1000,
					 "a < text 4two",
					 "b < text 4one",
					 "b < deflated 15 4" T1000 T1000,
					 "b < text 4two",
					 "c < text 4one",
					 "c < deflated 9 4" T1000 T1000,
					 "c < text 4two",
					 "d < text 4one",
					 "d < text 4" T1000 T1000,
					 "d < text 4two",
					 GET5,
					 "e < 200 4one\x1e"
					 "4" T1000 T1000 "\x1e"
					 "4two",
					 NULL},
		   &options);
}

static void what_waited_before_the_upgrade_leaves_as_it_is(void **state)
{
	(void)state;
	DEFLATE_SCRIPT("e GET EIO=4&transport=polling", "up open 1", "e < 200 *", "follow 1 A",
		       "h WS EIO=4&transport=websocket&sid=$1" OFFER, "h < 101", "h has " ANSWER,
		       "broadcast A " T1000 T10 T10 T10, "h deflated 2probe", "h < text 3probe",
		       "send 1 " T1000 T100, "broadcast A " T1000 T1000,
		       "e GET EIO=4&transport=polling&sid=$1", "e < 200 6", "h deflated 5",
		       "broadcast A " T1000 T100 T100, "h < text 4" T1000 T10 T10 T10,
		       "h < text 4" T1000 T100, "h < text 4" T1000 T1000,
		       "h < deflated 15 4" T1000 T100 T100);
}

static void following_another_keeps_what_was_compressed(void **state)
{
	(void)state;
	DEFLATE_SCRIPT(ANY, "follow 1 A", "a window 0", "broadcast A one",
		       "broadcast A " T1000 T100, "broadcast A two", "follow 1 B",
		       "broadcast B " T1000 T10 T10 T10, "broadcast B three", "end 1",
		       "up close 1 SERVER_CLOSE", "a window all", "a ping", "a < text 4one",
		       "a < deflated 15 4" T1000 T100, "a < text 4two",
		       "a < deflated 15 4" T1000 T10 T10 T10, "a < text 4three", "a < close 1000");
}

static void a_peer_that_reads_in_pieces_gets_every_byte(void **state)
{
	(void)state;
	DEFLATE_SCRIPT(ANY, "follow 1 A", "a window 1", "broadcast A " T1000 T100,
		       "broadcast A two", "a window 20", "send 1 0", "broadcast A " T1000 T1000,
		       "a window 3", "send 1 1", "a window all", "send 1 2",
		       "a < deflated 15 4" T1000 T100, "a < text 4two", "a < text 40",
		       "a < deflated 15 4" T1000 T1000, "a < text 41", "a < text 42");
}

static void who_lags_behind_the_window_is_ended(void **state)
{
	(void)state;
	DEFLATE_SCRIPT(ANY, "follow 1 A", "a window 0", "fill A 1 2000", "fill A 12 2000",
		       "up notice SLOW ", "up close 1 SLOW", "a window all", "a ping",
		       "a < frames 1", "a < close 1008");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_agreed_on_only_when_it_is_on),
		cmocka_unit_test(compressed_messages_come_in),
		cmocka_unit_test(broken_ones_end_the_session_with_their_code),
		cmocka_unit_test(own_messages_of_1_kib_on_leave_compressed),
		cmocka_unit_test(what_does_not_shrink_leaves_as_it_is),
		cmocka_unit_test(each_window_is_kept),
		cmocka_unit_test(broadcasts_keep_their_order_in_every_form),
		cmocka_unit_test(the_largest_broadcasts_too),
		cmocka_unit_test(what_waited_before_the_upgrade_leaves_as_it_is),
		cmocka_unit_test(following_another_keeps_what_was_compressed),
		cmocka_unit_test(a_peer_that_reads_in_pieces_gets_every_byte),
		cmocka_unit_test(who_lags_behind_the_window_is_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
