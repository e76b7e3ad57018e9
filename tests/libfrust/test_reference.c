/*
 * The recorded database of the Python server, opened by us, gives what that server served over it
 * at the recorded seconds (tests/data).
 */
#include "scratch.h"

#include <stdlib.h>

#include "base/json.h"
#include "helpers/check.h"
#include "internal.h"

/* --- the recorded values --- */

static void load(struct fr_buf *out, const char *moment, const char *name)
{
	char path[256], piece[4096];
	size_t n;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%s", TESTS_DATA, moment, name);
	file = fopen(path, "rb");
	CHECK(file != NULL);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		fr_buf_add(out, piece, n);
	fclose(file);
	CHECK_INT(fr_buf_error(out), 0);
}

static int64_t served_at(const char *moment)
{
	struct fr_buf text = FR_BUF_INIT;
	int64_t t;

	load(&text, moment, "served_at.txt");
	fr_buf_add_char(&text, '\0');
	t = strtoll(text.at, NULL, 10);
	fr_buf_fini(&text);
	return t;
}

/* True when b has all that a has, with the same values; b's objects may have more members. */
static bool same(const struct fr_json *a, uint32_t i, const struct fr_json *b, uint32_t j)
{
	const struct fr_json_token *at = &a->tokens[i];
	struct fr_buf scratch = FR_BUF_INIT;
	bool equal = j != FR_JSON_NONE && at->type == b->tokens[j].type;
	uint32_t child = i + 1;

	if (!equal)
		return false;
	switch (at->type) {
	case FR_JSON_ARRAY:
		equal = at->size == b->tokens[j].size;
		for (uint32_t k = 0; equal && k < at->size; k++, child = a->tokens[child].next)
			equal = same(a, child, b, fr_json_at(b, j, k));
		return equal;
	case FR_JSON_OBJECT:
		for (uint32_t k = 0; equal && k < at->size; k++) {
			struct fr_str key = fr_json_str(a, child, &scratch);

			equal = same(a, child + 1, b, fr_json_get(b, j, key));
			child = a->tokens[child + 1].next;
		}
		fr_buf_fini(&scratch);
		return equal;
	case FR_JSON_STRING: {
		struct fr_buf other = FR_BUF_INIT;

		equal = fr_str_eq(fr_json_str(a, i, &scratch), fr_json_str(b, j, &other));
		fr_buf_fini(&scratch);
		fr_buf_fini(&other);
		return equal;
	}
	default:
		return fr_str_eq(fr_json_raw(a, i), fr_json_raw(b, j));
	}
}

/* ours: what we say; frees it. */
static void check_as_recorded(const char *moment, const char *name, struct fr_buf *ours)
{
	struct fr_json recorded = {0}, said = {0};
	struct fr_buf text = FR_BUF_INIT;

	load(&text, moment, name);
	CHECK_INT(fr_json_parse(&recorded, fr_buf_str(&text), FR_JSON_LIMITS), FR_JSON_OK);
	CHECK_INT(fr_json_parse(&said, fr_buf_str(ours), FR_JSON_LIMITS), FR_JSON_OK);
	if (!same(&recorded, 0, &said, 0))
		fail_msg("%s/%s is not what we say: %.*s", moment, name, (int)ours->len, ours->at);
	fr_json_fini(&recorded);
	fr_json_fini(&said);
	fr_buf_fini(&text);
	fr_buf_fini(ours);
}

/* --- our values --- */

static void add_row(struct fr_buf *list, const char *json)
{
	fr_buf_printf(list, "%s%s", list->len > 1 ? "," : "", json);
}

static int on_record(void *ctx, const struct frust_record *record)
{
	char json[1024];

	CHECK(frust_record_json(json, sizeof(json), record) < sizeof(json));
	add_row(ctx, json);
	return 0;
}

static int on_hour(void *ctx, const struct frust_hour *hour)
{
	char json[512];

	CHECK(frust_hour_json(json, sizeof(json), hour) < sizeof(json));
	add_row(ctx, json);
	return 0;
}

static int on_user(void *ctx, const struct frust_user *user)
{
	char json[512];

	CHECK(frust_user_json(json, sizeof(json), user) < sizeof(json));
	add_row(ctx, json);
	return 0;
}

static void check_stats(struct frust *db, const char *moment, int64_t now)
{
	struct fr_buf ours = FR_BUF_INIT;
	struct frust_stats stats;
	char json[512];

	CHECK_INT(frust_stats(db, now, NULL, &stats, NULL), 0);
	frust_stats_json(json, sizeof(json), &stats);
	fr_buf_printf(&ours, "%s", json);
	check_as_recorded(moment, "current_stats.json", &ours);
}

static void check_records(struct frust *db, const char *moment, int64_t now, enum frust_kind kind,
			  const char *name, bool newest_only)
{
	struct frust_filter filter = FRUST_FILTER_INIT;
	struct fr_buf ours = FR_BUF_INIT;

	filter.since = frust_day_start(now);
	filter.limit = 10000;
	filter.newest_first = true;
	filter.newest_only = newest_only;
	fr_buf_add_char(&ours, '[');
	CHECK_INT(frust_records(db, kind, &filter, on_record, &ours, NULL), 0);
	fr_buf_add_char(&ours, ']');
	check_as_recorded(moment, name, &ours);
}

static void check_users(struct frust *db, const char *moment)
{
	struct fr_buf ours = FR_BUF_INIT;

	fr_buf_add_char(&ours, '[');
	CHECK_INT(frust_users(db, on_user, &ours, NULL), 0);
	fr_buf_add_char(&ours, ']');
	check_as_recorded(moment, "users.json", &ours);
}

/* Who serves the hours shows the running one also before it has a row. */
static void check_hours(struct frust *db, const char *moment, int64_t now)
{
	int64_t day = frust_day_start(now), hour = frust_hour_start(now);
	struct frust_hour running = {.timestamp = hour};
	struct fr_buf ours = FR_BUF_INIT;
	struct frust_stats stats;

	CHECK_INT(frust_stats(db, now, NULL, &stats, NULL), 0);
	running.clicks = stats.clicks_hour;
	running.events = stats.events_hour;
	running.clicks_total = stats.clicks_total;
	running.events_total = stats.events_total;
	fr_buf_add_char(&ours, '[');
	CHECK_INT(frust_hours(db, day - 6 * FRUST_DAY, hour, NULL, on_hour, &ours, NULL), 0);
	on_hour(&ours, &running);
	fr_buf_add_char(&ours, ']');
	check_as_recorded(moment, "latest_hours.json", &ours);
}

static void check_moment(enum frust_open_mode mode, const char *moment)
{
	int64_t now = served_at(moment);
	struct scratch s;
	struct frust *db;

	scratch_init(&s);
	scratch_reference(&s);
	db = scratch_open(&s, mode);
	check_stats(db, moment, now);
	check_users(db, moment);
	check_hours(db, moment, now);
	for (int newest_only = 0; newest_only < 2; newest_only++) {
		check_records(db, moment, now, FRUST_CLICK, "latest_clicks.json", newest_only);
		check_records(db, moment, now, FRUST_EVENT, "latest_events.json", newest_only);
	}
	frust_close(db);
	scratch_fini(&s);
}

static void the_same_hour_gives_the_recorded_values(void **state)
{
	(void)state;
	check_moment(FRUST_READ, "T1_same_hour");
	check_moment(FRUST_WRITE, "T1_same_hour");
}

static void the_next_hour_gives_the_recorded_values(void **state)
{
	(void)state;
	check_moment(FRUST_READ, "T2_next_hour");
	check_moment(FRUST_WRITE, "T2_next_hour");
}

static void the_recorded_hours_rows_are_given_as_rows(void **state)
{
	struct fr_buf rows = FR_BUF_INIT;
	struct fr_json json = {0};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	scratch_reference(&s);
	db = scratch_open(&s, FRUST_READ);
	fr_buf_add_char(&rows, '[');
	CHECK_INT(frust_hours(db, INT64_MIN, INT64_MAX, NULL, on_hour, &rows, NULL), 0);
	fr_buf_add_char(&rows, ']');
	CHECK_INT(fr_json_parse(&json, fr_buf_str(&rows), FR_JSON_LIMITS), FR_JSON_OK);
	CHECK_INT(json.tokens[0].size,
		  strtol(scratch_ask(&s, "SELECT count(*) FROM hours"), NULL, 10));
	fr_json_fini(&json);
	fr_buf_fini(&rows);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_hour_gives_the_recorded_values),
		cmocka_unit_test(the_next_hour_gives_the_recorded_values),
		cmocka_unit_test(the_recorded_hours_rows_are_given_as_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
