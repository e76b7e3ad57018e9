#include "helpers/check.h"
#include "internal.h"

static void every_code_has_words_of_its_own(void **state)
{
	(void)state;
	for (int code = 0; code >= FRUST_EFORMAT; code--) {
		CHECK(strcmp(frust_strerror(code), frust_strerror(1)) != 0);
		for (int other = 0; other > code; other--)
			CHECK(strcmp(frust_strerror(code), frust_strerror(other)) != 0);
	}
	CHECK_TEXT(frust_strerror(FRUST_EFORMAT - 1), "unknown error");
}

static void an_error_is_one_line_that_fits(void **state)
{
	struct frust_error err;
	char path[400];

	(void)state;
	CHECK_INT(frust__fail(&err, FRUST_EOPEN, "a\nb\x7f%s", "\x1b[31m"), FRUST_EOPEN);
	CHECK_INT(err.code, FRUST_EOPEN);
	CHECK_TEXT(err.text, "a?b??[31m");
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	frust__fail(&err, FRUST_EIO, "%s", path);
	CHECK_INT(strlen(err.text), sizeof(err.text) - 1);
	CHECK_INT(frust__fail(NULL, FRUST_EIO, "nobody listens"), FRUST_EIO);
}

static void what_an_older_caller_does_not_know_keeps_its_default(void **state)
{
	struct frust_limits ours = FRUST_LIMITS_INIT;
	struct frust_limits theirs = {offsetof(struct frust_limits, comment), 3, 4, 5, 6};

	(void)state;
	CHECK(frust__options_copy(&ours, sizeof(ours), &theirs));
	CHECK_INT(ours.user, 3);
	CHECK_INT(ours.comment, 75);
	theirs.size = 0;
	CHECK(!frust__options_copy(&ours, sizeof(ours), &theirs));
}

static void the_version_is_the_headers(void **state)
{
	(void)state;
	CHECK_TEXT(frust_version(), FRUST_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_words_of_its_own),
		cmocka_unit_test(an_error_is_one_line_that_fits),
		cmocka_unit_test(what_an_older_caller_does_not_know_keeps_its_default),
		cmocka_unit_test(the_version_is_the_headers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
