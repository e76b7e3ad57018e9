/* What leaves in one pass of many answers. */
#include "frustd/httpd/site.h"

#define ASK_BIG "GET /big HTTP/1.1\r\nHost: a\r\n\r\n"
#define ASK_SMALL "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
#define MANY 25

static size_t answered(struct memconn *const *peers, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += memconn_out(peers[i]).len > 0;
	return count;
}

static void large_answers_leave_in_turns_and_small_ones_at_once(void **state)
{
	const struct httpd_options options = httpd_options_default();
	struct memconn *greedy[MANY];
	struct site site;
	size_t first;

	(void)state;
	site_open_with(&site, &options);
	for (size_t i = 0; i < MANY; i++) {
		greedy[i] = site_connect(&site);
		memconn_say(greedy[i], ASK_BIG);
	}
	site.m = site_connect(&site);
	memconn_say(site.m, ASK_SMALL);

	httpd_server_flush(site.server);
	first = answered(greedy, MANY);
	CHECK(first > 1 && first < MANY / 2);
	CHECK_INT(site_count(&site, "hello"), 1);
	CHECK_INT(net_timers_next(&site.timers), site.timers.now);

	/* Those who waited come before those who ask again. */
	memconn_say(greedy[0], ASK_BIG);
	httpd_server_flush(site.server);
	CHECK_INT(answered(greedy, MANY), 2 * first);
	CHECK(memconn_out(greedy[0]).len < 2 * SITE_BIG);
	site_turn(&site);
	CHECK_INT(answered(greedy, MANY), MANY);
	CHECK(memconn_out(greedy[0]).len > 2 * SITE_BIG);

	for (size_t i = 0; i < MANY; i++) {
		net_conn_close(&greedy[i]->conn);
		memconn_pump(greedy[i]);
		memconn_free(greedy[i]);
	}
	site_close(&site);
}

static void whoever_waits_with_a_large_answer_may_go(void **state)
{
	const struct httpd_options options = httpd_options_default();
	struct memconn *greedy[MANY];
	struct site site;

	(void)state;
	site_open_with(&site, &options);
	for (size_t i = 0; i < MANY; i++) {
		greedy[i] = site_connect(&site);
		memconn_say(greedy[i], ASK_BIG);
	}
	httpd_server_flush(site.server);
	for (size_t i = 0; i < MANY; i++) {
		memconn_reset(greedy[i]);
		memconn_pump(greedy[i]);
		CHECK(greedy[i]->closed);
		memconn_free(greedy[i]);
	}
	httpd_server_flush(site.server);
	site.m = site_connect(&site);
	site_say(&site, ASK_SMALL);
	CHECK_INT(site_count(&site, "hello"), 1);
	site_close(&site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_answers_leave_in_turns_and_small_ones_at_once),
		cmocka_unit_test(whoever_waits_with_a_large_answer_may_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
