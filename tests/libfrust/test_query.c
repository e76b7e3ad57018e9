#include "scratch.h"

#include "helpers/check.h"
#include "internal.h"

/* What a query gave, as short words; stops after `stop` rows when that is not 0. */
struct heard {
	char text[2048];
	size_t len;
	int rows, stop;
};

static int hear(struct heard *h, const char *word)
{
	h->len += (size_t)snprintf(h->text + h->len, sizeof(h->text) - h->len, "%s%s",
				   h->rows ? " " : "", word);
	CHECK(h->len < sizeof(h->text));
	return ++h->rows == h->stop ? 42 : 0;
}

static int on_id(void *ctx, const struct frust_record *record)
{
	char word[32];

	snprintf(word, sizeof(word), "%" PRId64, record->id);
	return hear(ctx, word);
}

static int on_hour(void *ctx, const struct frust_hour *hour)
{
	char word[96];

	snprintf(word, sizeof(word), "%" PRId64 ":%" PRId64 "/%" PRId64,
		 hour->timestamp / FRUST_HOUR, hour->events, hour->events_today);
	return hear(ctx, word);
}

static int on_user(void *ctx, const struct frust_user *user)
{
	char word[64];

	snprintf(word, sizeof(word), "%.*s=%" PRId64 ",%" PRId64, (int)user->name.len,
		 user->name.at, user->clicks, user->events);
	return hear(ctx, word);
}

/* Clicks 1 to 6; number 4 was stamped after the clock had stepped back. */
static struct frust *six_clicks(struct scratch *s)
{
	static const int64_t times[] = {100, 200, 300, 150, 400, 500};
	struct frust *db;

	scratch_init(s);
	db = scratch_open(s, FRUST_CREATE);
	for (size_t i = 0; i < FR_ARRAY_LEN(times); i++) {
		struct frust_record click = click_of("A", NULL, times[i]);

		CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	}
	return db;
}

#define FILTER(from, to, most, descending, only, timely)                                           \
	{                                                                                          \
		.size = sizeof(struct frust_filter), .since = (from), .until = (to),               \
		.limit = (most), .newest_first = (descending), .newest_only = (only),              \
		.by_time = (timely)                                                                \
	}

static void records_come_as_the_filter_says(void **state)
{
	static const struct {
		struct frust_filter filter;
		const char *ids;
	} rows[] = {
		{FRUST_FILTER_INIT, "1 2 3 4 5 6"},
		{FILTER(INT64_MIN, INT64_MAX, 2, false, false, false), "1 2"},
		{FILTER(INT64_MIN, INT64_MAX, 2, true, false, false), "6 5"},
		{FILTER(INT64_MIN, INT64_MAX, 0, true, false, false), ""},
		{FILTER(200, INT64_MAX, -1, false, false, false), "2 3 5 6"},
		{FILTER(200, 400, -1, false, false, false), "2 3"},
		{FILTER(150, 401, -1, true, false, false), "5 4 3 2"},
		{FILTER(150, 401, 3, true, false, false), "5 4 3"},
		{FILTER(200, INT64_MAX, -1, true, true, false), "6 5"},
		{FILTER(150, INT64_MAX, -1, true, true, false), "6 5 4 3 2"},
		{FILTER(150, 400, -1, true, true, false), "4 3 2"},
		{FILTER(150, 400, 2, true, true, false), "4 3"},
		{FILTER(600, INT64_MAX, -1, true, true, false), ""},
		{FILTER(INT64_MIN, INT64_MAX, -1, false, false, true), "1 4 2 3 5 6"},
		{FILTER(150, 400, -1, false, false, true), "4 2 3"},
		{FILTER(INT64_MIN, INT64_MAX, 3, true, false, true), "6 5 3"},
		{FILTER(250, INT64_MAX, -1, true, true, true), "6 5 3"},
	};
	struct scratch s;
	struct frust *db = six_clicks(&s);

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(rows); i++) {
		struct heard h = {0};

		CHECK_INT(frust_records(db, FRUST_CLICK, &rows[i].filter, on_id, &h, NULL), 0);
		CHECK_TEXT(h.text, rows[i].ids);
	}
	frust_close(db);
	scratch_fini(&s);
}

static int keep_texts(void *ctx, const struct frust_record *r)
{
	struct heard *h = ctx;

	CHECK_INT(r->kind, h->stop);
	h->len += (size_t)snprintf(
		h->text + h->len, sizeof(h->text) - h->len, "[%zu %.*s|%zu %.*s|%zu %.*s|%zu %.*s]",
		r->user.len, (int)r->user.len, r->user.at ? r->user.at : "NULL", r->comment.len,
		(int)r->comment.len, r->comment.at ? r->comment.at : "NULL", r->style.len,
		(int)r->style.len, r->style.at ? r->style.at : "NULL", r->name.len,
		(int)r->name.len, r->name.at ? r->name.at : "NULL");
	return 0;
}

static void rows_are_given_as_they_are(void **state)
{
	struct heard clicks = {.stop = FRUST_CLICK}, events = {.stop = FRUST_EVENT};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	scratch_exec(&s,
		     "INSERT INTO clicks VALUES (1, '', NULL, 'a b', 1), (2, NULL, 'x', '', NULL),"
		     " (3, 'a very long name beyond all limits', x'', 5, 'no time')");
	scratch_exec(&s, "INSERT INTO events VALUES (1, 'A', 'fu', 1), (2, x'ff', NULL, 1)");
	CHECK_INT(frust_records(db, FRUST_CLICK, NULL, keep_texts, &clicks, NULL), 0);
	CHECK_TEXT(clicks.text, "[0 |0 |3 a b|0 ][0 |1 x|0 |0 ]"
				"[34 a very long name beyond all limits|0 |1 5|0 ]");
	CHECK_INT(frust_records(db, FRUST_EVENT, NULL, keep_texts, &events, NULL), 0);
	CHECK_TEXT(events.text, "[1 A|0 |0 |2 fu][1 \xff|0 |0 |0 ]");
	frust_close(db);
	scratch_fini(&s);
}

static int check_absence(void *ctx, const struct frust_record *r)
{
	(void)ctx;
	CHECK_INT(r->user.at == NULL, r->id == 2);
	CHECK_INT(r->comment.at == NULL, r->id == 1);
	return 0;
}

static void null_is_absent_and_empty_is_not(void **state)
{
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	scratch_exec(&s, "INSERT INTO clicks VALUES (1, '', NULL, NULL, 1), (2, NULL, '', NULL, 1),"
			 " (3, '', x'', NULL, 1)");
	CHECK_INT(frust_records(db, FRUST_CLICK, NULL, check_absence, NULL, NULL), 0);
	frust_close(db);
	scratch_fini(&s);
}

static void a_callback_stops_the_query_with_its_own_word(void **state)
{
	struct frust_filter filter = FRUST_FILTER_INIT;
	struct heard h = {.stop = 2};
	struct scratch s;
	struct frust *db = six_clicks(&s);

	(void)state;
	CHECK_INT(frust_records(db, FRUST_CLICK, &filter, on_id, &h, NULL), 42);
	CHECK_TEXT(h.text, "1 2");
	h = (struct heard){.stop = 1};
	CHECK_INT(frust_users(db, on_user, &h, NULL), 42);
	h = (struct heard){.stop = 1};
	CHECK_INT(frust_hours(db, INT64_MIN, INT64_MAX, NULL, on_hour, &h, NULL), 42);
	frust_close(db);
	scratch_fini(&s);
}

static int ask_again(void *ctx, const struct frust_record *record)
{
	struct heard h = {0};

	(void)record;
	CHECK_INT(frust_records(ctx, FRUST_CLICK, NULL, on_id, &h, NULL), 0);
	CHECK_TEXT(h.text, "1 2 3 4 5 6");
	return 0;
}

static void a_callback_may_ask_the_same_question(void **state)
{
	struct scratch s;
	struct frust *db = six_clicks(&s);

	(void)state;
	CHECK_INT(frust_records(db, FRUST_CLICK, NULL, ask_again, db, NULL), 0);
	frust_close(db);
	scratch_fini(&s);
}

static void hours_know_their_days_events(void **state)
{
	struct heard all = {0}, part = {0};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	/* hours 22 and 23 of one day, 24, 26, 47 of the next */
	scratch_exec(
		&s,
		"INSERT INTO hours (timestamp, events) VALUES (79200, 1), (82800, 2), (86400, 4),"
		" (93600, 0), (169200, 8), (172800, 16)");
	CHECK_INT(frust_hours(db, INT64_MIN, INT64_MAX, NULL, on_hour, &all, NULL), 0);
	CHECK_TEXT(all.text, "22:1/1 23:2/3 24:4/4 26:0/4 47:8/12 48:16/16");
	CHECK_INT(frust_hours(db, 93600, 172800, NULL, on_hour, &part, NULL), 0);
	CHECK_TEXT(part.text, "26:0/4 47:8/12");
	frust_close(db);
	scratch_fini(&s);
}

static void users_come_in_order_of_first_appearance(void **state)
{
	struct frust_record records[] = {click_of("Z", NULL, 1), click_of("A", NULL, 1),
					 event_of("M", "fu", 1), click_of("A", NULL, 1)};
	struct heard h = {0};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	CHECK_INT(frust_apply(db, records, 4, NULL), 0);
	CHECK_INT(frust_apply(db, records, 1, NULL), 0);
	CHECK_INT(frust_users(db, on_user, &h, NULL), 0);
	CHECK_TEXT(h.text, "Z=2,0 A=2,0 M=0,1");
	frust_close(db);
	scratch_fini(&s);
}

static void a_snapshot_sees_no_commit_but_those_before_it(void **state)
{
	struct heard during = {0}, after = {0};
	struct frust_record click = click_of("A", NULL, 1);
	struct scratch s;
	struct frust *db = six_clicks(&s);

	(void)state;
	CHECK_INT(frust_read_begin(db, NULL), 0);
	scratch_exec(&s, "INSERT INTO clicks (id, timestamp) VALUES (7, 1)");
	CHECK_INT(frust_records(db, FRUST_CLICK, NULL, on_id, &during, NULL), 0);
	CHECK_TEXT(during.text, "1 2 3 4 5 6");
	CHECK_INT(frust_read_begin(db, NULL), FRUST_EINVAL);
	CHECK_INT(frust_apply(db, &click, 1, NULL), FRUST_EINVAL);
	frust_read_end(db);
	frust_read_end(db);
	CHECK_INT(frust_records(db, FRUST_CLICK, NULL, on_id, &after, NULL), 0);
	CHECK_TEXT(after.text, "1 2 3 4 5 6 7");
	CHECK_INT(frust_apply(db, &click, 1, NULL), 0);
	CHECK_INT(click.id, 8);
	frust_close(db);
	scratch_fini(&s);
}

static void bad_arguments_are_told(void **state)
{
	struct frust_filter filter = FRUST_FILTER_INIT;
	struct heard h = {0};
	struct scratch s;
	struct frust *db = six_clicks(&s);

	(void)state;
	CHECK_INT(frust_records(NULL, FRUST_CLICK, NULL, on_id, &h, NULL), FRUST_EINVAL);
	CHECK_INT(frust_records(db, 3, NULL, on_id, &h, NULL), FRUST_EINVAL);
	CHECK_INT(frust_records(db, FRUST_CLICK, NULL, NULL, NULL, NULL), FRUST_EINVAL);
	filter.newest_only = true;
	CHECK_INT(frust_records(db, FRUST_CLICK, &filter, on_id, &h, NULL), FRUST_EINVAL);
	filter.size = 0;
	CHECK_INT(frust_records(db, FRUST_CLICK, &filter, on_id, &h, NULL), FRUST_EINVAL);
	CHECK_INT(frust_users(db, NULL, NULL, NULL), FRUST_EINVAL);
	CHECK_INT(frust_hours(NULL, 0, 1, NULL, on_hour, &h, NULL), FRUST_EINVAL);
	CHECK_INT(frust_read_begin(NULL, NULL), FRUST_EINVAL);
	frust_read_end(NULL);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_as_the_filter_says),
		cmocka_unit_test(rows_are_given_as_they_are),
		cmocka_unit_test(null_is_absent_and_empty_is_not),
		cmocka_unit_test(a_callback_stops_the_query_with_its_own_word),
		cmocka_unit_test(a_callback_may_ask_the_same_question),
		cmocka_unit_test(hours_know_their_days_events),
		cmocka_unit_test(users_come_in_order_of_first_appearance),
		cmocka_unit_test(a_snapshot_sees_no_commit_but_those_before_it),
		cmocka_unit_test(bad_arguments_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
