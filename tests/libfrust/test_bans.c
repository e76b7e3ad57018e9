#include "helpers/check.h"
#include "internal.h"
#include "scratch.h"

static struct frust_ban ban_of(const char *pattern, bool glob)
{
	return (struct frust_ban){text_of(pattern), glob, 1000};
}

static int add_text(void *ctx, const struct frust_ban *ban)
{
	fr_buf_printf(ctx, "%.*s%s@%lld\n", FR_STR_ARG(ban->pattern), ban->glob ? "~" : "=",
		      (long long)ban->timestamp);
	return 0;
}

static void bans_come_and_go(void **state)
{
	const struct frust_ban bans[] = {ban_of("spam*", true), ban_of("Eve", false),
					 ban_of("Eve", true)};
	const struct frust_ban none = ban_of("spam*", false);
	struct frust_change dry = FRUST_CHANGE_INIT;
	struct frust_receipt receipt;
	struct frust_error err;
	struct fr_buf out = FR_BUF_INIT;
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	dry.dry_run = true;
	CHECK_INT(frust_ban_add(db, &bans[0], &dry, &receipt, NULL), 0);
	CHECK_INT(receipt.bans, 1);
	for (size_t i = 0; i < FR_ARRAY_LEN(bans); i++) {
		CHECK_INT(frust_ban_add(db, &bans[i], NULL, &receipt, NULL), 0);
		CHECK_INT(receipt.bans, 1);
		CHECK_INT(frust_ban_add(db, &bans[i], NULL, &receipt, &err), FRUST_EEXIST);
		CHECK_INT(receipt.bans, 0);
	}
	CHECK_TEXT(err.text, "Eve is banned already");
	CHECK_INT(frust_bans(db, add_text, &out, NULL), 0);
	CHECK_STR(fr_buf_str(&out), "Eve=@1000\nEve~@1000\nspam*~@1000\n");
	CHECK_INT(frust_ban_remove(db, &none, NULL, NULL, &err), FRUST_ENOENT);
	CHECK_TEXT(err.text, "there is no such ban: spam*");
	CHECK_INT(frust_ban_remove(db, &bans[1], &dry, &receipt, NULL), 0);
	CHECK_INT(frust_ban_remove(db, &bans[1], NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.bans, 1);
	fr_buf_clear(&out);
	CHECK_INT(frust_bans(db, add_text, &out, NULL), 0);
	CHECK_STR(fr_buf_str(&out), "Eve~@1000\nspam*~@1000\n");
	fr_buf_fini(&out);
	frust_close(db);
	scratch_fini(&s);
}

static void what_cannot_be_a_ban_is_refused(void **state)
{
	static char text[FRUST_BAN_MAX + 2];
	struct scratch s;
	struct frust *db;

	(void)state;
	memset(text, 'x', FRUST_BAN_MAX + 1);
	const struct frust_ban bad[] = {ban_of(NULL, false), ban_of("", false),
					ban_of("\xff", false), ban_of(text, false)};
	const struct frust_ban longest = ban_of(text + 1, true);

	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	for (size_t i = 0; i < FR_ARRAY_LEN(bad); i++) {
		CHECK_INT(frust_ban_add(db, &bad[i], NULL, NULL, NULL), FRUST_EINVAL);
		CHECK_INT(frust_ban_remove(db, &bad[i], NULL, NULL, NULL), FRUST_EINVAL);
	}
	CHECK_INT(frust_ban_add(db, NULL, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_ban_add(NULL, &longest, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_ban_add(db, &longest, NULL, NULL, NULL), 0);
	CHECK_INT(frust_bans(NULL, add_text, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_bans(db, NULL, NULL, NULL), FRUST_EINVAL);
	frust_close(db);
	scratch_fini(&s);
}

static void a_name_falls_under_the_first_ban_that_fits(void **state)
{
	const struct frust_ban bans[] = {ban_of("Eve", false), ban_of("*am*", true),
					 ban_of("sp*", true), ban_of("a*", false)};
	static const struct {
		const char *name;
		int ban;
	} rows[] = {
		{"Eve", 0}, {"eve", -1}, {"Eve ", -1}, {"spam", 1}, {"spin", 2},
		{"a*", 3},  {"ab", -1},  {"", -1},     {NULL, -1},
	};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		const struct frust_ban *ban = frust_ban_match(bans, FR_ARRAY_LEN(bans),
							      text_of(rows[i].name));

		CHECK_INT(ban ? ban - bans : -1, rows[i].ban);
	}
	CHECK(frust_ban_match(NULL, 5, text_of("x")) == NULL);
	CHECK(frust_ban_match(bans, 0, text_of("Eve")) == NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bans_come_and_go),
		cmocka_unit_test(what_cannot_be_a_ban_is_refused),
		cmocka_unit_test(a_name_falls_under_the_first_ban_that_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
