#include "scratch.h"

#include "helpers/check.h"
#include "internal.h"

static void a_click_carries_null_for_what_is_absent(void **state)
{
	struct frust_record click = click_of("Anna", NULL, 1795371634);
	char out[256];

	(void)state;
	frust_record_json(out, sizeof(out), &click);
	CHECK_TEXT(out,
		   "{\"user\":\"Anna\",\"comment\":null,\"style\":null,\"timestamp\":1795371634}");
	click.comment = text_of("");
	click.style = text_of("fire fancy");
	click.timestamp = -1;
	frust_record_json(out, sizeof(out), &click);
	CHECK_TEXT(
		out,
		"{\"user\":\"Anna\",\"comment\":\"\",\"style\":\"fire fancy\",\"timestamp\":-1}");
}

static void the_other_forms_have_their_names(void **state)
{
	struct frust_record event = event_of("Bob", "fu", 5);
	struct frust_hour hour = {3600, 1, 2, 3, 4, 5};
	struct frust_user user = {text_of("Anna"), 6, 7};
	struct frust_stats stats = {1, 2, 3, 4, 5, 6};
	char out[256];

	(void)state;
	frust_record_json(out, sizeof(out), &event);
	CHECK_TEXT(out, "{\"user\":\"Bob\",\"name\":\"fu\",\"timestamp\":5}");
	frust_hour_json(out, sizeof(out), &hour);
	CHECK_TEXT(
		out,
		"{\"timestamp\":3600,\"click_count\":1,\"event_count\":2,\"click_count_total\":3,"
		"\"event_count_total\":4,\"event_count_today\":5}");
	frust_user_json(out, sizeof(out), &user);
	CHECK_TEXT(out, "{\"name\":\"Anna\",\"click_count\":6,\"event_count\":7}");
	frust_stats_json(out, sizeof(out), &stats);
	CHECK_TEXT(out, "{\"click_count_total\":1,\"click_count_today\":3,\"click_count_hour\":5,"
			"\"event_count_total\":2,\"event_count_today\":4,\"event_count_hour\":6}");
	frust_message_json(out, sizeof(out), text_of("Hallo"), text_of("medium highlight"),
			   FRUST_TOAST);
	CHECK_TEXT(out, "{\"text\":\"Hallo\",\"style\":\"medium highlight\",\"type\":\"toast\"}");
	frust_message_json(out, sizeof(out), text_of("Hallo"), text_of(NULL), FRUST_POPUP);
	CHECK_TEXT(out, "{\"text\":\"Hallo\",\"style\":null,\"type\":\"popup\"}");
}

static void text_is_escaped_as_little_as_needed(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"", ""},
		{"</script>", "</script>"},
		{"\"q\" \\", "\\\"q\\\" \\\\"},
		{"\b\t\n\v\f\r\x01\x1f", "\\b\\t\\n\\u000b\\f\\r\\u0001\\u001f"},
		{"\x7f\xc2\x80\xc2\x9b\u00a0", "\\u007f\\u0080\\u009b\u00a0"},
		{"J\u00fcrgen \U0001f600 \u2028\ufffd", "J\u00fcrgen \U0001f600 \u2028\ufffd"},
		{"a\xffz", "a\ufffdz"},
		{"a\xc3", "a\ufffd"},
		{"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
	};
	char out[256], expected[256];

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct frust_user user = {text_of(rows[i].in), 0, 0};

		snprintf(expected, sizeof(expected),
			 "{\"name\":\"%s\",\"click_count\":0,\"event_count\":0}", rows[i].out);
		CHECK_INT(frust_user_json(out, sizeof(out), &user), strlen(expected));
		CHECK_TEXT(out, expected);
	}
}

static void a_nul_inside_is_escaped(void **state)
{
	struct frust_user user = {{"a\0b", 3}, 0, 0};
	char out[64];

	(void)state;
	frust_user_json(out, sizeof(out), &user);
	CHECK_TEXT(out, "{\"name\":\"a\\u0000b\",\"click_count\":0,\"event_count\":0}");
}

static void output_is_cut_as_snprintf_cuts(void **state)
{
	struct frust_record click = click_of("J\u00fcrgen\n", "\xff", 12);
	char whole[128], part[128];
	size_t len = frust_record_json(whole, sizeof(whole), &click);

	(void)state;
	CHECK_INT(strlen(whole), len);
	CHECK_INT(frust_record_json(NULL, 0, &click), len);
	for (size_t size = 1; size <= len + 1; size++) {
		memset(part, '#', sizeof(part));
		CHECK_INT(frust_record_json(part, size, &click), len);
		CHECK_INT(strlen(part), size - 1);
		CHECK_INT(memcmp(part, whole, size - 1), 0);
		CHECK_INT(part[size], '#');
	}
}

static void no_record_is_no_json(void **state)
{
	char out[8] = "x";

	(void)state;
	CHECK_INT(frust_record_json(out, sizeof(out), NULL), 0);
	CHECK_TEXT(out, "");
	CHECK_INT(frust_hour_json(out, sizeof(out), NULL), 0);
	CHECK_INT(frust_user_json(out, sizeof(out), NULL), 0);
	CHECK_INT(frust_stats_json(out, sizeof(out), NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_click_carries_null_for_what_is_absent),
		cmocka_unit_test(the_other_forms_have_their_names),
		cmocka_unit_test(text_is_escaped_as_little_as_needed),
		cmocka_unit_test(a_nul_inside_is_escaped),
		cmocka_unit_test(output_is_cut_as_snprintf_cuts),
		cmocka_unit_test(no_record_is_no_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
