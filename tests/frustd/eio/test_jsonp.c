/* JSONP: answers as scripts, requests as forms. */
#include "helpers/check.h"

#include "eio/jsonp.h"
#include "frustd/eio/script.h"

#define BAD "{\"code\":3,\"message\":\"Bad request\"}"
#define GET "a GET EIO=3&transport=polling&j=7&sid=$1"
#define POST "b POST EIO=3&transport=polling&j=7&sid=$1 | "
#define START "a GET EIO=3&transport=polling&j=7", "up open 1", "a < 200 *"

static void payloads_become_calls_of_the_named_function(void **state)
{
	static const struct {
		const char *payload, *script;
	} cases[] = {
		{"1:6", "___eio[7](\"1:6\");"},
		{"4:4\"\\\"", "___eio[7](\"4:4\\\"\\\\\\\"\");"},
		{"2:4\n", "___eio[7](\"2:4\\n\");"},
		{"3:4\xe2\x80\xa8\xe2\x80\xa9", "___eio[7](\"3:4\\u2028\\u2029\");"},
		{"3:4\xe2\x80\xaa\xc3\xa4", "___eio[7](\"3:4\xe2\x80\xaa\xc3\xa4\");"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_buf out = FR_BUF_INIT;

		eio_jsonp_wrap(&out, 7, fr_str_of(cases[i].payload));
		CHECK_STR(fr_buf_str(&out), cases[i].script);
		fr_buf_fini(&out);
	}
}

static void forms_hold_payloads(void **state)
{
	static const struct {
		const char *form, *payload;
	} cases[] = {
		{"d=1:6", "1:6"},
		{"d=1%3A2", "1:2"},
		{"d=4%3A4a+b", "4:4a b"},
		{"d=4%3A4%2Bb&x=y", "4:4+b"},
		{"d=x\\ny", "x\ny"},
		{"d=x\\\\ny", "x\\ny"},
		{"d=x\\\\\\ny", "x\\\\ny"},
		{"d=x%5Cny", "x\ny"},
		{"d=x\\\"", "x\\\""},
		{"d=%", "%"},
		{"d=", ""},
	};

	(void)state;
	CHECK(eio_jsonp_is_form(FR_STR("d=1:6")));
	CHECK(!eio_jsonp_is_form(FR_STR("1:6")));
	CHECK(!eio_jsonp_is_form(FR_STR("")));
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_buf out = FR_BUF_INIT;

		eio_jsonp_unwrap(&out, fr_str_of(cases[i].form));
		CHECK_STR(fr_buf_str(&out), cases[i].payload);
		fr_buf_fini(&out);
	}
}

static void a_session_goes_on_by_scripts_and_forms(void **state)
{
	(void)state;
	SCRIPT("a GET EIO=3&transport=polling&j=0", "up open 1",
	       "a < 200 "
	       "___eio[0](\"97:0{\\\"sid\\\":\\\"$1\\\",\\\"upgrades\\\":[\\\"websocket\\\"],"
	       "\\\"pingInterval\\\":25000,\\\"pingTimeout\\\":60000}\");",
	       "a has Content-Type: text/javascript; charset=UTF-8", GET, POST "d=4%3A4a%2B1%3A2",
	       "b < 400 " BAD, "up 1 text a+1", "up close 1 PROTOCOL_ERROR",
	       "a < 200 ___eio[7](\"1:1\");");
	SCRIPT(START, GET, POST "d=3%3A4hi1%3A2", "b < 200 ok", "up 1 text hi",
	       "a < 200 ___eio[7](\"1:3\");", "send 1 x", GET, "a < 200 ___eio[7](\"2:4x\");",
	       POST "1:1", "b < 200 ok", "up close 1 CLIENT_CLOSE");
}

static void scripts_carry_binary_packets_as_text(void **state)
{
	(void)state;
	SCRIPT(START, "sendbin 1 01020304", GET, "a < 200 ___eio[7](\"10:b4AQIDBA==\");",
	       "sendbin 1 01", "a GET EIO=3&transport=polling&sid=$1", "a < 200 hex:0102ff0401");
}

static void the_functions_name_is_a_number(void **state)
{
	static const char *const names[] = {"", "x", "-1", "1x", "1]", "1234567890123456789"};
	char get[100];

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(names); i++) {
		snprintf(get, sizeof(get), "a GET EIO=3&transport=polling&j=%s", names[i]);
		SCRIPT(get, "a < 400 " BAD);
		snprintf(get, sizeof(get), "a GET EIO=3&transport=polling&sid=$1&j=%s", names[i]);
		SCRIPT(START, get, "a < 400 " BAD);
	}
}

static void revision_4_has_scripts_and_forms_too(void **state)
{
	(void)state;
	SCRIPT("a GET EIO=4&transport=polling&j=0", "up open 1",
	       "a < 200 "
	       "___eio[0](\"0{\\\"sid\\\":\\\"$1\\\",\\\"upgrades\\\":[\\\"websocket\\\"],"
	       "\\\"pingInterval\\\":25000,\\\"pingTimeout\\\":20000,\\\"maxPayload\\\":1000}\");",
	       "a has Content-Type: text/javascript; charset=UTF-8",
	       "b POST EIO=4&transport=polling&sid=$1&j=0 | d=4hi%1E4a%2B1", "b < 200 ok",
	       "up 1 text hi", "up 1 text a+1", "send 1 x", "sendbin 1 01020304",
	       "a GET EIO=4&transport=polling&sid=$1&j=1",
	       "a < 200 ___eio[1](\"4x\\u001ebAQIDBA==\");",
	       "a GET EIO=4&transport=polling&sid=$1&j=x", "a < 400 " BAD,
	       "b POST EIO=4&transport=polling&sid=$1&j=0 | d=x", "b < 400 " BAD,
	       "up close 1 PROTOCOL_ERROR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(payloads_become_calls_of_the_named_function),
		cmocka_unit_test(forms_hold_payloads),
		cmocka_unit_test(a_session_goes_on_by_scripts_and_forms),
		cmocka_unit_test(scripts_carry_binary_packets_as_text),
		cmocka_unit_test(the_functions_name_is_a_number),
		cmocka_unit_test(revision_4_has_scripts_and_forms_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
