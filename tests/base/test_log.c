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
	*captured = (struct captured){.log = {NULL, level, "frustd"}};
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
		CHECK_INT(to.len, 8 + (1023 - 8) * (fill == 'a' ? 1 : 4) + 1);
		CHECK_INT(to.text[to.len - 1], '\n');
		free(to.text);
		if (fill == '\n')
			break;
	}
}

static void levels_have_names(void **state)
{
	static const struct {
		const char *text;
		int level; /* -1: none */
	} cases[] = {
		{"error", FR_LOG_ERROR}, {"warn", FR_LOG_WARN}, {"info", FR_LOG_INFO},
		{"debug", FR_LOG_DEBUG}, {"Error", -1},         {"", -1},
		{"warning", -1},         {"inf", -1},
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
		cmocka_unit_test(levels_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
