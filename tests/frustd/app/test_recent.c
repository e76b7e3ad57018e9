#include "app/recent.h"

#include <stdlib.h>
#include <unistd.h>

#include "helpers/check.h"

#define KEEP 120000    /* ms */
#define NOW 1000000000 /* ms */

static void show(struct recent *recent, enum frust_kind kind, int64_t id, int64_t at)
{
	struct frust_record record = {.kind = kind, .id = id};
	char json[32];

	snprintf(json, sizeof(json), "%c%d", kind == FRUST_CLICK ? 'c' : 'e', (int)id);
	recent_add(recent, &record, fr_str_of(json), at);
}

static void write_down(void *ctx, enum frust_kind kind, struct fr_str json,
		       const struct recent_offset *offset)
{
	char text[RECENT_OFFSET];

	(void)kind;
	recent_offset_text(offset, text);
	fr_buf_printf(ctx, "%.*s@%s ", FR_STR_ARG(json), text);
}

static void check_since(const struct recent *recent, int64_t click, int64_t event,
			const char *expected)
{
	const struct recent_offset offset = {click, event};
	struct fr_buf out = FR_BUF_INIT;

	recent_since(recent, &offset, write_down, &out);
	CHECK_STR(fr_buf_str(&out), expected);
	fr_buf_fini(&out);
}

static bool holds(struct recent *recent, int64_t click, int64_t event, int64_t now)
{
	return recent_holds(recent, &(struct recent_offset){click, event}, now);
}

static void what_was_left_out_is_not_told_later(void **state)
{
	const struct frust_record left_out[] = {{.kind = FRUST_CLICK, .id = 2},
						{.kind = FRUST_CLICK, .id = 4}};
	struct recent recent;

	(void)state;
	CHECK_INT(recent_init(&recent, KEEP), 0);
	show(&recent, FRUST_CLICK, 1, NOW);
	recent_skip(&recent, &left_out[0]);
	show(&recent, FRUST_CLICK, 3, NOW);
	recent_skip(&recent, &left_out[1]);
	check_since(&recent, 0, 0, "c1@1-0 c3@3-0 ");
	CHECK_INT(recent_size_since(&recent, &(struct recent_offset){0, 0}), 4);
	/* Its place in the order is one, as a newcomer's. */
	CHECK(holds(&recent, 2, 0, NOW));
	check_since(&recent, 2, 0, "c3@3-0 ");
	CHECK_INT(recent_size_since(&recent, &(struct recent_offset){2, 0}), 2);
	CHECK(holds(&recent, 4, 0, NOW));
	check_since(&recent, 4, 0, "");
	CHECK(!holds(&recent, 5, 0, NOW));
	recent_fini(&recent);
}

static void what_came_after_an_offset_comes_in_order(void **state)
{
	struct recent recent;

	(void)state;
	CHECK_INT(recent_init(&recent, KEEP), 0);
	check_since(&recent, 0, 0, "");
	CHECK(holds(&recent, 0, 0, NOW));
	show(&recent, FRUST_CLICK, 1, NOW);
	show(&recent, FRUST_EVENT, 1, NOW);
	show(&recent, FRUST_CLICK, 2, NOW);
	check_since(&recent, 0, 0, "c1@1-0 e1@1-1 c2@2-1 ");
	check_since(&recent, 1, 0, "e1@1-1 c2@2-1 ");
	check_since(&recent, 1, 1, "c2@2-1 ");
	check_since(&recent, 2, 1, "");
	recent_fini(&recent);
}

static void offsets_of_the_past_and_the_future_are_not_held(void **state)
{
	struct recent recent;

	(void)state;
	CHECK_INT(recent_init(&recent, KEEP), 0);
	show(&recent, FRUST_CLICK, 5, NOW);
	show(&recent, FRUST_EVENT, 3, NOW + 1000);
	CHECK(holds(&recent, 0, 0, NOW + KEEP));
	CHECK(!holds(&recent, 6, 0, NOW));
	CHECK(!holds(&recent, 0, 4, NOW));
	CHECK(!holds(&recent, 4, 0, NOW + KEEP + 1));
	CHECK(holds(&recent, 5, 0, NOW + KEEP + 1));
	CHECK(!holds(&recent, 5, 2, NOW + KEEP + 1001));
	CHECK(holds(&recent, 5, 3, NOW + KEEP + 1001));
	recent_fini(&recent);
}

static void the_ring_is_bounded(void **state)
{
	struct recent recent;

	(void)state;
	CHECK_INT(recent_init(&recent, KEEP), 0);
	for (int64_t id = 1; id <= RECENT_MAX + 7; id++)
		show(&recent, FRUST_CLICK, id, NOW);
	CHECK_INT(recent.count, RECENT_MAX);
	CHECK(!holds(&recent, 6, 0, NOW));
	CHECK(holds(&recent, 7, 0, NOW));
	check_since(&recent, RECENT_MAX + 5, 0, "c10006@10006-0 c10007@10007-0 ");
	recent_fini(&recent);
}

static void what_was_forgotten_is_not_told(void **state)
{
	struct recent recent;

	(void)state;
	CHECK_INT(recent_init(&recent, KEEP), 0);
	show(&recent, FRUST_CLICK, 1, NOW);
	recent_forget(&recent);
	CHECK(!holds(&recent, 0, 0, NOW));
	CHECK(holds(&recent, 1, 0, NOW));
	show(&recent, FRUST_CLICK, 2, NOW);
	check_since(&recent, 1, 0, "c2@2-0 ");
	recent_fini(&recent);
}

static void only_offsets_are_offsets(void **state)
{
	static const char *const bad[] = {"",
					  "-",
					  "1-",
					  "-1",
					  "1",
					  "a-b",
					  "1-2-3",
					  " 1-2",
					  "1-2 ",
					  "+1-2",
					  "1--2",
					  "0x1-2",
					  "9999999999999999999-1"};
	struct recent_offset offset;
	char text[RECENT_OFFSET];

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(bad); i++)
		CHECK(!recent_offset_parse(fr_str_of(bad[i]), &offset));
	CHECK(recent_offset_parse(FR_STR("12-5"), &offset));
	recent_offset_text(&offset, text);
	CHECK_TEXT(text, "12-5");
}

static void apply(struct frust *db, enum frust_kind kind, int64_t at)
{
	struct frust_record record = {
		.kind = kind, .timestamp = at, .user = {"u", 1}, .name = {"n", 1}};

	CHECK_INT(frust_apply(db, &record, 1, NULL), 0);
}

static void a_database_gives_the_last_minutes_by_their_times(void **state)
{
	struct frust_options open = FRUST_OPTIONS_INIT;
	char path[] = "/tmp/frust-recent-XXXXXX", command[64];
	struct fr_buf out = FR_BUF_INIT;
	struct recent recent;
	struct frust *db;
	char file[64];

	(void)state;
	CHECK(mkdtemp(path) != NULL);
	snprintf(file, sizeof(file), "%s/db", path);
	open.mode = FRUST_CREATE;
	CHECK_INT(frust_open(file, &open, &db, NULL), 0);
	apply(db, FRUST_CLICK, NOW / 1000 - 500);
	apply(db, FRUST_EVENT, NOW / 1000 - 30);
	apply(db, FRUST_CLICK, NOW / 1000 - 20);
	apply(db, FRUST_CLICK, NOW / 1000 - 10);
	apply(db, FRUST_EVENT, NOW / 1000 - 10);
	apply(db, FRUST_CLICK, INT64_MAX); /* by a clock that was ahead: as if it had come now */
	CHECK_INT(recent_init(&recent, KEEP), 0);
	CHECK_INT(recent_load(&recent, db, NOW, NULL), 0);
	CHECK(!holds(&recent, 0, 0, NOW));
	CHECK(holds(&recent, 1, 0, NOW));
	CHECK_INT(recent.count, 5);
	recent_since(&recent, &(struct recent_offset){1, 0}, write_down, &out);
	fr_buf_add_char(&out, '\0');
	CHECK(strstr(out.at, "@1-1 ") < strstr(out.at, "@2-1 "));
	CHECK(strstr(out.at, "@3-1 ") < strstr(out.at, "@3-2 "));
	CHECK(holds(&recent, 4, 2, NOW + KEEP));
	CHECK_INT(recent.count, 1);
	CHECK(holds(&recent, 4, 2, NOW + KEEP + 1));
	CHECK_INT(recent.count, 0);
	fr_buf_fini(&out);
	recent_fini(&recent);
	frust_close(db);
	snprintf(command, sizeof(command), "rm -r %s", path);
	CHECK_INT(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_after_an_offset_comes_in_order),
		cmocka_unit_test(what_was_left_out_is_not_told_later),
		cmocka_unit_test(offsets_of_the_past_and_the_future_are_not_held),
		cmocka_unit_test(the_ring_is_bounded),
		cmocka_unit_test(what_was_forgotten_is_not_told),
		cmocka_unit_test(only_offsets_are_offsets),
		cmocka_unit_test(a_database_gives_the_last_minutes_by_their_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
