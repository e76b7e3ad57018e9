/* What a handler can do with a request, and what its answer looks like. */
#include "frustd/httpd/site.h"

static void the_whole_of_an_answer(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, GET_HELLO);
	CHECK_STR(memconn_out(site.m), "HTTP/1.1 200 OK\r\n"
				       "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
				       "X-Content-Type-Options: nosniff\r\n"
				       "Referrer-Policy: same-origin\r\n"
				       "Content-Type: text/plain\r\n"
				       "Content-Length: 5\r\n"
				       "\r\n"
				       "hello");
	site_close(&site);
}

static void the_server_header_is_an_option_and_a_clock_too(void **state)
{
	struct httpd_options options = httpd_options_default();
	struct site site;

	(void)state;
	options.server = FR_STR("frustd");
	site_open_with(&site, &options);
	site.m = site_connect(&site);
	site_say(&site, GET_HELLO);
	CHECK(site_begins(&site, "HTTP/1.1 200 OK\r\nServer: frustd\r\nX-Content"));
	site_close(&site);
}

static void head_gets_the_length_without_the_body(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, "HEAD /hello" HOST "\r\nHEAD /big" HOST "\r\n");
	CHECK_INT(site_count(&site, "Content-Length: 5\r\n"), 1);
	CHECK_INT(site_count(&site, "Content-Length: 100000\r\n"), 1);
	CHECK(site_ends(&site, "Content-Length: 100000\r\n\r\n"));
	CHECK_INT(site_count(&site, "\r\n\r\nHTTP/1.1"), 1);
	site_close(&site);
}

static void http_1_0_closes_unless_asked_not_to(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	CHECK_INT(site_count(&site, "Connection: keep-alive\r\n"), 1);
	CHECK(!site.m->finished);
	site_say(&site, "GET /hello HTTP/1.0\r\n\r\n" GET_HELLO);
	CHECK_INT(site_count(&site, "Connection: close\r\n"), 1);
	CHECK_INT(site.requests, 2);
	CHECK(site.m->finished);
	site_close(&site);
}

static void an_answer_can_end_the_connection(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, GET_WAIT GET_HELLO);
	httpd_exchange_respond(site.waiting, &(struct httpd_response){
						     .status = 400,
						     .headers = FR_STR("X-A: 1\r\nX-B: 2\r\n"),
						     .close = true,
					     });
	site_turn(&site);
	CHECK(site_begins(&site, "HTTP/1.1 400 Bad Request\r\n"));
	CHECK(site_ends(&site, "Connection: close\r\nX-A: 1\r\nX-B: 2\r\n\r\n"));
	CHECK(site.m->finished);
	CHECK_INT(site.requests, 1);
	site_close(&site);
}

static void statuses_without_a_body_have_no_length(void **state)
{
	static const int statuses[] = {204, 304};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(statuses); i++) {
		struct site site;

		site_open(&site);
		site_say(&site, GET_WAIT);
		httpd_exchange_respond(site.waiting, &(struct httpd_response){
							     .status = statuses[i],
							     .headers = FR_STR("ETag: \"x\"\r\n"),
							     .chunk = site.big,
						     });
		site_turn(&site);
		CHECK_INT(site_count(&site, "Content-Length"), 0);
		CHECK(site_ends(&site, "ETag: \"x\"\r\n\r\n"));
		site_close(&site);
	}
}

static void a_large_body_that_is_not_shared_is_copied(void **state)
{
	struct site site;
	struct fr_buf body = FR_BUF_INIT;

	(void)state;
	site_open(&site);
	site.m->window = 100;
	site_say(&site, GET_WAIT);
	for (int i = 0; i < 50000; i++)
		fr_buf_add_char(&body, (char)('a' + i % 26));
	httpd_exchange_respond(site.waiting,
			       &(struct httpd_response){.status = 200, .body = fr_buf_str(&body)});
	memset(body.at, '-', body.len);
	site_turn(&site);
	site.m->window = SIZE_MAX;
	site_turn(&site);
	CHECK_INT(site_count(&site, "\r\n\r\nabcdefgh"), 1);
	CHECK_INT(site_count(&site, "xyzab"), 50000 / 26);
	site_close(&site);
	fr_buf_fini(&body);
}

static void errors_are_json(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, GET_WAIT);
	httpd_exchange_error(site.waiting, 403, FR_STR("say \"please\""));
	site_turn(&site);
	CHECK(site_begins(&site, "HTTP/1.1 403 Forbidden\r\n"));
	CHECK_INT(site_count(&site, "Content-Type: application/json; charset=utf-8\r\n"), 1);
	CHECK(site_ends(&site, "\r\n\r\n{\"error\": \"say \\\"please\\\"\"}"));
	site_close(&site);
}

/* What reads requests has read others meanwhile. */
static void a_deferred_request_stays_as_it_was(void **state)
{
	const struct httpd_request *request;
	struct memconn *other;
	struct site site;

	(void)state;
	site_open(&site);
	CHECK_INT(httpd_server_route(site.server, FR_STR("/later"), HTTPD_POST, site_wait, &site),
		  0);
	site_say(&site,
		 "POST /l%61ter?x=%20y" HOST "X-A: b\r\nX-Empty:\r\nContent-Length: 4\r\n\r\nbody");
	other = site.m;
	site.m = site_connect(&site);
	site_say(&site, "POST /echo?zzzzzzzzz" HOST "X-Z: zzzzzz\r\nContent-Length: 4\r\n\r\nzzzz");
	CHECK(site_ends(&site, "zzzz"));
	request = &site.waiting->request;
	CHECK_INT(request->method, HTTPD_POST);
	CHECK_STR(request->target, "/l%61ter?x=%20y");
	CHECK_STR(request->path, "/later");
	CHECK_STR(request->query, "x=%20y");
	CHECK_STR(request->host, "a");
	CHECK_STR(request->body, "body");
	CHECK_INT(request->header_count, 4);
	CHECK_STR(httpd_request_header(request, FR_STR("x-a")), "b");
	CHECK_STR(httpd_request_header(request, FR_STR("x-empty")), "");
	CHECK(!httpd_request_header(request, FR_STR("x-z")).at);
	net_conn_close(&site.m->conn);
	site_turn(&site);
	memconn_free(site.m);
	site.m = other;
	httpd_exchange_respond(site.waiting, &(struct httpd_response){.status = 200});
	site_close(&site);
}

static void a_small_deferred_answer_leaves_at_once(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, GET_WAIT);
	httpd_exchange_error(site.waiting, 404, FR_STR_NULL);
	CHECK(site_ends(&site, "{\"error\": \"Not Found\"}"));
	site_say(&site, GET_WAIT);
	CHECK_INT(site.requests, 2);
	site_close(&site);
	CHECK_INT(site.aborts, 1);
}

static void a_taken_connection_gets_the_bytes_behind_its_request(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	memconn_say(site.m, GET_HELLO GET_TAKE "first");
	/* its 101 leaves at once, behind the answers before it */
	CHECK(site_ends(&site, "helloHTTP/1.1 101 Switching Protocols\r\n\r\n"));
	CHECK_INT(httpd_server_conns(site.server), 0);
	memconn_say(site.m, " second");
	CHECK_STR(fr_buf_str(&site.taken_in), "first second");
	memconn_eof(site.m);
	CHECK_INT(site.taken_eofs, 1);
	site_close(&site);
	CHECK_INT(site.taken_closes, 1);
}

static void a_connection_can_be_taken_at_every_cut(void **state)
{
	static const char bytes[] = GET_BIG GET_TAKE "first second";

	(void)state;
	for (size_t cut = 0; cut < sizeof(bytes); cut++) {
		struct site site;

		site_open(&site);
		memconn_recv(site.m, bytes, cut);
		site_turn(&site);
		memconn_recv(site.m, bytes + cut, sizeof(bytes) - 1 - cut);
		memconn_eof(site.m);
		site_turn(&site);
		CHECK_STR(fr_buf_str(&site.taken_in), "first second");
		CHECK_INT(site.taken_eofs, 1);
		CHECK(site_ends(&site, "101 Switching Protocols\r\n\r\n"));
		site_close(&site);
	}
}

static void a_new_owner_that_closes_hears_no_more(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site.take_closes = true;
	memconn_say(site.m, GET_TAKE "first");
	CHECK_INT(site.taken_in.len, 0);
	site_turn(&site);
	CHECK_INT(site.taken_closes, 1);
	site_close(&site);
}

static void a_101_that_does_not_fit_is_held(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site.m->window = 5;
	memconn_say(site.m, GET_TAKE);
	CHECK(site.taken && site.taken->held);
	site.m->window = SIZE_MAX;
	site_turn(&site);
	CHECK_STR(memconn_out(site.m), "HTTP/1.1 101 Switching Protocols\r\n\r\n");
	site_close(&site);
}

static void a_connection_that_cannot_take_the_101_is_closed(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site.m->fail = -32;
	site_say(&site, GET_TAKE "first");
	CHECK(!site.taken && site.m->closed);
	site_close(&site);

	site_open(&site);
	site.m->window = 5;
	site_say(&site, GET_HELLO); /* the rest is held */
	site_say(&site, GET_TAKE "first");
	CHECK(!site.taken && site.m->closed);
	site_close(&site);
}

static void headers_are_found_without_case(void **state)
{
	static const struct httpd_header headers[] = {
		{{"Accept-Encoding", 15}, {"gzip;q=1, br", 12}},
		{{"X-Empty", 7}, {"", 0}},
		{{"accept-encoding", 15}, {" , identity ,", 13}},
	};
	const struct httpd_request request = {.headers = headers, .header_count = 3};
	struct fr_str name = FR_STR("ACCEPT-encoding");

	(void)state;
	CHECK_STR(httpd_request_header(&request, name), "gzip;q=1, br");
	CHECK_STR(httpd_request_header(&request, FR_STR("x-empty")), "");
	CHECK_STR(httpd_request_header(&request, FR_STR("x-none")), NULL);
	CHECK(httpd_request_lists(&request, name, FR_STR("BR")));
	CHECK(httpd_request_lists(&request, name, FR_STR("identity")));
	CHECK(!httpd_request_lists(&request, name, FR_STR("gzip")));
	CHECK(!httpd_request_lists(&request, FR_STR("x-empty"), FR_STR("a")));
}

static void never_moved(void *ctx, struct net_parcel *parcel)
{
	(void)parcel;
	fail_msg("%p was moved", ctx);
}

static void move_away(void *ctx, struct httpd_exchange *exchange)
{
	httpd_exchange_move(exchange, never_moved, ctx);
}

/* Nothing of an answer can be torn, and nothing lost: the peer asks again. */
static void what_cannot_move_is_closed(void **state)
{
	(void)state;
	for (int full = 0; full <= 1; full++) {
		struct site site;

		site_open(&site);
		CHECK_INT(httpd_server_route(site.server, FR_STR("/move"), HTTPD_GET, move_away,
					     &site),
			  0);
		site.m->window = full ? 10 : SIZE_MAX; /* else it is no kind of stream that can */
		site_say(&site, GET_HELLO "GET /move" HOST "\r\n" GET_HELLO);
		CHECK(site.m->closed);
		CHECK_INT(site.requests, 1);
		CHECK_INT(site_count(&site, "200 OK"), !full);
		site_close(&site);
	}
}

static void pages_that_may_ask_are_told_the_methods(void **state)
{
#define FRIEND HOST "Origin: https://b.example\r\n"
#define ASKS "Access-Control-Request-Method: GET\r\n"
	static const struct {
		const char *request;
		int status;
		bool told;
	} cases[] = {
		{"OPTIONS /hello" FRIEND ASKS "\r\n", 204, true},
		{"OPTIONS /hello" FRIEND "\r\n", 405, false},
		{"OPTIONS /hello" HOST ASKS "\r\n", 405, false},
		{"OPTIONS /hello" HOST "Origin: https://c.example\r\n" ASKS "\r\n", 405, false},
		{"PUT /hello" FRIEND ASKS "\r\n", 405, false},
		{"OPTIONS /nothing" FRIEND ASKS "\r\n", 404, false},
	};
	static const struct fr_str origins[] = {FR_STR_INIT("https://b.example")};
	struct httpd_options options = httpd_options_default();
	char status[16];

	(void)state;
	options.cors_origins = origins;
	options.cors_count = FR_ARRAY_LEN(origins);
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct site site;

		site_open_with(&site, &options);
		site.m = site_connect(&site);
		site_say(&site, cases[i].request);
		snprintf(status, sizeof(status), "HTTP/1.1 %d ", cases[i].status);
		CHECK(site_begins(&site, status));
		CHECK_INT(site_count(&site, "Allow: GET, HEAD\r\n"), cases[i].status != 404);
		CHECK_INT(site_count(&site, "Access-Control-Allow-Methods: GET, HEAD\r\n"),
			  cases[i].told);
		site_close(&site);
	}
#undef FRIEND
#undef ASKS
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_of_an_answer),
		cmocka_unit_test(the_server_header_is_an_option_and_a_clock_too),
		cmocka_unit_test(head_gets_the_length_without_the_body),
		cmocka_unit_test(http_1_0_closes_unless_asked_not_to),
		cmocka_unit_test(an_answer_can_end_the_connection),
		cmocka_unit_test(statuses_without_a_body_have_no_length),
		cmocka_unit_test(a_large_body_that_is_not_shared_is_copied),
		cmocka_unit_test(errors_are_json),
		cmocka_unit_test(a_deferred_request_stays_as_it_was),
		cmocka_unit_test(a_small_deferred_answer_leaves_at_once),
		cmocka_unit_test(a_taken_connection_gets_the_bytes_behind_its_request),
		cmocka_unit_test(a_connection_can_be_taken_at_every_cut),
		cmocka_unit_test(a_new_owner_that_closes_hears_no_more),
		cmocka_unit_test(a_101_that_does_not_fit_is_held),
		cmocka_unit_test(a_connection_that_cannot_take_the_101_is_closed),
		cmocka_unit_test(headers_are_found_without_case),
		cmocka_unit_test(what_cannot_move_is_closed),
		cmocka_unit_test(pages_that_may_ask_are_told_the_methods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
