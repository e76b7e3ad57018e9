#include "app/users.h"

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
		cmocka_unit_test(names_are_compared_byte_for_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
