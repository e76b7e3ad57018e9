/* Every allocation fails in turn, in everything that can be done. */
#include <stdlib.h>

#include "acts.h"
#include "helpers/alloc.h"
#include "helpers/check.h"
#include "internal.h"

static void each_act_fails_whole_or_succeeds(void **state)
{
	struct scratch stock;
	struct acts acts;

	(void)state;
	acts_init(&acts);
	frust_close(stock_open(&stock));
	for (size_t i = 0; i < act_count; i++) {
		const struct act *act = &all_acts[i];
		int status = FRUST_ENOMEM;
		int n = 0;

		/* those of SQLite are its own and always granted */
		while (status && n < 3000) {
			struct frust_error err = {0};
			struct scratch s;
			struct frust *db;
			char *before, *after;

			stock_copy(&stock, &s);
			db = scratch_open(&s, FRUST_WRITE);
			before = stock_dump(&s);
			alloc_before_failure = n++;
			status = act->run(db, &acts, &err);
			alloc_before_failure = -1;
			if (status && (status != FRUST_ENOMEM || err.code != FRUST_ENOMEM))
				fail_msg("%s without allocation %d: %d %s", act->name, n, status,
					 err.text);
			after = stock_dump(&s);
			if (status)
				CHECK_TEXT(after, before);
			free(before);
			free(after);
			frust_close(db);
			scratch_fini(&s);
		}
		CHECK_INT(status, 0);
		print_message("%s takes %d allocations\n", act->name, n);
	}
	scratch_fini(&stock);
	acts_fini(&acts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_act_fails_whole_or_succeeds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
