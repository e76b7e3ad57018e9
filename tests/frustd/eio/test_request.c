/* What a request may ask for, the order of the checks, and the errors. */
#include "helpers/check.h"

#include "frustd/eio/script.h"

#define CODE0 "400 {\"code\":0,\"message\":\"Transport unknown\"}"
#define CODE1 "400 {\"code\":1,\"message\":\"Session ID unknown\"}"
#define CODE2 "400 {\"code\":2,\"message\":\"Bad handshake method\"}"
#define CODE3 "400 {\"code\":3,\"message\":\"Bad request\"}"
#define CODE4 "403 {\"code\":4,\"message\":\"Forbidden\"}"
#define CODE5 "400 {\"code\":5,\"message\":\"Unsupported protocol version\"}"
#define EVIL " | Origin: http://evil.example"
#define REFUSED "up notice ORIGIN_REFUSED http://evil.example, expected http://example.org"

static void each_error_has_its_code_and_place_in_the_order(void **state)
{
	static const struct {
		const char *request, *answer, *event;
	} cases[] = {
		{"a GET ", CODE0, NULL},
		{"a GET EIO=4", CODE0, NULL},
		{"a GET EIO=4&transport=", CODE0, NULL},
		{"a GET EIO=4&transport=Polling", CODE0, NULL},
		{"a GET EIO=4&transport=foo&sid=x" EVIL, CODE0, NULL},
		{"a PUT EIO=4&transport=foo", CODE0, NULL},
		{"a GET EIO=4&transport=polling&sid=x" EVIL, CODE4, REFUSED},
		{"a POST EIO=4&transport=polling&sid=x | 4x", CODE1, NULL},
		{"a GET EIO=4&transport=polling&sid=<b>", CODE1, NULL},
		{"a GET EIO=9&transport=polling&sid=x", CODE1, NULL},
		{"a PUT EIO=4&transport=polling&sid=x", CODE1, NULL},
		{"a POST EIO=9&transport=polling | 4x", CODE2, NULL},
		{"a POST EIO=4&transport=polling&sid= | 4x", CODE2, NULL},
		{"a PUT EIO=4&transport=polling", CODE2, NULL},
		{"a DELETE EIO=4&transport=polling", CODE2, NULL},
		{"a PATCH EIO=4&transport=polling", CODE2, NULL},
		{"a GET EIO=4&transport=websocket", CODE3, "up notice NO_UPGRADE "},
		{"a WS EIO=4&transport=polling", CODE3, NULL},
		{"a GET EIO=4&transport=polling | Origin: http://example.org | Origin: http://a",
		 CODE3, NULL},
		{"a GET transport=polling", CODE5, NULL},
		{"a GET transport=polling&EIO=", CODE5, NULL},
		{"a GET transport=polling&EIO=5", CODE5, NULL},
		{"a GET transport=polling&EIO=%zz", CODE5, NULL},
		{"a WS EIO=2&transport=websocket", CODE5, NULL},
	};
	char answer[200];

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		snprintf(answer, sizeof(answer), "a < %s", cases[i].answer);
		SCRIPT(cases[i].request, answer, "a has Content-Type: application/json",
		       cases[i].event);
	}
}

static void good_requests_come_in_many_dresses(void **state)
{
	static const char *const requests[] = {
		"a GET t=x&transport=polling&unknown=%zz&EIO=4",
		"a GET %45IO=4&transport=poll%69ng",
		"a GET EIO=4&transport=polling&sid=",
		"a GET EIO=4&transport=polling | Origin: http://example.org",
		"a GET EIO=4&transport=polling | Origin: http://example.org:80",
		"a GET EIO=4&transport=polling | Origin: ws://example.org",
		"a GET EIO=4&transport=polling | Origin:",
		"a GET EIO=4&transport=polling | Origin: https://x.org | X-Forwarded-Proto: https "
		"| "
		"X-Forwarded-Host: x.org",
		"a GET EIO=4&transport=polling | Upgrade: h2c | Connection: Upgrade",
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(requests); i++)
		SCRIPT(requests[i], "up open 1", "a < 200 *");
}

/* script.c lets this one in. */
#define FRIEND " | Origin: http://friend.example"

static void an_allowed_origin_is_told_so_and_others_are_not(void **state)
{
	(void)state;
	SCRIPT("a GET EIO=4&transport=polling" FRIEND, "up open 1", "a < 200 *",
	       "a has Access-Control-Allow-Origin: http://friend.example",
	       "a has Access-Control-Allow-Credentials: true", "a has Vary: Origin",
	       "a POST EIO=4&transport=polling&sid=$1 | 1", "a < 200 ok",
	       "up close 1 CLIENT_CLOSE");
	SCRIPT("a GET EIO=4&transport=polling | Origin: null", "a < " CODE4,
	       "up notice ORIGIN_REFUSED null, expected http://example.org");
}

static void a_preflight_names_what_an_allowed_page_may_send(void **state)
{
	(void)state;
	SCRIPT("a OPTIONS EIO=4&transport=polling" FRIEND
	       " | Access-Control-Request-Method: POST | Access-Control-Request-Headers: x-a, x-b",
	       "a < 204 ", "a has Access-Control-Allow-Origin: http://friend.example",
	       "a has Access-Control-Allow-Methods: GET, POST",
	       "a has Access-Control-Allow-Headers: x-a, x-b");
	SCRIPT("a OPTIONS EIO=4&transport=polling" EVIL, "a < 204 ",
	       "a has Allow: GET, POST, OPTIONS");
}

static void a_refused_websocket_gets_its_error_before_any_101_and_the_end(void **state)
{
	(void)state;
	SCRIPT("a WS EIO=4&transport=websocket&sid=x", "a < " CODE1, "a has Connection: close",
	       "a < end");
	SCRIPT("a WS EIO=4&transport=websocket" EVIL, "a < " CODE4, "a < end", REFUSED);
	SCRIPT("a GET EIO=4&transport=websocket | Connection: Upgrade | Upgrade: websocket | "
	       "Sec-WebSocket-Version: 13",
	       "a < " CODE3, "a < end");
	SCRIPT("a GET EIO=4&transport=websocket | Connection: Upgrade | Upgrade: websocket | "
	       "Sec-WebSocket-Version: 12",
	       "a < 426 ", "a has Sec-WebSocket-Version: 13", "a has Upgrade: websocket",
	       "a has Connection: Upgrade", "a has Connection: close", "a < end");
}

static void other_methods_leave_a_session_untouched(void **state)
{
	(void)state;
	SCRIPT("a GET EIO=4&transport=polling", "up open 1", "a < 200 *",
	       "a PUT EIO=4&transport=polling&sid=$1",
	       "a < 405 {\"error\": \"Method Not Allowed\"}", "a has Allow: GET, POST, OPTIONS",
	       "a DELETE EIO=4&transport=polling&sid=$1",
	       "a < 405 {\"error\": \"Method Not Allowed\"}",
	       "a OPTIONS EIO=4&transport=polling&sid=$1", "a < 204 ", "send 1 x",
	       "a GET EIO=4&transport=polling&sid=$1", "a < 200 4x");
}

static void sessions_are_limited(void **state)
{
	const struct net_peers_limits limits = {.all = 1};
	struct eio_options options = script_options();

	(void)state;
	options.peers = net_peers_new(&limits);
	CHECK(options.peers != NULL);
	script_run((const char *const[]){"a GET EIO=4&transport=polling", "up open 1", "a < 200 *",
					 "b GET EIO=4&transport=polling", "b < 503 *",
					 "c WS EIO=4&transport=websocket", "c < 503 *",
					 "b POST EIO=4&transport=polling&sid=$1 | 1", "b < 200 ok",
					 "up close 1 CLIENT_CLOSE", "b GET EIO=4&transport=polling",
					 "up open 2", "b < 200 *", NULL},
		   &options);
	net_peers_free(options.peers);
}

#define FROM(address) " | X-Forwarded-For: " address

static void an_address_has_its_number_of_sessions(void **state)
{
	const struct net_peers_limits limits = {.all = 10, .address = 1};
	struct eio_options options = script_options();

	(void)state;
	options.peers = net_peers_new(&limits);
	CHECK(options.peers != NULL);
	script_run(
		(const char *const[]){
			"a GET EIO=4&transport=polling" FROM("192.0.2.1"), "up open 1", "a < 200 *",
			"b GET EIO=4&transport=polling" FROM("192.0.2.1"),
			"b < 429 {\"error\": \"Too Many Requests\"}",
			"c WS EIO=4&transport=websocket" FROM("192.0.2.1"), "c < 429 *",
			"b GET EIO=4&transport=polling" FROM("192.0.2.2"), "up open 2", "b < 200 *",
			/* the proxy itself is never limited */
			"b GET EIO=4&transport=polling", "up open 3", "b < 200 *",
			"b GET EIO=4&transport=polling", "up open 4", "b < 200 *",
			/* a session's end makes room */
			"a POST EIO=4&transport=polling&sid=$1 | 1", "a < 200 ok",
			"up close 1 CLIENT_CLOSE",
			"b GET EIO=4&transport=polling" FROM("192.0.2.1"), "up open 5", "b < 200 *",
			NULL},
		&options);
	net_peers_free(options.peers);
}

static void tell_loop(void *ctx, uint32_t loop, struct httpd_exchange *exchange)
{
	char body[] = "loop 0";

	(void)ctx;
	body[5] = (char)('0' + loop);
	httpd_exchange_respond(exchange,
			       &(struct httpd_response){.status = 200, .body = fr_str_of(body)});
}

static void what_is_for_another_loops_session_goes_there(void **state)
{
	struct eio_options options = script_options();

	(void)state;
	options.loops = 3;
	options.loop = 1;
	options.elsewhere = tell_loop;
	script_run(
		(const char *const[]){
			"a GET EIO=4&transport=polling&sid=Axx", "a < 200 loop 0",
			"a POST EIO=4&transport=polling&sid=Cxx | 4x", "a < 200 loop 2", "a < end",
			"b WS EIO=4&transport=websocket&sid=C", "b < 200 loop 2",
			/* ours, and those of loops that there are not: nobody has them */
			"c GET EIO=4&transport=polling&sid=Bxx", "c < " CODE1,
			"c GET EIO=4&transport=polling&sid=Dxx", "c < " CODE1,
			"c GET EIO=4&transport=polling&sid=%00", "c < " CODE1,
			"c GET EIO=4&transport=polling", "up open 1", "c < 200 *",
			"c POST EIO=4&transport=polling&sid=$1 | 4x", "c < 200 ok", "up 1 text x",
			NULL},
		&options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_error_has_its_code_and_place_in_the_order),
		cmocka_unit_test(good_requests_come_in_many_dresses),
		cmocka_unit_test(an_allowed_origin_is_told_so_and_others_are_not),
		cmocka_unit_test(a_preflight_names_what_an_allowed_page_may_send),
		cmocka_unit_test(a_refused_websocket_gets_its_error_before_any_101_and_the_end),
		cmocka_unit_test(other_methods_leave_a_session_untouched),
		cmocka_unit_test(sessions_are_limited),
		cmocka_unit_test(what_is_for_another_loops_session_goes_there),
		cmocka_unit_test(an_address_has_its_number_of_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
