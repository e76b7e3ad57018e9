/* The WebSocket transport: opening, messages, the upgrade from polling, and goodbyes. */
#include "helpers/check.h"

#include "eio/outbox.h"
#include "frustd/eio/script.h"

#define OPEN4                                                                                      \
	"0{\"sid\":\"$1\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,"           \
	"\"maxPayload\":1000}"
#define OPEN3 "0{\"sid\":\"$1\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":60000}"
#define GONE "{\"code\":1,\"message\":\"Session ID unknown\"}"
#define BAD "{\"code\":3,\"message\":\"Bad request\"}"

#define START4 "a WS EIO=4&transport=websocket", "up open 1", "a < 101", "a < text " OPEN4
#define START3 "a WS EIO=3&transport=websocket", "up open 1", "a < 101", "a < text " OPEN3
/* A polling session on a and its WebSocket on h, not yet probed. */
#define POLLING4 "a GET EIO=4&transport=polling", "up open 1", "a < 200 *", WS4, "h < 101"
#define POLLING3 "a GET EIO=3&transport=polling", "up open 1", "a < 200 *", WS3, "h < 101"
#define GET4 "a GET EIO=4&transport=polling&sid=$1"
#define GET3 "a GET EIO=3&transport=polling&sid=$1"
#define POST4 "b POST EIO=4&transport=polling&sid=$1 | "
#define POST3 "b POST EIO=3&transport=polling&sid=$1 | "
/* The server has ended it after its probe was answered, with something to say. */
#define ENDED4                                                                                     \
	POLLING4, "h text 2probe", "h < text 3probe", "send 1 x", "end 1", "up close 1 SERVER_CLOSE"
#define LAST "a < 200 4x", GET4, "a < 200 1"
#define WS4 "h WS EIO=4&transport=websocket&sid=$1"
#define WS3 "h WS EIO=3&transport=websocket&sid=$1"

/* --- a session of its own --- */

static void a_session_opens_with_its_packet_and_what_on_open_sends(void **state)
{
	(void)state;
	SCRIPT(START4);
	SCRIPT(START3);
	SCRIPT("on open send * 0", "a WS EIO=3&transport=websocket", "up open 1", "a < 101",
	       "a < text " OPEN3, "a < text 40");
}

static void messages_go_both_ways(void **state)
{
	(void)state;
	SCRIPT(START4, "a text 4hello", "up 1 text hello", "a bin 00ff", "up 1 bin 00ff",
	       "send 1 hi", "sendbin 1 0102", "send2 1 two", "a < text 4hi", "a < bin 0102",
	       "a < text 4two");
	SCRIPT(START3, "a text 4hello", "up 1 text hello", "a bin 0400ff", "up 1 bin 00ff",
	       "send 1 hi", "sendbin 1 0102", "a < text 4hi", "a < bin 040102");
}

static void binary_messages_may_come_as_base64(void **state)
{
	(void)state;
	SCRIPT(START4, "a text bAP8=", "up 1 bin 00ff", "a text b", "up 1 bin ", "a text bAQID",
	       "up 1 bin 010203", "sendbin 1 0102", "a < bin 0102");
	SCRIPT(START3, "a text b4AP8=", "up 1 bin 00ff", "a text b4", "up 1 bin ", "sendbin 1 0102",
	       "a < bin 040102");
	SCRIPT(POLLING4, "h text bAP8=", "h < close 1000");
}

static void b64_of_the_handshake_has_binary_messages_go_as_base64(void **state)
{
	(void)state;
	SCRIPT("a WS EIO=4&b64=1&transport=websocket", "up open 1", "a < 101", "a < text " OPEN4,
	       "sendbin 1 00ff", "send 1 hi", "sendbin 1 ", "a < text bAP8=", "a < text 4hi",
	       "a < text b", "on message sendbin * 0a0b0c", "a text bAP8=", "up 1 bin 00ff",
	       "a < text bCgsM");
	SCRIPT("a WS EIO=3&b64=1&transport=websocket", "up open 1", "a < 101", "a < text " OPEN3,
	       "sendbin 1 00ff", "a < text b4AP8=", "a bin 0400ff", "up 1 bin 00ff");
	SCRIPT("a WS EIO=4&b64=&transport=websocket", "up open 1", "a < 101", "a < text " OPEN4,
	       "sendbin 1 00ff", "a < bin 00ff");
}

static void b64_of_the_handshake_outlasts_an_upgrade(void **state)
{
	(void)state;
	SCRIPT("a GET EIO=3&b64=1&transport=polling", "up open 1", "a < 200 *", "sendbin 1 00ff",
	       GET3, "a < 200 6:b4AP8=", WS3, "h < 101", "h text 2probe", "h < text 3probe",
	       "sendbin 1 0102", "h text 5", "sendbin 1 03", "h < text b4AQI=", "h < text b4Aw==");
	SCRIPT("a GET EIO=4&b64=1&transport=polling", "up open 1", "a < 200 *", "sendbin 1 00ff",
	       GET4, "a < 200 bAP8=", WS4, "h < 101", "h text 2probe", "h < text 3probe",
	       "sendbin 1 0102", "h text 5", "h < text bAQI=");
}

static void malformed_packets_end_the_session(void **state)
{
	static const char *const packets4[] = {"a text ",  "a text x", "a text 7",  "a text 0",
					       "a text 5", "a text 2", "a text b!", "a text bAP9="};
	static const char *const packets3[] = {
		"a text ",  "a text x", "a bin ",   "a bin 0201",   "a text 0",
		"a text 5", "a text 3", "a text b", "a text bAP8=", "a text b4!"};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(packets4); i++)
		SCRIPT(START4, packets4[i], "up close 1 PROTOCOL_ERROR", "a < close 1002",
		       "a close 1002", "a < end");
	for (size_t i = 0; i < FR_ARRAY_LEN(packets3); i++)
		SCRIPT(START3, packets3[i], "up close 1 PROTOCOL_ERROR", "a < close 1002",
		       "a close 1002", "a < end");
}

static void broken_frames_end_the_session_with_their_code(void **state)
{
	(void)state;
	/* unmasked, reserved bits, invalid UTF-8, too long */
	SCRIPT(START4, "a raw 8101", "a raw 34", "up close 1 PROTOCOL_ERROR", "a < close 1002",
	       "a eof", "a < end");
	SCRIPT(START4, "a raw f1810000000034", "up close 1 PROTOCOL_ERROR", "a < close 1002",
	       "a eof", "a < end");
	SCRIPT(START4, "a raw 81820000000034ff", "up close 1 PROTOCOL_ERROR", "a < close 1007",
	       "a eof", "a < end");
	SCRIPT(START4, "a raw 81fe03e90000000034", "up notice TOO_LARGE ",
	       "up close 1 PROTOCOL_ERROR", "a < close 1009", "a eof", "a < end");
}

static void a_too_large_message_is_told_of_the_client(void **state)
{
	(void)state;
	SCRIPT("a WS EIO=4&transport=websocket | X-Forwarded-For: 192.0.2.7", "up open 1",
	       "a < 101", "a < text " OPEN4, "a raw 81fe03e90000000034",
	       "up notice TOO_LARGE of 192.0.2.7", "up close 1 PROTOCOL_ERROR", "a < close 1009",
	       "a eof", "a < end");
}

static void what_the_layer_above_refuses_ends_the_session(void **state)
{
	(void)state;
	SCRIPT(START4, "on message fail *", "a text 4x", "up 1 text x", "up close 1 PROTOCOL_ERROR",
	       "a < close 1002", "a text 4y", "a close 1002", "a < end");
}

static void pings_are_answered_in_the_streams_order(void **state)
{
	(void)state;
	SCRIPT(START4, "on message send * echo", "a text 4x", "a ping abc", "a text 4y",
	       "up 1 text x", "up 1 text y", "a < text 4echo", "a < pong abc", "a < text 4echo",
	       "a pong unasked");
}

/* RFC 6455 §5.5.3. The first pong is on its way when the next ping comes. */
static void of_pings_whose_pongs_nobody_reads_the_last_is_answered(void **state)
{
	(void)state;
	SCRIPT(START4, "a window 0", "a ping 0123456789", "a ping 1", "a ping 2", "a ping 3",
	       "a window all", "a < pong 0123456789", "a < pong 3", "a ping 4", "a < pong 4");
	/* also behind a message that is on its way */
	SCRIPT(START4, "a window 0", "send 1 x", "a ping 1", "send 1 y", "a ping 2", "a window all",
	       "a < text 4x", "a < pong 2", "a < text 4y");
	SCRIPT(START4, "a window 0", "send 1 x", "a ping 1", "a close 1000",
	       "up close 1 CLIENT_CLOSE", "a window all", "a < text 4x", "a < pong 1",
	       "a < close 1000", "a < end");
}

/* Two a second, twenty at once. */
static struct eio_options with_rate(void)
{
	struct eio_options options = script_options();

	options.packet_rate = 2;
	return options;
}

#define EMPTY "8000000000" /* after the opcode: a masked frame of no bytes */
#define TEN_PONGS TWO_PONGS TWO_PONGS TWO_PONGS TWO_PONGS TWO_PONGS
#define TWO_PONGS "8a" EMPTY "8a" EMPTY
#define TEN_PINGS TWO_PINGS TWO_PINGS TWO_PINGS TWO_PINGS TWO_PINGS
#define TWO_PINGS "89" EMPTY "89" EMPTY
#define TEN_FRAGMENTS TWO_FRAGMENTS TWO_FRAGMENTS TWO_FRAGMENTS TWO_FRAGMENTS TWO_FRAGMENTS
#define TWO_FRAGMENTS "00" EMPTY "00" EMPTY

static void who_sends_too_many_frames_is_closed(void **state)
{
	static const char *const floods[] = {
		"a raw " TEN_PONGS TEN_PONGS "8a" EMPTY, /* pongs */
		"a raw "
		"02" EMPTY TEN_FRAGMENTS TEN_FRAGMENTS, /* fragments without end or content */
	};
	struct eio_options options = with_rate();

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(floods); i++)
		script_run((const char *const[]){START4, "a raw " TEN_PONGS TEN_PONGS, "wait 9999",
						 "a raw " TEN_PONGS, "wait 5001", floods[i],
						 "up notice FLOOD ", "up close 1 FLOOD",
						 "a < close 1008", "a ping", "a close 1000",
						 "wait 3000", NULL},
			   &options);
	script_run((const char *const[]){START4, "a raw " TEN_PINGS TEN_PINGS "89" EMPTY,
					 "a < pong", "up notice FLOOD ", "up close 1 FLOOD",
					 "a < close 1008", "a eof", "a < end", NULL},
		   &options);
}

static void large_messages_count_for_several(void **state)
{
	struct eio_options options = with_rate();
	char said[9100], heard[9100];

	(void)state;
	options.max_payload = sizeof(said);
	snprintf(said, sizeof(said), "a text 4%09000d", 0); /* three each */
	snprintf(heard, sizeof(heard), "up 1 text %09000d", 0);
	script_run((const char *const[]){"a WS EIO=4&transport=websocket",
					 "up open 1",
					 "a < 101",
					 "a < frames 1",
					 said,
					 heard,
					 said,
					 heard,
					 said,
					 heard,
					 said,
					 heard,
					 said,
					 heard,
					 said,
					 heard,
					 said,
					 heard,
					 "up notice FLOOD ",
					 "up close 1 FLOOD",
					 "a < close 1008",
					 "a eof",
					 "a < end",
					 NULL},
		   &options);
}

/* --- ends --- */

static void the_peers_close_is_echoed_and_the_stream_ended(void **state)
{
	(void)state;
	SCRIPT(START4, "a close 1001", "up close 1 CLIENT_CLOSE", "a < close 1001", "a < end",
	       "a eof");
	SCRIPT(START4, "a close", "up close 1 CLIENT_CLOSE", "a < close 1000", "a < end", "a eof");
}

static void a_close_packet_closes_at_once(void **state)
{
	(void)state;
	SCRIPT(START4, "a text 1", "up close 1 CLIENT_CLOSE", "a < close 1000", "a close 1000",
	       "a < end");
	SCRIPT(START3, "a text 1", "up close 1 CLIENT_CLOSE", "a < close 1000", "a close 1000",
	       "a < end");
}

static void a_broken_stream_ends_the_session(void **state)
{
	(void)state;
	SCRIPT(START4, "a reset", "up close 1 TRANSPORT_ERROR");
	SCRIPT(START4, "a eof", "up close 1 TRANSPORT_ERROR", "a < end");
}

static void our_close_comes_after_what_was_queued_and_waits_for_the_peers(void **state)
{
	(void)state;
	SCRIPT(START4, "on message send * bye", "a text 4x", "up 1 text x", "a < text 4bye",
	       "on message end *", "a text 4x", "up 1 text x", "up close 1 SERVER_CLOSE",
	       "a < close 1000", "a text 4late", "a ping late", "wait 2999", "a close 1000",
	       "a < end");
}

static void a_peer_that_does_not_answer_our_close_is_cut_off_after_3_s(void **state)
{
	(void)state;
	SCRIPT(START4, "end 1", "up close 1 SERVER_CLOSE", "a < close 1000", "wait 2999",
	       "a text 4x", "wait 1", "a < end");
}

static void a_close_waits_behind_a_blocked_frame(void **state)
{
	(void)state;
	SCRIPT(START4, "a window 3", "send 1 0123456789", "send 1 abc", "end 1",
	       "up close 1 SERVER_CLOSE", "a window all", "a ping", "a < text 40123456789",
	       "a < text 4abc", "a < close 1000");
}

/* --- the upgrade --- */

static void an_upgrade_moves_what_waits_in_order(void **state)
{
	(void)state;
	SCRIPT(POLLING4, GET4, "h text 2probe", "a < 200 6", "h < text 3probe", "send 1 one", GET4,
	       "a < 200 6", POST4 "4posted", "b < 200 ok", "up 1 text posted", "send 1 two",
	       "h text 5", "h < text 4one", "h < text 4two", "h text 4hello", "up 1 text hello",
	       GET4, "a < 400 " BAD, POST4 "4x", "b < 400 " BAD, "send 1 three", "h < text 4three",
	       "h close 1000", "up close 1 CLIENT_CLOSE", "h < close 1000", GET4, "a < 400 " GONE);
	SCRIPT(POLLING3, GET3, "h text 2probe", "a < 200 1:6", "h < text 3probe", "send 1 one",
	       GET3, "a < 200 1:6", POST3 "7:4posted", "b < 200 ok", "up 1 text posted", "h text 5",
	       "h < text 4one", GET3, "a < 400 " BAD);
}

static void an_upgrade_may_come_in_one_piece(void **state)
{
	(void)state;
	/* 2probe, 5 and a message in one read */
	SCRIPT(POLLING4, "send 1 one",
	       "h raw 8186000000003270726f6265818100000000358182000000003478", "up 1 text x",
	       "h < text 3probe", "h < text 4one");
}

static void a_second_websocket_gets_a_close(void **state)
{
	(void)state;
	SCRIPT(POLLING4, "c WS EIO=4&transport=websocket&sid=$1", "c < 101", "c < close 1000",
	       "h text 2probe", "h < text 3probe", "h text 5", "c close 1000", "c < end",
	       "d WS EIO=4&transport=websocket&sid=$1", "d < 101", "d < close 1000", "h text 4x",
	       "up 1 text x");
}

static void a_failed_probe_is_nothing_at_all(void **state)
{
	static const char *const wrong[] = {"h text 5", "h text 2",     "h text 4x",    "h text x",
					    "h bin 00", "h close 1000", "h text 3probe"};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(wrong); i++)
		SCRIPT(POLLING4, GET4, wrong[i], i == 3 ? "h < close 1002" : "h < close 1000",
		       "send 1 x", "a < 200 4x", "c WS EIO=4&transport=websocket&sid=$1", "c < 101",
		       "c text 2probe", "c < text 3probe");
	SCRIPT(POLLING4, "h text 2probe", "h < text 3probe", "send 1 x", GET4, "a < 200 6",
	       "h reset", GET4, "a < 200 4x");
	SCRIPT(POLLING4, "h text 2probe", "h < text 3probe", "h eof", "send 1 x", GET4,
	       "a < 200 4x");
	SCRIPT(POLLING4, "h text 2probe", "h < text 3probe", "h text 4x", "h < close 1000",
	       "send 1 x", GET4, "a < 200 4x");
}

static void a_probe_may_take_10_s(void **state)
{
	(void)state;
	SCRIPT(POLLING4, "h text 2probe", "h < text 3probe", "wait 9999", GET4, "a < 200 6",
	       "wait 1", "h < close 1000", "send 1 x", GET4, "a < 200 4x");
	SCRIPT(POLLING4, "h text 2probe", "h < text 3probe", "wait 9999", "h text 5", "wait 10",
	       "send 1 x", "h < text 4x");
}

static void a_probe_has_its_pings_answered(void **state)
{
	(void)state;
	SCRIPT(POLLING4, "h ping a", "h < pong a", "h text 2probe", "h ping b", "h < text 3probe",
	       "h < pong b", GET4, "a < 200 6");
}

static void a_session_that_ends_takes_its_probe_along(void **state)
{
	(void)state;
	SCRIPT(POLLING4, "h text 2probe", "h < text 3probe", POST4 "1", "b < 200 ok",
	       "up close 1 CLIENT_CLOSE", "h < close 1000", GET4, "a < 400 " GONE);
	SCRIPT(POLLING4, "send 1 x", "end 1", "up close 1 SERVER_CLOSE", "h < close 1000",
	       "h text 2probe", GET4, LAST);
	SCRIPT(POLLING4, "h text 2probe", "h < text 3probe", "on message fail *", POST4 "4a",
	       "up 1 text a", "b < 400 " BAD, "up close 1 PROTOCOL_ERROR", "h < close 1000");
}

/* Official clients poll no more once they have the answer to their probe. */
static void our_own_close_waits_for_the_upgrade_that_has_begun(void **state)
{
	(void)state;
	SCRIPT(ENDED4, "h text 5", "h < text 4x", "h < text 1", "h < close 1000", GET4,
	       "a < 400 " GONE, "unfinished 1", "h close", "h < end", "h eof", "unfinished 0");
	SCRIPT(ENDED4, GET4, LAST, "h < close 1000", "h text 5");
	SCRIPT(ENDED4, "h text 2probe", "h < close 1000", "h text 5", GET4, LAST);
	SCRIPT(ENDED4, "h text x", "h < close 1002", GET4, LAST);
	SCRIPT(ENDED4, "h reset", GET4, LAST);
	SCRIPT(ENDED4, "h ping a", "h < pong a", "wait 9999", "wait 1", "h < close 1000", GET4,
	       LAST);
	SCRIPT(ENDED4, "c WS EIO=4&transport=websocket&sid=$1", "c < 400 " GONE, "h text 5",
	       "h < text 4x", "h < text 1", "h < close 1000");
	SCRIPT(POLLING4, "h text 2probe", "h < text 3probe", "on message end *", POST4 "4a",
	       "up 1 text a", "b < 200 ok", "up close 1 SERVER_CLOSE", "h text 5", "h < text 1",
	       "h < close 1000");
	SCRIPT(POLLING4, "h text 2probe", "h < text 3probe", "shutdown", "up close 1 SHUTDOWN",
	       "h text 5", "h < text 1", "h < close 1001");
	SCRIPT(ENDED4); /* the server's end */
}

static void an_upgrade_is_given_up_only_where_one_had_begun(void **state)
{
	(void)state;
	SCRIPT(START4, "end 1", "up close 1 SERVER_CLOSE", "a < close 1000", "upgrades 0 0");
	SCRIPT(START4, "a text x", "up close 1 PROTOCOL_ERROR", "a < close 1002", "upgrades 0 0");
	SCRIPT(START4, "a reset", "up close 1 TRANSPORT_ERROR", "upgrades 0 0");
	SCRIPT(POLLING4, "h text 2probe", "h < text 3probe", "h text 5", "upgrades 1 0", "end 1",
	       "up close 1 SERVER_CLOSE", "h < close 1000", "upgrades 1 0");
	SCRIPT(POLLING4, "h text x", "h < close 1002", "upgrades 0 1");
	SCRIPT(POLLING4, "h reset", "upgrades 0 1");
	SCRIPT(POLLING4, POST4 "1", "b < 200 ok", "up close 1 CLIENT_CLOSE", "h < close 1000",
	       "upgrades 0 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_opens_with_its_packet_and_what_on_open_sends),
		cmocka_unit_test(messages_go_both_ways),
		cmocka_unit_test(binary_messages_may_come_as_base64),
		cmocka_unit_test(b64_of_the_handshake_has_binary_messages_go_as_base64),
		cmocka_unit_test(b64_of_the_handshake_outlasts_an_upgrade),
		cmocka_unit_test(malformed_packets_end_the_session),
		cmocka_unit_test(broken_frames_end_the_session_with_their_code),
		cmocka_unit_test(a_too_large_message_is_told_of_the_client),
		cmocka_unit_test(what_the_layer_above_refuses_ends_the_session),
		cmocka_unit_test(pings_are_answered_in_the_streams_order),
		cmocka_unit_test(of_pings_whose_pongs_nobody_reads_the_last_is_answered),
		cmocka_unit_test(who_sends_too_many_frames_is_closed),
		cmocka_unit_test(large_messages_count_for_several),
		cmocka_unit_test(the_peers_close_is_echoed_and_the_stream_ended),
		cmocka_unit_test(a_close_packet_closes_at_once),
		cmocka_unit_test(a_broken_stream_ends_the_session),
		cmocka_unit_test(our_close_comes_after_what_was_queued_and_waits_for_the_peers),
		cmocka_unit_test(a_peer_that_does_not_answer_our_close_is_cut_off_after_3_s),
		cmocka_unit_test(a_close_waits_behind_a_blocked_frame),
		cmocka_unit_test(an_upgrade_moves_what_waits_in_order),
		cmocka_unit_test(an_upgrade_may_come_in_one_piece),
		cmocka_unit_test(a_second_websocket_gets_a_close),
		cmocka_unit_test(a_failed_probe_is_nothing_at_all),
		cmocka_unit_test(a_probe_may_take_10_s),
		cmocka_unit_test(a_probe_has_its_pings_answered),
		cmocka_unit_test(a_session_that_ends_takes_its_probe_along),
		cmocka_unit_test(our_own_close_waits_for_the_upgrade_that_has_begun),
		cmocka_unit_test(an_upgrade_is_given_up_only_where_one_had_begun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
