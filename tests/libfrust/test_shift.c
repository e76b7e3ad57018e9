#include "change.h"
#include "helpers/check.h"
#include "scratch.h"
#include "store.h"

static int write_shift(struct frust *db, void *ctx, struct frust_error *err)
{
	int64_t changed = 0, made = 0;
	int status = frust__shift_write(ctx, db->store, &changed, &made, err);

	CHECK_INT(made, 2);
	CHECK_INT(changed, 4);
	return status;
}

static void hours_and_all_later_totals_change_together(void **state)
{
	static const struct frust__erased more[] = {
		{7200, 1, 2},                               /* a new one between two */
		{3600, 10, 0},   {3600, -4, 0}, {0, -9, 0}, /* no hour is made for less */
		{14400, -9, -9},                            /* not below 0 */
		{36000, 0, 3},                              /* a new one at the end */
		{18000, 0, 0},
	};
	struct frust__shift shift = {.count = 0};
	struct scratch s;
	struct frust *db;

	(void)state;
	scratch_init(&s);
	db = scratch_open(&s, FRUST_CREATE);
	scratch_exec(&s, "INSERT INTO hours VALUES (3600, 5, 5, 105, 5), (10800, 1, 1, 106, 6),"
			 " (14400, 3, 2, 109, 8), (18000, NULL, 0, 109, NULL)");
	for (size_t i = 0; i < FR_ARRAY_LEN(more); i++)
		CHECK_INT(frust__shift_add(&shift, more[i].hour, more[i].clicks, more[i].events),
			  0);
	CHECK_INT(frust__write(db, write_shift, &shift, NULL), 0);
	CHECK_TEXT(scratch_ask(&s, "SELECT * FROM hours ORDER BY timestamp"),
		   "3600|11|5|111|5\n7200|1|2|112|7\n10800|1|1|113|8\n14400|0|0|113|8\n"
		   "18000|0|0|113|0\n36000|0|3|113|3");
	frust__shift_fini(&shift);
	frust_close(db);
	scratch_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_and_all_later_totals_change_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
