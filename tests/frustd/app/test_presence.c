#include "app/presence.h"

#include "helpers/check.h"

static void check_json(const struct presence *presence, const char *expected)
{
	struct fr_buf out = FR_BUF_INIT;

	presence_add_json(presence, UINT32_MAX, &out);
	CHECK_STR(fr_buf_str(&out), expected);
	fr_buf_fini(&out);
}

static void clients_are_listed_in_order_of_connection(void **state)
{
	struct presence presence;
	struct client *first, *second;

	(void)state;
	CHECK_INT(presence_init(&presence), 0);
	check_json(&presence, "[]");
	first = presence_join(&presence, 7);
	second = presence_join(&presence, 3);
	CHECK(first && second);
	CHECK_INT(presence_rename(second, FR_STR("B")), 0);
	second->clicks = 2;
	second->events = 1;
	check_json(&presence, "[{\"name\":null,\"click_count\":0,\"event_count\":0,"
			      "\"click_count_session\":0,\"event_count_session\":0},"
			      "{\"name\":\"B\",\"click_count\":2,\"event_count\":1,"
			      "\"click_count_session\":2,\"event_count_session\":1}]");
	presence_leave(&presence, first);
	CHECK(presence_find(&presence, 7) == NULL);
	CHECK(presence_find(&presence, 3) == second);
	CHECK_INT(presence_count(&presence), 1);
	presence_fini(&presence);
}

static void a_name_may_hold_a_nul_and_markup(void **state)
{
	struct presence presence;
	struct client *client;

	(void)state;
	CHECK_INT(presence_init(&presence), 0);
	client = presence_join(&presence, 1);
	CHECK(client != NULL);
	CHECK_INT(presence_rename(client, FR_STR("a\0<b>\"")), 0);
	check_json(&presence, "[{\"name\":\"a\\u0000<b>\\\"\",\"click_count\":0,\"event_count\":0,"
			      "\"click_count_session\":0,\"event_count_session\":0}]");
	presence_fini(&presence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_are_listed_in_order_of_connection),
		cmocka_unit_test(a_name_may_hold_a_nul_and_markup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
