/* Broadcasts to mixed followers, and those who do not keep up. */
#include "helpers/check.h"

#include "frustd/eio/script.h"

#define WEBSOCKET4 "a WS EIO=4&transport=websocket", "up open 1", "a < 101", "a < frames 1"
#define WEBSOCKET3 "b WS EIO=3&transport=websocket", "up open 2", "b < 101", "b < frames 1"
#define POLLING4 "c GET EIO=4&transport=polling", "up open 3", "c < 200 *"
#define POLLING3 "d GET EIO=3&transport=polling", "up open 4", "d < 200 *"
#define GET4 "c GET EIO=4&transport=polling&sid=$3"
#define GET3 "d GET EIO=3&transport=polling&sid=$4"
#define ALL WEBSOCKET4, WEBSOCKET3, POLLING4, POLLING3
#define ALL_FOLLOW "follow 1 A", "follow 2 A", "follow 3 A", "follow 4 A"

static void all_followers_get_the_same_messages(void **state)
{
	(void)state;
	SCRIPT("broadcast A before", ALL, ALL_FOLLOW, GET4, "broadcast A one",
	       "broadcast A two\xf0\x9f\x98\x80", "a < text 4one", "a < text 4two\xf0\x9f\x98\x80",
	       "b < text 4one", "b < text 4two\xf0\x9f\x98\x80", "c < 200 4one", GET4,
	       "c < 200 4two\xf0\x9f\x98\x80", GET3, "d < 200 4:4one6:4two\xf0\x9f\x98\x80");
}

static void own_messages_keep_their_place_among_them(void **state)
{
	(void)state;
	SCRIPT(ALL, ALL_FOLLOW, "a window 0", "broadcast A 1", "send 1 own1", "send 3 own3",
	       "broadcast A 2", "send 1 own2", "a window all", "a text 6", GET4,
	       "c < 200 41\x1e"
	       "4own3\x1e"
	       "42",
	       "a < text 41", "a < text 4own1", "a < text 42", "a < text 4own2", "b < text 41",
	       "b < text 42", GET3, "d < 200 2:412:42");
}

static void who_follows_later_or_no_more_gets_nothing_of_the_rest(void **state)
{
	(void)state;
	SCRIPT(WEBSOCKET4, WEBSOCKET3, "follow 1 A", "broadcast A one", "a < text 4one",
	       "follow 2 A", "unfollow 1", "broadcast A two", "b < text 4two");
}

static void changing_the_broadcast_keeps_the_order(void **state)
{
	(void)state;
	SCRIPT(WEBSOCKET4, "follow 1 A", "a window 0", "broadcast A a1", "send 1 own",
	       "broadcast A a2", "follow 1 B", "broadcast B b1", "broadcast A a3", "unfollow 1",
	       "broadcast B b2", "a window all", "a text 6", "a < text 4a1", "a < text 4own",
	       "a < text 4a2", "a < text 4b1");
}

static void large_messages_keep_their_place(void **state)
{
	(void)state;
	SCRIPT(WEBSOCKET4, "c GET EIO=4&transport=polling", "up open 2", "c < 200 *", "follow 1 A",
	       "follow 2 A", "broadcast A one", "fill A 1 1500", "broadcast A two", "a < text 4one",
	       "a < frames 1", "a < text 4two", "c GET EIO=4&transport=polling&sid=$2",
	       "c < 200 4one", "c GET EIO=4&transport=polling&sid=$2", "c < 200 *",
	       "c GET EIO=4&transport=polling&sid=$2", "c < 200 4two");
}

static void who_falls_out_of_the_window_is_ended(void **state)
{
	(void)state;
	SCRIPT(ALL, ALL_FOLLOW, "a window 0", "fill A 3 1000", "b < frames 3", GET3, "d < 200 *",
	       GET3, "d < 200 *", GET3, "d < 200 *", "fill A 3 1000", "b < frames 3",
	       "up notice SLOW ", "up close 1 SLOW", "up notice SLOW ", "up close 3 SLOW", GET4,
	       "c < 200 1", GET4, "c < 400 {\"code\":1,\"message\":\"Session ID unknown\"}", GET3,
	       "d < 200 *", GET3, "d < 200 *", GET3, "d < 200 *", "a window all", "a ping",
	       "a < frames 1", "a < close 1008");
}

static void a_peer_that_reads_in_pieces_gets_every_byte(void **state)
{
	(void)state;
	SCRIPT(WEBSOCKET4, "follow 1 A", "a window 1", "broadcast A one", "broadcast A two",
	       "a window 3", "send 1 0", "broadcast A three", "a window 8", "send 1 1",
	       "a window all", "send 1 2", "a < text 4one", "a < text 4two", "a < text 40",
	       "a < text 4three", "a < text 41", "a < text 42");
}

static void a_leavers_message_reaches_the_others_in_the_same_turn(void **state)
{
	(void)state;
	SCRIPT(WEBSOCKET4, WEBSOCKET3, "follow 1 A", "follow 2 A", "on close broadcast A left",
	       "a reset", "up close 1 TRANSPORT_ERROR", "b < text 4left");
}

static void followers_through_an_upgrade_miss_nothing(void **state)
{
	(void)state;
	SCRIPT("c GET EIO=4&transport=polling", "up open 1", "c < 200 *", "follow 1 A",
	       "broadcast A 1", "h WS EIO=4&transport=websocket&sid=$1", "h < 101", "broadcast A 2",
	       "h text 2probe", "h < text 3probe", "broadcast A 3",
	       "c GET EIO=4&transport=polling&sid=$1", "c < 200 6", "h text 5", "broadcast A 4",
	       "h < text 41", "h < text 42", "h < text 43", "h < text 44");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_followers_get_the_same_messages),
		cmocka_unit_test(own_messages_keep_their_place_among_them),
		cmocka_unit_test(who_follows_later_or_no_more_gets_nothing_of_the_rest),
		cmocka_unit_test(changing_the_broadcast_keeps_the_order),
		cmocka_unit_test(large_messages_keep_their_place),
		cmocka_unit_test(who_falls_out_of_the_window_is_ended),
		cmocka_unit_test(a_peer_that_reads_in_pieces_gets_every_byte),
		cmocka_unit_test(a_leavers_message_reaches_the_others_in_the_same_turn),
		cmocka_unit_test(followers_through_an_upgrade_miss_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
