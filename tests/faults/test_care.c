/*
 * Everything else that libfrust can do to a database — export, import, check, repair, backup,
 * restore, erase … — while its n-th call to the system fails: it succeeds, or changes nothing.
 */
#include <stdlib.h>

#include "acts.h"
#include "helpers/check.h"
#include "internal.h"
#include "kinds.h"

#define N_MAX 100000 /* no act takes so many calls */
#define CLOSELY 12   /* the first calls, and all of an act that makes few: none is left out */

/* Whether the fault was met. */
static bool act_once(const struct act *act, struct acts *acts, const struct scratch *stock,
		     const struct kind *kind, int64_t n, int64_t times)
{
	struct shim shim = {.lazy = 1, .under = "/tmp/frust-test-"};
	struct frust_error err = {0};
	char *before, *after;
	struct scratch s;
	struct frust *db;
	int status;

	shim_use(&shim);
	stock_copy(stock, &s);
	db = scratch_open(&s, FRUST_WRITE);
	before = stock_dump(&s);
	shim_arm(&shim, kind->kind, n, times, kind->error, kind->how);
	status = act->run(db, acts, &err);
	shim_disarm(&shim);
	if (status && (status >= 0 || !err.text[0]))
		fail_msg("%s, %s %d: %d without a word", act->name, kind->name, (int)n, status);
	after = stock_dump(&s);
	if (status && strcmp(before, after) != 0)
		fail_msg("%s, %s %d: failed (%s) and changed something", act->name, kind->name,
			 (int)n, err.text);
	free(before);
	free(after);
	frust_close(db);
	scratch_fini(&s);
	shim_use(NULL);
	return shim.failed > 0;
}

static void each_act_succeeds_or_changes_nothing(void **state)
{
	struct scratch stock;
	struct acts acts;
	int lives = 0;

	(void)state;
	acts_init(&acts);
	frust_close(stock_open(&stock));
	for (size_t i = 0; i < act_count * kind_count; i++) {
		const struct act *act = &all_acts[i / kind_count];
		const struct kind *kind = &kinds[i % kind_count];
		bool failed = kind->kind != SHIM_UNLINK; /* what failed could not be cleared away */

		for (int64_t n = 0; failed; n += n < CLOSELY ? 1 : kinds_step(kind, 20)) {
			CHECK(n < N_MAX);
			failed = act_once(act, &acts, &stock, kind, n, 1);
			if (!kind->once)
				act_once(act, &acts, &stock, kind, n, KINDS_FOREVER);
			lives++;
		}
	}
	print_message("%d acts, %d times\n", (int)act_count, lives);
	scratch_fini(&stock);
	acts_fini(&acts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_act_succeeds_or_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
