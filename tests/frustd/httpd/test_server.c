/* Routes, limits on connections, and the server's end. */
#include "frustd/httpd/site.h"

static void routes_are_exact_paths(void **state)
{
	static const struct {
		const char *request, *answer;
	} cases[] = {
		{GET_HELLO, "HTTP/1.1 200"},
		{"GET /%68ello?x=y" HOST "\r\n", "HTTP/1.1 200"},
		{"GET http://b/hello" HOST "\r\n", "HTTP/1.1 200"},
		{"GET /hello" HOST "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n", "HTTP/1.1 200"},
		{"GET /hello/" HOST "\r\n", "HTTP/1.1 404 Not Found\r\n"},
		{"GET /Hello" HOST "\r\n", "HTTP/1.1 404"},
		{"GET //hello" HOST "\r\n", "HTTP/1.1 404"},
		{"GET /hello%00" HOST "\r\n", "HTTP/1.1 404"},
		{"GET /x/../hello" HOST "\r\n", "HTTP/1.1 404"},
		{"GET /%" HOST "\r\n", "HTTP/1.1 404"},
		{"GET /" HOST "\r\n", "HTTP/1.1 404"},
		{"POST /hello" HOST "Content-Length: 0\r\n\r\n",
		 "HTTP/1.1 405 Method Not Allowed\r\n"},
		{"TRACE /hello" HOST "\r\n", "HTTP/1.1 405"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct site site;

		site_open(&site);
		site_say(&site, cases[i].request);
		CHECK(site_begins(&site, cases[i].answer));
		CHECK(!site.m->finished);
		site_close(&site);
	}
}

static void errors_of_routes_are_json(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, "GET /nowhere" HOST "\r\n");
	CHECK(site_ends(&site, "\r\n\r\n{\"error\": \"Not Found\"}"));
	memconn_clear(site.m);
	site_say(&site, "DELETE /hello" HOST "\r\n");
	CHECK_INT(site_count(&site, "Allow: GET, HEAD\r\n"), 1);
	CHECK(site_ends(&site, "\r\n\r\n{\"error\": \"Method Not Allowed\"}"));
	site_close(&site);
}

static void say_path(void *ctx, struct httpd_exchange *exchange)
{
	(void)ctx;
	httpd_exchange_respond(exchange, &(struct httpd_response){
						 .status = 200,
						 .body = exchange->request.path,
					 });
}

static void say_nothing(void *ctx, struct httpd_exchange *exchange)
{
	(void)ctx;
	(void)exchange;
}

static void the_fallback_gets_what_no_route_takes(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	httpd_server_fallback(site.server, say_path, NULL);
	site_say(&site, "PUT /some%20file" HOST "\r\n");
	CHECK(site_ends(&site, "\r\n\r\n/some file"));
	site_say(&site, "POST /hello" HOST "\r\n");
	CHECK_INT(site_count(&site, "HTTP/1.1 405"), 1);
	site_close(&site);
}

static void a_forgotten_request_is_our_fault(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	CHECK_INT(httpd_server_route(site.server, FR_STR("/forget"), HTTPD_GET, say_nothing, NULL),
		  0);
	site_say(&site, "GET /forget" HOST "\r\n");
	CHECK(site_begins(&site, "HTTP/1.1 500 Internal Server Error\r\n"));
	site_close(&site);
}

/* Bodies that are to come, as a layer above would count them. */
struct coming {
	struct site site;
	struct fr_list all; /* httpd_exchange.coming */
	bool refuse;
	int calls;
};

static void early(void *ctx, struct httpd_exchange *exchange)
{
	struct coming *coming = FR_CONTAINER_OF(ctx, struct coming, site);

	coming->calls++;
	CHECK_INT(exchange->request.method, HTTPD_POST);
	CHECK_STR(exchange->request.body, "");
	if (coming->refuse)
		httpd_exchange_error(exchange, 400, FR_STR_NULL);
	else
		fr_list_append(&coming->all, &exchange->coming);
}

static void coming_open(struct coming *coming, bool refuse)
{
	*coming = (struct coming){.refuse = refuse};
	fr_list_init(&coming->all);
	site_open(&coming->site);
	httpd_server_announce(coming->site.server, FR_STR("/echo"), early);
}

static void a_body_to_come_is_announced(void **state)
{
	static const char *const heads[] = {"Content-Length: 5\r\n\r\n",
					    "Transfer-Encoding: chunked\r\n\r\n"};
	static const char *const bodies[] = {"hello", "5\r\nhello\r\n0\r\n\r\n"};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(heads); i++) {
		struct coming coming;

		coming_open(&coming, false);
		site_say(&coming.site, GET_HELLO "POST /echo" HOST "Content-Length: 0\r\n\r\n");
		CHECK_INT(coming.calls, 0); /* nothing is to come */
		memconn_clear(coming.site.m);
		site_say(&coming.site, "POST /echo" HOST);
		CHECK_INT(coming.calls, 0);
		site_say(&coming.site, heads[i]);
		CHECK_INT(coming.calls, 1);
		CHECK(!fr_list_empty(&coming.all));
		site_say(&coming.site, bodies[i]);
		CHECK(site_ends(&coming.site, "\r\n\r\nhello"));
		CHECK_INT(coming.calls, 1);
		CHECK(fr_list_empty(&coming.all));
		site_close(&coming.site);
	}
}

static void a_body_that_never_comes_is_out_of_the_list(void **state)
{
	enum { RESET, END, LATE, MALFORMED, WAYS };

	(void)state;
	for (int way = 0; way < WAYS; way++) {
		struct coming coming;

		coming_open(&coming, false);
		site_say(&coming.site,
			 "POST /echo" HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nhe");
		CHECK(!fr_list_empty(&coming.all));
		if (way == RESET)
			memconn_reset(coming.site.m);
		else if (way == END)
			memconn_eof(coming.site.m);
		else if (way == MALFORMED)
			memconn_say(coming.site.m, "llo\r\nxyz\r\n");
		site_pass(&coming.site, way == LATE ? 30000 : 0);
		CHECK(fr_list_empty(&coming.all));
		CHECK_INT(coming.site.requests, 0);
		site_close(&coming.site);
	}
}

static void a_body_to_come_may_be_refused(void **state)
{
	struct coming coming;

	(void)state;
	coming_open(&coming, true);
	site_say(&coming.site,
		 "POST /echo" HOST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
	CHECK(site_begins(&coming.site, "HTTP/1.1 400 Bad Request\r\n"));
	CHECK_INT(site_count(&coming.site, "Connection: close\r\n"), 1);
	site_say(&coming.site, "hello" GET_HELLO);
	CHECK_INT(site_count(&coming.site, "HTTP/1.1"), 1);
	CHECK_INT(coming.site.requests, 0);
	site_close(&coming.site);
}

static void the_limits_of_a_request_are_answered(void **state)
{
	static const struct {
		size_t target, header;
		const char *length, *answer;
	} cases[] = {
		{8000, 10, "0", "HTTP/1.1 404"},
		{9000, 10, "0", "HTTP/1.1 414 URI Too Long\r\n"},
		{10, 16000, "0", "HTTP/1.1 404"},
		{10, 17000, "0", "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
		{10, 10, "1000001", "HTTP/1.1 413 Content Too Large\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_buf request = FR_BUF_INIT;
		struct site site;

		site_open(&site);
		fr_buf_add_str(&request, FR_STR("POST /"));
		for (size_t n = 0; n < cases[i].target; n++)
			fr_buf_add_char(&request, 'x');
		fr_buf_printf(&request, HOST "Content-Length: %s\r\nX: ", cases[i].length);
		for (size_t n = 0; n < cases[i].header; n++)
			fr_buf_add_char(&request, 'x');
		fr_buf_add_str(&request, FR_STR("\r\n\r\n"));
		memconn_recv_pieces(site.m, request.at, request.len, 1000);
		site_turn(&site);
		CHECK(site_begins(&site, cases[i].answer));
		fr_buf_fini(&request);
		site_close(&site);
	}
}

struct refusal {
	int status, count;
	char target[32];
	struct net_address client;
};

static void on_refused(void *ctx, const struct net_address *client, int status,
		       struct fr_str target)
{
	struct refusal *refusal = ctx;

	refusal->client = *client;
	refusal->status = status;
	refusal->count++;
	snprintf(refusal->target, sizeof(refusal->target), "%.*s", FR_STR_ARG(target));
}

static void refusals_are_told(void **state)
{
	static const struct {
		const char *request;
		int status;
		const char *target;
	} cases[] = {
		{"POST /echo?x" HOST "Content-Length: 1000001\r\n\r\n", 413, "/echo?x"},
		{"BREW / HTTP/1.1\r\n\r\n", 501, ""},
		{GET_HELLO, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct httpd_options options = httpd_options_default();
		struct refusal refusal = {0};
		struct site site;

		options.refused = on_refused;
		options.log_ctx = &refusal;
		site_open_with(&site, &options);
		site.m = site_connect(&site);
		site_say(&site, cases[i].request);
		CHECK_INT(refusal.status, cases[i].status);
		CHECK_INT(refusal.count, cases[i].status != 0);
		CHECK_TEXT(refusal.target, cases[i].target);
		site_close(&site);
	}
}

static void refusals_after_the_header_know_who_asked(void **state)
{
#define ASKED HOST "X-Forwarded-For: 192.0.2.7\r\nOrigin: https://b.example\r\n"
	static const struct {
		const char *request;
		int status;
		bool known;
	} cases[] = {
		{"POST /echo" ASKED "Content-Length: 1000001\r\n\r\n", 413, true},
		{"POST /echo" ASKED "Transfer-Encoding: chunked\r\n\r\nf4241\r\n", 413, true},
		{"POST /echo" ASKED "Transfer-Encoding: chunked\r\n\r\nx\r\n", 400, true},
		{"POST /echo" ASKED "Content-Length: 2\r\nExpect: x\r\n\r\n", 417, true},
		{"POST /echo" ASKED "Content-Length: 2\r\n\r\na", 408, true},
		{"POST /echo" ASKED "Content-Le", 408, false},
		{"POST /echo" ASKED "Host: a\r\n\r\n", 400, false},
	};
	static const struct fr_str origins[] = {FR_STR_INIT("https://b.example")};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct httpd_options options = httpd_options_default();
		struct refusal refusal = {0};
		struct net_address client;
		struct site site;

		options.cors_origins = origins;
		options.cors_count = FR_ARRAY_LEN(origins);
		options.refused = on_refused;
		options.log_ctx = &refusal;
		site_open_with(&site, &options);
		site.m = site_connect(&site);
		client = site.m->conn.peer;
		if (cases[i].known)
			CHECK(net_address_parse_host(FR_STR("192.0.2.7"), &client));
		site_say(&site, cases[i].request);
		if (cases[i].status == 408)
			site_pass(&site, 30000);
		CHECK_INT(refusal.status, cases[i].status);
		CHECK_INT(refusal.count, 1);
		CHECK_INT(refusal.client.port, client.port);
		CHECK_INT(refusal.client.family, client.family);
		CHECK(memcmp(refusal.client.bytes, client.bytes, 4) == 0);
		CHECK_INT(site_count(&site, "Access-Control-Allow-Origin: https://b.example\r\n"),
			  cases[i].known);
		site_close(&site);
	}
#undef ASKED
}

static void a_refused_head_request_gets_no_body(void **state)
{
	struct site site;

	(void)state;
	site_open(&site);
	site_say(&site, "HEAD /hello" HOST "Content-Length: 1000001\r\n\r\n");
	CHECK(site_begins(&site, "HTTP/1.1 413 Content Too Large\r\n"));
	CHECK(site_ends(&site, "\r\n\r\n"));
	site_close(&site);
}

static void a_connection_too_many_gets_503(void **state)
{
	struct site site;
	struct memconn *second, *third, *more[64];

	(void)state;
	site_open(&site);
	second = site_connect(&site);
	third = site_connect(&site);
	memconn_say(third, GET_HELLO);
	site_turn(&site);
	CHECK(fr_str_starts(memconn_out(third), FR_STR("HTTP/1.1 503 Service Unavailable\r\n")));
	CHECK(third->finished);
	CHECK_INT(site.requests, 0);
	/* and if far too many come, not even that */
	for (size_t i = 0; i < FR_ARRAY_LEN(more); i++) {
		more[i] = site_connect(&site);
		CHECK_INT(more[i]->conn.closing, i == 63);
	}
	for (size_t i = 0; i < FR_ARRAY_LEN(more); i++) {
		net_conn_close(&more[i]->conn);
		memconn_pump(more[i]);
		memconn_free(more[i]);
	}
	net_conn_close(&second->conn);
	memconn_pump(second);
	memconn_free(second);
	net_conn_close(&third->conn);
	memconn_pump(third);
	memconn_free(third);
	CHECK_INT(httpd_server_conns(site.server), 1);
	site_close(&site);
	httpd_server_free(NULL);
}

static void closing_lets_the_busy_finish(void **state)
{
	struct site site;
	struct memconn *idle, *partial, *late;

	(void)state;
	site_open(&site);
	idle = site_connect(&site);
	site_say(&site, GET_WAIT);
	httpd_server_close(site.server);
	CHECK(idle->conn.closing && !site.m->conn.closing);
	late = site_connect(&site);
	CHECK(late->conn.closing);
	httpd_exchange_respond(site.waiting,
			       &(struct httpd_response){.status = 200, .body = FR_STR("bye")});
	site_turn(&site);
	CHECK_INT(site_count(&site, "Connection: close\r\n"), 1);
	CHECK(site.m->finished);
	memconn_pump(idle);
	memconn_pump(late);
	memconn_free(idle);
	memconn_free(late);
	site_close(&site);

	site_open(&site);
	partial = site_connect(&site);
	memconn_say(partial, GET_HELLO "GET /he");
	httpd_server_close(site.server);
	site_turn(&site);
	CHECK(partial->finished); /* the answer that was under way has left */
	CHECK(memconn_out(partial).len > 0);
	net_conn_close(&partial->conn);
	memconn_pump(partial);
	memconn_free(partial);
	site_close(&site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_are_exact_paths),
		cmocka_unit_test(errors_of_routes_are_json),
		cmocka_unit_test(the_fallback_gets_what_no_route_takes),
		cmocka_unit_test(a_forgotten_request_is_our_fault),
		cmocka_unit_test(a_body_to_come_is_announced),
		cmocka_unit_test(a_body_that_never_comes_is_out_of_the_list),
		cmocka_unit_test(a_body_to_come_may_be_refused),
		cmocka_unit_test(the_limits_of_a_request_are_answered),
		cmocka_unit_test(refusals_are_told),
		cmocka_unit_test(refusals_after_the_header_know_who_asked),
		cmocka_unit_test(a_refused_head_request_gets_no_body),
		cmocka_unit_test(a_connection_too_many_gets_503),
		cmocka_unit_test(closing_lets_the_busy_finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
