#include "app/text.h"

#include <frust/types.h>

#include "helpers/check.h"

static void the_messages_are_those_of_the_old_server(void **state)
{
	struct fr_buf out = FR_BUF_INIT;

	(void)state;
	text_joined(&out, TEXT_DE, FR_STR("N"));
	fr_buf_add_char(&out, '|');
	text_renamed(&out, TEXT_DE, FR_STR("A"), FR_STR("B"));
	fr_buf_add_char(&out, '|');
	text_left(&out, TEXT_DE, FR_STR("N"));
	fr_buf_add_char(&out, '|');
	text_milestone(&out, TEXT_DE, FR_STR("N"), 50);
	fr_buf_add_char(&out, '|');
	text_triggered(&out, FR_STR("N"), FR_STR("E"));
	CHECK_STR(fr_buf_str(&out),
		  "N ist beigetreten.|A hat sich umbenannt zu B.|N hat verlassen.|"
		  "N erreicht 50 Klicks!|N triggered E!");
	fr_buf_fini(&out);
}

static void english_is_an_option(void **state)
{
	struct fr_buf out = FR_BUF_INIT;
	enum text_lang lang = TEXT_DE;

	(void)state;
	CHECK(!text_lang_parse("fr", &lang));
	CHECK(text_lang_parse("en", &lang));
	text_joined(&out, lang, FR_STR("N"));
	fr_buf_add_char(&out, '|');
	text_renamed(&out, lang, FR_STR("A"), FR_STR("B"));
	fr_buf_add_char(&out, '|');
	text_left(&out, lang, FR_STR("N"));
	fr_buf_add_char(&out, '|');
	text_milestone(&out, lang, FR_STR("N"), 100);
	CHECK_STR(fr_buf_str(&out), "N joined.|A is now B.|N left.|N reached 100 clicks!");
	fr_buf_fini(&out);
}

static void every_refusal_has_its_own_words(void **state)
{
	static const int refusals[] = {
		FRUST_REFUSED_USER_EMPTY,
		FRUST_REFUSED_USER_LONG,
		FRUST_REFUSED_USER_CHARACTER,
		FRUST_REFUSED_NAME_EMPTY,
		FRUST_REFUSED_NAME_LONG,
		FRUST_REFUSED_NAME_CHARACTER,
		FRUST_REFUSED_COMMENT_LONG,
		FRUST_REFUSED_COMMENT_CHARACTER,
		FRUST_REFUSED_STYLE_LONG,
		FRUST_REFUSED_STYLE_CHARACTER,
		TEXT_REFUSED_FORM,
		TEXT_REFUSED_EVENT,
		TEXT_REFUSED_BUSY,
		TEXT_REFUSED_STORE,
		TEXT_REFUSED_STOPPING,
		TEXT_REFUSED_BANNED,
	};

	(void)state;
	for (int lang = TEXT_DE; lang <= TEXT_EN; lang++)
		for (size_t i = 0; i < FR_ARRAY_LEN(refusals); i++)
			for (size_t k = 0; k < i; k++)
				CHECK(strcmp(text_refusal(lang, refusals[i]),
					     text_refusal(lang, refusals[k])) != 0);
}

static void every_refusal_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < TEXT_REFUSED_END; i++) {
		const char *word = text_refusal_word(i);

		CHECK((word != NULL) ==
		      ((i >= FRUST_REFUSED_USER_EMPTY && i <= FRUST_REFUSED_STYLE_CHARACTER) ||
		       i >= TEXT_REFUSED_FORM));
		for (int k = 0; word && k < i; k++)
			CHECK(!text_refusal_word(k) || strcmp(word, text_refusal_word(k)) != 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_refusal_has_a_word_of_its_own),
		cmocka_unit_test(the_messages_are_those_of_the_old_server),
		cmocka_unit_test(english_is_an_option),
		cmocka_unit_test(every_refusal_has_its_own_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
