/* The routes on a loop that asks the hub's for their bodies. */
#include "app/api.h"

#include <stdlib.h>

#include "helpers/check.h"
#include "helpers/memconn.h"

#define QUESTIONS 8

struct rig {
	struct net_timers timers;
	struct httpd_server *httpd;
	struct board board;
	struct api *api;
	struct api_question asked[QUESTIONS];
	int count;
};

static uint64_t no_time(void)
{
	return 0;
}

static void on_ask(void *ctx, const struct api_question *question)
{
	struct rig *rig = ctx;

	CHECK(rig->count < QUESTIONS);
	rig->asked[rig->count++] = *question;
}

static void rig_open(struct rig *rig)
{
	struct httpd_options options = httpd_options_default();

	*rig = (struct rig){0};
	rig->board.boot = 0xb007;
	atomic_init(&rig->board.state, 5);
	net_timers_init(&rig->timers, 1000, no_time);
	rig->httpd = httpd_server_new(&rig->timers, &options);
	CHECK(rig->httpd != NULL);
	rig->api = api_new(rig->httpd, &(struct api_source){
					       .board = &rig->board,
					       .ask = on_ask,
					       .ctx = rig,
				       });
	CHECK(rig->api != NULL);
}

static struct memconn *get(struct rig *rig, const char *target)
{
	struct memconn *m = memconn_new();

	httpd_server_accept(rig->httpd, &m->conn);
	memconn_say(m, "GET ");
	memconn_say(m, target);
	memconn_say(m, " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	return m;
}

/* What the peer got ends with that; the connection is over. */
static void check_got(struct rig *rig, struct memconn *m, const char *head, const char *end)
{
	size_t n = strlen(end);
	struct fr_str out;

	httpd_server_flush(rig->httpd);
	out = memconn_out(m);
	CHECK(fr_str_starts(out, fr_str_of(head)));
	CHECK(out.len >= n && memcmp(out.at + out.len - n, end, n) == 0);
	memconn_eof(m);
	while (memconn_pump(m))
		;
	CHECK(m->closed);
	memconn_free(m);
}

static void rig_close(struct rig *rig)
{
	httpd_server_free(rig->httpd);
	api_free(rig->api);
}

static void answer(struct rig *rig, int question, uint64_t version, const char *body)
{
	api_answer(rig->api, &rig->asked[question], version,
		   body ? net_chunk_of(body, strlen(body)) : NULL);
}

static void what_is_not_there_is_asked_for_and_kept_while_it_is_true(void **state)
{
	struct memconn *first, *second;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	first = get(&rig, "/api/current_stats");
	CHECK_INT(rig.count, 1);
	CHECK_INT(memconn_out(first).len, 0);
	answer(&rig, 0, 5, "{\"a\":1}");
	check_got(&rig, first, "HTTP/1.1 200", "{\"a\":1}");
	second = get(&rig, "/api/current_stats");
	CHECK_INT(rig.count, 1);
	check_got(&rig, second, "HTTP/1.1 200", "{\"a\":1}");
	board_change(&rig.board.state);
	first = get(&rig, "/api/current_stats");
	CHECK_INT(rig.count, 2);
	CHECK_INT(rig.asked[1].route, rig.asked[0].route);
	answer(&rig, 1, 6, "{\"a\":2}");
	check_got(&rig, first, "HTTP/1.1 200", "{\"a\":2}");
	rig_close(&rig);
}

static void each_question_gets_its_own_answer(void **state)
{
	struct memconn *all[4];
	struct rig rig;

	(void)state;
	rig_open(&rig);
	all[0] = get(&rig, "/api/latest_clicks?limit=1");
	all[1] = get(&rig, "/api/latest_clicks?limit=2");
	all[2] = get(&rig, "/api/latest_clicks");
	all[3] = get(&rig, "/api/latest_clicks?limit=1");
	CHECK_INT(rig.count, 4);
	CHECK_INT(rig.asked[0].limit, 1);
	CHECK_INT(rig.asked[1].limit, 2);
	memconn_reset(all[1]); /* it waits no longer */
	memconn_pump(all[1]);
	CHECK(all[1]->closed);
	answer(&rig, 0, 500001, "[1]");
	answer(&rig, 1, 500002, "[1,2]");
	answer(&rig, 2, 5, NULL); /* no memory, over there */
	answer(&rig, 3, 500001, "[1]");
	check_got(&rig, all[0], "HTTP/1.1 200", "[1]");
	memconn_free(all[1]);
	check_got(&rig, all[2], "HTTP/1.1 503", "}");
	check_got(&rig, all[3], "HTTP/1.1 200", "[1]");
	rig_close(&rig);
}

static void what_is_never_answered_is_refused(void **state)
{
	struct memconn *all[4];
	struct rig rig;

	(void)state;
	rig_open(&rig);
	for (size_t i = 0; i < 3; i++)
		all[i] = get(&rig, "/api/users");
	answer(&rig, 1, 5, "[]"); /* the first's was lost */
	check_got(&rig, all[0], "HTTP/1.1 503", "}");
	check_got(&rig, all[1], "HTTP/1.1 200", "[]");
	api_lose(rig.api);
	check_got(&rig, all[2], "HTTP/1.1 503", "}");
	board_change(&rig.board.state);
	all[3] = get(&rig, "/api/users");
	answer(&rig, 2, 5, "[]"); /* late: nobody waits for it */
	CHECK_INT(memconn_out(all[3]).len, 0);
	answer(&rig, 3, 6, "[7]");
	check_got(&rig, all[3], "HTTP/1.1 200", "[7]");
	rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_there_is_asked_for_and_kept_while_it_is_true),
		cmocka_unit_test(each_question_gets_its_own_answer),
		cmocka_unit_test(what_is_never_answered_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
