/* Long-polling, both revisions: handshakes, payloads, what ends a session and how. */
#include "helpers/check.h"

#include "eio/outbox.h"
#include "frustd/eio/script.h"

#define OPEN4                                                                                      \
	"0{\"sid\":\"$1\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,"                    \
	"\"pingTimeout\":20000,\"maxPayload\":1000}"
#define OPEN3                                                                                      \
	"97:0{\"sid\":\"$1\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,"                 \
	"\"pingTimeout\":60000}"
#define GONE "{\"code\":1,\"message\":\"Session ID unknown\"}"
#define BAD "{\"code\":3,\"message\":\"Bad request\"}"

#define GET4 "a GET EIO=4&transport=polling&sid=$1"
#define POST4 "b POST EIO=4&transport=polling&sid=$1 | "
#define GET3 "a GET EIO=3&transport=polling&sid=$1"
#define POST3 "b POST EIO=3&transport=polling&sid=$1 | "
#define START4 "a GET EIO=4&transport=polling", "up open 1", "a < 200 " OPEN4
#define START3 "a GET EIO=3&transport=polling", "up open 1", "a < 200 " OPEN3

static void a_handshake_has_exactly_its_revisions_keys(void **state)
{
	(void)state;
	SCRIPT(START4, "a has Content-Type: text/plain; charset=UTF-8",
	       "a has Cache-Control: no-store");
	SCRIPT(START3, "a has Content-Type: text/plain; charset=UTF-8",
	       "a has Cache-Control: no-store");
}

static void a_ping_timeout_that_is_set_is_both_revisions(void **state)
{
	struct eio_options options = script_options();

	(void)state;
	options.ping_timeout = 7;
	options.ping_interval = 9;
	script_run(
		(const char *const[]){"a GET EIO=4&transport=polling", "up open 1",
				      "a < 200 0{\"sid\":\"$1\",\"upgrades\":[\"websocket\"],"
				      "\"pingInterval\":9,\"pingTimeout\":7,\"maxPayload\":1000}",
				      "b GET EIO=3&transport=polling", "up open 2",
				      "b < 200 89:0{\"sid\":\"$2\",\"upgrades\":[\"websocket\"],"
				      "\"pingInterval\":9,\"pingTimeout\":7}",
				      NULL},
		&options);
}

static void what_on_open_sends_leaves_with_the_handshake(void **state)
{
	(void)state;
	SCRIPT("on open send * 0", "a GET EIO=3&transport=polling", "up open 1",
	       "a < 200 " OPEN3 "2:40");
	SCRIPT("on open send * 0", "a GET EIO=4&transport=polling", "up open 1",
	       "a < 200 " OPEN4 "\x1e"
	       "40");
}

static void a_get_waits_for_what_is_sent(void **state)
{
	(void)state;
	SCRIPT(START4, GET4, "send 1 hello", "a < 200 4hello", "send 1 one", "send2 1 two",
	       "sendbin 1 01020304", GET4,
	       "a < 200 4one\x1e"
	       "4two\x1e"
	       "bAQIDBA==");
	SCRIPT(START3, GET3, "send 1 hello", "a < 200 6:4hello", "send 1 one",
	       "send 1 \xf0\x9f\x98\x80", GET3, "a < 200 4:4one3:4\xf0\x9f\x98\x80");
}

static void binary_packets_go_in_revision_3s_binary_form(void **state)
{
	(void)state;
	SCRIPT(START3, GET3, "sendbin 1 01020304", "a < 200 hex:0105ff0401020304",
	       "a has Content-Type: application/octet-stream", "send 1 hi", "sendbin 1 ff", GET3,
	       "a < 200 hex:0003ff3468690102ff04ff", "send 1 hi", GET3, "a < 200 3:4hi",
	       "a has Content-Type: text/plain; charset=UTF-8");
}

static void b64_of_the_handshake_keeps_binary_packets_in_text(void **state)
{
	(void)state;
	SCRIPT("a GET EIO=3&b64=1&transport=polling", "up open 1", "a < 200 " OPEN3, GET3,
	       "send 1 hello", "a < 200 6:4hello", "sendbin 1 01020304", GET3 "&b64=",
	       "a < 200 10:b4AQIDBA==", "a has Content-Type: text/plain; charset=UTF-8");
}

static void a_response_is_bounded_by_max_payload(void **state)
{
	struct eio_options options = script_options();

	(void)state;
	options.max_payload = 12;
	script_run((const char *const[]){"a GET EIO=4&transport=polling", "up open 1", "a < 200 *",
					 "send 1 one", "send 1 two", "send 1 three",
					 "send 1 longer than all of it", GET4,
					 "a < 200 4one\x1e"
					 "4two",
					 GET4, "a < 200 4three", GET4,
					 "a < 200 4longer than all of it", NULL},
		   &options);
}

static void long_answers_are_zipped_where_it_is_offered(void **state)
{
	struct eio_options options = script_options();

	(void)state;
	options.max_payload = 3000;
	script_run((const char *const[]){"a GET EIO=4&transport=polling", "up open 1", "a < 200 *",
					 "follow 1 A", "fill A 1 1023",
					 GET4 " | Accept-Encoding: gzip", "a < 200 *",
					 "a has Content-Encoding: gzip", "fill A 1 1023", GET4,
					 "a < 200 *", "a has Content-Length: 1024", "fill A 1 1022",
					 GET4 " | Accept-Encoding: gzip", "a < 200 *",
					 "a has Content-Length: 1023", NULL},
		   &options);
}

static void a_post_hands_up_its_packets_in_order(void **state)
{
	(void)state;
	SCRIPT(START4,
	       POST4 "4one\x1e"
		     "bAQID\x1e"
		     "6\x1e"
		     "4two",
	       "b < 200 ok", "up 1 text one", "up 1 bin 010203", "up 1 text two");
	SCRIPT(START3, POST3 "4:4one6:b4AQID4:4two", "b < 200 ok", "up 1 text one",
	       "up 1 bin 010203", "up 1 text two", POST3 "hex:0003ff3468690104ff04010203",
	       "b < 200 ok", "up 1 text hi", "up 1 bin 010203", POST3 "0:", "b < 200 ok");
}

static void a_malformed_packet_ends_the_session(void **state)
{
	static const char *const bodies4[] = {"", "x", "9", "0", "5", "2", "b!", "hex:0001ff34"};
	static const char *const bodies3[] = {"",      "x",   "4:42", "-1:2", "1:2garbage",
					      "1:x",   "1:5", "1:0",  "1:3",  "hex:0105ff34",
					      "hex:02"};
	char post[100];

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(bodies4); i++) {
		snprintf(post, sizeof(post), POST4 "%s", bodies4[i]);
		SCRIPT(START4, GET4, post, "b < 400 " BAD, "up close 1 PROTOCOL_ERROR", "a < 200 1",
		       GET4, "a < 400 " GONE);
	}
	for (size_t i = 0; i < FR_ARRAY_LEN(bodies3); i++) {
		snprintf(post, sizeof(post), POST3 "%s", bodies3[i]);
		SCRIPT(START3, GET3, post, "b < 400 " BAD, "up close 1 PROTOCOL_ERROR",
		       "a < 200 1:1", GET3, "a < 400 " GONE);
	}
}

static void packets_before_a_malformed_one_count(void **state)
{
	(void)state;
	SCRIPT(START4, POST4 "4a\x1e", "b < 400 " BAD, "up 1 text a", "up close 1 PROTOCOL_ERROR");
	SCRIPT(START3, POST3 "2:4a1:x2:4b", "b < 400 " BAD, "up 1 text a",
	       "up close 1 PROTOCOL_ERROR");
}

static void what_the_layer_above_refuses_ends_the_session_like_a_malformed_packet(void **state)
{
	(void)state;
	SCRIPT(START4, "on message fail *", GET4,
	       POST4 "4a\x1e"
		     "4b",
	       "b < 400 " BAD, "up 1 text a", "up close 1 PROTOCOL_ERROR", "a < 200 1", GET4,
	       "a < 400 " GONE);
}

static void a_post_over_the_limit_is_refused_and_spares_the_session(void **state)
{
	struct eio_options options = script_options();

	(void)state;
	options.max_payload = 10;
	script_run((const char *const[]){"a GET EIO=4&transport=polling", "up open 1", "a < 200 *",
					 POST4 "4123456789", "b < 200 ok", "up 1 text 123456789",
					 POST4 "41234567890", "b < 413 *", "up notice TOO_LARGE ",
					 POST4 "4x", "b < 200 ok", "up 1 text x", NULL},
		   &options);
}

static void a_close_packet_gives_the_waiting_get_a_noop(void **state)
{
	(void)state;
	SCRIPT(START4, GET4,
	       POST4 "4last\x1e"
		     "1\x1e"
		     "4late",
	       "b < 200 ok", "up 1 text last", "up close 1 CLIENT_CLOSE", "a < 200 6", GET4,
	       "a < 400 " GONE, POST4 "1", "b < 400 " GONE);
	SCRIPT(START3, GET3, POST3 "1:1", "b < 200 ok", "up close 1 CLIENT_CLOSE", "a < 200 1:6",
	       GET3, "a < 400 " GONE);
}

static void a_second_get_at_once_ends_the_session(void **state)
{
	(void)state;
	SCRIPT(START4, GET4, "b GET EIO=4&transport=polling&sid=$1", "b < 400 " BAD,
	       "up close 1 PROTOCOL_ERROR", "a < 200 1", GET4, "a < 400 " GONE);
	SCRIPT(START3, GET3, "b GET EIO=3&transport=polling&sid=$1", "b < 400 " BAD,
	       "up close 1 PROTOCOL_ERROR", "a < 200 1:1", GET3, "a < 400 " GONE);
}

#define BEGIN4 "BEGIN EIO=4&transport=polling&sid=$1 | Content-Length: 2"

static void a_second_post_at_once_ends_the_session(void **state)
{
	(void)state;
	SCRIPT(START4, "b " BEGIN4, "c " BEGIN4, "c < 400 " BAD, "c has Connection: close",
	       "up close 1 PROTOCOL_ERROR", "b raw 3478", "b < 400 " GONE, GET4, "a < 400 " GONE);
	SCRIPT(START4, GET4, "b " BEGIN4, "b raw 34", "c POST EIO=4&transport=polling&sid=$1 | 4x",
	       "c < 400 " BAD, "up close 1 PROTOCOL_ERROR", "a < 200 1", "b raw 78",
	       "b < 400 " GONE);
	SCRIPT(START4, "b POST EIO=4&transport=polling&sid=$1 | 1", "b < 200 ok",
	       "up close 1 CLIENT_CLOSE", "b " BEGIN4, "c " BEGIN4, "b raw 3478", "b < 400 " GONE,
	       "c raw 3478", "c < 400 " GONE);
}

static void posts_one_after_the_other_are_fine(void **state)
{
	(void)state;
	SCRIPT(START4, "b " BEGIN4, "b raw 3478", "b < 200 ok", "up 1 text x", "c " BEGIN4,
	       "c raw 3479", "c < 200 ok", "up 1 text y");
	SCRIPT(START4, "b " BEGIN4, "b reset", "c " BEGIN4, "c raw 3478", "c < 200 ok",
	       "up 1 text x");
}

static void an_aborted_get_ends_the_session(void **state)
{
	(void)state;
	SCRIPT(START4, GET4, "a reset", "up close 1 TRANSPORT_ERROR",
	       "b GET EIO=4&transport=polling&sid=$1", "b < 400 " GONE);
	SCRIPT(START4, GET4, "a eof", "up close 1 TRANSPORT_ERROR",
	       "b GET EIO=4&transport=polling&sid=$1", "b < 400 " GONE);
}

static void a_connection_that_closes_between_polls_changes_nothing(void **state)
{
	(void)state;
	SCRIPT(START4, "a eof", "send 1 hello", "b GET EIO=4&transport=polling&sid=$1",
	       "b < 200 4hello");
}

static void our_close_comes_by_itself_behind_what_is_left(void **state)
{
	(void)state;
	SCRIPT(START4, GET4, "on message send * bye", "on close none", POST4 "4x", "up 1 text x",
	       "b < 200 ok", "a < 200 4bye", GET4, "end 1", "up close 1 SERVER_CLOSE", "a < 200 1",
	       GET4, "a < 400 " GONE);
	SCRIPT(START3, "send 1 bye", "end 1", "up close 1 SERVER_CLOSE", GET3, "a < 200 4:4bye",
	       GET3, "a < 200 1:1", GET3, "a < 400 " GONE);
	SCRIPT(START4, GET4, "send 1 bye", "end 1", "up close 1 SERVER_CLOSE", "a < 200 4bye", GET4,
	       "a < 200 1", GET4, "a < 400 " GONE);
}

static void our_close_waits_for_the_next_get_and_no_longer_than_30_s(void **state)
{
	(void)state;
	SCRIPT(START4, "end 1", "up close 1 SERVER_CLOSE", POST4 "4x", "b < 400 " GONE,
	       "wait 29999", GET4, "a < 200 1", GET4, "a < 400 " GONE);
	SCRIPT(START4, "end 1", "up close 1 SERVER_CLOSE", "wait 30000", GET4, "a < 400 " GONE);
}

static void what_our_close_leaves_comes_in_as_many_gets_as_it_takes(void **state)
{
	struct eio_options options = script_options();

	(void)state;
	options.max_payload = 8;
	script_run((const char *const[]){"a GET EIO=4&transport=polling", "up open 1", "a < 200 *",
					 "send 1 123456", "send 1 7890ab", "end 1",
					 "up close 1 SERVER_CLOSE", GET4, "a < 200 4123456", GET4,
					 "a < 200 47890ab", GET4, "a < 200 1", GET4,
					 "a < 400 " GONE, NULL},
		   &options);
}

static void a_session_closed_in_on_open_says_so_at_once(void **state)
{
	(void)state;
	SCRIPT("on open end *", "a GET EIO=4&transport=polling", "up open 1",
	       "up close 1 SERVER_CLOSE",
	       "a < 200 " OPEN4 "\x1e"
	       "1",
	       GET4, "a < 400 " GONE);
}

static void a_full_queue_ends_the_session(void **state)
{
	struct eio_options options = script_options();

	(void)state;
	options.queue_max = 2 * EIO_PIECE_COST;
	script_run((const char *const[]){"a GET EIO=4&transport=polling", "up open 1", "a < 200 *",
					 "send 1 0123456789", "send 1 0123456789", "send 1 x",
					 "up notice SLOW ", "up close 1 SLOW", GET4, "a < 200 1",
					 GET4, "a < 400 " GONE, NULL},
		   &options);
}

static void our_own_close_keeps_no_more_than_a_queue(void **state)
{
	(void)state; /* 2048 bytes */
	SCRIPT(START4, "follow 1 A", "fill A 2 900", "end 1", "up close 1 SERVER_CLOSE", GET4,
	       "a < 200 *", GET4, "a < 200 *", GET4, "a < 200 1", GET4, "a < 400 " GONE);
	SCRIPT(START4, "follow 1 A", "fill A 3 900", "end 1", "up close 1 SERVER_CLOSE", GET4,
	       "a < 200 1", GET4, "a < 400 " GONE);
}

static void who_posts_too_many_packets_is_closed(void **state)
{
	struct eio_options options = script_options();

	(void)state;
	options.packet_rate = 1; /* ten at once */
	script_run((const char *const[]){START4, GET4,
					 POST4 "6\x1e"
					       "6\x1e"
					       "6\x1e"
					       "6\x1e"
					       "6\x1e"
					       "6\x1e"
					       "6\x1e"
					       "6\x1e"
					       "6\x1e"
					       "4x\x1e"
					       "4y",
					 "up 1 text x", "up notice FLOOD ", "up close 1 FLOOD",
					 "b < 429 {\"error\": \"Too Many Requests\"}", "a < 200 1",
					 POST4 "4x", "b < 400 " GONE, NULL},
		   &options);
}

/* What would be told back is bounded. */
static void a_ping_brings_little(void **state)
{
	struct eio_options options = script_options();
	char ping[1200], pong[1200];

	(void)state;
	options.max_payload = 2000;
	snprintf(ping, sizeof(ping), POST3 "1025:2%01024d", 0);
	snprintf(pong, sizeof(pong), "a < 200 1025:3%01024d", 0);
	script_run((const char *const[]){"a GET EIO=3&transport=polling", "up open 1", "a < 200 *",
					 ping, "b < 200 ok", GET3, pong, NULL},
		   &options);
	snprintf(ping, sizeof(ping), POST3 "1026:2%01025d", 0);
	script_run((const char *const[]){"a GET EIO=3&transport=polling", "up open 1", "a < 200 *",
					 ping, "up close 1 PROTOCOL_ERROR", "b < 400 " BAD, NULL},
		   &options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_has_exactly_its_revisions_keys),
		cmocka_unit_test(a_ping_timeout_that_is_set_is_both_revisions),
		cmocka_unit_test(what_on_open_sends_leaves_with_the_handshake),
		cmocka_unit_test(a_get_waits_for_what_is_sent),
		cmocka_unit_test(binary_packets_go_in_revision_3s_binary_form),
		cmocka_unit_test(b64_of_the_handshake_keeps_binary_packets_in_text),
		cmocka_unit_test(a_response_is_bounded_by_max_payload),
		cmocka_unit_test(long_answers_are_zipped_where_it_is_offered),
		cmocka_unit_test(a_post_hands_up_its_packets_in_order),
		cmocka_unit_test(a_malformed_packet_ends_the_session),
		cmocka_unit_test(packets_before_a_malformed_one_count),
		cmocka_unit_test(
			what_the_layer_above_refuses_ends_the_session_like_a_malformed_packet),
		cmocka_unit_test(a_post_over_the_limit_is_refused_and_spares_the_session),
		cmocka_unit_test(a_close_packet_gives_the_waiting_get_a_noop),
		cmocka_unit_test(a_second_get_at_once_ends_the_session),
		cmocka_unit_test(a_second_post_at_once_ends_the_session),
		cmocka_unit_test(posts_one_after_the_other_are_fine),
		cmocka_unit_test(an_aborted_get_ends_the_session),
		cmocka_unit_test(a_connection_that_closes_between_polls_changes_nothing),
		cmocka_unit_test(our_close_comes_by_itself_behind_what_is_left),
		cmocka_unit_test(our_close_waits_for_the_next_get_and_no_longer_than_30_s),
		cmocka_unit_test(what_our_close_leaves_comes_in_as_many_gets_as_it_takes),
		cmocka_unit_test(a_session_closed_in_on_open_says_so_at_once),
		cmocka_unit_test(a_full_queue_ends_the_session),
		cmocka_unit_test(who_posts_too_many_packets_is_closed),
		cmocka_unit_test(a_ping_brings_little),
		cmocka_unit_test(our_own_close_keeps_no_more_than_a_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
