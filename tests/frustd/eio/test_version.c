/* Heartbeats of both revisions, over both transports. Deadlines count from due times. */
#include "helpers/check.h"

#include "eio/version.h"
#include "frustd/eio/script.h"

#define GONE "{\"code\":1,\"message\":\"Session ID unknown\"}"
#define GET4 "a GET EIO=4&transport=polling&sid=$1"
#define GET3 "a GET EIO=3&transport=polling&sid=$1"
#define POST4 "b POST EIO=4&transport=polling&sid=$1 | "
#define POST3 "b POST EIO=3&transport=polling&sid=$1 | "
#define POLLING4 "a GET EIO=4&transport=polling", "up open 1", "a < 200 *"
#define POLLING3 "a GET EIO=3&transport=polling", "up open 1", "a < 200 *"
#define WEBSOCKET4 "a WS EIO=4&transport=websocket", "up open 1", "a < 101", "a < frames 1"
#define WEBSOCKET3 "a WS EIO=3&transport=websocket", "up open 1", "a < 101", "a < frames 1"

static void revision_4_is_pinged_an_interval_after_its_pong(void **state)
{
	(void)state;
	SCRIPT(WEBSOCKET4, "wait 24999", "wait 1", "a < text 2", "wait 5000", "a text 3",
	       "wait 24999", "wait 1", "a < text 2");
	SCRIPT(POLLING4, GET4, "wait 25000", "a < 200 2", GET4, "wait 19999", POST4 "3",
	       "b < 200 ok", "wait 24999", "wait 1", "a < 200 2");
}

static void revision_4_ends_without_a_pong(void **state)
{
	(void)state;
	SCRIPT(WEBSOCKET4, "wait 25000", "a < text 2", "a text 4x", "up 1 text x", "wait 19999",
	       "wait 1", "up close 1 TIMEOUT", "a < close 1000");
	SCRIPT(POLLING4, "wait 44999", GET4, "a < 200 2", GET4, "wait 1", "up close 1 TIMEOUT",
	       "a < 200 1", GET4, "a < 400 " GONE);
}

static void a_ping_nobody_fetches_runs_out_all_the_same(void **state)
{
	(void)state;
	SCRIPT(POLLING4, "wait 25000", "wait 20000", "up close 1 TIMEOUT", GET4, "a < 400 " GONE);
	SCRIPT(POLLING3, "wait 85000", "up close 1 TIMEOUT", GET3, "a < 400 " GONE);
}

static void a_late_turn_does_not_move_the_deadline(void **state)
{
	(void)state;
	SCRIPT(WEBSOCKET4, "wait 26000", "a < text 2", "wait 18999", "wait 1", "up close 1 TIMEOUT",
	       "a < close 1000");
}

static void revision_3_is_answered_with_the_same_data(void **state)
{
	(void)state;
	SCRIPT(WEBSOCKET3, "a text 2", "a < text 3", "a text 2probe", "a < text 3probe");
	SCRIPT(POLLING3, GET3, POST3 "1:2", "b < 200 ok", "a < 200 1:3", POST3 "3:2\xc3\xa4!",
	       "b < 200 ok", GET3, "a < 200 3:3\xc3\xa4!");
}

static void revision_3_ends_after_interval_and_timeout_without_a_ping(void **state)
{
	(void)state;
	SCRIPT(WEBSOCKET3, "wait 84999", "a text 2", "a < text 3", "wait 84999", "a text 4x",
	       "up 1 text x", "wait 1", "up close 1 TIMEOUT", "a < close 1000");
	SCRIPT(POLLING3, GET3, "wait 85000", "up close 1 TIMEOUT", "a < 200 1:1", GET3,
	       "a < 400 " GONE);
}

static void upgraded_sessions_time_out_too(void **state)
{
	(void)state;
	SCRIPT(POLLING3, "h WS EIO=3&transport=websocket&sid=$1", "h < 101", "h text 2probe",
	       "h < text 3probe", "h text 5", "wait 84999", "wait 1", "up close 1 TIMEOUT",
	       "h < close 1000");
}

static void a_ping_due_during_an_upgrade_waits_for_the_websocket(void **state)
{
	(void)state;
	SCRIPT(POLLING4, "wait 20000", "h WS EIO=4&transport=websocket&sid=$1", "h < 101",
	       "h text 2probe", "h < text 3probe", "wait 5000", GET4, "a < 200 6", "wait 1000",
	       "h text 5", "h < text 2", "wait 18999", "wait 1", "up close 1 TIMEOUT",
	       "h < close 1000");
}

static void only_3_and_4_are_revisions(void **state)
{
	static const char *const others[] = {"", "2", "5", "34", "4 ", "04", "3,4"};

	(void)state;
	CHECK_INT(eio_version_find(FR_STR("3"))->revision, 3);
	CHECK_INT(eio_version_find(FR_STR("4"))->revision, 4);
	for (size_t i = 0; i < FR_ARRAY_LEN(others); i++)
		CHECK(!eio_version_find(fr_str_of(others[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(revision_4_is_pinged_an_interval_after_its_pong),
		cmocka_unit_test(revision_4_ends_without_a_pong),
		cmocka_unit_test(a_ping_nobody_fetches_runs_out_all_the_same),
		cmocka_unit_test(a_late_turn_does_not_move_the_deadline),
		cmocka_unit_test(revision_3_is_answered_with_the_same_data),
		cmocka_unit_test(revision_3_ends_after_interval_and_timeout_without_a_ping),
		cmocka_unit_test(upgraded_sessions_time_out_too),
		cmocka_unit_test(a_ping_due_during_an_upgrade_waits_for_the_websocket),
		cmocka_unit_test(only_3_and_4_are_revisions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
