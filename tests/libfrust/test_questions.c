/* query.c: what is asked by hand, about one user, about words, about the database itself. */
#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"
#include "stock.h"

static int add_id(void *ctx, const struct frust_record *record)
{
	fr_buf_printf(ctx, "%lld ", (long long)record->id);
	return 0;
}

static void rows_are_found_by_user_text_and_time(void **state)
{
	static const struct {
		const char *user, *text;
		int64_t since, limit;
		bool by_time;
		const char *clicks, *events;
	} rows[] = {
		{"Anna", NULL, INT64_MIN, -1, false, "1 3 ", "2 "},
		{"anna", NULL, INT64_MIN, -1, false, "", ""},
		{"", NULL, INT64_MIN, -1, false, "", ""},
		{NULL, "*", INT64_MIN, -1, false, "2 3 4 5 6 ", "1 2 "},
		{NULL, "", INT64_MIN, -1, false, "2 ", ""},
		{NULL, "*<b>", INT64_MIN, 1, true, "5 ", ""},
		{NULL, "[=@]*", INT64_MIN, -1, true, "4 ", "1 "},
		{"-Bob", "?, *", NOON + FRUST_HOUR, -1, false, "5 6 ", ""},
		{"-Bob", "*", NOON + FRUST_HOUR + 1, -1, false, "", "1 "},
	};
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct frust_filter filter = FRUST_FILTER_INIT;
		struct fr_buf out = FR_BUF_INIT;

		filter.user = text_of(rows[i].user);
		filter.text = text_of(rows[i].text);
		filter.since = rows[i].since;
		filter.limit = rows[i].limit;
		filter.by_time = rows[i].by_time;
		CHECK_INT(frust_records(db, FRUST_CLICK, &filter, add_id, &out, NULL), 0);
		CHECK_STR(fr_buf_str(&out), rows[i].clicks);
		fr_buf_clear(&out);
		CHECK_INT(frust_records(db, FRUST_EVENT, &filter, add_id, &out, NULL), 0);
		CHECK_STR(fr_buf_str(&out), rows[i].events);
		fr_buf_fini(&out);
	}
	frust_close(db);
	scratch_fini(&s);
}

static void a_filter_of_an_older_program_still_means_the_same(void **state)
{
	struct frust_filter filter = FRUST_FILTER_INIT;
	struct fr_buf out = FR_BUF_INIT;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	filter.size = offsetof(struct frust_filter, user);
	filter.limit = 2;
	filter.user = text_of("nonsense that it does not know of");
	CHECK_INT(frust_records(db, FRUST_CLICK, &filter, add_id, &out, NULL), 0);
	CHECK_STR(fr_buf_str(&out), "1 2 ");
	fr_buf_fini(&out);
	frust_close(db);
	scratch_fini(&s);
}

static void a_user_is_told_with_rank_and_times(void **state)
{
	struct frust_profile p;
	struct frust_error err;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	CHECK_INT(frust_user(db, text_of("Anna"), &p, NULL), 0);
	CHECK_INT(p.clicks, 2);
	CHECK_INT(p.events, 1);
	CHECK_INT(p.clicks_rank, 1); /* with -Bob */
	CHECK_INT(p.events_rank, 1);
	CHECK_INT(p.users, 4);
	CHECK_INT(p.first_seen, NOON + 1);
	CHECK_INT(p.last_seen, NOON + 3 * FRUST_HOUR);
	CHECK_INT(frust_user(db, text_of("a\\b"), &p, NULL), 0);
	CHECK_INT(p.clicks_rank, 3);
	CHECK_INT(p.events_rank, 3);
	CHECK_INT(p.first_seen, p.last_seen);
	scratch_exec(&s, "INSERT INTO users VALUES ('ghost', 5, 0)");
	CHECK_INT(frust_user(db, text_of("ghost"), &p, NULL), 0);
	CHECK_INT(p.clicks_rank, 1);
	CHECK_INT(p.first_seen, 0);
	CHECK_INT(frust_user(db, text_of("Nobody"), &p, &err), FRUST_ENOENT);
	CHECK_INT(p.users, 0);
	CHECK_TEXT(err.text, "there is no user of that name");
	CHECK_INT(frust_user(db, text_of(NULL), &p, NULL), FRUST_EINVAL);
	CHECK_INT(frust_user(db, text_of("Anna"), NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_user(NULL, text_of("Anna"), &p, NULL), FRUST_EINVAL);
	CHECK_INT(frust_read_begin(db, NULL), 0); /* its snapshot has ended */
	CHECK_INT(frust_user(db, text_of("Anna"), &p, NULL), 0);
	CHECK_INT(frust_read_begin(db, NULL), FRUST_EINVAL); /* and the caller's has not */
	frust_close(db);
	scratch_fini(&s);
}

static int add_comment(void *ctx, const struct frust_comment *comment)
{
	fr_buf_printf(ctx, "%lld %.*s|", (long long)comment->count, FR_STR_ARG(comment->text));
	return 0;
}

static void comments_come_by_how_often_they_were_made(void **state)
{
	static const struct {
		const char *user;
		int64_t limit;
		const char *text;
	} rows[] = {
		{"A", -1, "3 y|2 x|1 |1 z|"},
		{"A", 2, "3 y|2 x|"},
		{"A", 0, ""},
		{"B", -1, "2 x|"},
		{NULL, 1, "4 x|"},
		{"C", -1, ""},
	};
	static const char *const of_a[] = {"x", "y", NULL, "z", "y", "x", "", "y"};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	for (size_t i = 0; i < FR_ARRAY_LEN(of_a); i++) {
		struct frust_record records[] = {click_of("A", of_a[i], NOON),
						 click_of("B", i < 2 ? "x" : NULL, NOON)};

		CHECK_INT(frust_apply(db, records, 2, NULL), 0);
	}
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct fr_buf out = FR_BUF_INIT;

		CHECK_INT(frust_comments(db, text_of(rows[i].user), rows[i].limit, add_comment,
					 &out, NULL),
			  0);
		CHECK_STR(fr_buf_str(&out), rows[i].text);
		fr_buf_fini(&out);
	}
	CHECK_INT(frust_comments(db, text_of("A"), -1, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_comments(NULL, text_of("A"), -1, add_comment, NULL, NULL), FRUST_EINVAL);
	frust_close(db);
	scratch_fini(&s);
}

static int add_unsaved(void *ctx, const struct frust_unsaved *unsaved)
{
	fr_buf_printf(ctx, "%lld %.*s %lld|", (long long)(unsaved->hour - NOON) / FRUST_HOUR,
		      FR_STR_ARG(unsaved->name), (long long)unsaved->count);
	return 0;
}

static void unsaved_events_are_told_by_hour_and_name(void **state)
{
	struct fr_buf out = FR_BUF_INIT;
	struct scratch s;
	struct frust *db = stock_open(&s);

	(void)state;
	CHECK_INT(frust_unsaved(db, INT64_MIN, INT64_MAX, add_unsaved, &out, NULL), 0);
	CHECK_STR(fr_buf_str(&out), "0 rickroll 1|3 rickroll 2|");
	fr_buf_clear(&out);
	CHECK_INT(frust_unsaved(db, NOON + 1, INT64_MAX, add_unsaved, &out, NULL), 0);
	CHECK_STR(fr_buf_str(&out), "3 rickroll 2|");
	CHECK_INT(frust_unsaved(db, 0, 1, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_unsaved(NULL, 0, 1, add_unsaved, NULL, NULL), FRUST_EINVAL);
	fr_buf_fini(&out);
	frust_close(db);
	scratch_fini(&s);
}

static int no_ban(void *ctx, const struct frust_ban *ban)
{
	(void)ctx;
	(void)ban;
	return 99;
}

static void the_database_tells_what_it_is(void **state)
{
	struct frust_info info;
	struct scratch s, theirs;
	struct frust *db = stock_open(&s);

	(void)state;
	CHECK_INT(frust_info(db, &info, NULL), 0);
	CHECK_INT(info.schema, 1);
	CHECK_INT(info.additions, 1);
	CHECK_INT(info.clicks, 6);
	CHECK_INT(info.events, 2);
	CHECK_INT(info.users, 4);
	CHECK_INT(info.hours, 3);
	CHECK_INT(info.bans, 2);
	CHECK_INT(info.last_click, 8);
	CHECK_INT(info.last_event, 2);
	CHECK(info.bytes > 40000);
	CHECK_TEXT(info.journal, "wal");
	CHECK_INT(frust_info(NULL, &info, NULL), FRUST_EINVAL);
	CHECK_INT(frust_info(db, NULL, NULL), FRUST_EINVAL);
	frust_close(db);
	scratch_fini(&s);

	scratch_init(&theirs);
	scratch_reference(&theirs);
	db = scratch_open(&theirs, FRUST_READ);
	CHECK_INT(frust_info(db, &info, NULL), 0);
	CHECK_INT(info.schema + info.additions + info.bans, 0);
	CHECK(info.clicks > 300 && info.last_click >= info.clicks);
	CHECK_INT(info.bytes, 36864);
	CHECK_TEXT(info.journal, "delete");
	/* what it has not yet reads as empty */
	CHECK_INT(frust_unsaved(db, INT64_MIN, INT64_MAX, add_unsaved, NULL, NULL), 0);
	CHECK_INT(frust_bans(db, no_ban, NULL, NULL), 0);
	frust_close(db);
	scratch_fini(&theirs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found_by_user_text_and_time),
		cmocka_unit_test(a_filter_of_an_older_program_still_means_the_same),
		cmocka_unit_test(a_user_is_told_with_rank_and_times),
		cmocka_unit_test(comments_come_by_how_often_they_were_made),
		cmocka_unit_test(unsaved_events_are_told_by_hour_and_name),
		cmocka_unit_test(the_database_tells_what_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
