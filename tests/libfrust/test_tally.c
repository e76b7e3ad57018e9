#include "scratch.h"

#include <stdlib.h>

#include "helpers/check.h"
#include "internal.h"
#include "tally.h"

static void users_and_hours_are_counted_once_each(void **state)
{
	const struct frust_record records[] = {
		click_of("B", NULL, 7300),           event_of("A", "fu", 100),
		click_of("B", NULL, 3599),           event_of("C", "rickroll", 100),
		event_of("A", "rickroll", 7300),     click_of("A", NULL, 7200),
		event_of("D", "exmatrikulieren", 1),
	};
	struct frust__tally tally;

	(void)state;
	CHECK_INT(frust__tally_init(&tally), 0);
	CHECK_INT(frust__tally_count(&tally, records, FR_ARRAY_LEN(records), false), 0);

	CHECK_INT(tally.user_count, 2);
	CHECK_STR(tally.users[0].name, "B");
	CHECK_INT(tally.users[0].clicks, 2);
	CHECK_INT(tally.users[0].events, 0);
	CHECK_STR(tally.users[1].name, "A");
	CHECK_INT(tally.users[1].clicks, 1);
	CHECK_INT(tally.users[1].events, 1);

	CHECK_INT(tally.hour_count, 2);
	CHECK_INT(tally.hours[0].hour, 0);
	CHECK_INT(tally.hours[0].clicks, 1);
	CHECK_INT(tally.hours[0].events, 3);
	CHECK_INT(tally.hours[0].unsaved[0], 1);
	CHECK_INT(tally.hours[0].unsaved[1], 1);
	CHECK_INT(tally.hours[1].hour, 7200);
	CHECK_INT(tally.hours[1].clicks, 2);
	CHECK_INT(tally.hours[1].events, 1);
	CHECK_INT(tally.hours[1].unsaved[0], 1);
	frust__tally_fini(&tally);
}

static void the_batch_before_is_forgotten(void **state)
{
	struct frust__tally tally;

	(void)state;
	CHECK_INT(frust__tally_init(&tally), 0);
	for (int i = 0; i < 3; i++) {
		char *name = strdup("Anna"); /* gone before the next batch: ASan watches */
		struct frust_record record = click_of(name, NULL, i * FRUST_DAY);

		CHECK_INT(frust__tally_count(&tally, &record, 1, false), 0);
		CHECK_INT(tally.user_count, 1);
		CHECK_INT(tally.users[0].clicks, 1);
		CHECK_INT(tally.hour_count, 1);
		CHECK_INT(tally.hours[0].hour, i * FRUST_DAY);
		free(name);
	}
	frust__tally_fini(&tally);
}

static void many_hours_in_any_order_come_out_ascending(void **state)
{
	struct frust_record records[500];
	struct frust__tally tally;

	(void)state;
	for (size_t i = 0; i < FR_ARRAY_LEN(records); i++)
		records[i] = click_of("A", NULL, (int64_t)(i * 7919 % 250) * FRUST_HOUR + 5);
	CHECK_INT(frust__tally_init(&tally), 0);
	CHECK_INT(frust__tally_count(&tally, records, FR_ARRAY_LEN(records), false), 0);
	CHECK_INT(tally.hour_count, 250);
	for (size_t i = 0; i < tally.hour_count; i++) {
		CHECK_INT(tally.hours[i].hour, (int64_t)i * FRUST_HOUR);
		CHECK_INT(tally.hours[i].clicks, 2);
	}
	frust__tally_fini(&tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_and_hours_are_counted_once_each),
		cmocka_unit_test(the_batch_before_is_forgotten),
		cmocka_unit_test(many_hours_in_any_order_come_out_ascending),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
