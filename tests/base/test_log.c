#include "helpers/check.h"

#include <stdlib.h>

#include "base/log.h"

struct captured {
	struct fr_log log;
	char *text;
	size_t len;
};

static void capture(struct captured *captured, enum fr_log_level level)
{
	*captured = (struct captured){.log = {.level = level, .name = "frustd"}};
	captured->log.to = open_memstream(&captured->text, &captured->len);
	CHECK(captured->log.to != NULL);
}

static void check_captured(struct captured *captured, const char *expected)
{
	fclose(captured->log.to);
	CHECK_TEXT(captured->text, expected);
	free(captured->text);
}

static void a_line_tells_program_level_and_text(void **state)
{
	struct captured to;

	(void)state;
	capture(&to, FR_LOG_DEBUG);
	fr_log(&to.log, FR_LOG_ERROR, "disk full");
	fr_log(&to.log, FR_LOG_WARN, "%s closed %d", "slow client", 7);
	fr_log(&to.log, FR_LOG_INFO, "listening");
	fr_log(&to.log, FR_LOG_DEBUG, "x");
	check_captured(&to, "frustd: error: disk full\n"
			    "frustd: warn: slow client closed 7\n"
			    "frustd: listening\n"
			    "frustd: debug: x\n");
}

static void what_is_above_the_level_is_left_out(void **state)
{
	struct captured to;

	(void)state;
	capture(&to, FR_LOG_WARN);
	fr_log(&to.log, FR_LOG_DEBUG, "x");
	fr_log(&to.log, FR_LOG_INFO, "x");
	fr_log(&to.log, FR_LOG_WARN, "kept");
	fr_log(NULL, FR_LOG_ERROR, "to nobody");
	fr_log_set_level(&to.log, FR_LOG_ERROR);
	fr_log(&to.log, FR_LOG_WARN, "not any more");
	check_captured(&to, "frustd: warn: kept\n");
}

static void text_from_outside_cannot_forge_lines(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{"a\nfrustd: b", "a\\x0afrustd: b"},
		{"\r\t\x1b[2J\x7f", "\\x0d\\x09\\x1b[2J\\x7f"},
		{"\xc2\x9b"
		 "2J",
		 "\\xc2\\x9b2J"}, /* U+009B begins terminal commands */
		{"\x9b"
		 "2J \xff",
		 "\\x9b2J \\xff"}, /* not UTF-8 */
		{"\xed\xa0\x80", "\\xed\\xa0\\x80"},
		{"\xc3\xa4 \xf0\x9f\x98\x80 \xef\xbf\xbd",
		 "\xc3\xa4 \xf0\x9f\x98\x80 \xef\xbf\xbd"},
		{"100%d %s", "100%d %s"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct captured to;
		char expected[100];

		capture(&to, FR_LOG_INFO);
		fr_log(&to.log, FR_LOG_INFO, "%s", cases[i].text);
		snprintf(expected, sizeof expected, "frustd: %s\n", cases[i].shown);
		check_captured(&to, expected);
	}
}

static void a_long_line_is_cut(void **state)
{
	struct captured to;
	char text[3000];

	(void)state;
	for (char fill = 'a';; fill = '\n') {
		memset(text, fill, sizeof text - 1);
		text[sizeof text - 1] = '\0';
		capture(&to, FR_LOG_INFO);
		fr_log(&to.log, FR_LOG_INFO, "%s", text);
		fclose(to.log.to);
		CHECK_INT(to.len, 8 + 1023 * (fill == 'a' ? 1 : 4) + 1);
		CHECK_INT(to.text[to.len - 1], '\n');
		free(to.text);
		if (fill == '\n')
			break;
	}
}

static int64_t a_moment(void *ctx)
{
	(void)ctx;
	return INT64_C(1795416225007); /* date -u -d @1795416225 */
}

static void a_timed_line_begins_with_the_time(void **state)
{
	struct captured to;

	(void)state;
	capture(&to, FR_LOG_INFO);
	to.log.clock = a_moment;
	fr_log(&to.log, FR_LOG_INFO, "without");
	to.log.format = FR_LOG_TEXT_TIMED;
	fr_log(&to.log, FR_LOG_WARN, "with");
	check_captured(&to, "frustd: without\n2026-11-23T06:43:45.007Z frustd: warn: with\n");
}

static void a_line_names_whom_it_is_about(void **state)
{
	const struct fr_log_subject client = {.client = "192.0.2.1"}, session = {.session = "s\n"},
				    both = {"192.0.2.1", "s1"};
	struct captured to;

	(void)state;
	capture(&to, FR_LOG_TRACE);
	fr_log_about(&to.log, FR_LOG_WARN, &client, "slow");
	fr_log_about(&to.log, FR_LOG_INFO, &session, "gone");
	fr_log_about(&to.log, FR_LOG_TRACE, &both, "%s to %s", "polling", "websocket");
	to.log.level = FR_LOG_DEBUG;
	fr_log_about(&to.log, FR_LOG_TRACE, &both, "x");
	check_captured(&to, "frustd: warn: 192.0.2.1: slow\nfrustd: s\\x0a: gone\n"
			    "frustd: trace: 192.0.2.1 s1: polling to websocket\n");
}

static void lines_of_json_are_objects(void **state)
{
	const struct fr_log_subject both = {"192.0.2.1", "s\"1"};
	struct captured to;

	(void)state;
	capture(&to, FR_LOG_INFO);
	to.log.format = FR_LOG_JSON;
	fr_log(&to.log, FR_LOG_INFO, "quote \" backslash \\ newline \n\x7f");
	fr_log(&to.log, FR_LOG_ERROR, "\xc3\xa4 \xf0\x9f\x98\x80 \xc2\x9b \x9b \xed\xa0\x80");
	to.log.clock = a_moment;
	fr_log_about(&to.log, FR_LOG_WARN, &both, "slow");
	check_captured(&to, "{\"level\":\"info\",\"text\":\"quote \\\" backslash \\\\ "
			    "newline \\u000a\\u007f\"}\n"
			    "{\"level\":\"error\",\"text\":\"\xc3\xa4 \xf0\x9f\x98\x80 "
			    "\\u009b \\ufffd \\ufffd\\ufffd\\ufffd\"}\n"
			    "{\"time\":\"2026-11-23T06:43:45.007Z\",\"level\":\"warn\","
			    "\"client\":\"192.0.2.1\",\"session\":\"s\\\"1\","
			    "\"text\":\"slow\"}\n");
}

static void the_longest_line_fits(void **state)
{
	struct fr_log_subject subject;
	struct captured to;
	char text[3000];

	(void)state;
	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	subject = (struct fr_log_subject){text, text};
	capture(&to, FR_LOG_DEBUG);
	to.log.format = FR_LOG_JSON;
	to.log.clock = a_moment;
	fr_log_about(&to.log, FR_LOG_DEBUG, &subject, "%s", text);
	fclose(to.log.to);
	CHECK(to.len > (size_t)6 * (1023 + 128 + 128));
	CHECK_INT(to.text[to.len - 1], '\n');
	CHECK_INT(to.text[to.len - 2], '}');
	free(to.text);
}

static void levels_have_names(void **state)
{
	static const struct {
		const char *text;
		int level; /* -1: none */
	} cases[] = {
		{"error", FR_LOG_ERROR},
		{"warn", FR_LOG_WARN},
		{"info", FR_LOG_INFO},
		{"debug", FR_LOG_DEBUG},
		{"trace", FR_LOG_TRACE},
		{"Error", -1},
		{"", -1},
		{"warning", -1},
		{"inf", -1},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		enum fr_log_level level = FR_LOG_INFO;

		CHECK_INT(fr_log_level_parse(cases[i].text, &level), cases[i].level >= 0);
		CHECK_INT(level, cases[i].level >= 0 ? cases[i].level : (int)FR_LOG_INFO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_tells_program_level_and_text),
		cmocka_unit_test(what_is_above_the_level_is_left_out),
		cmocka_unit_test(text_from_outside_cannot_forge_lines),
		cmocka_unit_test(a_long_line_is_cut),
		cmocka_unit_test(a_timed_line_begins_with_the_time),
		cmocka_unit_test(a_line_names_whom_it_is_about),
		cmocka_unit_test(lines_of_json_are_objects),
		cmocka_unit_test(the_longest_line_fits),
		cmocka_unit_test(levels_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
