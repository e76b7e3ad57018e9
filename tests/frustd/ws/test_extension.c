#include "ws/extension.h"

#include <stdlib.h>

#include "base/attr.h"
#include "helpers/check.h"

#define TAKEOVERS "; server_no_context_takeover; client_no_context_takeover"
#define PLAIN "permessage-deflate" TAKEOVERS

static const struct {
	const char *what;
	const char *headers[3];
	const char *answer; /* without name and CRLF; "": nothing agreed, NULL: malformed */
} rows[] = {
	{"no header", {NULL}, ""},
	{"the bare offer", {"permessage-deflate"}, PLAIN},
	{"what browsers offer", {"permessage-deflate; client_max_window_bits"}, PLAIN},
	{"no takeovers", {"permessage-deflate" TAKEOVERS}, PLAIN},
	{"one of them", {"permessage-deflate; client_no_context_takeover"}, PLAIN},
	{"our window of 9",
	 {"permessage-deflate; server_max_window_bits=9"},
	 PLAIN "; server_max_window_bits=9"},
	{"our window of 15",
	 {"permessage-deflate; server_max_window_bits=15"},
	 PLAIN "; server_max_window_bits=15"},
	{"our window of 8", {"permessage-deflate; server_max_window_bits=8"}, ""},
	{"our window of 7", {"permessage-deflate; server_max_window_bits=7"}, ""},
	{"our window of 16", {"permessage-deflate; server_max_window_bits=16"}, ""},
	{"our window of 010", {"permessage-deflate; server_max_window_bits=010"}, ""},
	{"our window of 09", {"permessage-deflate; server_max_window_bits=09"}, ""},
	{"our window of 1", {"permessage-deflate; server_max_window_bits=1"}, ""},
	{"our window of 100", {"permessage-deflate; server_max_window_bits=100"}, ""},
	{"our window of +9", {"permessage-deflate; server_max_window_bits=+9"}, ""},
	{"our window of ten", {"permessage-deflate; server_max_window_bits=ten"}, ""},
	{"our window without a value", {"permessage-deflate; server_max_window_bits"}, ""},
	{"the client's window of 8",
	 {"permessage-deflate; client_max_window_bits=8"},
	 PLAIN "; client_max_window_bits=8"},
	{"the client's window of 15",
	 {"permessage-deflate; client_max_window_bits=15"},
	 PLAIN "; client_max_window_bits=15"},
	{"the client's window of 7", {"permessage-deflate; client_max_window_bits=7"}, ""},
	{"the client's window of 16", {"permessage-deflate; client_max_window_bits=16"}, ""},
	{"both windows, any order",
	 {"permessage-deflate; client_max_window_bits=10; server_no_context_takeover; "
	  "server_max_window_bits=12"},
	 PLAIN "; server_max_window_bits=12; client_max_window_bits=10"},
	{"a value for a takeover", {"permessage-deflate; server_no_context_takeover=1"}, ""},
	{"a value for the other", {"permessage-deflate; client_no_context_takeover=\"x\""}, ""},
	{"an unknown parameter", {"permessage-deflate; level=9"}, ""},
	{"a name in another case", {"permessage-deflate; Server_Max_Window_Bits=9"}, ""},
	{"a parameter twice",
	 {"permessage-deflate; client_no_context_takeover; client_no_context_takeover"},
	 ""},
	{"a window twice",
	 {"permessage-deflate; server_max_window_bits=10; server_max_window_bits=10"},
	 ""},
	{"the client's window twice",
	 {"permessage-deflate; client_max_window_bits; client_max_window_bits=10"},
	 ""},
	{"quoted",
	 {"permessage-deflate; server_max_window_bits=\"10\""},
	 PLAIN "; server_max_window_bits=10"},
	{"quoted and escaped",
	 {"permessage-deflate; server_max_window_bits=\"\\1\\0\"; client_max_window_bits=\"\\9\""},
	 PLAIN "; server_max_window_bits=10; client_max_window_bits=9"},
	{"quoted and too long", {"permessage-deflate; server_max_window_bits=\"1000000000\""}, ""},

	{"another extension", {"x-webkit-deflate-frame"}, ""},
	{"another with parameters", {"mux; quota=\"7\"; max=3; x"}, ""},
	{"a longer name", {"permessage-deflate2"}, ""},
	{"the second of two extensions", {"mux; a, permessage-deflate"}, PLAIN},
	{"the first that can be met",
	 {"permessage-deflate; server_max_window_bits=8, "
	  "permessage-deflate; server_max_window_bits=11, permessage-deflate"},
	 PLAIN "; server_max_window_bits=11"},
	{"a faulty one, then a good one",
	 {"permessage-deflate; a; a=b, permessage-deflate"},
	 PLAIN},
	{"several headers",
	 {"mux", "permessage-deflate; server_max_window_bits=8",
	  "permessage-deflate; client_max_window_bits=9"},
	 PLAIN "; client_max_window_bits=9"},
	{"blanks everywhere",
	 {" \tpermessage-deflate ;\tserver_max_window_bits = 10 ; client_max_window_bits\t, mux "},
	 PLAIN "; server_max_window_bits=10"},
	{"no blanks",
	 {"mux,permessage-deflate;server_max_window_bits=10"},
	 PLAIN "; server_max_window_bits=10"},
	{"empty elements", {", ,permessage-deflate,,"}, PLAIN},
	{"an empty header", {""}, ""},

	{"an empty parameter", {"permessage-deflate; ; client_max_window_bits"}, NULL},
	{"a semicolon at the end", {"permessage-deflate;"}, NULL},
	{"no value after =", {"permessage-deflate; server_max_window_bits="}, NULL},
	{"no name before =", {"permessage-deflate; =10"}, NULL},
	{"an open quote", {"permessage-deflate; server_max_window_bits=\"10"}, NULL},
	{"an open escape", {"permessage-deflate; server_max_window_bits=\"10\\"}, NULL},
	{"an empty quote", {"permessage-deflate; server_max_window_bits=\"\""}, NULL},
	{"a quote that holds no token",
	 {"permessage-deflate; server_max_window_bits=\"1 0\""},
	 NULL},
	{"a quoted name", {"\"permessage-deflate\""}, NULL},
	{"text after a quote", {"permessage-deflate; server_max_window_bits=\"10\"0"}, NULL},
	{"two names", {"permessage-deflate client_max_window_bits"}, NULL},
	{"a name that is none", {"permessage/deflate"}, NULL},
	{"malformed behind a good one", {"permessage-deflate", "mux; ="}, NULL},
	{"malformed before a good one", {"mux; =, permessage-deflate"}, NULL},
};

static struct httpd_request request_of(const char *const *headers, struct httpd_header out[3])
{
	struct httpd_request request = {.method = HTTPD_GET, .headers = out};

	for (size_t i = 0; i < 3 && headers[i]; i++)
		out[request.header_count++] = (struct httpd_header){
			FR_STR("sec-websocket-Extensions"), fr_str_of(headers[i])};
	return request;
}

static void offers_are_answered_by_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct httpd_header headers[3];
		struct httpd_request request = request_of(rows[i].headers, headers);
		struct fr_buf head = FR_BUF_INIT, expected = FR_BUF_INIT;
		struct ws_deflate deflate;
		bool fine = ws_extension_choose(&request, &deflate);

		if (fine)
			ws_extension_answer(&head, &deflate);
		if (rows[i].answer && *rows[i].answer)
			fr_buf_printf(&expected, "Sec-WebSocket-Extensions: %s\r\n",
				      rows[i].answer);
		if (fine != (rows[i].answer != NULL) ||
		    !fr_str_eq(fr_buf_str(&head), fr_buf_str(&expected)))
			print_error("%s:\n", rows[i].what);
		CHECK_INT(fine, rows[i].answer != NULL);
		fr_buf_add_char(&expected, '\0');
		CHECK_STR(fr_buf_str(&head), expected.at);
		fr_buf_fini(&head);
		fr_buf_fini(&expected);
	}
}

/* Each on its own, so that reading past the value's end is seen. */
static void every_beginning_of_an_offer_is_read_within_its_bounds(void **state)
{
	static const char whole[] = "mux; a=\"b\\c\", permessage-deflate; "
				    "server_max_window_bits=\"1\\0\" ; client_max_window_bits = 9,";

	(void)state;
	for (size_t n = 0; n < sizeof(whole); n++) {
		char *copy = malloc(n + !n);
		const struct httpd_header header = {FR_STR("Sec-WebSocket-Extensions"), {copy, n}};
		const struct httpd_request request = {.headers = &header, .header_count = 1};
		struct ws_deflate deflate;

		memcpy(copy, whole, n);
		if (ws_extension_choose(&request, &deflate) && n + 1 >= sizeof(whole) - 1)
			CHECK(deflate.agreed);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offers_are_answered_by_the_table),
		cmocka_unit_test(every_beginning_of_an_offer_is_read_within_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
