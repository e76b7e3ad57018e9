#include "scratch.h"

#include "helpers/check.h"
#include "internal.h"

#define X15 "xxxxxxxxxxxxxxx"
#define X64 X15 X15 X15 X15 "xxxx"
#define X75 X15 X15 X15 X15 X15
#define UMLAUTS5 "\u00e4\u00e4\u00e4\u00e4\u00e4"
#define EMOJIS5 "\U0001f600\U0001f600\U0001f600\U0001f600\U0001f600"

struct row {
	const char *in;
	int refusal;
	const char *out;
};

/* What holds for a user's name. */
static const struct row users[] = {
	{"Anna", 0, "Anna"},
	{" \t\r\n Anna \u00a0\u2003\u3000\x1c\x1f", 0, "Anna"},
	{"\u200bAnna", 0, "\u200bAnna"}, /* zero width space is no white space */
	{"A  B", 0, "A  B"},
	{"a\tb\nc\rd", 0, "a\tb\nc\rd"},
	{"", FRUST_REFUSED_USER_EMPTY, NULL},
	{" \u2028\xc2\x85\v\f ", FRUST_REFUSED_USER_EMPTY, NULL},
	{NULL, FRUST_REFUSED_USER_EMPTY, NULL},
	{X15, 0, X15},
	{X15 "x", FRUST_REFUSED_USER_LONG, NULL},
	{"  " X15 "  ", 0, X15},
	{UMLAUTS5 UMLAUTS5 UMLAUTS5, 0, UMLAUTS5 UMLAUTS5 UMLAUTS5},
	{EMOJIS5 EMOJIS5 EMOJIS5, 0, EMOJIS5 EMOJIS5 EMOJIS5},
	{EMOJIS5 EMOJIS5 EMOJIS5 "!", FRUST_REFUSED_USER_LONG, NULL},
	{"<b>'\"\\</b>", 0, "<b>'\"\\</b>"},
	{"\u202ertl", 0, "\u202ertl"},
	{"a\x01z", FRUST_REFUSED_USER_CHARACTER, NULL},
	{"a\x1bz", FRUST_REFUSED_USER_CHARACTER, NULL},
	{"a\vz", FRUST_REFUSED_USER_CHARACTER, NULL},
	{"a\x1cz", FRUST_REFUSED_USER_CHARACTER, NULL},
	{"a\x7fz", 0, "a\x7fz"},
	{"a\xc2\x85z", 0, "a\xc2\x85z"},
	{"\uffff", 0, "\uffff"},
	{"\U0010ffff", 0, "\U0010ffff"},
	{"a\xed\xa0\x80", FRUST_REFUSED_USER_CHARACTER, NULL}, /* lone surrogates */
	{"\xed\xbf\xbf", FRUST_REFUSED_USER_CHARACTER, NULL},
	{"\xed\xa0\xbd\xed\xb8\x80", FRUST_REFUSED_USER_CHARACTER, NULL},
	{"\xff", FRUST_REFUSED_USER_CHARACTER, NULL},
	{"a\x80", FRUST_REFUSED_USER_CHARACTER, NULL},
	{"\xc0\xaf", FRUST_REFUSED_USER_CHARACTER, NULL},
	{"a\xc3", FRUST_REFUSED_USER_CHARACTER, NULL},
	{"\xf4\x90\x80\x80", FRUST_REFUSED_USER_CHARACTER, NULL},
};

static void a_users_name_is_trimmed_and_checked(void **state)
{
	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(users); i++) {
		struct frust_str user = text_of(users[i].in);

		CHECK_INT(frust_user_clean(&user, NULL), users[i].refusal);
		if (!users[i].refusal)
			CHECK_STR(user, users[i].out);
	}
}

static void a_nul_inside_is_refused(void **state)
{
	struct frust_str user = {"a\0b", 3};

	(void)state;
	CHECK_INT(frust_user_clean(&user, NULL), FRUST_REFUSED_USER_CHARACTER);
}

static void an_empty_comment_or_style_is_absent(void **state)
{
	struct frust_record click = click_of(" A ", " \t ", 1);

	(void)state;
	click.style = text_of("");
	CHECK_INT(frust_record_clean(&click, NULL), 0);
	CHECK_STR(click.user, "A");
	CHECK_STR(click.comment, NULL);
	CHECK_STR(click.style, NULL);
}

static void each_field_has_its_limit_and_its_refusals(void **state)
{
	static const struct {
		struct frust_record record;
		int refusal;
	} rows[] = {
		{{.kind = FRUST_CLICK, .user = {X15, 15}, .comment = {X75, 75}, .style = {X64, 64}},
		 0},
		{{.kind = FRUST_CLICK, .user = {"", 0}}, FRUST_REFUSED_USER_EMPTY},
		{{.kind = FRUST_CLICK, .user = {"A", 1}, .comment = {X75 "x", 76}},
		 FRUST_REFUSED_COMMENT_LONG},
		{{.kind = FRUST_CLICK, .user = {"A", 1}, .comment = {"\x02", 1}},
		 FRUST_REFUSED_COMMENT_CHARACTER},
		{{.kind = FRUST_CLICK, .user = {"A", 1}, .style = {X64 "x", 65}},
		 FRUST_REFUSED_STYLE_LONG},
		{{.kind = FRUST_CLICK, .user = {"A", 1}, .style = {"\xe2\x82", 2}},
		 FRUST_REFUSED_STYLE_CHARACTER},
		{{.kind = FRUST_EVENT, .user = {"A", 1}, .name = {X75, 75}}, 0},
		{{.kind = FRUST_EVENT, .user = {"A", 1}}, FRUST_REFUSED_NAME_EMPTY},
		{{.kind = FRUST_EVENT, .user = {"A", 1}, .name = {X75 "x", 76}},
		 FRUST_REFUSED_NAME_LONG},
		{{.kind = FRUST_EVENT, .user = {"A", 1}, .name = {"a\bz", 3}},
		 FRUST_REFUSED_NAME_CHARACTER},
		{{.kind = FRUST_EVENT, .user = {X15 "x", 16}, .name = {"fu", 2}},
		 FRUST_REFUSED_USER_LONG},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct frust_record record = rows[i].record;

		CHECK_INT(frust_record_clean(&record, NULL), rows[i].refusal);
	}
}

static void limits_are_options(void **state)
{
	struct frust_limits limits = FRUST_LIMITS_INIT;
	struct frust_record click = click_of("Anna", "abc", 1);

	(void)state;
	limits.user = 3;
	CHECK_INT(frust_record_clean(&click, &limits), FRUST_REFUSED_USER_LONG);
	limits.user = 4;
	limits.comment = 2;
	CHECK_INT(frust_record_clean(&click, &limits), FRUST_REFUSED_COMMENT_LONG);
}

static void bad_arguments_are_told(void **state)
{
	struct frust_limits limits = {0};
	struct frust_record record = click_of("Anna", NULL, 1);

	(void)state;
	CHECK_INT(frust_record_clean(NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_user_clean(NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_record_clean(&record, &limits), FRUST_EINVAL);
	record.kind = 0;
	CHECK_INT(frust_record_clean(&record, NULL), FRUST_EINVAL);
}

static void refusals_have_words(void **state)
{
	(void)state;
	for (int i = FRUST_REFUSED_USER_EMPTY; i <= FRUST_REFUSED_STYLE_CHARACTER; i++)
		CHECK(strcmp(frust_refusal_text(i), "refused") != 0);
	CHECK_TEXT(frust_refusal_text(0), "refused");
	CHECK_TEXT(frust_refusal_text(-1), "refused");
	CHECK_TEXT(frust_refusal_text(FRUST_REFUSED_STYLE_CHARACTER + 1), "refused");
}

static void two_events_are_unsaved(void **state)
{
	(void)state;
	CHECK(frust_event_unsaved(text_of("rickroll")));
	CHECK(frust_event_unsaved(text_of("exmatrikulieren")));
	CHECK(!frust_event_unsaved(text_of("Rickroll")));
	CHECK(!frust_event_unsaved(text_of("rickroll ")));
	CHECK(!frust_event_unsaved(text_of("")));
	CHECK(!frust_event_unsaved(text_of(NULL)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_users_name_is_trimmed_and_checked),
		cmocka_unit_test(a_nul_inside_is_refused),
		cmocka_unit_test(an_empty_comment_or_style_is_absent),
		cmocka_unit_test(each_field_has_its_limit_and_its_refusals),
		cmocka_unit_test(limits_are_options),
		cmocka_unit_test(bad_arguments_are_told),
		cmocka_unit_test(refusals_have_words),
		cmocka_unit_test(two_events_are_unsaved),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
