#include "app/pids.h"

#include "helpers/check.h"

#define KEEP 1000

struct rig {
	struct net_timers timers;
	struct pids pids;
};

static uint64_t no_time(void)
{
	return 0;
}

static void rig_open(struct rig *rig)
{
	net_timers_init(&rig->timers, 5000, no_time);
	CHECK_INT(pids_init(&rig->pids, &rig->timers, KEEP), 0);
}

static struct pid *find(struct rig *rig, const char *text)
{
	return pids_find(&rig->pids, fr_str_of(text));
}

static void a_new_pid_is_random_and_known(void **state)
{
	struct pid *a, *b;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	a = pids_take(&rig.pids, FR_STR_NULL, 1);
	b = pids_take(&rig.pids, FR_STR_NULL, 2);
	CHECK(a && b);
	CHECK(pid_is_one(fr_str_of(a->text)));
	CHECK(strcmp(a->text, b->text) != 0);
	CHECK(find(&rig, a->text) == a);
	CHECK_INT(find(&rig, b->text)->client, 2);
	pids_leave(&rig.pids, a, false);
	pids_leave(&rig.pids, b, false);
	pids_fini(&rig.pids);
}

static void a_drop_is_forgotten_and_its_name_free(void **state)
{
	char text[PID_LEN + 1];
	struct pid *pid;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	pid = pids_take(&rig.pids, FR_STR_NULL, 1);
	memcpy(text, pid->text, sizeof(text));
	pids_leave(&rig.pids, pid, false);
	CHECK(find(&rig, text) == NULL);
	pid = pids_take(&rig.pids, fr_str_of(text), 2);
	CHECK_TEXT(pid->text, text);
	pids_leave(&rig.pids, pid, false);
	pids_fini(&rig.pids);
}

static void a_goodbye_is_remembered_for_its_time(void **state)
{
	char text[PID_LEN + 1];
	struct pid *pid;
	struct rig rig;

	(void)state;
	rig_open(&rig);
	pid = pids_take(&rig.pids, FR_STR_NULL, 1);
	memcpy(text, pid->text, sizeof(text));
	pids_leave(&rig.pids, pid, true);
	net_timers_run(&rig.timers, 5000 + KEEP - 1);
	CHECK(find(&rig, text) != NULL);
	CHECK_INT(find(&rig, text)->client, 0);
	net_timers_run(&rig.timers, 5000 + KEEP);
	CHECK(find(&rig, text) == NULL);
	CHECK_INT(rig.pids.parted_count, 0);
	pids_fini(&rig.pids);
}

static void goodbyes_are_bounded(void **state)
{
	char first[PID_LEN + 1] = "";
	struct rig rig;

	(void)state;
	rig_open(&rig);
	for (int i = 0; i < PIDS_PARTED_MAX + 3; i++) {
		struct pid *pid = pids_take(&rig.pids, FR_STR_NULL, 1);

		if (i == 0)
			memcpy(first, pid->text, sizeof(first));
		pids_leave(&rig.pids, pid, true);
	}
	CHECK_INT(rig.pids.parted_count, PIDS_PARTED_MAX);
	CHECK_INT(rig.pids.by_text.count, PIDS_PARTED_MAX);
	CHECK(find(&rig, first) == NULL);
	pids_fini(&rig.pids);
}

static void only_twenty_characters_of_base64url_are_one(void **state)
{
	static const char *const bad[] = {"",
					  "abc",
					  "0123456789012345678",
					  "012345678901234567890",
					  "0123456789012345678\"",
					  "0123456789 123456789",
					  "0123456789+123456789"};

	(void)state;
	CHECK(pid_is_one(FR_STR("AZaz09-_AZaz09-_AZaz")));
	CHECK(!pid_is_one(FR_STR_NULL));
	for (size_t i = 0; i < FR_ARRAY_LEN(bad); i++)
		CHECK(!pid_is_one(fr_str_of(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_pid_is_random_and_known),
		cmocka_unit_test(a_drop_is_forgotten_and_its_name_free),
		cmocka_unit_test(a_goodbye_is_remembered_for_its_time),
		cmocka_unit_test(goodbyes_are_bounded),
		cmocka_unit_test(only_twenty_characters_of_base64url_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
