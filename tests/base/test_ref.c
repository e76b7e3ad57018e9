#include "helpers/check.h"

#include "base/ref.h"

static void the_last_owner_is_told(void **state)
{
	struct fr_ref ref;

	(void)state;
	fr_ref_init(&ref);
	fr_ref_up(&ref);
	fr_ref_up(&ref);
	CHECK(!fr_ref_down(&ref));
	CHECK(!fr_ref_down(&ref));
	CHECK(fr_ref_down(&ref));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_last_owner_is_told)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
