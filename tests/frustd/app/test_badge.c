#include "app/badge.h"

#include "helpers/check.h"

static struct fr_buf svg_of(enum text_lang lang, int64_t clicks)
{
	struct fr_buf out = FR_BUF_INIT;

	badge_add_svg(&out, lang, clicks);
	CHECK_INT(fr_buf_error(&out), 0);
	fr_buf_add_char(&out, '\0');
	return out;
}

static void numbers_are_grouped_by_thousands(void **state)
{
	static const struct {
		int64_t clicks;
		const char *shown;
	} cases[] = {
		{0, ">0<"},
		{999, ">999<"},
		{1000, ">1\u202f000<"},
		{1234567, ">1\u202f234\u202f567<"},
		{INT64_MAX, ">9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f807<"},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_buf svg = svg_of(TEXT_DE, cases[i].clicks);

		CHECK(strstr(svg.at, cases[i].shown) != NULL);
		fr_buf_fini(&svg);
	}
}

static void the_label_is_in_the_sites_language(void **state)
{
	struct fr_buf german = svg_of(TEXT_DE, 7), english = svg_of(TEXT_EN, 7);

	(void)state;
	CHECK(strstr(german.at, "aria-label=\"heute verzweifelt: 7\"") != NULL);
	CHECK(strstr(english.at, "aria-label=\"despaired today: 7\"") != NULL);
	fr_buf_fini(&german);
	fr_buf_fini(&english);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_grouped_by_thousands),
		cmocka_unit_test(the_label_is_in_the_sites_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
