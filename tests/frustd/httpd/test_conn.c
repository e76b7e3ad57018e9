/* Conversations on one connection. */
#include "frustd/httpd/site.h"

static void one_connection_answers_many_requests(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	for (int i = 0; i < 3; i++)
		site_say(&site, GET_HELLO);
	CHECK_INT(site.requests, 3);
	CHECK_INT(site_count(&site, "HTTP/1.1 200 OK\r\n"), 3);
	CHECK_INT(site.m->writes, 3);
	CHECK(site_ends(&site, "\r\n\r\nhello"));
	site_close(&site);
}

static void nothing_is_written_before_the_flush(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	memconn_say(site.m, GET_HELLO);
	CHECK_INT(site.requests, 1);
	CHECK_INT(site.m->out.len, 0);
	httpd_server_flush(site.server);
	CHECK(site_ends(&site, "hello"));
	site_close(&site);
}

static void a_conversation_is_the_same_however_it_is_cut(void **state)
{
	static const char bytes[] = GET_HELLO "POST /echo" HOST "Content-Length: 3\r\n\r\nabc"
					      "\r\n" GET_BIG GET_HELLO "POST /echo" HOST
					      "Transfer-Encoding: chunked\r\n"
					      "Connection: close\r\n\r\n2\r\nde\r\n0\r\n\r\n";
	struct fr_buf whole = FR_BUF_INIT;

	(void)state;
	for (size_t cut = 0; cut < sizeof(bytes) - 1; cut++) {
		struct site site;

		site_open(&site);
		memconn_recv(site.m, bytes, cut);
		site_turn(&site);
		memconn_recv(site.m, bytes + cut, sizeof(bytes) - 1 - cut);
		site_turn(&site);
		CHECK_INT(site.requests, 5);
		CHECK(site.m->finished);
		if (cut == 0)
			fr_buf_add_str(&whole, memconn_out(site.m));
		CHECK_INT(site.m->out.len, whole.len);
		CHECK(memcmp(site.m->out.at, whole.at, whole.len) == 0);
		site_close(&site);
	}
	fr_buf_fini(&whole);
}

static void pipelined_requests_leave_in_one_write(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, GET_HELLO GET_HELLO "POST /echo" HOST "Content-Length: 2\r\n\r\nhi");
	CHECK_INT(site_count(&site, "HTTP/1.1 200 OK"), 3);
	CHECK_INT(site.m->writes, 1);
	CHECK(site_ends(&site, "\r\n\r\nhi"));
	site_close(&site);
}

static void a_request_behind_a_waiting_one_is_answered_after_it(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, GET_WAIT GET_HELLO);
	site_say(&site, GET_HELLO);
	CHECK_INT(site.requests, 1);
	CHECK_INT(site.m->out.len, 0);
	httpd_exchange_respond(site.waiting,
			       &(struct httpd_response){.status = 200, .body = FR_STR("waited")});
	site_turn(&site);
	CHECK_INT(site.requests, 3);
	CHECK_INT(site_count(&site, "HTTP/1.1 200 OK"), 3);
	CHECK_INT(site_count(&site, "waitedHTTP/1.1"), 1);
	CHECK(site_ends(&site, "hello"));
	CHECK_INT(site.aborts, 0);
	site_close(&site);
}

static void too_much_behind_a_waiting_request_ends_the_connection(void **state)
{
	struct site site;
	char junk[16385];

	(void)state;
	site_open(&site);
	site_say(&site, GET_WAIT);
	memset(junk, 'x', sizeof(junk));
	memconn_recv(site.m, junk, sizeof(junk) - 1);
	CHECK(!site.m->conn.closing);
	memconn_recv(site.m, junk, 1);
	CHECK(site.m->conn.closing);
	CHECK_INT(site.aborts, 0); /* not from inside another function */
	site_turn(&site);
	CHECK_INT(site.aborts, 1);
	site_close(&site);
}

static void the_end_of_the_peer_aborts_a_waiting_request(void **state)
{
	static void (*const ends[])(struct memconn *) = {memconn_eof, memconn_reset};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(ends); i++) {
		struct site site;

		site_open(&site);
		site_say(&site, GET_WAIT GET_HELLO);
		ends[i](site.m);
		httpd_exchange_respond(site.waiting, &(struct httpd_response){.status = 200});
		site_turn(&site);
		CHECK_INT(site.aborts, 0); /* it was answered, if to nobody */
		CHECK_INT(site.m->out.len, 0);
		site_close(&site);

		site_open(&site);
		site_say(&site, GET_WAIT GET_HELLO);
		ends[i](site.m);
		site_turn(&site);
		CHECK_INT(site.aborts, 1);
		CHECK_INT(site.requests, 1);
		CHECK(site.m->closed);
		site_close(&site);
	}
}

static void a_peer_that_ends_its_side_gets_its_answers(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	memconn_say(site.m, GET_HELLO GET_BIG GET_HELLO);
	memconn_eof(site.m);
	site_turn(&site);
	CHECK_INT(site.requests, 3);
	CHECK_INT(site_count(&site, "HTTP/1.1 200 OK"), 3);
	CHECK(site.m->closed);
	site_close(&site);
}

static void an_end_between_requests_closes(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, GET_HELLO "GET /hel");
	memconn_eof(site.m);
	site_turn(&site);
	CHECK(site.m->closed);
	CHECK_INT(site_count(&site, "HTTP/1.1"), 1);
	site_close(&site);
}

static void a_large_body_arrives_whole_through_any_window(void **state)
{
	static const size_t windows[] = {1, 50, 4096, 16384, 99999};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(windows); i++) {
		struct site site;
		struct fr_str out;

		site_open(&site);
		site.m->window = windows[i];
		memconn_say(site.m, GET_BIG GET_HELLO);
		while (site.requests < 2) {
			site_turn(&site);
			CHECK(site.m->held.len <= 16384);
			CHECK_INT(site.big->ref.count <= 2, true);
			site.m->window = windows[i] * 16;
		}
		site.m->window = SIZE_MAX;
		site_turn(&site);
		CHECK(site_ends(&site, "hello"));
		out = memconn_out(site.m);
		CHECK(out.len > SITE_BIG);
		for (size_t at = 0; at < 1000; at++)
			if (fr_str_starts(fr_str(out.at + at, 4), FR_STR("\r\n\r\n")))
				CHECK(memcmp(out.at + at + 4, site.big->bytes, SITE_BIG) == 0);
		site_close(&site);
	}
}

static void a_peer_that_sends_and_does_not_read_is_paused(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site.m->window = 10;
	for (int i = 0; i < 1000; i++)
		site_say(&site, GET_BIG);
	CHECK_INT(site.requests, 1);
	CHECK(site.m->paused);
	site.m->window = SIZE_MAX;
	site_turn(&site);
	CHECK_INT(site.requests, 1000);
	CHECK(!site.m->paused);
	CHECK_INT(site_count(&site, "HTTP/1.1 200 OK"), 1000);
	site_close(&site);
}

static void small_answers_do_not_pile_up_without_bound(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site.m->window = 0;
	for (int i = 0; i < 5000; i++)
		site_say(&site, GET_HELLO);
	CHECK(site.requests < 1000);
	site.m->window = SIZE_MAX;
	site_turn(&site);
	CHECK_INT(site.requests, 5000);
	CHECK_INT(site_count(&site, "hello"), 5000);
	site_close(&site);
}

static void a_peer_that_takes_nothing_is_closed(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site.m->window = 10;
	site_say(&site, GET_BIG);
	site_pass(&site, 29999);
	CHECK(!site.m->closed);
	site_pass(&site, 1);
	CHECK(site.m->closed);
	site_close(&site);
}

static void slow_senders_get_408(void **state)
{
	static const struct {
		const char *bytes;
		uint64_t ms;
	} cases[] = {
		{"GET /hello HTTP/1.1\r\nHo", 10000},
		{"\r\n", 10000},
		{"POST /echo" HOST "Content-Length: 5\r\n\r\nabc", 30000},
		{GET_HELLO "G", 10000},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct site site;

		site_open(&site);
		site_say(&site, cases[i].bytes);
		site_pass(&site, cases[i].ms - 1);
		CHECK_INT(site_count(&site, "408"), 0);
		site_pass(&site, 1);
		CHECK_INT(site_count(&site, "HTTP/1.1 408 Request Timeout\r\n"), 1);
		CHECK_INT(site_count(&site, "Connection: close\r\n"), 1);
		CHECK(site.m->finished && !site.m->closed);
		site_close(&site);
	}
}

static void silence_closes_without_a_word(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_pass(&site, 10000);
	CHECK(site.m->closed);
	CHECK_INT(site.m->out.len, 0);
	site_close(&site);

	site_open(&site);
	site_say(&site, GET_HELLO);
	memconn_clear(site.m);
	site_pass(&site, 74999);
	CHECK(!site.m->closed);
	site_pass(&site, 1);
	CHECK(site.m->closed);
	CHECK_INT(site.m->out.len, 0);
	site_close(&site);
}

static void a_waiting_request_has_no_time_out(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, GET_WAIT);
	site_pass(&site, 3600000);
	CHECK(!site.m->closed && site.waiting);
	site_close(&site);
	CHECK_INT(site.aborts, 1);
}

static void refusals_are_answered_and_the_close_lingers(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, "BREW / HTTP/1.1\r\n\r\nand more\r\n\r\n");
	CHECK(site_begins(&site, "HTTP/1.1 501 Not Implemented\r\n"));
	CHECK(site_ends(&site, "\r\n\r\n{\"error\": \"Not Implemented\"}"));
	CHECK(site.m->finished && !site.m->closed);
	site_say(&site, GET_HELLO); /* read and thrown away */
	CHECK_INT(site.requests, 0);
	memconn_eof(site.m);
	site_turn(&site);
	CHECK(site.m->closed);
	site_close(&site);
}

static void lingering_is_bounded(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, "x\r\n");
	site_say(&site, "\r\n");
	CHECK(site_begins(&site, "HTTP/1.1 400 Bad Request\r\n"));
	site_pass(&site, 2999);
	CHECK(!site.m->closed);
	site_pass(&site, 1);
	CHECK(site.m->closed);
	site_close(&site);
}

static void a_broken_write_closes(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site.m->fail = -32;
	site_say(&site, GET_BIG GET_HELLO);
	CHECK(site.m->closed);
	CHECK_INT(site.requests, 1);
	site_close(&site);
}

static void the_client_is_told_to_continue_once_it_waits(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, "POST /echo" HOST "Content-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
	CHECK_MEM(site.m->out.at, site.m->out.len, "HTTP/1.1 100 Continue\r\n\r\n");
	site_say(&site, "hi");
	CHECK(site_ends(&site, "\r\n\r\nhi"));
	memconn_clear(site.m);
	site_say(&site, "POST /echo" HOST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\nhi");
	CHECK_INT(site_count(&site, "100 Continue"), 0);
	memconn_clear(site.m);
	site_say(&site, "POST /echo" HOST "Content-Length: 2\r\nExpect: magic\r\n\r\n");
	CHECK(site_begins(&site, "HTTP/1.1 417 Expectation Failed\r\n"));
	site_close(&site);

	site_open(&site);
	site_say(&site, "POST /echo HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
	CHECK_INT(site.m->out.len, 0);
	site_close(&site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_connection_answers_many_requests),
		cmocka_unit_test(nothing_is_written_before_the_flush),
		cmocka_unit_test(a_conversation_is_the_same_however_it_is_cut),
		cmocka_unit_test(pipelined_requests_leave_in_one_write),
		cmocka_unit_test(a_request_behind_a_waiting_one_is_answered_after_it),
		cmocka_unit_test(too_much_behind_a_waiting_request_ends_the_connection),
		cmocka_unit_test(the_end_of_the_peer_aborts_a_waiting_request),
		cmocka_unit_test(a_peer_that_ends_its_side_gets_its_answers),
		cmocka_unit_test(an_end_between_requests_closes),
		cmocka_unit_test(a_large_body_arrives_whole_through_any_window),
		cmocka_unit_test(a_peer_that_sends_and_does_not_read_is_paused),
		cmocka_unit_test(small_answers_do_not_pile_up_without_bound),
		cmocka_unit_test(a_peer_that_takes_nothing_is_closed),
		cmocka_unit_test(slow_senders_get_408),
		cmocka_unit_test(silence_closes_without_a_word),
		cmocka_unit_test(a_waiting_request_has_no_time_out),
		cmocka_unit_test(refusals_are_answered_and_the_close_lingers),
		cmocka_unit_test(lingering_is_bounded),
		cmocka_unit_test(a_broken_write_closes),
		cmocka_unit_test(the_client_is_told_to_continue_once_it_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
