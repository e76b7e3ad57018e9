/* The server as a whole: its end. */
#include "helpers/check.h"

#include "frustd/eio/script.h"

static void closing_says_goodbye_to_everyone(void **state)
{
	(void)state;
	SCRIPT("a WS EIO=4&transport=websocket", "up open 1", "a < 101", "a < frames 1",
	       "b GET EIO=4&transport=polling", "up open 2", "b < 200 *",
	       "c GET EIO=3&transport=polling", "up open 3", "c < 200 *",
	       "d GET EIO=3&transport=polling", "up open 4", "d < 200 *",
	       "h WS EIO=3&transport=websocket&sid=$4", "h < 101",
	       "b GET EIO=4&transport=polling&sid=$2", "unfinished 0", "shutdown",
	       "up close 1 SHUTDOWN", "up close 2 SHUTDOWN", "up close 3 SHUTDOWN",
	       "up close 4 SHUTDOWN", "a < close 1001", "b < 200 1", "h < close 1001",
	       "unfinished 2", "a close 1001", "a < end", "a eof", "h reset", "unfinished 0",
	       "c GET EIO=3&transport=polling&sid=$3", "c < 200 1:1",
	       "d GET EIO=3&transport=polling&sid=$4", "d < 200 1:1", "unfinished 0");
}

static void closing_delivers_what_is_queued(void **state)
{
	(void)state;
	SCRIPT("a WS EIO=4&transport=websocket", "up open 1", "a < 101", "a < frames 1",
	       "follow 1 A", "a window 0", "broadcast A one", "send 1 two", "shutdown",
	       "up close 1 SHUTDOWN", "unfinished 1", "a window all", "a ping", "a < text 4one",
	       "a < text 4two", "a < close 1001", "a close 1001", "a eof", "unfinished 0");
}

static void a_closed_server_takes_no_one(void **state)
{
	(void)state;
	SCRIPT("shutdown", "a GET EIO=4&transport=polling", "a < 503 *",
	       "b WS EIO=4&transport=websocket", "b < 503 *");
}

static void a_census_tells_who_is_there_and_what_waits(void **state)
{
	(void)state;
	SCRIPT("census 0 0 0 0 0", "a WS EIO=4&transport=websocket", "up open 1", "a < 101",
	       "a < frames 1", "b GET EIO=4&transport=polling", "up open 2", "b < 200 *",
	       "c GET EIO=3&transport=polling", "up open 3", "c < 200 *",
	       "d GET EIO=3&transport=polling", "up open 4", "d < 200 *",
	       "e WS EIO=3&transport=websocket", "up open 5", "e < 101", "e < frames 1",
	       "census 2 1 1 1 0", "follow 1 A", "follow 2 A", "a window 0", "broadcast A one",
	       "broadcast A two", "census 2 1 1 1 18", "a window all", "a ping", "a < text 4one",
	       "a < text 4two", "a < pong", "b GET EIO=4&transport=polling&sid=$2",
	       "b < 200 4one\x1e"
	       "4two",
	       "census 2 1 1 1 0", "a close 1000", "up close 1 CLIENT_CLOSE", "a < close 1000",
	       "a < end", "a eof", "census 2 1 1 0 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closing_says_goodbye_to_everyone),
		cmocka_unit_test(closing_delivers_what_is_queued),
		cmocka_unit_test(a_closed_server_takes_no_one),
		cmocka_unit_test(a_census_tells_who_is_there_and_what_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
