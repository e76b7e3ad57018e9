#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

static const char users_sql[] = "SELECT name, clicks, events FROM users ORDER BY rowid";

static struct frust_change dry_run(void)
{
	struct frust_change change = FRUST_CHANGE_INIT;

	change.dry_run = true;
	return change;
}

static void a_renamed_user_keeps_rows_counters_and_place(void **state)
{
	struct frust_change dry = dry_run();
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = stock_open(&s);
	char *before = stock_dump(&s), *after;

	(void)state;
	CHECK_INT(frust_user_rename(db, text_of("Anna"), text_of("Berta"), &dry, &receipt, NULL),
		  0);
	CHECK_INT(receipt.clicks, 2);
	CHECK_INT(receipt.events, 1);
	CHECK_INT(receipt.users, 1);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	CHECK_INT(frust_user_rename(db, text_of("Anna"), text_of("Berta"), NULL, &receipt, NULL),
		  0);
	CHECK_INT(receipt.clicks, 2);
	CHECK_TEXT(scratch_ask(&s, users_sql),
		   "Berta|2|1\na\\b|1|0\n\xf0\x9f\x98\x80 Emoji|1|0\n-Bob|2|1");
	CHECK_TEXT(scratch_ask(&s, "SELECT id FROM clicks WHERE user = 'Berta'"), "1\n3");
	CHECK_INT(stock_check(db, NULL), 0);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

static void who_cannot_be_renamed_is_told(void **state)
{
	static const struct {
		const char *from, *to;
		int status;
	} rows[] = {
		{"Nobody", "Berta", FRUST_ENOENT},
		{"anna", "Berta", FRUST_ENOENT},
		{"Anna", "-Bob", FRUST_EEXIST},
		{"Anna", "Anna", FRUST_EEXIST},
		{"Anna", "", FRUST_EINVAL},
		{"Anna", " Berta", FRUST_EINVAL},
		{"Anna", "a name of too many letters", FRUST_EINVAL},
		{"Anna", "a\x01", FRUST_EINVAL},
		{"Anna", NULL, FRUST_EINVAL},
		{NULL, "Berta", FRUST_EINVAL},
	};
	struct scratch s;
	struct frust *db = stock_open(&s);
	char *before = stock_dump(&s), *after;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct frust_receipt receipt;
		struct frust_error err = {0};

		CHECK_INT(frust_user_rename(db, text_of(rows[i].from), text_of(rows[i].to), NULL,
					    &receipt, &err),
			  rows[i].status);
		CHECK_INT(err.code, rows[i].status);
		CHECK_INT(receipt.users, 0);
	}
	CHECK_INT(frust_user_rename(NULL, text_of("a"), text_of("b"), NULL, NULL, NULL),
		  FRUST_EINVAL);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

static void users_become_one(void **state)
{
	struct frust_str names[] = {text_of("Anna"), text_of("a\\b")};
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	CHECK_INT(frust_user_merge(db, names, 2, text_of("-Bob"), NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 3);
	CHECK_INT(receipt.events, 1);
	CHECK_INT(receipt.users, 2);
	CHECK_TEXT(scratch_ask(&s, users_sql), "\xf0\x9f\x98\x80 Emoji|1|0\n-Bob|5|2");
	CHECK_INT(stock_check(db, NULL), 0);
	frust_close(db);
	scratch_fini(&s);
}

static void a_merge_is_all_or_nothing(void **state)
{
	struct frust_str good[] = {text_of("Anna")}, bad[] = {text_of("Anna"), text_of("Nobody")},
			 self[] = {text_of("Anna"), text_of("-Bob")},
			 twice[] = {text_of("Anna"), text_of("Anna")};
	struct scratch s;
	struct frust *db = stock_open(&s);
	char *before = stock_dump(&s), *after;

	(void)state;
	CHECK_INT(frust_user_merge(db, bad, 2, text_of("-Bob"), NULL, NULL, NULL), FRUST_ENOENT);
	CHECK_INT(frust_user_merge(db, twice, 2, text_of("-Bob"), NULL, NULL, NULL), FRUST_ENOENT);
	CHECK_INT(frust_user_merge(db, good, 1, text_of("Nobody"), NULL, NULL, NULL), FRUST_ENOENT);
	CHECK_INT(frust_user_merge(db, self, 2, text_of("-Bob"), NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_user_merge(db, good, 0, text_of("-Bob"), NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_user_merge(db, NULL, 1, text_of("-Bob"), NULL, NULL, NULL), FRUST_EINVAL);
	after = stock_dump(&s);
	CHECK_TEXT(after, before);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
}

static void the_anonymous_keep_their_rows_without_words(void **state)
{
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	CHECK_INT(frust_user_erase(db, text_of("Anna"), FRUST_ANONYMISE, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 2);
	CHECK_INT(receipt.events, 1);
	CHECK_INT(receipt.users, 1);
	CHECK_TEXT(scratch_ask(&s, "SELECT id, comment IS NULL, style FROM clicks"
				   " WHERE user = '[erased]'"),
		   "1|1|\n3|1|big");
	CHECK_TEXT(scratch_ask(&s, "SELECT clicks, events FROM users WHERE name = '[erased]'"),
		   "2|1");
	CHECK_INT(frust_user_erase(db, text_of("-Bob"), FRUST_ANONYMISE, NULL, &receipt, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, users_sql),
		   "a\\b|1|0\n\xf0\x9f\x98\x80 Emoji|1|0\n[erased]|4|2");
	CHECK_INT(stock_check(db, NULL), 0);
	CHECK_INT(frust_user_erase(db, text_of(FRUST_ERASED), FRUST_ANONYMISE, NULL, NULL, NULL),
		  FRUST_EINVAL);
	frust_close(db);
	scratch_fini(&s);
}

static void the_removed_leave_the_sites_counters_as_they_were(void **state)
{
	struct frust_change dry = dry_run();
	struct frust_record click = click_of("New", NULL, NOON);
	struct frust_receipt receipt;
	struct scratch s;
	struct frust *db = stock_open(&s);
	char *before = stock_dump(&s), *after, *hours;

	(void)state;
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	hours = strdup(scratch_ask(&s, "SELECT * FROM hours"));
	CHECK_INT(frust_user_erase(db, text_of("New"), FRUST_REMOVE, &dry, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 1);
	CHECK_TEXT(scratch_ask(&s, "SELECT count(*) FROM clicks WHERE user = 'New'"), "1");
	CHECK_INT(frust_user_erase(db, text_of("New"), FRUST_REMOVE, NULL, &receipt, NULL), 0);
	CHECK_INT(frust_user_erase(db, text_of("Anna"), FRUST_REMOVE, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.clicks, 2);
	CHECK_INT(receipt.events, 1);
	CHECK_TEXT(scratch_ask(&s, "SELECT * FROM hours"), hours);
	CHECK_TEXT(scratch_ask(&s, "SELECT * FROM frust_erased"), "1795348800|3|0\n1795359600|1|1");
	CHECK_INT(stock_check(db, NULL), 0);
	CHECK_INT(frust_repair(db, NULL, NULL, NULL, &receipt, NULL), 0);
	CHECK_INT(receipt.hours + receipt.users, 0);
	/* the newest click is gone, its id is not */
	frust_close(db);
	db = scratch_open(&s, FRUST_WRITE);
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 10);
	after = stock_dump(&s);
	CHECK(strstr(after, "Anna") == NULL && strstr(before, "Anna") != NULL);
	free(before);
	free(after);
	free(hours);
	frust_close(db);
	scratch_fini(&s);
}

/* Is the name anywhere in the file? */
static bool in_file(const struct scratch *s, const char *name)
{
	static char bytes[1 << 20];
	FILE *file = fopen(s->db, "rb");
	size_t n = fread(bytes, 1, sizeof(bytes), file);

	fclose(file);
	return memmem(bytes, n, name, strlen(name)) != NULL;
}

static void nothing_of_the_name_is_left_in_the_file(void **state)
{
	static const enum frust_erasure ways[] = {FRUST_ANONYMISE, FRUST_REMOVE};

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(ways); i++) {
		struct frust_record records[] = {click_of("Quetzalcoatl", "by Quetzalcoatl", NOON),
						 event_of("Quetzalcoatl", "fu", NOON)};
		struct scratch s;
		struct frust *db = stock_open(&s);

		CHECK_INT(frust_apply(db, records, 2, NULL), 0);
		frust_close(db); /* which brings the log into the file */
		CHECK(in_file(&s, "Quetzalcoatl"));
		db = scratch_open(&s, FRUST_WRITE);
		CHECK_INT(frust_user_erase(db, text_of("Quetzalcoatl"), ways[i], NULL, NULL, NULL),
			  0);
		frust_close(db);
		CHECK(!in_file(&s, "Quetzalcoatl"));
		scratch_fini(&s);
	}
}

static void who_is_not_there_cannot_be_erased(void **state)
{
	struct frust_error err;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	CHECK_INT(frust_user_erase(db, text_of("Nobody"), FRUST_REMOVE, NULL, NULL, &err),
		  FRUST_ENOENT);
	CHECK_TEXT(err.text, "there is no user Nobody");
	CHECK_INT(frust_user_erase(db, text_of("Nobody"), FRUST_ANONYMISE, NULL, NULL, NULL),
		  FRUST_ENOENT);
	CHECK_INT(frust_user_erase(db, text_of(NULL), FRUST_REMOVE, NULL, NULL, NULL),
		  FRUST_EINVAL);
	CHECK_INT(frust_user_erase(db, text_of("Anna"), 0, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_user_erase(NULL, text_of("Anna"), FRUST_REMOVE, NULL, NULL, NULL),
		  FRUST_EINVAL);
	/* rows without counters are somebody's still */
	scratch_exec(&s, "DELETE FROM users WHERE name = 'Anna'");
	CHECK_INT(frust_user_erase(db, text_of("Anna"), FRUST_REMOVE, NULL, NULL, NULL), 0);
	frust_close(db);
	db = scratch_open(&s, FRUST_READ);
	CHECK_INT(frust_user_erase(db, text_of("-Bob"), FRUST_REMOVE, NULL, NULL, NULL),
		  FRUST_EREADONLY);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_renamed_user_keeps_rows_counters_and_place),
		cmocka_unit_test(who_cannot_be_renamed_is_told),
		cmocka_unit_test(users_become_one),
		cmocka_unit_test(a_merge_is_all_or_nothing),
		cmocka_unit_test(the_anonymous_keep_their_rows_without_words),
		cmocka_unit_test(the_removed_leave_the_sites_counters_as_they_were),
		cmocka_unit_test(nothing_of_the_name_is_left_in_the_file),
		cmocka_unit_test(who_is_not_there_cannot_be_erased),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
