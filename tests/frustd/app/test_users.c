#include "app/users.h"

#include "app/json.h"
#include "helpers/check.h"

static void users_stand_in_order_of_first_appearance(void **state)
{
	struct fr_buf out = FR_BUF_INIT;
	struct users users;

	(void)state;
	CHECK_INT(users_init(&users), 0);
	CHECK_INT(users_add(&users, FR_STR("Zoe"), 2, 0), 0);
	CHECK_INT(users_add(&users, FR_STR(""), 0, 1), 0);
	CHECK_INT(users_add(&users, FR_STR("Zoe"), 1, 3), 0);
	users_add_json(&users, &out);
	CHECK_STR(fr_buf_str(&out), "[{\"name\":\"Zoe\",\"click_count\":3,\"event_count\":3},"
				    "{\"name\":\"\",\"click_count\":0,\"event_count\":1}]");
	fr_buf_fini(&out);
	users_fini(&users);
}

static void damaged_counters_stay_at_the_end_of_their_range(void **state)
{
	struct fr_buf out = FR_BUF_INIT;
	struct users users;

	(void)state;
	CHECK_INT(users_init(&users), 0);
	CHECK_INT(users_add(&users, FR_STR("A"), INT64_MAX, INT64_MAX), 0);
	CHECK_INT(users_add(&users, FR_STR("A"), 1, 1), 0);
	users_add_json(&users, &out);
	CHECK_STR(fr_buf_str(&out), "[{\"name\":\"A\",\"click_count\":9223372036854775807,"
				    "\"event_count\":9223372036854775807}]");
	fr_buf_fini(&out);
	users_fini(&users);
}

static void the_top_have_the_most_clicks(void **state)
{
	static const struct {
		uint32_t n;
		const char *names;
	} cases[] = {{0, ""}, {1, "c"}, {2, "cb"}, {3, "cbd"}, {4, "cbda"}, {9, "cbda"}};
	struct users users;

	(void)state;
	CHECK_INT(users_init(&users), 0);
	CHECK_INT(users_add(&users, FR_STR("a"), 1, 9), 0);
	CHECK_INT(users_add(&users, FR_STR("b"), 2, 0), 0);
	CHECK_INT(users_add(&users, FR_STR("c"), 5, 0), 0);
	CHECK_INT(users_add(&users, FR_STR("d"), 2, 0), 0);
	for (size_t i = 0; i < FR_ARRAY_LEN(cases); i++) {
		struct fr_buf out = FR_BUF_INIT, expected = FR_BUF_INIT;

		fr_buf_add_char(&expected, '[');
		for (const char *c = cases[i].names; *c; c++) {
			struct frust_user user = {{c, 1},
						  *c == 'c'   ? 5
						  : *c == 'a' ? 1
							      : 2,
						  *c == 'a' ? 9 : 0};

			if (c != cases[i].names)
				fr_buf_add_char(&expected, ',');
			json_add_user(&expected, &user);
		}
		fr_buf_add_char(&expected, ']');
		users_add_json_top(&users, cases[i].n, &out);
		CHECK(fr_str_eq(fr_buf_str(&out), fr_buf_str(&expected)));
		fr_buf_fini(&out);
		fr_buf_fini(&expected);
	}
	users_fini(&users);
}

static void names_are_compared_byte_for_byte(void **state)
{
	struct users users;

	(void)state;
	CHECK_INT(users_init(&users), 0);
	CHECK_INT(users_add(&users, FR_STR("a"), 1, 0), 0);
	CHECK_INT(users_add(&users, FR_STR("A"), 1, 0), 0);
	CHECK_INT(users_add(&users, FR_STR("a\0"), 1, 0), 0);
	CHECK_INT(users.by_name.count, 3);
	users_fini(&users);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_stand_in_order_of_first_appearance),
		cmocka_unit_test(damaged_counters_stay_at_the_end_of_their_range),
		cmocka_unit_test(the_top_have_the_most_clicks),
		cmocka_unit_test(names_are_compared_byte_for_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
