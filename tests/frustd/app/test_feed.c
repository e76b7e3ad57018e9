#include "app/feed.h"

#include "helpers/check.h"

static struct frust_record click(int64_t id, const char *user)
{
	return (struct frust_record){.kind = FRUST_CLICK,
				     .id = id,
				     .timestamp = 1000 + id,
				     .user = {user, strlen(user)}};
}

static void check_json(const struct feed *feed, const char *expected)
{
	struct fr_buf out = FR_BUF_INIT;

	feed_add_json(feed, UINT32_MAX, &out);
	CHECK_STR(fr_buf_str(&out), expected);
	fr_buf_fini(&out);
}

static void an_empty_feed_is_an_empty_array(void **state)
{
	struct feed feed;

	(void)state;
	CHECK_INT(feed_init(&feed), 0);
	check_json(&feed, "[]");
	feed_fini(&feed);
}

static void the_newest_stands_first(void **state)
{
	struct frust_record a = click(1, "a"), b = click(2, "b"), older = click(0, "o");
	struct fr_str json;
	struct feed feed;

	(void)state;
	CHECK_INT(feed_init(&feed), 0);
	CHECK_INT(feed_add(&feed, &a, &json), 0);
	CHECK_STR(json, "{\"user\":\"a\",\"comment\":null,\"style\":null,\"timestamp\":1001}");
	CHECK_INT(feed_add(&feed, &b, &json), 0);
	CHECK_INT(feed_add_older(&feed, &older), 0);
	check_json(&feed, "[{\"user\":\"b\",\"comment\":null,\"style\":null,\"timestamp\":1002},"
			  "{\"user\":\"a\",\"comment\":null,\"style\":null,\"timestamp\":1001},"
			  "{\"user\":\"o\",\"comment\":null,\"style\":null,\"timestamp\":1000}]");
	feed_fini(&feed);
}

/* Against a naive model: what must be there after many adds beyond the limit, with moves of the
 * arena in between. */
static void beyond_the_limit_the_oldest_goes(void **state)
{
	struct fr_buf out = FR_BUF_INIT, expected = FR_BUF_INIT;
	struct fr_str json;
	struct feed feed;
	int64_t last = 2 * FEED_MAX + 5;

	(void)state;
	CHECK_INT(feed_init(&feed), 0);
	for (int64_t id = 1; id <= last; id++) {
		struct frust_record record = click(id, id % 3 ? "somebody" : "x");

		CHECK_INT(feed_add(&feed, &record, &json), 0);
	}
	CHECK_INT(feed.count, FEED_MAX);
	for (int64_t id = last; id > last - FEED_MAX; id--)
		fr_buf_printf(
			&expected,
			"%c{\"user\":\"%s\",\"comment\":null,\"style\":null,\"timestamp\":%" PRId64
			"}",
			id == last ? '[' : ',', id % 3 ? "somebody" : "x", 1000 + id);
	fr_buf_add_char(&expected, ']');
	feed_add_json(&feed, UINT32_MAX, &out);
	CHECK(fr_str_eq(fr_buf_str(&out), fr_buf_str(&expected)));
	fr_buf_fini(&out);
	fr_buf_fini(&expected);
	feed_fini(&feed);
}

static void the_newest_few_are_a_shorter_array(void **state)
{
	static const struct {
		uint32_t n;
		const char *expected;
	} cases[] = {
		{0, "[]"},
		{1, "[{\"user\":\"b\",\"comment\":null,\"style\":null,\"timestamp\":1002}]"},
		{2, "[{\"user\":\"b\",\"comment\":null,\"style\":null,\"timestamp\":1002},"
		    "{\"user\":\"a\",\"comment\":null,\"style\":null,\"timestamp\":1001}]"},
		{3, "[{\"user\":\"b\",\"comment\":null,\"style\":null,\"timestamp\":1002},"
		    "{\"user\":\"a\",\"comment\":null,\"style\":null,\"timestamp\":1001}]"},
	};
	struct frust_record a = click(1, "a"), b = click(2, "b");
	struct fr_str json;
	struct feed feed;

	(void)state;
	CHECK_INT(feed_init(&feed), 0);
	CHECK_INT(feed_add(&feed, &a, &json), 0);
	CHECK_INT(feed_add(&feed, &b, &json), 0);
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_buf out = FR_BUF_INIT;

		feed_add_json(&feed, cases[i].n, &out);
		CHECK_STR(fr_buf_str(&out), cases[i].expected);
		fr_buf_fini(&out);
	}
	feed_fini(&feed);
}

static void loading_stops_at_the_limit(void **state)
{
	struct frust_record record = click(1, "u");
	struct feed feed;

	(void)state;
	CHECK_INT(feed_init(&feed), 0);
	for (int i = 0; i < FEED_MAX + 10; i++)
		CHECK_INT(feed_add_older(&feed, &record), 0);
	CHECK_INT(feed.count, FEED_MAX);
	feed_fini(&feed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_feed_is_an_empty_array),
		cmocka_unit_test(the_newest_stands_first),
		cmocka_unit_test(beyond_the_limit_the_oldest_goes),
		cmocka_unit_test(the_newest_few_are_a_shorter_array),
		cmocka_unit_test(loading_stops_at_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
